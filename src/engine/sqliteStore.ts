import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type * as Sqlite from 'node:sqlite';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { ExecutionPage, ListQuery, LogEntry } from '../execution/listing.ts';
import type { Execution } from '../execution/record.ts';
import { isGone, thisOwner, type Owner } from './owner.ts';
import { readPageToken, writePageToken } from './pageToken.ts';
import { revisionDigest, revisionName } from './revision.ts';
import { NameTaken, pageSizeLimit, StoreError, StoreUnavailable, type ExecutionStore, type NewExecution, type StoreChange, type StoreNotice } from './store.ts';
import { readExecution, fixedText, varyingText, type StoredExecution } from './storeRows.ts';
import { migrations } from './storeSchema.ts';

export interface SqliteStoreOptions {
  /** How long to wait for another process that is writing, in milliseconds. */
  readonly busyTimeout?: number;
  /** Told what the user should know before anything is done about it. */
  readonly notice?: (notice: StoreNotice) => void;
}

/** The first Node with SQLite and no flag. */
export const nodeWithSqlite = '22.13';

/** The file is not a readable database. */
class StoreDamaged extends StoreError {
  override readonly name = 'StoreDamaged';
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

function openDatabase(file: string): DatabaseSync {
  // Not an import: the rest of the program also runs where the module does not exist.
  const sqlite = process.getBuiltinModule('node:sqlite') as typeof Sqlite | undefined;
  if (!sqlite) throw new StoreUnavailable(`Keeping executions needs Node ${nodeWithSqlite} or newer; this is Node ${process.versions.node}.`);
  return new sqlite.DatabaseSync(file);
}

const columns = 'execution.row, execution.id, execution.name, execution.parent, execution.state, execution.fixed, execution.varying, execution.revision, execution.changed, execution.deleted_time, revision.name AS revision_name';
const fromJoined = 'FROM execution JOIN revision ON revision.id = execution.revision';
const alive = "state IN ('QUEUED', 'ACTIVE', 'PAUSED')";

type Row = StoredExecution & { readonly row: number; readonly revision: number; readonly changed: number; readonly deleted_time: string | null };

/** The change's number: a walk to the end of an index. */
const nextChange = '(SELECT IFNULL(MAX(changed), 0) + 1 FROM execution)';


/** Scripts are kept once per revision; pages of executions mostly share a few. */
const scriptCacheSize = 32;

/** A database up to this size is checked whole on opening, in bytes: it takes a few milliseconds. */
const checkedSize = 4 * 1024 * 1024;

class SqliteStore implements ExecutionStore {
  readonly durable = true;
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #scripts = new Map<number, string>();
  #dataVersion = 0;
  /** Changes up to this number have been told. */
  #seen = 0;
  /** Later ones that are this process's own. */
  readonly #own = new Set<number>();

  constructor(file: string, options: SqliteStoreOptions) {
    this.#file = file;
    this.#database = this.#guard(() => openDatabase(file));
    try {
      this.#guard(() => {
        this.#database.exec(`PRAGMA busy_timeout = ${Math.max(0, Math.floor(options.busyTimeout ?? 2000))}`);
        this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON');
        this.#migrate();
        this.#checkWhole();
        this.#endAbandoned();
        this.#dataVersion = this.#readDataVersion();
        this.#seen = Number(this.#database.prepare('SELECT IFNULL(MAX(changed), 0) AS changed FROM execution').get()?.['changed']);
      });
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  insert(execution: NewExecution, environment: string): Execution {
    return this.#guard(() =>
      this.#write(() => {
        const revision = this.#revision(execution.program, execution.script, environment);
        try {
          this.#change(
            `INSERT INTO execution (id, name, parent, state, revision, fixed, varying, owner_pid, owner_token, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ${nextChange}) RETURNING changed`,
            execution.id,
            execution.name,
            execution.parent_execution_id ?? null,
            execution.state,
            revision.id,
            fixedText(execution),
            varyingText(execution),
            thisOwner.pid,
            thisOwner.token,
          );
        } catch (error) {
          if (/UNIQUE.*execution\.name/.test((error as Error).message)) throw new NameTaken(`There is already an execution named ${JSON.stringify(execution.name)}.`);
          throw error;
        }
        return { ...execution, workflow_revision_id: revision.name };
      }),
    );
  }

  update(execution: Execution): void {
    this.#guard(() => this.#change(`UPDATE execution SET state = ?, varying = ?, changed = ${nextChange} WHERE id = ? AND ${alive} RETURNING changed`, execution.state, varyingText(execution), execution.id));
  }

  get(id: string): Execution | undefined {
    return this.#guard(() => this.#first(`SELECT ${columns} ${fromJoined} WHERE execution.id = ? AND deleted_time IS NULL`, id));
  }

  find(reference: string): Execution | undefined {
    return this.#guard(() => {
      const exact = this.get(reference) ?? this.#first(`SELECT ${columns} ${fromJoined} WHERE execution.name = ? AND deleted_time IS NULL`, reference);
      if (exact || !/^[0-9a-f-]{4,36}$/i.test(reference)) return exact;
      const begin = reference.toLowerCase();
      // Ids are lower-case hexadecimal and hyphens, so `g` comes after whatever can follow.
      const rows = this.#all(`SELECT ${columns} ${fromJoined} WHERE execution.id >= ? AND execution.id < ? AND deleted_time IS NULL LIMIT 2`, begin, `${begin}g`);
      if (rows.length > 1) throw new StoreError(`Several executions begin with ${reference}: give more of the id.`);
      return rows[0] && this.#read(rows[0]);
    });
  }

  list(query: ListQuery): ExecutionPage {
    return this.#guard(() => {
      const size = Math.min(Math.max(1, Math.floor(query.pageSize)), pageSizeLimit);
      const before = query.pageToken === undefined ? Number.MAX_SAFE_INTEGER : readPageToken(query.pageToken, query);
      const parent = query.parent ?? null;
      const rest = 'AND execution.row < ? AND deleted_time IS NULL ORDER BY execution.row DESC LIMIT ?';
      // One ordered walk over an index for each state, then merged: never a sort of everything.
      const rows =
        query.states === undefined
          ? this.#all(`SELECT ${columns} ${fromJoined} WHERE execution.parent IS ? ${rest}`, parent, before, size + 1)
          : query.states
              .flatMap((state) => this.#all(`SELECT ${columns} ${fromJoined} WHERE execution.parent IS ? AND execution.state = ? ${rest}`, parent, state, before, size + 1))
              .sort((left, right) => right.row - left.row);
      const page = rows.slice(0, size);
      return {
        executions: page.map((row) => this.#read(row)),
        nextPageToken: rows.length > size ? writePageToken(page.at(-1)!.row, query) : undefined,
      };
    });
  }

  delete(id: string): boolean {
    const sql = `UPDATE execution SET deleted_time = ?, changed = ${nextChange} WHERE id = ? AND deleted_time IS NULL RETURNING changed`;
    return this.#guard(() => this.#change(sql, new Date().toISOString(), id));
  }

  appendLog(id: string, entry: LogEntry): void {
    this.#guard(() =>
      this.#run(
        'INSERT INTO log (execution, time, severity, text, json, routine, step) SELECT row, ?, ?, ?, ?, ?, ? FROM execution WHERE id = ?',
        entry.time,
        entry.severity,
        entry.text ?? null,
        entry.json ?? null,
        entry.routine,
        entry.step,
        id,
      ),
    );
  }

  logs(id: string): LogEntry[] {
    return this.#guard(() => {
      const statement = this.#statement(
        'SELECT log.time, log.severity, log.text, log.json, log.routine, log.step FROM log JOIN execution ON execution.row = log.execution WHERE execution.id = ? ORDER BY log.row',
      );
      const rows = statement.all(id) as unknown as (Omit<LogEntry, 'text' | 'json'> & { readonly text: string | null; readonly json: string | null })[];
      return rows.map((row) => ({ ...row, text: row.text ?? undefined, json: row.json ?? undefined }));
    });
  }

  requestCancel(id: string): void {
    this.#guard(() => this.#change(`UPDATE execution SET cancel_requested = 1, changed = ${nextChange} WHERE id = ? AND ${alive} RETURNING changed`, id));
  }

  cancelRequests(): string[] {
    return this.#guard(() => {
      const rows = this.#statement(`SELECT id FROM execution WHERE owner_pid = ? AND owner_token = ? AND cancel_requested = 1 AND ${alive}`).all(thisOwner.pid, thisOwner.token);
      return rows.map((row) => String(row['id']));
    });
  }

  changesElsewhere(): StoreChange[] {
    return this.#guard(() => {
      const version = this.#readDataVersion();
      if (version === this.#dataVersion) {
        // Nobody else wrote, so everything up to the own last change has been seen.
        this.#seen = Math.max(this.#seen, ...[...this.#own].slice(-1));
        this.#own.clear();
        return [];
      }
      this.#dataVersion = version;
      const rows = this.#all(`SELECT ${columns} ${fromJoined} WHERE execution.changed > ? ORDER BY execution.changed`, this.#seen);
      const changes = rows
        .filter((row) => !this.#own.has(row.changed))
        .map((row): StoreChange => (row.deleted_time === null ? { kind: 'present', execution: this.#read(row) } : { kind: 'deleted', id: row.id }));
      this.#seen = rows.at(-1)?.changed ?? this.#seen;
      this.#own.clear();
      return changes;
    });
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #migrate(): void {
    if (this.#version() === migrations.length) return;
    this.#write(() => {
      // Another process may have done it while this one waited for the lock.
      const version = this.#version();
      if (version > migrations.length) {
        throw new StoreError(`${this.#file} was written by a newer Stepthrough (store version ${version}, this one reads up to ${migrations.length}): update Stepthrough, or use another data folder.`);
      }
      for (const migration of migrations.slice(version)) this.#database.exec(migration);
      this.#database.exec(`PRAGMA user_version = ${migrations.length}`);
    });
  }

  #version(): number {
    return Number(this.#database.prepare('PRAGMA user_version').get()?.['user_version']);
  }

  #checkWhole(): void {
    if (statSync(this.#file).size > checkedSize) return;
    const answer = this.#database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (answer !== 'ok') throw new StoreDamaged(damagedMessage(this.#file));
  }

  /** Ends what belongs to a process that no longer runs; executions of other living processes go on. */
  #endAbandoned(): void {
    const owners = this.#database.prepare(`SELECT DISTINCT owner_pid, owner_token FROM execution WHERE ${alive}`).all();
    const gone = owners.map((row): Owner => ({ pid: Number(row['owner_pid']), token: String(row['owner_token']) })).filter(isGone);
    for (const owner of gone) {
      const rows = this.#all(`SELECT ${columns} ${fromJoined} WHERE owner_pid = ? AND owner_token = ? AND ${alive}`, owner.pid, owner.token);
      for (const row of rows) this.update(endedWithItsProcess(this.#read(row)));
    }
  }

  #revision(program: string, script: string, environment: string): { id: number; name: string } {
    const digest = revisionDigest(script, environment);
    const latest = this.#statement('SELECT id, number, name, digest FROM revision WHERE program = ? ORDER BY number DESC LIMIT 1').get(program);
    if (latest?.['digest'] === digest) return { id: Number(latest['id']), name: String(latest['name']) };
    const number = Number(latest?.['number'] ?? 0) + 1;
    const name = revisionName(number, digest);
    const result = this.#run('INSERT INTO revision (program, number, name, digest, script) VALUES (?, ?, ?, ?, ?)', program, number, name, digest, script);
    return { id: Number(result.lastInsertRowid), name };
  }

  #script(revision: number): string {
    let script = this.#scripts.get(revision);
    if (script === undefined) {
      script = String(this.#statement('SELECT script FROM revision WHERE id = ?').get(revision)?.['script'] ?? '');
      if (this.#scripts.size >= scriptCacheSize) this.#scripts.delete(this.#scripts.keys().next().value!);
      this.#scripts.set(revision, script);
    }
    return script;
  }

  #read(row: Row): Execution {
    return readExecution(row, this.#script(row.revision));
  }

  #first(sql: string, ...values: SQLInputValue[]): Execution | undefined {
    const row = this.#statement(sql).get(...values) as unknown as Row | undefined;
    return row && this.#read(row);
  }

  #all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values) as unknown as Row[];
  }

  #run(sql: string, ...values: SQLInputValue[]): ReturnType<StatementSync['run']> {
    return this.#statement(sql).run(...values);
  }

  /** Runs a statement that changes at most one execution and returns its change number; false where there was none to change. */
  #change(sql: string, ...values: SQLInputValue[]): boolean {
    const changed = this.#statement(sql).get(...values)?.['changed'];
    if (changed === undefined) return false;
    this.#own.add(Number(changed));
    return true;
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #readDataVersion(): number {
    return Number(this.#statement('PRAGMA data_version').get()?.['data_version']);
  }

  /** Takes the write lock at once: a lock taken midway could not wait for its turn. */
  #write<T>(action: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = action();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      // SQLite has already rolled back after some failures.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Turns SQLite's errors into ones that say what a user can do. */
  #guard<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw storeErrorOf(error, this.#file);
    }
  }
}

function damagedMessage(file: string): string {
  return `The stored executions in ${file} are damaged.`;
}

/** Primary result codes of SQLite (sqlite.org/rescode.html). */
const [busy, locked, readonly, ioError, corrupt, full, cannotOpen, notADatabase] = [5, 6, 8, 10, 11, 13, 14, 26];

function storeErrorOf(error: unknown, file: string): Error {
  if (!(error instanceof Error)) return new StoreError(`${file}: ${String(error)}.`);
  if (error instanceof StoreError || !('errcode' in error)) return error;
  switch (Number(error.errcode) & 0xff) {
    case busy:
    case locked:
      return new StoreError(`${file} is locked by another program: close it, or use another data folder.`);
    case readonly:
      return new StoreError(`${file} cannot be written: its file or folder is read-only.`);
    case full:
      return new StoreError(`${file} cannot be written: the disk is full.`);
    case ioError:
      return new StoreError(`${file} cannot be read or written: ${error.message}.`);
    case cannotOpen:
      return new StoreError(`${file} cannot be opened: is its folder there and writable?`);
    case corrupt:
    case notADatabase:
      return new StoreDamaged(damagedMessage(file));
    default:
      return new StoreError(`${file}: ${error.message}.`);
  }
}

function endedWithItsProcess(execution: Execution): Execution {
  const message = 'SystemError: the process that ran this execution ended before it did';
  return {
    ...execution,
    state: 'FAILED',
    is_paused: false,
    message,
    end_time: new Date().toISOString(),
    start_time: execution.start_time ?? execution.create_time,
    error: { payload: JSON.stringify({ message, tags: ['SystemError'] }), context: message, stack_trace: { elements: [] } },
  };
}
