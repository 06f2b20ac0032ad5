import { Engine } from '../../../src/engine/engine.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import { request } from './launching.ts';

// Another process that runs an execution: it sleeps for so many seconds.
const [, , file = '', seconds = ''] = process.argv;
const engine = new Engine({ store: openSqliteStore(file) });
const run = await engine.start(request(`- nap:\n    call: sys.sleep\n    args: {seconds: ${seconds}}\n- end_:\n    return: slept\n`));
const asleep = setInterval(() => {
  if (engine.get(run.execution.id)?.current_steps[0]?.step !== 'nap') return;
  clearInterval(asleep);
  process.send?.(run.execution.id);
}, 10);
