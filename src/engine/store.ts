import type { Execution } from '../execution/record.ts';
import type { ExecutionPage, ListQuery, LogEntry } from '../execution/listing.ts';

/** Where executions are kept. Synchronous: every operation is one short statement on a local database or memory. */
export interface ExecutionStore {
  /** False where records end with the process. */
  readonly durable: boolean;

  /**
   * Adds a new execution. The revision of its script and environment (JSON text) is found or made in the same step,
   * where it is not the deployed one that is named. Throws `NameTaken`.
   */
  insert(execution: NewExecution, environment: string, revision?: string): Execution;
  /** Replaces everything that may change while an execution lives. Unknown ids and ended executions are left alone. */
  update(execution: Execution): void;
  get(id: string): Execution | undefined;
  /** By id, or by a name or a unique beginning of an id, as people type them. Throws `StoreError` for an ambiguous one. */
  find(reference: string): Execution | undefined;
  list(query: ListQuery): ExecutionPage;
  /** Removes an execution from every list; false where there is none. */
  delete(id: string): boolean;

  appendLog(id: string, entry: LogEntry): void;
  logs(id: string): LogEntry[];

  /** Asks the process that runs the execution to end it. */
  requestCancel(id: string): void;
  /** Executions of this process that another one asked to end. */
  cancelRequests(): string[];
  /** What other processes changed since this was last asked. */
  changesElsewhere(): StoreChange[];
  close(): void;
}

export type StoreChange = { readonly kind: 'created' | 'updated'; readonly execution: Execution } | { readonly kind: 'deleted'; readonly id: string };

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
