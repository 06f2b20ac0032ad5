import { readFileSync } from 'node:fs';
import { Engine } from '../../../src/engine/engine.ts';
import { FlowHost } from '../../../src/engine/flows/flowHost.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';

// An engine in a process of its own, to be killed: runs a flow and tells the flow's process and every log entry.
const [, , file = '', program = '', input = 'null'] = process.argv;
const engine = new Engine({ store: openSqliteStore(file) });
engine.watch((change) => {
  if (change.kind === 'logged') process.send?.({ logged: change.entry.text });
});
const run = await engine.start({ program, text: readFileSync(program, 'utf8'), input: { json: input }, options: {} });
process.send?.({ id: run.execution.id, pid: run.host instanceof FlowHost ? run.host.pid : undefined });
