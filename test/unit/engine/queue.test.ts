import assert from 'node:assert/strict';
import { ExecutionQueue, ResourceExhausted, type Waiting } from '../../../src/engine/queue.ts';
import { until } from './launching.ts';

describe('the queue', () => {
  let limit: number;
  let begun: string[];
  let queue: ExecutionQueue;
  beforeEach(() => {
    limit = 1;
    begun = [];
    queue = new ExecutionQueue({ limit: () => limit, backlog: 5 });
  });
  afterEach(() => queue.close());

  const waiting = (id: string, part: Partial<Waiting> = {}): Waiting => ({ id, name: id, priority: 0, created: 0, notBefore: undefined, waited: false, begin: () => void begun.push(id), ...part });

  it('begins at once what there is room for', () => {
    limit = 2;
    for (const id of ['a', 'b', 'c']) queue.enter(waiting(id));
    assert.deepEqual([begun, queue.running, queue.waiting, queue.isWaiting('c')], [['a', 'b'], 2, 1, true]);
  });

  it('takes the higher priority first, then the older one, then the one that came first', () => {
    queue.enter(waiting('running'));
    queue.enter(waiting('young', { created: 9 }));
    queue.enter(waiting('old', { created: 1 }));
    queue.enter(waiting('old too', { created: 1 }));
    queue.enter(waiting('high', { priority: 5, created: 20 }));
    queue.enter(waiting('low', { priority: -1 }));
    for (const id of ['running', 'high', 'old', 'old too', 'young']) queue.leave(id);
    assert.deepEqual(begun, ['running', 'high', 'old', 'old too', 'young', 'low']);
  });

  it('orders many like a sort does', () => {
    const all = Array.from({ length: 2000 }, (_, index) => ({ id: `e${index}`, priority: (index * 7919) % 13, created: (index * 104_729) % 1009 }));
    queue.enter(waiting('first'));
    for (const { id, ...part } of all) queue.enter(waiting(id, part));
    const removed = new Set(all.filter((_, index) => index % 3 === 0).map(({ id }) => id));
    for (const id of removed) queue.leave(id);
    queue.leave('first');
    for (let at = 1; at < begun.length; at++) queue.leave(begun[at]!);
    const number = (id: string): number => Number(id.slice(1));
    const expected = all.filter(({ id }) => !removed.has(id)).sort((a, b) => b.priority - a.priority || a.created - b.created || number(a.id) - number(b.id));
    assert.deepEqual(begun.slice(1), expected.map(({ id }) => id));
    assert.deepEqual([queue.running, queue.waiting], [0, 0]);
  });

  it('refuses what may not wait, and what would be one too many', () => {
    queue.checkRoom(false);
    queue.enter(waiting('a'));
    assert.throws(() => queue.checkRoom(false), (error: Error) => error instanceof ResourceExhausted && /1 execution runs, and 1 may at once; with disable_concurrency_quota_overflow_buffering/.test(error.message));
    for (const id of ['b', 'c', 'd', 'e', 'f']) {
      queue.checkRoom(true);
      queue.enter(waiting(id));
    }
    assert.throws(() => queue.checkRoom(true), /5 wait, which is as many as may wait/);
  });

  it('keeps the place of one that is let in but begins later', () => {
    queue.reserve('debugged');
    queue.enter(waiting('other'));
    assert.deepEqual(begun, []);
    queue.enter(waiting('debugged'));
    assert.deepEqual(begun, ['debugged']);
    queue.leave('debugged');
    assert.deepEqual(begun, ['debugged', 'other']);
  });

  it('lets one that gave up its turn come back at its old place', () => {
    for (const [id, created] of [['running', 0], ['a', 1], ['b', 2], ['c', 3]] as const) queue.enter(waiting(id, { created }));
    queue.leave('a');
    queue.enter(waiting('a', { created: 1 }));
    queue.leave('running');
    assert.deepEqual(begun, ['running', 'a']);
  });

  it('lets in more when the limit grows', () => {
    for (const id of ['a', 'b', 'c']) queue.enter(waiting(id));
    limit = 3;
    queue.letIn();
    assert.deepEqual(begun, ['a', 'b', 'c']);
  });

  it('does not go deeper with each that ends as soon as it begins', () => {
    const count = 20_000;
    queue.enter(waiting('first'));
    for (let i = 0; i < count; i++) queue.enter(waiting(`q${i}`, { begin: () => (begun.push(`q${i}`), queue.leave(`q${i}`)) }));
    queue.leave('first');
    assert.equal(begun.length, count + 1);
  });

  it('lets what is scheduled wait for its time without a place, and then for its turn', async () => {
    const soon = Date.now() + 600;
    queue.enter(waiting('later', { notBefore: soon + 40, priority: 9 }));
    queue.enter(waiting('soon', { notBefore: soon }));
    queue.enter(waiting('now'));
    queue.enter(waiting('past', { notBefore: 1 }));
    assert.deepEqual(begun, ['now']);
    queue.leave('now');
    assert.deepEqual(begun, ['now', 'past']);
    queue.leave('past');
    await until(() => begun.includes('soon'));
    assert.ok(Date.now() >= soon);
    queue.leave('soon');
    await until(() => begun.includes('later'));
    assert.deepEqual(begun, ['now', 'past', 'soon', 'later']);
  });
});
