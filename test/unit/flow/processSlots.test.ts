import assert from 'node:assert/strict';
import { ProcessSlots, type Slot } from '../../../src/engine/flows/processSlots.ts';

describe('places of processes', () => {
  const limits = { busy: 2, living: 3, utmost: 5 };
  let slots: ProcessSlots;
  let begun: string[];
  beforeEach(() => {
    slots = new ProcessSlots(limits);
    begun = [];
  });
  const enter = (name: string, priority = 0): Slot => slots.enter(priority, () => begun.push(name));

  it('let as many compute as the limit, the others by priority and age', () => {
    const [first] = ['a', 'b', 'c', 'd'].map((name) => enter(name));
    enter('important', 5);
    assert.deepEqual(begun, ['a', 'b']);
    first!.end();
    assert.deepEqual(begun, ['a', 'b', 'important']);
  });

  it('are given to others while one waits, and had again before it goes on', () => {
    const a = enter('a');
    enter('b');
    enter('c');
    a.rest();
    assert.deepEqual(begun, ['a', 'b', 'c']);
    const proceeded: string[] = [];
    a.resume(() => proceeded.push('a'));
    assert.deepEqual(proceeded, []);
    enter('d').end();
    slots.enter(0, () => begun.push('e'));
    assert.deepEqual(begun, ['a', 'b', 'c']);
  });

  it('go first to those that go on', () => {
    const a = enter('a');
    const b = enter('b');
    enter('c', 9);
    a.rest();
    assert.deepEqual(begun, ['a', 'b', 'c']);
    enter('d', 9);
    a.resume(() => begun.push('a again'));
    b.end();
    assert.deepEqual(begun, ['a', 'b', 'c', 'a again']);
  });

  it('are not more than there is room for, even where all wait; but where nobody could go on, they are', () => {
    const all = ['a', 'b', 'c'].map((name) => {
      const slot = enter(name);
      slot.rest();
      return slot;
    });
    assert.equal(slots.living, 3);
    // All wait, maybe for what has not begun.
    const d = enter('d');
    assert.deepEqual(begun, ['a', 'b', 'c', 'd']);
    enter('e');
    assert.deepEqual(begun, ['a', 'b', 'c', 'd'], 'd computes and may end what they wait for');
    d.rest();
    assert.deepEqual(begun, ['a', 'b', 'c', 'd', 'e']);
    enter('f');
    assert.equal(slots.living, limits.utmost);
    all[0]!.end();
    assert.deepEqual(begun, ['a', 'b', 'c', 'd', 'e'], 'e computes');
  });

  it('are free again when one ends that never began', () => {
    enter('a');
    enter('b');
    const c = enter('c');
    assert.equal(c.isWaiting, true);
    c.end();
    assert.equal(slots.busy, 2);
    assert.equal(slots.living, 2);
  });
});
