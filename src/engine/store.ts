import type { Execution, JsonText } from '../execution/record.ts';
import type { ExecutionGroup } from '../execution/grouping.ts';
import type { ExecutionPage, GroupQuery, LabelUse, ListQuery, LogEntry } from '../execution/listing.ts';
import type { FlowTables } from './flows/flowTables.ts';
import type { HistoryPart } from './history/parts.ts';
import type { JournalEntry } from './journal.ts';
import type { OperationTable } from './operationTable.ts';
import type { Places } from './places.ts';
import type { ExecutionScanner } from './scan.ts';

/** Where executions are kept. Synchronous: every operation is one short statement on a local database or memory. */
export interface ExecutionStore extends ExecutionScanner {
  /** False where records end with the process. */
  readonly durable: boolean;
  /** Records, files, messages and locks of flows. */
  readonly flows: FlowTables;
  /** Operations of the API. */
  readonly operations: OperationTable;
  /** Who may run, where processes share this store. */
  readonly places: Places;

  /** Does something during which no other process writes. What it writes all happens, or where it throws nothing. */
  alone<T>(action: () => T): T;
  /** Throws `StoreError` where nothing can be written now, as on a full disk. */
  checkWritable(): void;

  /**
   * Adds a new execution. The revision of its script and environment (JSON text) is found or made in the same step,
   * where it is not the deployed one that is named. `kept` is what resuming it needs beside the record. Throws
   * `NameTaken`.
   */
  insert(execution: NewExecution, environment: string, revision?: string, kept?: JsonText): Execution;
  /**
   * Replaces everything that may change while an execution lives, and adds the last steps of its history. Unknown ids and
   * ended executions are left alone.
   */
  update(execution: Execution, steps?: readonly HistoryPart[]): void;
  /**
   * As `update`, together with what is written next, at the latest in a moment: for an end that the journal gives again.
   * Whoever asks this store finds it at once. `failed` is told where it could not be written.
   */
  updateSoon(execution: Execution, steps: readonly HistoryPart[], failed: (error: StoreError) => void): void;
  /** Replaces also what a living execution was started with, such as its name. Throws `NameTaken`. */
  revise(execution: Execution): void;
  get(id: string): Execution | undefined;
  /** By id, or by a name or a unique beginning of an id, as people type them. Throws `StoreError` for an ambiguous one. */
  find(reference: string): Execution | undefined;
  list(query: ListQuery): ExecutionPage;
  /** The groups of a list with their sizes, in their order: at most `groupLimit`. */
  groups(query: GroupQuery): ExecutionGroup[];
  /** The labels of executions at the root, those of most executions first. */
  labels(limit: number): LabelUse[];
  /** Takes an execution out of every list but that of the deleted ones; false where there is none. `time` is RFC 3339. */
  delete(id: string, time: string): boolean;
  /** One that is deleted and not yet removed for good. */
  getDeleted(id: string): Execution | undefined;
  /** Takes a deleted execution back into the lists, under another name where its own is taken; undefined where there is none. */
  restore(id: string): Execution | undefined;
  /** The ids of what was deleted with an execution, at the same moment, itself among them. */
  deletedWith(id: string): string[];
  /** Removes ended and deleted executions for good that the rule lets go: at most `limit`. Gives how many there were. */
  purge(rule: PurgeRule, limit: number): number;

  appendLog(id: string, entry: LogEntry): void;
  logs(id: string): LogEntry[];

  /** The stored parts of an execution's history of steps: see `history/parts.ts`. */
  steps(id: string): Uint8Array[];
  /** Adds parts, and replaces those of the same numbers: all or nothing. */
  writeSteps(id: string, parts: readonly HistoryPart[]): void;
  deleteSteps(id: string): void;

  /** What came to an execution from outside, in order. */
  journal(id: string): JournalEntry[];
  /** The number of the last entry; 0 where there is none. */
  journalEnd(id: string): number;
  /** Adds entries, and what is logged with them: all or nothing, and on disk when it returns. */
  appendJournal(id: string, entries: readonly JournalEntry[], logs: readonly LogEntry[]): void;
  /** Removes the entries after a number. */
  truncateJournal(id: string, number: number): void;
  /** What resuming an execution needs beside its record. */
  kept(id: string): Kept | undefined;
  /** Milliseconds that a living execution has run, without pauses. */
  noteRan(id: string, milliseconds: number): void;

  /** Takes over what belongs to processes that no longer run, so that no other process does. Oldest first. */
  claimAbandoned(): Execution[];
  /** Takes over one execution, if its process no longer runs. */
  claim(id: string): boolean;
  /** Lets go of this process's executions: whoever asks next may take them over. */
  release(ids: readonly string[]): void;

  /** Asks the process that runs the execution to end it. */
  requestCancel(id: string): void;
  /** Executions of this process that another one asked to end. */
  cancelRequests(): string[];
  /** Asks the process that runs the execution to pause it or to let it go on. */
  requestPause(id: string, pause: boolean): void;
  /** Executions of this process that another one asked to pause or resume, each told once. */
  pauseRequests(): { readonly id: string; readonly pause: boolean }[];
  /** Asks the process that runs the execution, or the next one that does, to take it back to a savepoint. */
  requestGoBack(id: string, savepoint: string): void;
  /** Executions of this process that another one asked to go back; told until they are answered. */
  goBackRequests(): { readonly id: string; readonly savepoint: string }[];
  /** It went back, or why not. */
  answerGoBack(id: string, refusal: string | undefined): void;
  /** What has become of the last request. */
  goBackRequest(id: string): GoBackRequest;
  /** Takes a moment (milliseconds since the epoch) of a schedule for this process: false where it, or a later one, is taken. */
  claimSchedule(id: string, time: number): boolean;
  /** The last moment of a schedule that was taken. */
  scheduleTime(id: string): number | undefined;
  /** What other processes changed since this was last asked. */
  changesElsewhere(): StoreChange[];
  close(): void;
}

export interface GoBackRequest {
  /** Nobody has taken it yet. */
  readonly isOpen: boolean;
  readonly refusal: string | undefined;
}

export interface Kept {
  /** As the kind of program wrote it. */
  readonly data: JsonText;
  /** Milliseconds. */
  readonly ran: number;
  /** Characters that it has logged. */
  readonly logged: number;
}

export type StoreChange = { readonly kind: 'created' | 'updated'; readonly execution: Execution } | { readonly kind: 'deleted'; readonly id: string };

/** What may be removed for good. Times are RFC 3339; a rule that is not given removes nothing. */
export interface PurgeRule {
  /** Ended before it. */
  readonly endedBefore?: string | undefined;
  /** All but so many of the newest at the root, with their children. */
  readonly keep?: number | undefined;
  /** Deleted before it. */
  readonly deletedBefore?: string | undefined;
}

/** A record without what the store finds out itself. */
export type NewExecution = Omit<Execution, 'workflow_revision_id'>;

export const pageSizeLimit = 1000;

/** The store could not do it; the message is shown as it is. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
}

export class NameTaken extends StoreError {
  override readonly name = 'NameTaken';
}

/** The Node that runs this has no SQLite. */
export class StoreUnavailable extends StoreError {
  override readonly name = 'StoreUnavailable';
}

/** Something happened on opening that the user should know, such as a damaged file that was moved aside. */
export interface StoreNotice {
  readonly message: string;
}
