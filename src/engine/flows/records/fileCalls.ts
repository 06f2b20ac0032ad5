import type { CallHandlers } from '../calls.ts';
import { savedOf } from '../calls.ts';
import { bytesOf } from './fileContent.ts';
import type { Records } from './records.ts';

/** Bytes of files (cloudomation 3.4). */
export function fileHandlers(records: Records): Pick<CallHandlers, 'file.read' | 'file.write'> {
  return {
    'file.read': (args, { execution }) => Buffer.from(records.get(args, execution.program).content ?? []).toString('base64'),
    'file.write': ({ content, ...reference }, { execution, id }) => savedOf(records.save(reference, new Map(), { id, program: execution.program, content: bytesOf(content) })),
  };
}
