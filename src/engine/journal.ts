import type { JsonText } from '../execution/record.ts';

/** One thing that came to an execution from outside. */
export interface JournalEntry {
  /** Counts up from 1 within the execution. */
  readonly number: number;
  /** RFC 3339. */
  readonly time: string;
  /** A word of the kind of program, such as `answer`. */
  readonly kind: string;
  /** Its shape is known to whoever wrote it. */
  readonly data: JsonText;
}

/**
 * All that came to one execution from outside, in order. With its program and input it gives the whole run again:
 * what lies between two entries is computed, so nothing else is kept.
 */
export interface Journal {
  entries(): readonly JournalEntry[];
  /** On disk when this returns, and with it everything appended before. Throws `StoreError`. */
  append(kind: string, data: JsonText): JournalEntry;
  /** Forgets the entries after this number, as when an execution goes back to a savepoint. */
  truncate(number: number): void;
}
