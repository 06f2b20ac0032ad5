import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Engine } from '../../src/engine/engine.ts';
import { MemoryStore } from '../../src/engine/memoryStore.ts';
import { openSqliteStore } from '../../src/engine/sqliteStore.ts';
import type { ExecutionStore } from '../../src/engine/store.ts';
import type { StartRequest } from '../../src/execution/launch.ts';
import { milliseconds, type Measurement } from './measurement.ts';

function request(text: string): StartRequest {
  return { program: '/nowhere/bench.workflows.yaml', text, input: undefined, options: {} };
}

const sleeping = request(`
main:
  steps:
    - first:
        assign: [{id: '\${uuid.generate()}'}, {at: '\${sys.now()}'}]
    - nap:
        call: sys.sleep
        args: {seconds: 86400}
`);

/** Waits until so many executions sleep, that is, have nothing left to do. */
async function startSleeping(engine: Engine, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await engine.start(sleeping);
  while (engine.list({ pageSize: 1, states: ['QUEUED'] }).executions.length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 500));
}

let folder = '';
const begin = (): void => {
  folder = mkdtempSync(join(tmpdir(), 'stepthrough-bench-'));
};
const finish = (): void => rmSync(folder, { recursive: true, force: true });
const open = (): Engine => new Engine({ store: openSqliteStore(join(folder, 'executions.db')) });

const effects = 1000;
const napping = request(`
main:
  steps:
    - loop:
        for:
          value: i
          range: [1, ${effects}]
          steps:
            - nap:
                call: sys.sleep
                args: {seconds: 0}
`);

async function nap(store: ExecutionStore): Promise<number> {
  const engine = new Engine({ store });
  const took = await milliseconds(async () => await (await engine.start(napping)).ended);
  await engine.close();
  return took;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const measurements: readonly Measurement[] = [
  {
    name: 'resuming 1,000 sleeping executions after a restart',
    unit: 'ms',
    prepare: async () => {
      begin();
      const engine = open();
      await startSleeping(engine, 1000);
      await engine.close();
    },
    measure: async () => {
      const engine = open();
      let resumed = 0;
      const took = await milliseconds(async () => (resumed = await engine.resumeAbandoned()));
      await engine.close();
      if (resumed !== 1000) throw new Error(`${resumed} of 1,000 were resumed.`);
      return took;
    },
    finish,
  },
  {
    name: 'memory while 10,000 executions sleep',
    unit: 'kB',
    runs: 1,
    prepare: begin,
    measure: async () => {
      const engine = open();
      collect();
      const before = process.memoryUsage();
      await startSleeping(engine, 10_000);
      collect();
      const after = process.memoryUsage();
      await engine.close();
      return (after.heapUsed + after.external - before.heapUsed - before.external) / 1024;
    },
    finish,
  },
  {
    name: 'journal: an effect with a deadline, more than without a store',
    unit: 'ms',
    prepare: begin,
    measure: async () => Math.max(0, (await nap(openSqliteStore(join(folder, 'naps.db')))) - (await nap(new MemoryStore()))) / effects,
    finish,
  },
];

export default measurements;
