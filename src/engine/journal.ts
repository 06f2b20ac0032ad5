import type { LogEntry } from '../execution/listing.ts';
import type { JsonText } from '../execution/record.ts';
import type { ExecutionLog } from './executionLog.ts';
import type { ExecutionStore } from './store.ts';

/** What is about to be appended. */
export interface NewEntry {
  /** A word of the kind of program, such as `answer`. */
  readonly kind: string;
  /** Its shape is known to whoever wrote it. */
  readonly data: JsonText;
}

/** One thing that came to an execution from outside. */
export interface JournalEntry extends NewEntry {
  /** Counts up from 1 within the execution. */
  readonly number: number;
  /** RFC 3339. */
  readonly time: string;
}

/**
 * All that came to one execution from outside, in order. With its program and input it gives the whole run again:
 * what lies between two entries is computed, so nothing else is kept.
 */
export interface Journal {
  entries(): readonly JournalEntry[];
  /** On disk when this returns, and with it everything appended before. Throws `StoreError`. */
  append(kind: string, data: JsonText): JournalEntry;
  /** Several at once, with what is logged together with them: all or nothing. Throws `StoreError`. */
  appendAll(entries: readonly NewEntry[], logs?: readonly LogEntry[]): readonly JournalEntry[];
  /** Forgets the entries after this number, as when an execution goes back to a savepoint. */
  truncate(number: number): void;
}

/** The journal of an execution of this process, which alone writes it. */
export class StoreJournal implements Journal {
  readonly #store: ExecutionStore;
  readonly #id: string;
  readonly #log: ExecutionLog;
  /** The number of the last entry; undefined until it is needed. */
  #last: number | undefined;

  constructor(store: ExecutionStore, id: string, log: ExecutionLog) {
    this.#store = store;
    this.#id = id;
    this.#log = log;
  }

  entries(): readonly JournalEntry[] {
    const entries = this.#store.journal(this.#id);
    this.#last = entries.at(-1)?.number ?? 0;
    return entries;
  }

  append(kind: string, data: JsonText): JournalEntry {
    return this.appendAll([{ kind, data }])[0]!;
  }

  appendAll(entries: readonly NewEntry[], logs: readonly LogEntry[] = []): readonly JournalEntry[] {
    const last = this.#last ?? this.#store.journalEnd(this.#id);
    const time = new Date().toISOString();
    const added = entries.map((entry, i): JournalEntry => ({ ...entry, number: last + i + 1, time }));
    this.#log.write(logs, (kept) => this.#store.appendJournal(this.#id, added, kept));
    this.#last = last + added.length;
    return added;
  }

  truncate(number: number): void {
    this.#store.truncateJournal(this.#id, number);
    this.#last = undefined;
  }
}
