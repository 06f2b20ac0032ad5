import type { Journal, JournalEntry, NewEntry } from '../../../src/engine/journal.ts';
import { StoreError } from '../../../src/engine/store.ts';

/** A journal as a store keeps it, which can be made to fail. */
export class MemoryJournal implements Journal {
  kept: JournalEntry[] = [];
  /** Why nothing can be kept. */
  trouble: string | undefined;

  constructor(kept: readonly JournalEntry[] = []) {
    this.kept = [...kept];
  }

  entries(): readonly JournalEntry[] {
    return [...this.kept];
  }

  append(kind: string, data: string): JournalEntry {
    return this.appendAll([{ kind, data }])[0]!;
  }

  appendAll(entries: readonly NewEntry[]): readonly JournalEntry[] {
    if (this.trouble !== undefined) throw new StoreError(this.trouble);
    const added = entries.map((entry, i): JournalEntry => ({ ...entry, number: this.kept.length + i + 1, time: new Date().toISOString() }));
    this.kept.push(...added);
    return added;
  }

  truncate(number: number): void {
    this.kept = this.kept.filter((entry) => entry.number <= number);
  }
}
