import type { Execution } from '../../../src/execution/record.ts';
import { sampleExecution } from '../execution/sample.ts';

/** A whole running execution, of which a test names only what it is about. */
export function execution(part: Partial<Execution> & Pick<Execution, 'id'>): Execution {
  const time = '2026-03-01T10:00:00.000Z';
  return sampleExecution({ name: `order ${part.id}`, state: 'ACTIVE', create_time: time, start_time: time, ...part });
}
