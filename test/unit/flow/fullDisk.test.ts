import assert from 'node:assert/strict';
import type { JournalEntry, NewEntry } from '../../../src/engine/journal.ts';
import { StoreError } from '../../../src/engine/store.ts';
import type { LogEntry } from '../../../src/execution/listing.ts';
import { until } from '../engine/launching.ts';
import { hostFlow, KeptJournal } from './hosting.ts';

/** A journal on a disk that is full at times. */
class FullJournal extends KeptJournal {
  isFull = false;
  refused = 0;
  /** Fills up when this is in a log entry, which is not kept then. */
  fillsAt = 'second';

  override appendAll(entries: readonly NewEntry[], logs: readonly LogEntry[] = []): readonly JournalEntry[] {
    if (this.refused === 0 && entries.some(({ data }) => data.includes(this.fillsAt))) this.isFull = true;
    if (this.isFull) {
      this.refused++;
      throw new StoreError('The disk is full.');
    }
    return super.appendAll(entries, logs);
  }
}

const script = `def handler(system, this, inputs):
  this.log('first')
  this.log('second')
  this.sleep(0.01)
  this.log('third')
  return 'done'
`;

describe('a flow on a full disk', () => {
  it('waits, says why, and goes on when there is room; nothing is lost or done twice', async () => {
    const journal = new FullJournal();
    const run = await hostFlow(script, { journal });
    run.host.go();
    // It is tried again and again.
    await until(() => journal.refused > 1);
    assert.deepEqual(run.texts, ['first']);
    assert.equal(run.waits, 'Waiting until its journal can be written: The disk is full.');
    assert.equal(run.host.state, 'going');
    journal.isFull = false;
    assert.deepEqual(await run.ended, { kind: 'returned', result: '"done"', message: '' });
    assert.deepEqual(run.texts, ['first', 'second', 'third']);
    assert.equal(run.waits, undefined);
    assert.deepEqual(journal.kept.map(({ number }) => number), journal.kept.map((_, index) => index + 1));
  });

  it('can be cancelled while it waits', async () => {
    const journal = new FullJournal();
    const run = await hostFlow(script, { journal });
    run.host.go();
    await until(() => journal.refused > 0);
    run.host.cancel();
    assert.equal((await run.ended).kind, 'cancelled');
  });
});
