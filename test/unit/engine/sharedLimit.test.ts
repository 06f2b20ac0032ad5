import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Engine } from '../../../src/engine/engine.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import { isTerminal } from '../../../src/execution/state.ts';
import { request, until } from './launching.ts';
import { temporaryFolder } from './temporary.ts';

const quick = '- a:\n    return: 1\n';

describe('the limit of two processes that share a store', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let engine: Engine;
  let other: ChildProcess | undefined;

  const engineWith = (limit: number): Engine => (engine = new Engine({ store: openSqliteStore(join(folder(), 'executions.db')), concurrency: () => limit }));
  /** Runs as many sleeping executions as the limit allows, and lets more wait; gives their ids. */
  const otherProcess = async (limit: number, seconds: number, more: number): Promise<readonly string[]> => {
    other = fork(join(import.meta.dirname, 'queueingProcess.ts'), [join(folder(), 'executions.db'), String(limit), String(seconds), String(more)], { stdio: 'inherit' });
    return ((await once(other, 'message')) as [readonly string[]])[0];
  };
  const gone = async (): Promise<void> => {
    const exit = once(other!, 'exit');
    other!.kill('SIGKILL');
    await exit;
  };

  /** Ends the one that runs here, before which the other one must not have begun. */
  const beginsAfter = async (later: string, running: string): Promise<void> => {
    engine.cancel(running);
    await until(() => isTerminal(engine.get(later)!.state));
    assert.ok(engine.get(later)!.start_time! >= engine.get(running)!.end_time!);
  };

  afterEach(async () => {
    if (other?.exitCode === null && other.signalCode === null) await gone();
    other = undefined;
    await engine.close();
  });

  it('counts what runs in both', async () => {
    engineWith(2);
    await otherProcess(2, 600, 1);
    const run = await engine.start(request(quick));
    assert.equal(run.execution.state, 'QUEUED');
    await assert.rejects(engine.start(request(quick, { options: { disable_concurrency_quota_overflow_buffering: true } })), /2 executions run, and 2 may at once/);
    // This process may run more than the other one.
    engine.cancel(run.execution.id);
    await engine.close();
    engineWith(3);
    assert.equal((await (await engine.start(request(quick))).ended).state, 'SUCCEEDED');
  });

  it('lets in what waits here when the other process is killed', async () => {
    engineWith(1);
    const [id = ''] = await otherProcess(1, 600, 0);
    const run = await engine.start(request(quick));
    assert.equal(run.execution.state, 'QUEUED');
    await gone();
    assert.equal((await run.ended).state, 'SUCCEEDED');
    assert.equal(isTerminal(engine.get(id)!.state), false);
  });

  it('lets in by priority, then by age, whichever process something waits in', async () => {
    engineWith(1);
    const [sleeping = '', old = ''] = await otherProcess(1, 600, 1);
    const young = (await engine.start(request(quick))).execution.id;
    const urgent = (await engine.start(request(quick, { options: { priority: 5 } }))).execution.id;
    other!.send('cancel');
    await until(() => [old, young, urgent].every((id) => isTerminal(engine.get(id)!.state)));
    const begins = [sleeping, urgent, old, young].map((id) => engine.get(id)!.start_time!);
    assert.deepEqual(begins, [...begins].sort());
    assert.equal(new Set(begins).size, begins.length);
  });

  it('counts what was paused while it waited, and then came to its turn at once', async () => {
    engineWith(1);
    const first = await engine.start(request('- nap:\n    call: sys.sleep\n    args: {seconds: 600}\n'));
    const second = await engine.start(request('- nap:\n    call: sys.sleep\n    args: {seconds: 600}\n'));
    engine.pause(second.execution.id);
    engine.cancel(first.execution.id);
    engine.resume(second.execution.id);
    await until(() => second.execution.state === 'ACTIVE');
    const [other = ''] = await otherProcess(1, 0, 0);
    await beginsAfter(other, second.execution.id);
  });

  it('leaves what was only made out of it, and counts it when it has been begun', async () => {
    engineWith(1);
    const made = await engine.prepare(request('- nap:\n    call: sys.sleep\n    args: {seconds: 600}\n'));
    made.holdBack();
    const [first = ''] = await otherProcess(1, 0, 0);
    await until(() => engine.get(first)!.state === 'SUCCEEDED');
    await gone();
    engine.resume(made.execution.id);
    await until(() => made.execution.state === 'ACTIVE');
    const [second = ''] = await otherProcess(1, 0, 0);
    await beginsAfter(second, made.execution.id);
  });

  it('is never exceeded by what must not wait, however many processes start it at once', async () => {
    engineWith(4);
    const others = Array.from({ length: 3 }, () => fork(join(import.meta.dirname, 'rushingProcess.ts'), [join(folder(), 'executions.db'), '4'], { stdio: 'inherit' }));
    try {
      await Promise.all(others.map((process) => once(process, 'message')));
      const counts = others.map((process) => once(process, 'message'));
      for (const process of others) process.send('go');
      const started = (await Promise.all(counts)).map(([count]) => count as number);
      assert.equal(started.reduce((sum, count) => sum + count), 4, started.join());
    } finally {
      for (const process of others) {
        const exit = process.exitCode === null && process.signalCode === null ? once(process, 'exit') : undefined;
        process.kill('SIGKILL');
        await exit;
      }
    }
  });

  it('leaves what is scheduled for later out of it', async () => {
    engineWith(1);
    const later = await engine.start(request(quick, { options: { scheduled_for: new Date(Date.now() + 600_000).toISOString() } }));
    const [first = ''] = await otherProcess(1, 0, 0);
    await until(() => engine.get(first)!.state === 'SUCCEEDED');
    assert.equal(later.execution.state, 'QUEUED');
  });
});
