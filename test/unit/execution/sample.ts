import type { Execution } from '../../../src/execution/record.ts';
import { usualFields } from '../../../src/execution/usualFields.ts';

/** A record as a new execution has it. */
export function sampleExecution(part: Partial<Execution> = {}): Execution {
  return {
    ...usualFields,
    id: '11111111-2222-4333-8444-555555555555',
    name: 'order 11111111',
    type: 'WORKFLOW',
    program: '/w/order.workflows.yaml',
    workflow_revision_id: '000001-abc',
    script: '- a:\n    return: 1\n',
    state: 'QUEUED',
    create_time: '2026-01-31T08:00:00.000Z',
    start_time: '2026-01-31T08:00:00.000Z',
    ...part,
  };
}
