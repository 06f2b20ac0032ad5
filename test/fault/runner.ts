import { Engine } from '../../src/engine/engine.ts';
import { openSqliteStore } from '../../src/engine/sqliteStore.ts';
import { readFileSync } from 'node:fs';
import { LaunchRefused } from '../../src/execution/launch.ts';

/** What is to run; told to each process again. */
export interface Launch {
  readonly name: string;
  readonly program: string;
  readonly input: string;
}

// A process that runs executions until all have ended, if it lives that long: those of earlier ones, then its own.
const [, , store = '', list = ''] = process.argv;
const launches = JSON.parse(readFileSync(list, 'utf8')) as readonly Launch[];
const engine = new Engine({ store: openSqliteStore(store), notice: (message) => process.stderr.write(`${message}\n`) });

async function begin({ name, program, input }: Launch): Promise<void> {
  if (engine.find(name)) return;
  try {
    await engine.start({ program, text: readFileSync(program, 'utf8'), input: { json: input }, options: { name } });
  } catch (error) {
    // Another process was faster.
    if (!(error instanceof LaunchRefused && error.problems[0]?.code === 'execution/name-taken')) throw error;
  }
}

function isOver(): boolean {
  return launches.every(({ name }) => engine.find(name) !== undefined) && engine.list({ pageSize: 1, everywhere: true, states: ['QUEUED', 'ACTIVE', 'PAUSED'] }).executions.length === 0;
}

await engine.resumeAbandoned();
process.send?.('ready');
await Promise.all(launches.map(begin));
while (!isOver()) {
  await engine.resumeAbandoned();
  await new Promise((resolve) => setTimeout(resolve, 30));
}
await engine.close();
process.send?.('over', () => process.exit(0));
