import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine } from '../../src/engine/engine.ts';
import { openSqliteStore } from '../../src/engine/sqliteStore.ts';
import type { Execution } from '../../src/execution/record.ts';
import type { Measurement } from './measurement.ts';

let folder = '';
let engine: Engine;

function prepare(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'stepthrough-bench-'));
  engine = new Engine({ store: openSqliteStore(join(folder, 'executions.db')), pythonCache: join(folder, 'python') });
  // The interpreter is looked for, and modules are compiled, once.
  return run('def handler(system, this, inputs):\n    this.log(this.get("name"))\n    this.save(message="x")\n').then(() => undefined);
}

async function finish(): Promise<void> {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
}

async function run(text: string): Promise<Execution> {
  const started = await engine.start({ program: join(folder, 'flow.py'), text, input: undefined, options: {} });
  const ended = await started.ended;
  if (ended.state !== 'SUCCEEDED') throw new Error(ended.message);
  return ended;
}

let flows = 0;

/** From the request to the first entry of the log; a text that nobody has checked before. */
async function toFirstLine(text: string): Promise<number> {
  const start = performance.now();
  let first = 0;
  const watch = engine.watch((change) => {
    if (change.kind === 'logged' && first === 0) first = performance.now() - start;
  });
  await run(text);
  watch.dispose();
  return first;
}

const greeting = 'def handler(system, this, inputs):\n    print("first line")\n';

const calls = 1000;

function calling(line: string): string {
  return `import time\ndef handler(system, this, inputs):\n    begin = time.perf_counter()\n    for i in range(${calls}):\n        ${line}\n    return (time.perf_counter() - begin) * 1000\n`;
}

async function inside(line: string): Promise<number> {
  return Number((await run(calling(line))).output_value);
}

const measurements: readonly Measurement[] = [
  { name: 'flow, start to its first line', unit: 'ms', runs: 15, prepare, measure: () => toFirstLine(greeting) },
  { name: 'flow never seen before, start to its first line', unit: 'ms', runs: 9, measure: () => toFirstLine(`${greeting}# ${++flows}\n`) },
  { name: `flow, ${calls} × log`, unit: 'ms', runs: 5, measure: () => inside('this.log("line", i)') },
  { name: `flow, ${calls} × save`, unit: 'ms', runs: 5, measure: () => inside('this.save(message=str(i))') },
  { name: `flow, ${calls} × get`, unit: 'ms', runs: 5, measure: () => inside('this.load("name")') },
  { name: `flow, ${calls} × setting save`, unit: 'ms', runs: 5, measure: () => inside('system.setting("s").save(value=i)'), finish },
];

export default measurements;
