import { Engine } from '../../../src/engine/engine.ts';
import { ResourceExhausted } from '../../../src/engine/queue.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import { request } from './launching.ts';

// Another process that, when told, starts as many executions as it can that must not wait. Tells how many it could.
const [, , file = '', limit = ''] = process.argv;
const engine = new Engine({ store: openSqliteStore(file), concurrency: () => Number(limit) });
process.once('message', () => {
  void (async () => {
    let started = 0;
    for (let n = 0; n < Number(limit); n++) {
      try {
        await engine.start(request('- nap:\n    call: sys.sleep\n    args: {seconds: 600}\n', { options: { disable_concurrency_quota_overflow_buffering: true } }));
        started++;
      } catch (error) {
        if (!(error instanceof ResourceExhausted)) throw error;
      }
    }
    process.send?.(started);
  })();
});
process.send?.('ready');
