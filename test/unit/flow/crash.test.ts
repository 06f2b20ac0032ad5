import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Engine } from '../../../src/engine/engine.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import type { Execution } from '../../../src/execution/record.ts';
import { until, writeFiles } from '../engine/launching.ts';
import { temporaryFolder } from '../engine/temporary.ts';

const engineProcess = fileURLToPath(new URL('engineProcess.ts', import.meta.url));

interface Told {
  readonly id?: string;
  readonly pid?: number;
  readonly logged?: string;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('an engine that is killed while flows run', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  let other: ChildProcess | undefined;
  let engine: Engine | undefined;
  afterEach(async () => {
    other?.kill('SIGKILL');
    await engine?.close();
  });

  /** Runs a flow in an engine that is killed when it has logged a text. */
  async function killedAt(text: string, files: Record<string, string>, input = 'null'): Promise<{ id: string; pid: number }> {
    writeFiles(folder(), files);
    const told: Told[] = [];
    other = fork(engineProcess, [join(folder(), 'executions.db'), join(folder(), 'main.py'), input], { execArgv: [] });
    other.on('message', (message) => told.push(message as Told));
    for (const end = Date.now() + 60_000; !(told.some(({ logged }) => logged === text) && told.some(({ id }) => id !== undefined)); await new Promise((resolve) => setTimeout(resolve, 5))) {
      if (Date.now() > end) throw new Error(`It never logged ${text}: ${JSON.stringify(told)}`);
    }
    other.kill('SIGKILL');
    await once(other, 'exit');
    const { id, pid } = told.find((one) => one.id !== undefined)!;
    return { id: id!, pid: pid! };
  }

  async function resumed(id: string): Promise<Execution> {
    engine = new Engine({ store: openSqliteStore(join(folder(), 'executions.db')) });
    await engine.resumeAbandoned();
    const ended = await (engine.ended(id) ?? engine.get(id)!);
    await engine.idle();
    return ended;
  }

  it('takes their processes with it', async () => {
    const { pid } = await killedAt('begun', { 'main.py': `def handler(system, this, inputs):\n  this.log('begun')\n  while True:\n    pass\n` });
    await until(() => !isAlive(pid));
  });

  it('goes on with a sleeping flow: nothing is logged twice, and what was set is there', async () => {
    const { id } = await killedAt('sleeping', {
      'main.py': `import time\ndef handler(system, this, inputs):\n  this.log('one')\n  this.set_output('before', 1)\n  system.setting('counted').save(value=system.setting('counted').get('value') + 1 if system.setting('counted').exists() else 1)\n  this.log('sleeping')\n  this.sleep(1)\n  this.log('awake')\n  this.set_output('counted', system.setting('counted').get('value'))\n`,
    });
    const ended = await resumed(id);
    assert.equal(ended.state, 'SUCCEEDED', ended.message);
    assert.equal(ended.output_value, '{"before":1,"counted":1}');
    assert.deepEqual(engine!.logs(id).map(({ text }) => text), ['one', 'sleeping', 'awake']);
  });

  it('goes on with a parent and its child: the child is not started again', async () => {
    const { id } = await killedAt('child sleeps', {
      'main.py': `def handler(system, this, inputs):\n  child = this.flow('child', n=4)\n  return child.get('output_value')\n`,
      'child.py': `def handler(system, this, inputs):\n  this.log('child sleeps')\n  this.sleep(1)\n  return inputs['n'] * 2\n`,
    });
    const ended = await resumed(id);
    assert.equal(ended.state, 'SUCCEEDED', ended.message);
    assert.equal(ended.output_value, '8');
    assert.equal(engine!.list({ pageSize: 10, parent: id }).executions.length, 1);
  });

  it('keeps a lock for the flow that has it', async () => {
    const { id } = await killedAt('locked', {
      'main.py': `def handler(system, this, inputs):\n  lock = system.setting('lock')\n  lock.save(value=1)\n  lock.acquire()\n  this.log('locked')\n  this.sleep(1)\n  other = this.flow('other', wait=system.return_when.ALL_ENDED)\n  lock.release()\n  return other.get('message')\n`,
      'other.py': `def handler(system, this, inputs):\n  system.setting('lock').acquire(timeout=0.2)\n`,
    });
    const ended = await resumed(id);
    assert.equal(ended.state, 'SUCCEEDED', ended.message);
    assert.match(ended.output_value!, /LockTimeoutError/);
  });
});
