import type { ExecutionPage, ListQuery, LogEntry } from '../execution/listing.ts';
import type { Execution } from '../execution/record.ts';
import { isTerminal } from '../execution/state.ts';
import { readPageToken, writePageToken } from './pageToken.ts';
import { revisionDigest, revisionName } from './revision.ts';
import { NameTaken, pageSizeLimit, StoreError, type ExecutionStore, type NewExecution, type StoreChange } from './store.ts';

interface Kept {
  readonly row: number;
  execution: Execution;
  readonly logs: LogEntry[];
}

/** Keeps executions as long as the process lives: for a Node without SQLite, and where nothing should stay behind. */
export class MemoryStore implements ExecutionStore {
  readonly durable = false;
  readonly #kept = new Map<string, Kept>();
  readonly #revisions = new Map<string, { number: number; digest: string }>();
  #rows = 0;

  insert(execution: NewExecution, environment: string): Execution {
    for (const { execution: other } of this.#kept.values()) {
      if (other.name === execution.name) throw new NameTaken(`There is already an execution named ${JSON.stringify(execution.name)}.`);
    }
    const digest = revisionDigest(execution.script, environment);
    let revision = this.#revisions.get(execution.program);
    if (revision?.digest !== digest) {
      revision = { number: (revision?.number ?? 0) + 1, digest };
      this.#revisions.set(execution.program, revision);
    }
    const added: Execution = { ...execution, workflow_revision_id: revisionName(revision.number, digest) };
    this.#kept.set(added.id, { row: ++this.#rows, execution: added, logs: [] });
    return added;
  }

  update(execution: Execution): void {
    const kept = this.#kept.get(execution.id);
    if (kept && !isTerminal(kept.execution.state)) kept.execution = execution;
  }

  get(id: string): Execution | undefined {
    return this.#kept.get(id)?.execution;
  }

  find(reference: string): Execution | undefined {
    const all = [...this.#kept.values()].map((kept) => kept.execution);
    const exact = this.get(reference) ?? all.find((execution) => execution.name === reference);
    if (exact || reference.length < 4) return exact;
    const matching = all.filter((execution) => execution.id.startsWith(reference.toLowerCase()));
    if (matching.length > 1) throw new StoreError(`Several executions begin with ${reference}: give more of the id.`);
    return matching[0];
  }

  list(query: ListQuery): ExecutionPage {
    const size = Math.min(Math.max(1, Math.floor(query.pageSize)), pageSizeLimit);
    const before = this.#before(query);
    const rows = [...this.#kept.values()]
      .filter(({ row, execution }) => row < before && (query.everywhere === true || execution.parent_execution_id === query.parent) && (query.program === undefined || execution.program === query.program) && (query.states?.includes(execution.state) ?? true))
      .sort((left, right) => right.row - left.row);
    const page = rows.slice(0, size);
    return { executions: page.map((kept) => kept.execution), nextPageToken: rows.length > size ? writePageToken(page.at(-1)!.row, query) : undefined };
  }

  #before(query: ListQuery): number {
    if (query.after !== undefined) return this.#kept.get(query.after)?.row ?? 0;
    return query.pageToken === undefined ? Infinity : readPageToken(query.pageToken, query);
  }

  delete(id: string): boolean {
    return this.#kept.delete(id);
  }

  appendLog(id: string, entry: LogEntry): void {
    this.#kept.get(id)?.logs.push(entry);
  }

  logs(id: string): LogEntry[] {
    return [...(this.#kept.get(id)?.logs ?? [])];
  }

  requestCancel(): void {
    throw new StoreError('No other process shares these executions.');
  }

  cancelRequests(): string[] {
    return [];
  }

  changesElsewhere(): StoreChange[] {
    return [];
  }

  close(): void {
    this.#kept.clear();
  }
}
