import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { FlowContext } from '../../../../src/engine/flows/calls.ts';
import type { Wait } from '../../../../src/engine/flows/waits.ts';
import type { Execution } from '../../../../src/execution/record.ts';
import { temporaryFolder } from '../temporary.ts';
import { Sharing } from './sharing.ts';

const first = { id: 'id-first', name: 'first' };
const second = { id: 'id-second', name: 'second' };

describe('locks of settings', () => {
  const folder = temporaryFolder();
  const open: Sharing[] = [];
  const processes: ChildProcess[] = [];
  const sharing = (executions?: Map<string, Execution>): Sharing => {
    const made = new Sharing(folder(), executions);
    open.push(made);
    return made;
  };
  afterEach(async () => {
    for (const child of processes.splice(0)) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    for (const one of open.splice(0)) one.close();
  });

  const acquire = (at: Sharing, name: string, setting = first, timeout: number | null = null, more: Partial<FlowContext> = {}): Promise<null> | null => at.locks.acquire(setting, timeout, at.context(name, {}, more));
  const release = (at: Sharing, name: string, setting = first): void => at.locks.release(setting.id, at.context(name, {}).execution.id);
  /** Whether a promise has been settled by now, after everything that is ready has run. */
  const settled = async (promise: Promise<unknown> | null): Promise<boolean> => {
    let done = promise === null;
    promise?.then(() => (done = true), () => (done = true));
    await new Promise(setImmediate);
    return done;
  };

  it('are had by one execution at a time, in the order of asking', async () => {
    const at = sharing();
    assert.equal(acquire(at, 'a'), null);
    const order: string[] = [];
    const waits = ['b', 'c', 'd'].map((name) => acquire(at, name)!.then(() => order.push(name)));
    assert.deepEqual([...at.shown], ['Waiting for the lock of the setting "first"']);
    for (const name of ['a', 'b', 'c']) {
      release(at, name);
      await new Promise(setImmediate);
    }
    await Promise.all(waits);
    assert.deepEqual(order, ['b', 'c', 'd']);
    assert.deepEqual([...at.shown], []);
  });

  it('are each their own', () => {
    const at = sharing();
    assert.equal(acquire(at, 'a', first), null);
    assert.equal(acquire(at, 'b', second), null);
  });

  it('can be acquired again by who has them, and are free after as many releases', async () => {
    const at = sharing();
    void acquire(at, 'a');
    assert.equal(acquire(at, 'a'), null);
    const waiting = acquire(at, 'b');
    release(at, 'a');
    assert.equal(await settled(waiting), false);
    release(at, 'a');
    assert.equal(await waiting, null);
  });

  it('count a call once that is made again after a crash', async () => {
    const at = sharing();
    const id = 'the-call';
    void acquire(at, 'a', first, null, { id });
    void acquire(at, 'a', first, null, { id });
    const waiting = acquire(at, 'b');
    release(at, 'a');
    assert.equal(await waiting, null);
  });

  it('are freed when their execution ends, and a release by somebody else does nothing', async () => {
    const at = sharing();
    void acquire(at, 'a');
    const waiting = acquire(at, 'b');
    release(at, 'b');
    assert.equal(await settled(waiting), false);
    at.end('a');
    assert.equal(await waiting, null);
  });

  it('raise LockTimeoutError that says who has it; who waited behind then gets its turn', async () => {
    const at = sharing();
    void acquire(at, 'a');
    const impatient = acquire(at, 'b', first, 0.05);
    const patient = acquire(at, 'c');
    await assert.rejects(impatient!, { type: 'LockTimeoutError', message: 'The lock of the setting "first" was not to be had within 0.05 s; "a" has it.' });
    release(at, 'a');
    assert.equal(await patient, null);
  });

  it('count a timeout from when the call was first made', async () => {
    const at = sharing();
    void acquire(at, 'a');
    await assert.rejects(acquire(at, 'b', first, 60, { began: Date.now() - 61_000 })!, { type: 'LockTimeoutError' });
  });

  it('let nobody wait for an execution that went back to a savepoint', async () => {
    const at = sharing();
    void acquire(at, 'a');
    const back = new AbortController();
    void acquire(at, 'b', first, null, { signal: back.signal });
    const waiting = acquire(at, 'c');
    back.abort();
    release(at, 'a');
    assert.equal(await waiting, null);
  });

  it('find a deadlock of two and name executions and settings', async () => {
    const at = sharing();
    void acquire(at, 'a', first);
    void acquire(at, 'b', second);
    const waiting = acquire(at, 'a', second);
    assert.throws(() => acquire(at, 'b', first), {
      type: 'LockTimeoutError',
      message: 'Deadlock: "b" wants the lock of the setting "first", which "a" has, and "a" waits for "second". Acquire locks in the same order everywhere.',
    });
    at.end('b');
    assert.equal(await waiting, null);
  });

  it('find a deadlock of three', () => {
    const at = sharing();
    const third = { id: 'id-third', name: 'third' };
    for (const [name, setting] of [['a', first], ['b', second], ['c', third]] as const) void acquire(at, name, setting);
    void acquire(at, 'a', second);
    void acquire(at, 'b', third);
    assert.throws(() => acquire(at, 'c', first), /Deadlock: "c" wants .* which "a" has, and "a" waits for "second", "b" waits for "third"/);
  });

  const id = (at: Sharing, name: string): string => at.context(name, {}).execution.id;
  const wait = (at: Sharing, name: string, others: readonly string[], more: Partial<Wait> = {}): void =>
    void at.waits.set(id(at, name), [{ others: others.map((other) => id(at, other)), needsAll: true, deadline: undefined, ...more }]);

  it('find that a child wants what its waiting parent has', () => {
    const at = sharing();
    void acquire(at, 'parent');
    wait(at, 'parent', ['child']);
    assert.throws(() => acquire(at, 'child'), /Deadlock: "child" wants the lock of the setting "first", which "parent" has, which waits for "child" to end/);
  });

  it('are no deadlock while the parent may go on when another child ends', async () => {
    const at = sharing();
    void acquire(at, 'parent');
    wait(at, 'parent', ['child', 'other'], { needsAll: false });
    const waiting = acquire(at, 'child');
    assert.equal(await settled(waiting), false);
    release(at, 'parent');
    assert.equal(await waiting, null);
  });

  it('are a deadlock when every child that the parent waits for wants what the parent has', () => {
    const at = sharing();
    void acquire(at, 'parent');
    wait(at, 'parent', ['child', 'other'], { needsAll: false });
    acquire(at, 'child')!.catch(() => undefined);
    assert.throws(() => acquire(at, 'other'), /Deadlock: "other" wants/);
  });

  it('let a circle be that the timeout of waiting for a child will end', async () => {
    const at = sharing();
    void acquire(at, 'parent');
    wait(at, 'parent', ['child'], { deadline: Date.now() + 60_000 });
    const waiting = acquire(at, 'child');
    assert.equal(await settled(waiting), false);
    at.end('parent');
    assert.equal(await waiting, null);
  });

  it('end a circle of timeouts at once, by the one that would end first', async () => {
    const at = sharing();
    void acquire(at, 'a', first);
    void acquire(at, 'b', second);
    const sooner = acquire(at, 'a', second, 600);
    const later = acquire(at, 'b', first, 900);
    await assert.rejects(sooner!, { type: 'LockTimeoutError', message: 'Deadlock: "a" wants the lock of the setting "second", which "b" has, and "b" waits for "first". Acquire locks in the same order everywhere.' });
    assert.equal(await settled(later), false);
    release(at, 'a', first);
    assert.equal(await later, null);
  });

  it('end the one that closes a circle where its timeout is the first', () => {
    const at = sharing();
    void acquire(at, 'a', first);
    void acquire(at, 'b', second);
    acquire(at, 'a', second)!.catch(() => undefined);
    assert.throws(() => acquire(at, 'b', first, 600), /^FlowError: Deadlock: "b" wants/);
  });

  it('end a circle of timeouts through another process', async () => {
    const here = sharing();
    const there = sharing(here.executions);
    void acquire(here, 'a', first);
    void acquire(there, 'b', second);
    const sooner = acquire(here, 'a', second, 600);
    const later = acquire(there, 'b', first, 900);
    await assert.rejects(sooner!, /Deadlock: "a" wants/);
    release(here, 'a', first);
    assert.equal(await later, null);
  });

  it('leave an execution out of a deadlock that it only waits for', async () => {
    const at = sharing();
    void acquire(at, 'a', first);
    void acquire(at, 'b', second);
    const victim = acquire(at, 'a', second, 900);
    const outside = acquire(at, 'c', first, 800);
    const waiting = acquire(at, 'b', first);
    await assert.rejects(victim!, /Deadlock/);
    assert.equal(await settled(outside), false);
    release(at, 'a', first);
    assert.equal(await outside, null);
    release(at, 'c', first);
    assert.equal(await waiting, null);
  });

  it('hold between processes, and are had when another process gives them up', async () => {
    const here = sharing();
    const there = sharing(here.executions);
    void acquire(here, 'a');
    const waiting = acquire(there, 'b');
    assert.equal(await settled(waiting), false);
    release(here, 'a');
    assert.equal(await waiting, null);
  });

  it('pass over who waited in a process that was killed', async () => {
    const at = sharing();
    void acquire(at, 'a');
    const child = fork(new URL('lockProcess.ts', import.meta.url), [folder()]);
    processes.push(child);
    const [waiting] = (await once(child, 'message')) as [string];
    at.executions.set(waiting, { ...at.context('elsewhere', {}).execution, id: waiting });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const here = acquire(at, 'b');
    release(at, 'a');
    assert.equal(await here, null);
  });

  it('stay with an execution whose process was killed, for when it goes on', async () => {
    const here = sharing();
    void acquire(here, 'a');
    const later = sharing(here.executions);
    const waiting = acquire(later, 'b');
    assert.equal(await settled(waiting), false);
    // The one that goes on in a later process releases it.
    release(later, 'a');
    assert.equal(await waiting, null);
  });
});
