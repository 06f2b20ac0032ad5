import { Sharing } from './sharing.ts';

// Waits for a lock that another process has, and tells which execution does.
const sharing = new Sharing(process.argv[2]!);
const context = sharing.context('waiting', {});
for (const entry of sharing.tables.locks.entries()) sharing.executions.set(entry.execution, { ...context.execution, id: entry.execution });
void sharing.locks.acquire({ id: 'id-first', name: 'first' }, null, context);
process.send!(context.execution.id);
