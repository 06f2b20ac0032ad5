import { Engine } from '../../../src/engine/engine.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import { request } from './launching.ts';

// Another process with a concurrency limit: runs an execution that sleeps for so many seconds, and then others that wait.
// Whatever it is told, it cancels the first.
const [, , file = '', limit = '', seconds = '', more = ''] = process.argv;
const engine = new Engine({ store: openSqliteStore(file), concurrency: () => Number(limit) });
const names: string[] = [];
for (let n = 0; n <= Number(more); n++) {
  const { execution } = await engine.start(request(n < Number(limit) ? `- nap:\n    call: sys.sleep\n    args: {seconds: ${seconds}}\n` : '- a:\n    return: 1\n'));
  names.push(execution.id);
}
process.once('message', () => engine.cancel(names[0]!));
process.send?.(names);
