import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SQLInputValue } from 'node:sqlite';
import type { ExecutionPage, ListQuery, LogEntry } from '../execution/listing.ts';
import type { Execution } from '../execution/record.ts';
import { isGone, thisOwner, type Owner } from './owner.ts';
import { readPageToken, writePageToken } from './pageToken.ts';
import { SqliteDatabase, StoreDamaged } from './sqliteDatabase.ts';
import { namedRevision, revisionOf } from './sqliteRevisions.ts';
import { NameTaken, pageSizeLimit, StoreError, type ExecutionStore, type NewExecution, type StoreChange, type StoreNotice } from './store.ts';
import { readExecution, fixedText, varyingText, type StoredExecution } from './storeRows.ts';
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

const columns = 'execution.row, execution.id, execution.name, execution.parent, execution.state, execution.fixed, execution.varying, execution.revision, execution.changed, execution.deleted_time, revision.name AS revision_name';
const select = `SELECT ${columns} FROM execution JOIN revision ON revision.id = execution.revision WHERE`;
const alive = "state IN ('QUEUED', 'ACTIVE', 'PAUSED')";

type Row = StoredExecution & { readonly row: number; readonly revision: number; readonly changed: number; readonly deleted_time: string | null };

/** The change's number: a walk to the end of an index. */
const nextChange = '(SELECT IFNULL(MAX(changed), 0) + 1 FROM execution)';

/** Scripts are kept once per revision; pages of executions mostly share a few. */
const scriptCacheSize = 32;

class SqliteStore implements ExecutionStore {
  readonly durable = true;
  readonly #database: SqliteDatabase;
  readonly #scripts = new Map<number, string>();
  #dataVersion = 0;
  /** Changes up to this number have been told. */
  #seen = 0;
  /** Later ones that are this process's own, with their rows. */
  readonly #own = new Map<number, number>();
  /** The last execution that was there when changes were last looked for. */
  #lastRow = 0;

  constructor(file: string, options: SqliteStoreOptions) {
    this.#database = new SqliteDatabase(file, options.busyTimeout ?? 2000);
    try {
      this.#database.migrate(migrations, (version) => {
        const known = `store version ${version}, this one reads up to ${migrations.length}`;
        return new StoreError(`${file} was written by a newer Stepthrough (${known}): update Stepthrough, or use another data folder.`);
      });
      this.#endAbandoned();
      this.#dataVersion = this.#database.dataVersion;
      const last = this.#database.first('SELECT IFNULL(MAX(changed), 0) AS changed, IFNULL(MAX(row), 0) AS row FROM execution');
      this.#catchUp([{ changed: Number(last?.['changed']), row: Number(last?.['row']) }]);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  insert(execution: NewExecution, environment: string, deployed?: string): Execution {
    return this.#database.write(() => {
      const revision = namedRevision(this.#database, execution.program, deployed) ?? revisionOf(this.#database, execution.program, execution.script, environment);
      try {
        this.#change(
          `INSERT INTO execution (id, name, parent, state, revision, fixed, varying, owner_pid, owner_token, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ${nextChange})`,
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
    });
  }

  update(execution: Execution): void {
    this.#change(`UPDATE execution SET state = ?, varying = ?, changed = ${nextChange} WHERE id = ? AND ${alive}`, execution.state, varyingText(execution), execution.id);
  }

  get(id: string): Execution | undefined {
    return this.#first(`${select} execution.id = ? AND deleted_time IS NULL`, id);
  }

  find(reference: string): Execution | undefined {
    const exact = this.get(reference) ?? this.#first(`${select} execution.name = ? AND deleted_time IS NULL`, reference);
    if (exact || !/^[0-9a-f-]{4,36}$/i.test(reference)) return exact;
    const begin = reference.toLowerCase();
    // Ids are lower-case hexadecimal and hyphens, so `g` comes after whatever can follow.
    const rows = this.#all(`${select} execution.id >= ? AND execution.id < ? AND deleted_time IS NULL LIMIT 2`, begin, `${begin}g`);
    if (rows.length > 1) throw new StoreError(`Several executions begin with ${reference}: give more of the id.`);
    return rows[0] && this.#read(rows[0]);
  }

  list(query: ListQuery): ExecutionPage {
    const size = Math.min(Math.max(1, Math.floor(query.pageSize)), pageSizeLimit);
    const before = this.#before(query);
    const [place, parent] = query.everywhere === true ? ['TRUE', []] : ['execution.parent IS ?', [query.parent ?? null]];
    const [program, programs] = query.program === undefined ? ['TRUE', []] : ['execution.program = ?', [query.program]];
    const where = `${place} AND ${program}`;
    const rest = 'AND execution.row < ? AND deleted_time IS NULL ORDER BY execution.row DESC LIMIT ?';
    // One ordered walk over an index for each state, then merged: never a sort of everything.
    const rows =
      query.states === undefined
        ? this.#all(`${select} ${where} ${rest}`, ...parent, ...programs, before, size + 1)
        : [...new Set(query.states)]
            .flatMap((state) => this.#all(`${select} ${where} AND execution.state = ? ${rest}`, ...parent, ...programs, state, before, size + 1))
            .sort((left, right) => right.row - left.row);
    const page = rows.slice(0, size);
    return {
      executions: page.map((row) => this.#read(row)),
      nextPageToken: rows.length > size ? writePageToken(page.at(-1)!.row, query) : undefined,
    };
  }

  delete(id: string): boolean {
    return this.#change(`UPDATE execution SET deleted_time = ?, changed = ${nextChange} WHERE id = ? AND deleted_time IS NULL`, new Date().toISOString(), id);
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

  requestCancel(id: string): void {
    this.#change(`UPDATE execution SET cancel_requested = 1, changed = ${nextChange} WHERE id = ? AND ${alive}`, id);
  }

  cancelRequests(): string[] {
    const sql = `SELECT id FROM execution WHERE owner_pid = ? AND owner_token = ? AND cancel_requested = 1 AND ${alive}`;
    return this.#database.all(sql, thisOwner.pid, thisOwner.token).map((row) => String(row['id']));
  }

  changesElsewhere(): StoreChange[] {
    const version = this.#database.dataVersion;
    if (version === this.#dataVersion) {
      // Nobody else wrote, so everything up to the own last change has been seen.
      this.#catchUp([...this.#own].map(([changed, row]) => ({ changed, row })));
      return [];
    }
    this.#dataVersion = version;
    const rows = this.#all(`${select} execution.changed > ? ORDER BY execution.changed`, this.#seen);
    const changes = rows
      .filter((row) => !this.#own.has(row.changed))
      .map((row): StoreChange => {
        if (row.deleted_time !== null) return { kind: 'deleted', id: row.id };
        return { kind: row.row > this.#lastRow ? 'created' : 'updated', execution: this.#read(row) };
      });
    this.#catchUp(rows);
    return changes;
  }

  close(): void {
    this.#database.close();
  }

  /** Takes these changes as seen, and no others: more may have come since they were read. */
  #catchUp(changes: readonly { readonly changed: number; readonly row: number }[]): void {
    for (const { changed, row } of changes) {
      this.#seen = Math.max(this.#seen, changed);
      this.#lastRow = Math.max(this.#lastRow, row);
    }
    this.#own.clear();
  }

  /** Ends what belongs to a process that no longer runs; executions of other living processes go on. */
  #endAbandoned(): void {
    const owners = this.#database.all(`SELECT DISTINCT owner_pid, owner_token FROM execution WHERE ${alive}`);
    const gone = owners.map((row): Owner => ({ pid: Number(row['owner_pid']), token: String(row['owner_token']) })).filter(isGone);
    for (const owner of gone) {
      const rows = this.#all(`${select} owner_pid = ? AND owner_token = ? AND ${alive}`, owner.pid, owner.token);
      for (const row of rows) this.update(endedWithItsProcess(this.#read(row)));
    }
  }

  #script(revision: number): string {
    let script = this.#scripts.get(revision);
    if (script === undefined) {
      script = String(this.#database.first('SELECT script FROM revision WHERE id = ?', revision)?.['script'] ?? '');
      if (this.#scripts.size >= scriptCacheSize) this.#scripts.delete(this.#scripts.keys().next().value!);
      this.#scripts.set(revision, script);
    }
    return script;
  }

  /** The row that a page begins before. */
  #before(query: ListQuery): number {
    if (query.after !== undefined) return Number(this.#database.first('SELECT row FROM execution WHERE id = ?', query.after)?.['row'] ?? 0);
    return query.pageToken === undefined ? Number.MAX_SAFE_INTEGER : readPageToken(query.pageToken, query);
  }

  #read(row: Row): Execution {
    return readExecution(row, this.#script(row.revision));
  }

  #first(sql: string, ...values: SQLInputValue[]): Execution | undefined {
    const [row] = this.#all(sql, ...values);
    return row && this.#read(row);
  }

  #all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#database.all(sql, ...values) as unknown as Row[];
  }

  /** Runs a statement that changes at most one execution, and notes the change as this process's own; false where there was none to change. */
  #change(sql: string, ...values: SQLInputValue[]): boolean {
    const result = this.#database.first(`${sql} RETURNING changed, row`, ...values);
    if (result === undefined) return false;
    this.#own.set(Number(result['changed']), Number(result['row']));
    return true;
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
