import { filterOf } from '../execution/criterion.ts';
import { compareValues } from '../execution/ordering.ts';
import { executionFilter, executionOrder } from '../execution/queryFields.ts';
import { groupKey, type ExecutionGroup } from '../execution/grouping.ts';
import type { ExecutionPage, GroupQuery, LabelUse, ListQuery, LogEntry } from '../execution/listing.ts';
import { storedFields } from '../execution/recordQuery.ts';
import type { Execution, JsonText } from '../execution/record.ts';
import { isTerminal } from '../execution/state.ts';
import { memoryFlowTables } from './flows/flowTables.ts';
import type { HistoryPart } from './history/parts.ts';
import type { JournalEntry } from './journal.ts';
import { MemoryOperations } from './operationTable.ts';
import { ownPlaces } from './places.ts';
import { restoredName } from './sqliteDeletions.ts';
import { groupsAmong, labelsAmong } from './sqliteGroups.ts';
import { wrongClock } from './sqliteRequests.ts';
import { readPageToken, writePageToken } from './pageToken.ts';
import type { ScanPart, ScanPlace, ScanQuery } from './scan.ts';
import { revisionDigest, revisionName } from './revision.ts';
import { NameTaken, pageSizeLimit, StoreError, type ExecutionStore, type GoBackRequest, type Kept as KeptForResuming, type NewExecution, type PurgeRule, type StoreChange } from './store.ts';

interface Kept {
  readonly row: number;
  execution: Execution;
  readonly logs: LogEntry[];
  /** By number. */
  readonly steps: Map<number, Uint8Array>;
  journal: JournalEntry[];
  readonly kept: JsonText;
}

/** Keeps executions as long as the process lives: for a Node without SQLite, and where nothing should stay behind. */
export class MemoryStore implements ExecutionStore {
  readonly durable = false;
  readonly flows = memoryFlowTables();
  readonly operations = new MemoryOperations();
  readonly places = ownPlaces;
  readonly #kept = new Map<string, Kept>();
  readonly #revisions = new Map<string, { number: number; digest: string }>();
  readonly #schedules = new Map<string, number>();
  #rows = 0;

  alone<T>(action: () => T): T {
    return action();
  }

  checkWritable(): void {
    // Memory takes what there is.
  }

  insert(execution: NewExecution, environment: string, _revision?: string, kept: JsonText = 'null'): Execution {
    for (const { execution: other } of this.#kept.values()) {
      if (other.deleted_at === undefined && other.name === execution.name) throw new NameTaken(`There is already an execution named ${JSON.stringify(execution.name)}.`);
    }
    const digest = revisionDigest(execution.script, environment);
    let revision = this.#revisions.get(execution.program);
    if (revision?.digest !== digest) {
      revision = { number: (revision?.number ?? 0) + 1, digest };
      this.#revisions.set(execution.program, revision);
    }
    const added: Execution = { ...execution, workflow_revision_id: revisionName(revision.number, digest) };
    this.#kept.set(added.id, { row: ++this.#rows, execution: added, logs: [], steps: new Map(), journal: [], kept });
    return added;
  }

  update(execution: Execution, steps: readonly HistoryPart[] = []): void {
    this.writeSteps(execution.id, steps);
    const kept = this.#kept.get(execution.id);
    if (kept && !isTerminal(kept.execution.state)) kept.execution = execution;
  }

  updateSoon(execution: Execution, steps: readonly HistoryPart[]): void {
    this.update(execution, steps);
  }

  revise(execution: Execution): void {
    for (const { execution: other } of this.#kept.values()) {
      if (other.id !== execution.id && other.deleted_at === undefined && other.name === execution.name) throw new NameTaken(`There is already an execution named ${JSON.stringify(execution.name)}.`);
    }
    this.update(execution);
  }

  get(id: string): Execution | undefined {
    return this.#alive(id)?.execution;
  }

  find(reference: string): Execution | undefined {
    const all = [...this.#kept.values()].map((kept) => kept.execution).filter(({ deleted_at }) => deleted_at === undefined);
    const exact = this.get(reference) ?? all.find((execution) => execution.name === reference);
    if (exact || reference.length < 4) return exact;
    const matching = all.filter((execution) => execution.id.startsWith(reference.toLowerCase()));
    if (matching.length > 1) throw new StoreError(`Several executions begin with ${reference}: give more of the id.`);
    return matching[0];
  }

  list(query: ListQuery): ExecutionPage {
    const size = Math.min(Math.max(1, Math.floor(query.pageSize)), pageSizeLimit);
    const before = this.#before(query);
    const { criterion, group } = query;
    const holds = criterion ? filterOf(criterion, storedFields) : (): boolean => true;
    const isChosen = (execution: Execution): boolean => holds(execution) && (!group || groupKey(execution, group.grouping) === group.key);
    const rows = [...this.#kept.values()]
      .filter(({ row, execution }) => (query.oldestFirst === true ? row > before : row < before) && (query.deleted === true ? execution.deleted_at !== undefined && this.getDeleted(rootOf(execution) ?? '') === undefined : execution.deleted_at === undefined && (query.everywhere === true || rootOf(execution) === query.parent)) && (query.program === undefined || execution.program === query.program) && (query.states?.includes(execution.state) ?? true) && isChosen(execution))
      .sort((left, right) => (query.oldestFirst === true ? left.row - right.row : right.row - left.row));
    const page = rows.slice(0, size);
    return { executions: page.map((kept) => kept.execution), nextPageToken: rows.length > size ? writePageToken(page.at(-1)!.row, query) : undefined };
  }

  groups(query: GroupQuery): ExecutionGroup[] {
    return groupsAmong(this.#atRoot(query.deleted === true), query);
  }

  labels(limit: number): LabelUse[] {
    return labelsAmong(this.#atRoot(false), limit);
  }

  #atRoot(deleted: boolean): Execution[] {
    const isShown = (execution: Execution): boolean => (deleted ? execution.deleted_at !== undefined && this.getDeleted(rootOf(execution) ?? '') === undefined : execution.deleted_at === undefined && rootOf(execution) === undefined);
    return [...this.#kept.values()].map(({ execution }) => execution).filter(isShown);
  }

  /** All at once: there are no more than one process made. */
  scan({ program, criterion, order, oldestFirst, after, limit }: ScanQuery, from?: number): ScanPart {
    const holds = criterion ? filterOf(criterion, executionFilter) : (): boolean => true;
    const isUp = order.length === 0 && oldestFirst === true;
    const compare = (left: ScanPlace, right: ScanPlace): number => compareValues(order, valuesOf(left), valuesOf(right)) || (isUp ? left.row - right.row : right.row - left.row);
    const found = [...this.#kept.values()]
      .filter(({ row, execution }) => execution.deleted_at === undefined && execution.program === program && (from === undefined || (isUp ? row > from : row < from)) && holds(execution))
      .map(({ row, execution }): ScanPlace => ({ row, keys: order.map(({ field }) => executionOrder.get(field)?.(execution) ?? null) }))
      .filter((place) => order.length === 0 || !after || compare(after, place) < 0)
      .sort(compare)
      .slice(0, limit);
    return { found, certain: true, next: order.length === 0 && found.length >= limit ? found.at(-1)?.row : undefined };
  }

  at(row: number): Execution | undefined {
    const kept = [...this.#kept.values()].find((candidate) => candidate.row === row);
    return kept?.execution.deleted_at === undefined ? kept?.execution : undefined;
  }

  #before(query: ListQuery): number {
    if (query.after !== undefined) return this.#kept.get(query.after)?.row ?? (query.oldestFirst === true ? Infinity : 0);
    if (query.pageToken !== undefined) return readPageToken(query.pageToken, query);
    return query.oldestFirst === true ? 0 : Infinity;
  }

  delete(id: string, time: string): boolean {
    const kept = this.#alive(id);
    if (kept) kept.execution = { ...kept.execution, deleted_at: time };
    return kept !== undefined;
  }

  getDeleted(id: string): Execution | undefined {
    const kept = this.#kept.get(id);
    return kept?.execution.deleted_at === undefined ? undefined : kept.execution;
  }

  restore(id: string): Execution | undefined {
    const kept = this.#kept.get(id);
    if (kept?.execution.deleted_at === undefined) return undefined;
    const { name } = kept.execution;
    const taken = [...this.#kept.values()].some(({ execution }) => execution.deleted_at === undefined && execution.name === name);
    kept.execution = { ...kept.execution, deleted_at: undefined, name: taken ? restoredName(name, id) : name };
    return kept.execution;
  }

  deletedWith(id: string): string[] {
    const first = this.getDeleted(id);
    if (!first) return [];
    const below = [...this.#kept.values()].filter(({ execution }) => rootOf(execution) === id && execution.deleted_at === first.deleted_at);
    return [id, ...below.flatMap(({ execution }) => this.deletedWith(execution.id))];
  }

  /** Only what was deleted: the rest goes with the process. */
  purge({ deletedBefore }: PurgeRule, limit: number): number {
    const gone = [...this.#kept.values()].filter(({ execution: { deleted_at } }) => deleted_at !== undefined && deletedBefore !== undefined && deleted_at < deletedBefore).slice(0, limit);
    for (const { execution } of gone) this.#kept.delete(execution.id);
    return gone.length;
  }

  #alive(id: string): Kept | undefined {
    const kept = this.#kept.get(id);
    return kept?.execution.deleted_at === undefined ? kept : undefined;
  }

  appendLog(id: string, entry: LogEntry): void {
    this.#kept.get(id)?.logs.push(entry);
  }

  logs(id: string): LogEntry[] {
    return [...(this.#kept.get(id)?.logs ?? [])];
  }

  steps(id: string): Uint8Array[] {
    return [...(this.#kept.get(id)?.steps.values() ?? [])];
  }

  writeSteps(id: string, parts: readonly HistoryPart[]): void {
    for (const { part, data } of parts) this.#kept.get(id)?.steps.set(part, data);
  }

  deleteSteps(id: string): void {
    this.#kept.get(id)?.steps.clear();
  }

  journal(id: string): JournalEntry[] {
    return [...(this.#kept.get(id)?.journal ?? [])];
  }

  journalEnd(id: string): number {
    return this.#kept.get(id)?.journal.at(-1)?.number ?? 0;
  }

  appendJournal(id: string, entries: readonly JournalEntry[], logs: readonly LogEntry[]): void {
    const kept = this.#kept.get(id);
    kept?.journal.push(...entries);
    kept?.logs.push(...logs);
  }

  truncateJournal(id: string, number: number): void {
    const kept = this.#kept.get(id);
    if (kept) kept.journal = kept.journal.filter((entry) => entry.number <= number);
  }

  kept(id: string): KeptForResuming | undefined {
    const kept = this.#kept.get(id);
    return kept && { data: kept.kept, ran: 0, logged: 0 };
  }

  noteRan(): void {
    // It ends with the process: nobody would ask.
  }

  claimAbandoned(): Execution[] {
    return [];
  }

  claim(): boolean {
    return false;
  }

  release(): void {
    // No other process could take over.
  }

  requestCancel(): void {
    throw new StoreError('No other process shares these executions.');
  }

  cancelRequests(): string[] {
    return [];
  }

  requestPause(): void {
    throw new StoreError('No other process shares these executions.');
  }

  pauseRequests(): [] {
    return [];
  }

  requestGoBack(): void {
    throw new StoreError('No other process shares these executions.');
  }

  goBackRequests(): [] {
    return [];
  }

  answerGoBack(): void {
    throw new StoreError('No other process shares these executions.');
  }

  goBackRequest(): GoBackRequest {
    return { isOpen: false, refusal: undefined };
  }

  claimSchedule(id: string, time: number): boolean {
    const taken = this.#schedules.get(id) ?? -Infinity;
    if (taken >= time && taken <= time + wrongClock) return false;
    this.#schedules.set(id, time);
    return true;
  }

  scheduleTime(id: string): number | undefined {
    return this.#schedules.get(id);
  }

  changesElsewhere(): StoreChange[] {
    return [];
  }

  close(): void {
    this.#kept.clear();
  }
}

function valuesOf({ keys }: ScanPlace): readonly (string | number | undefined)[] {
  return keys.map((key) => key ?? undefined);
}

/** The execution it is listed below: an orphan stands at the root. */
function rootOf({ orphan, parent_execution_id }: Execution): string | undefined {
  return orphan ? undefined : parent_execution_id;
}
