import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ExecutionGroup } from '../execution/grouping.ts';
import type { ExecutionPage, GroupQuery, LabelUse, ListQuery, LogEntry } from '../execution/listing.ts';
import type { Execution, JsonText } from '../execution/record.ts';
import { sqliteFlowTables, type FlowTables } from './flows/flowTables.ts';
import type { HistoryPart } from './history/parts.ts';
import { SqliteHistories } from './history/sqliteHistories.ts';
import type { JournalEntry } from './journal.ts';
import { SqliteOperations, type OperationTable } from './operationTable.ts';
import { thisOwner } from './owner.ts';
import { SqlitePlaces, type Places } from './places.ts';
import type { ScanPart, ScanQuery } from './scan.ts';
import { nextChange, SqliteChanges } from './sqliteChanges.ts';
import { SqliteDatabase, StoreDamaged } from './sqliteDatabase.ts';
import { SqliteJournals } from './sqliteJournals.ts';
import { SqliteOwners } from './sqliteOwners.ts';
import { SqliteDeletions } from './sqliteDeletions.ts';
import { groupsAmong, groupsOf, labelsOf } from './sqliteGroups.ts';
import { SqliteReading } from './sqliteReading.ts';
import { SqliteRequests } from './sqliteRequests.ts';
import { scanDatabase } from './sqliteScan.ts';
import { namedRevision, revisionOf } from './sqliteRevisions.ts';
import { NameTaken, pageSizeLimit, StoreError, type ExecutionStore, type GoBackRequest, type Kept, type NewExecution, type PurgeRule, type StoreChange, type StoreNotice } from './store.ts';
import { fixedText, living, varyingText } from './storeRows.ts';
import { migrations } from './storeSchema.ts';

export interface SqliteStoreOptions {
  /** How long to wait for another process that is writing, in milliseconds. */
  readonly busyTimeout?: number;
  /** Told what the user should know before anything is done about it. */
  readonly notice?: (notice: StoreNotice) => void;
}

/**
 * Opens or makes the store in a file. Throws `StoreUnavailable` on a Node without SQLite and `StoreError` where the
 * file is locked, newer than this program or cannot be written. A damaged file is moved aside and a fresh one begun.
 */
export function openSqliteStore(file: string, options: SqliteStoreOptions = {}): ExecutionStore {
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (error) {
    throw new StoreError(`The folder for executions cannot be made: ${(error as Error).message}`);
  }
  try {
    return new SqliteStore(file, options);
  } catch (error) {
    if (!(error instanceof StoreDamaged)) throw error;
    moveAside(file, error.message, options.notice);
    return new SqliteStore(file, options);
  }
}

function moveAside(file: string, why: string, notice: SqliteStoreOptions['notice']): void {
  const aside = `${file}.damaged-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  notice?.({ message: `${why} It is kept as ${aside}, and a new list of executions begins.` });
  try {
    // The log of unfinished writes goes first: a new database must never meet an old one's.
    for (const suffix of ['-wal', '-shm', '']) if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  } catch (error) {
    throw new StoreError(`${why} It cannot be moved aside: ${(error as Error).message}`);
  }
}

class SqliteStore implements ExecutionStore {
  readonly durable = true;
  readonly flows: FlowTables;
  readonly operations: OperationTable;
  readonly places: Places;
  readonly #database: SqliteDatabase;
  readonly #journals: SqliteJournals;
  readonly #owners: SqliteOwners;
  readonly #histories: SqliteHistories;
  readonly #deletions: SqliteDeletions;
  readonly #requests: SqliteRequests;
  readonly #reading: SqliteReading;
  readonly #changes: SqliteChanges;

  constructor(file: string, options: SqliteStoreOptions) {
    this.#database = new SqliteDatabase(file, options.busyTimeout ?? 2000);
    this.#reading = new SqliteReading(this.#database);
    try {
      this.#database.migrate(migrations, (version) => {
        const known = `store version ${version}, this one reads up to ${migrations.length}`;
        return new StoreError(`${file} was written by a newer Stepthrough (${known}): update Stepthrough.`);
      });
      this.#changes = new SqliteChanges(this.#database, this.#reading);
    } catch (error) {
      this.#database.close();
      throw error;
    }
    this.#journals = new SqliteJournals(this.#database);
    this.#owners = new SqliteOwners(this.#database);
    this.#histories = new SqliteHistories(this.#database);
    this.#deletions = new SqliteDeletions(this.#database);
    this.#requests = new SqliteRequests(this.#database, this.#changes);
    this.flows = sqliteFlowTables(this.#database);
    this.places = new SqlitePlaces(this.#database);
    this.operations = new SqliteOperations(this.#database);
  }

  alone<T>(action: () => T): T {
    return this.#database.write(action);
  }

  checkWritable(): void {
    // Also a row that stays as it is has to be written.
    this.#database.run('UPDATE execution SET waits = waits WHERE row = (SELECT MAX(row) FROM execution)');
  }

  insert(execution: NewExecution, environment: string, deployed?: string, kept: JsonText = 'null'): Execution {
    return this.#database.write(() => {
      const revision = namedRevision(this.#database, execution.program, deployed) ?? revisionOf(this.#database, execution.program, execution.script, environment);
      try {
        this.#changes.make(
          `INSERT INTO execution (id, name, parent, state, revision, fixed, varying, owner_pid, owner_token, kept, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ${nextChange})`,
          execution.id,
          execution.name,
          // An orphan stands at the root.
          execution.orphan ? null : (execution.parent_execution_id ?? null),
          execution.state,
          revision.id,
          fixedText(execution),
          varyingText(execution),
          thisOwner.pid,
          thisOwner.token,
          kept,
        );
      } catch (error) {
        if (isTakenName(error)) throw new NameTaken(takenName(execution.name));
        throw error;
      }
      return { ...execution, workflow_revision_id: revision.name };
    });
  }

  update(execution: Execution, steps: readonly HistoryPart[] = []): void {
    // One statement is a transaction by itself.
    if (steps.length === 0) this.#update(execution, steps);
    else this.#database.write(() => this.#update(execution, steps));
  }

  updateSoon(execution: Execution, steps: readonly HistoryPart[], failed: (error: StoreError) => void): void {
    this.#database.later(() => this.#update(execution, steps), failed);
  }

  #update(execution: Execution, steps: readonly HistoryPart[]): void {
    this.#histories.write(execution.id, steps);
    this.#changes.make(`UPDATE execution SET state = ?, varying = ?, changed = ${nextChange} WHERE id = ? AND ${living}`, execution.state, varyingText(execution), execution.id);
  }

  revise(execution: Execution): void {
    try {
      this.#changes.make(`UPDATE execution SET name = ?, fixed = ?, state = ?, varying = ?, changed = ${nextChange} WHERE id = ? AND ${living}`, execution.name, fixedText(execution), execution.state, varyingText(execution), execution.id);
    } catch (error) {
      if (isTakenName(error)) throw new NameTaken(takenName(execution.name));
      throw error;
    }
  }

  get(id: string): Execution | undefined {
    return this.#reading.get(id);
  }

  find(reference: string): Execution | undefined {
    return this.#reading.find(reference);
  }

  list(query: ListQuery): ExecutionPage {
    return this.#reading.list(query);
  }

  groups(query: GroupQuery): ExecutionGroup[] {
    return groupsOf(this.#database, query) ?? groupsAmong(this.#reading.all({ pageSize: pageSizeLimit, criterion: query.criterion, deleted: query.deleted }), query);
  }

  labels(limit: number): LabelUse[] {
    return labelsOf(this.#database, limit);
  }

  scan(query: ScanQuery, from: number | undefined, size: number): ScanPart {
    return scanDatabase(this.#database, query, from, size);
  }

  at(row: number): Execution | undefined {
    return this.#reading.first('execution.row = ? AND deleted_time IS NULL', row);
  }

  delete(id: string, time: string): boolean {
    return this.#changes.make(`UPDATE execution SET deleted_time = ?, changed = ${nextChange} WHERE id = ? AND deleted_time IS NULL`, time, id);
  }

  getDeleted(id: string): Execution | undefined {
    return this.#reading.first('execution.id = ? AND deleted_time IS NOT NULL', id);
  }

  restore(id: string): Execution | undefined {
    return this.#database.write(() => {
      const deleted = this.getDeleted(id);
      if (!deleted) return undefined;
      const name = this.#deletions.nameOf(id, deleted.name);
      const fixed = "CASE WHEN json_valid(fixed) THEN json_set(fixed, '$.name', ?) ELSE fixed END";
      this.#changes.make(`UPDATE execution SET deleted_time = NULL, name = ?, fixed = ${name === deleted.name ? 'IFNULL(fixed, ?)' : fixed}, changed = ${nextChange} WHERE id = ?`, name, name, id);
      return this.get(id);
    });
  }

  deletedWith(id: string): string[] {
    return this.#deletions.deletedWith(id);
  }

  purge(rule: PurgeRule, limit: number): number {
    return this.#deletions.purge(rule, limit);
  }

  appendLog(id: string, { time, severity, text, json, routine, step }: LogEntry): void {
    const sql = 'INSERT INTO log (execution, time, severity, text, json, routine, step) SELECT row, ?, ?, ?, ?, ?, ? FROM execution WHERE id = ?';
    this.#database.run(sql, time, severity, text ?? null, json ?? null, routine, step, id);
  }

  logs(id: string): LogEntry[] {
    const sql = 'SELECT time, severity, text, json, routine, step FROM log WHERE execution = (SELECT row FROM execution WHERE id = ?) ORDER BY row';
    const rows = this.#database.all(sql, id) as unknown as (Omit<LogEntry, 'text' | 'json'> & { readonly text: string | null; readonly json: string | null })[];
    return rows.map((row) => ({ ...row, text: row.text ?? undefined, json: row.json ?? undefined }));
  }

  steps(id: string): Uint8Array[] {
    return this.#histories.read(id);
  }

  writeSteps(id: string, parts: readonly HistoryPart[]): void {
    this.#database.write(() => this.#histories.write(id, parts));
  }

  deleteSteps(id: string): void {
    this.#histories.delete(id);
  }

  journal(id: string): JournalEntry[] {
    return this.#journals.entries(id);
  }

  journalEnd(id: string): number {
    return this.#journals.end(id);
  }

  appendJournal(id: string, entries: readonly JournalEntry[], logs: readonly LogEntry[]): void {
    const append = (): void => {
      for (const entry of entries) this.#journals.append(id, entry);
      for (const entry of logs) this.appendLog(id, entry);
    };
    // One statement is a transaction by itself.
    if (entries.length + logs.length === 1) append();
    else this.#database.write(append);
  }

  truncateJournal(id: string, number: number): void {
    this.#journals.truncate(id, number);
  }

  kept(id: string): Kept | undefined {
    return this.#journals.kept(id);
  }

  noteRan(id: string, milliseconds: number): void {
    this.#database.run('UPDATE execution SET ran = ? WHERE id = ?', Math.round(milliseconds), id);
  }

  claimAbandoned(): Execution[] {
    return this.#owners.claimAbandoned().flatMap((row) => this.#reading.first('execution.row = ?', row) ?? []);
  }

  claim(id: string): boolean {
    return this.#owners.claim(id);
  }

  release(ids: readonly string[]): void {
    this.#owners.release(ids);
  }

  requestCancel(id: string): void {
    this.#requests.askCancel(id);
  }

  cancelRequests(): string[] {
    return this.#requests.cancels();
  }

  requestPause(id: string, pause: boolean): void {
    this.#requests.askPause(id, pause);
  }

  pauseRequests(): { readonly id: string; readonly pause: boolean }[] {
    return this.#requests.pauses();
  }

  requestGoBack(id: string, savepoint: string): void {
    this.#requests.askBack(id, savepoint);
  }

  goBackRequests(): { readonly id: string; readonly savepoint: string }[] {
    return this.#requests.askedBack();
  }

  answerGoBack(id: string, refusal: string | undefined): void {
    this.#requests.answerBack(id, refusal);
  }

  goBackRequest(id: string): GoBackRequest {
    return this.#requests.backOf(id);
  }

  claimSchedule(id: string, time: number): boolean {
    return this.#requests.claimSchedule(id, time);
  }

  scheduleTime(id: string): number | undefined {
    return this.#requests.scheduleTime(id);
  }

  changesElsewhere(): StoreChange[] {
    return this.#changes.elsewhere();
  }

  close(): void {
    this.#database.close();
  }
}

function isTakenName(error: unknown): boolean {
  return error instanceof Error && /UNIQUE.*execution\.name/.test(error.message);
}

function takenName(name: string): string {
  return `There is already an execution named ${JSON.stringify(name)}.`;
}
