import { statSync } from 'node:fs';
import type * as Sqlite from 'node:sqlite';
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { StoreError, StoreUnavailable } from './store.ts';

/** The first Node with SQLite and no flag. */
const nodeWithSqlite = '22.13';

/** The file is not a readable database. */
export class StoreDamaged extends StoreError {
  override readonly name = 'StoreDamaged';
}

export type Row = Record<string, SQLOutputValue>;

/** A database up to this size is checked whole on opening, in bytes: it takes a few milliseconds. */
const checkedSize = 4 * 1024 * 1024;

/** Pages of 4 KB that the write-ahead log has before it is worked in, which waits for the disk: a short execution writes some 20. */
const logPages = 4000;

/** Statements that stay prepared. The program itself has fewer; what lists ask for may be any. */
const statementLimit = 300;

/** Milliseconds that a write may wait for company, and how many may. */
const laterTime = 5;
const laterLimit = 64;

interface Later {
  readonly action: () => void;
  readonly failed: (error: StoreError) => void;
}

/** A SQLite file with prepared statements, whose errors say what a user can do about them. */
export class SqliteDatabase {
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #busyTimeout: number;
  /** Another program has held the file for longer than it was waited for. */
  #held = false;
  /** Writes that wait for the next one. */
  #later: Later[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** What is told when the open transaction is kept. */
  readonly #uncommitted: (() => void)[] = [];

  /** Waits so many milliseconds for another process that is writing. Throws `StoreUnavailable`, `StoreDamaged` and `StoreError`. */
  constructor(file: string, busyTimeout: number) {
    this.#file = file;
    this.#busyTimeout = Math.max(0, Math.floor(busyTimeout));
    this.#database = this.guard(() => open(file));
    try {
      this.guard(() => {
        this.#database.exec(`PRAGMA busy_timeout = ${this.#busyTimeout}`);
        this.#useWriteAheadLog(Date.now() + busyTimeout);
        this.#database.exec(`PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = ${logPages}`);
        this.#checkWhole();
      });
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Brings the tables to the newest version, recorded as `user_version`; `tooNew` gives the error for a file of a
   * version that is not known here.
   */
  migrate(migrations: readonly string[], tooNew: (version: number) => Error): void {
    if (this.#version() === migrations.length) return;
    this.write(() => {
      // Another process may have done it while this one waited for the lock.
      const version = this.#version();
      if (version > migrations.length) throw tooNew(version);
      for (const migration of migrations.slice(version)) this.#database.exec(migration);
      this.#database.exec(`PRAGMA user_version = ${migrations.length}`);
    });
  }

  first(sql: string, ...values: SQLInputValue[]): Row | undefined {
    this.#catchUp();
    return this.guard(() => this.#statement(sql).get(...values));
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    this.#catchUp();
    return this.guard(() => this.#statement(sql).all(...values));
  }

  /** The row id of what was inserted last. */
  run(sql: string, ...values: SQLInputValue[]): number {
    this.#catchUp();
    return this.guard(() => {
      const { lastInsertRowid } = this.#statement(sql).run(...values);
      this.#freed();
      return Number(lastInsertRowid);
    });
  }

  /** The row that a statement with RETURNING wrote; undefined where it wrote none. Not for one that writes several. */
  runReturning(sql: string, ...values: SQLInputValue[]): Row | undefined {
    // `get` would leave the statement before it commits, and nobody would hear of a commit that fails.
    const [row] = this.all(sql, ...values);
    if (row) this.#freed();
    return row;
  }

  /**
   * Several statements that all happen or none. Takes the write lock at once: one taken midway could not wait for its
   * turn. Within another one it is a part of that.
   */
  write<T>(action: () => T): T {
    if (this.#database.isTransaction) return action();
    return this.guard(() => {
      this.#statement('BEGIN IMMEDIATE').run();
      this.#freed();
      try {
        const waiting = this.#later;
        for (const later of waiting) later.action();
        const result = action();
        this.#statement('COMMIT').run();
        this.#later = this.#later.filter((later) => !waiting.includes(later));
        for (const told of this.#uncommitted.splice(0)) told();
        return result;
      } catch (error) {
        this.#uncommitted.length = 0;
        // SQLite has already rolled back after some failures.
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  /** Tells when what has just been written is kept: at once, or with the transaction that is open; never where that fails. */
  onceCommitted(told: () => void): void {
    if (this.#database.isTransaction) this.#uncommitted.push(told);
    else told();
  }

  /**
   * Writes in a moment, together with what else is written then; whoever reads from here finds it written. For what a
   * process that is killed before could find out again. `failed` is told where it cannot be written.
   */
  later(action: () => void, failed: (error: StoreError) => void): void {
    this.#later.push({ action, failed });
    if (this.#later.length >= laterLimit) this.#catchUp();
    else this.#timer ??= setTimeout(() => this.#catchUp(), laterTime);
  }

  /** Does what waits, unless it is being done: then the transaction has it. */
  #catchUp(): void {
    // While something waits there is a timer, also after a transaction that failed.
    if (this.#timer === undefined || this.#database.isTransaction) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#later.length === 0) return;
    const waiting = this.#later;
    try {
      this.write(() => undefined);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#later = [];
      for (const { failed } of waiting) failed(error);
    }
  }

  /** A number that is another one when another connection has written. */
  get dataVersion(): number {
    // What waits here to be written is no change by others.
    return this.guard(() => Number(this.#statement('PRAGMA data_version').get()?.['data_version']));
  }

  close(): void {
    this.#catchUp();
    this.#statements.clear();
    this.#database.close();
  }

  guard<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (resultCode(error) === busy) this.#waitLess();
      throw storeErrorOf(error, this.#file);
    }
  }

  /** Everything here stands still while it waits: whoever holds the file that long is not waited for each time. */
  #waitLess(): void {
    if (this.#held) return;
    this.#held = true;
    this.#database.exec(`PRAGMA busy_timeout = ${Math.min(this.#busyTimeout, 10)}`);
  }

  #freed(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#database.exec(`PRAGMA busy_timeout = ${this.#busyTimeout}`);
  }

  #version(): number {
    return Number(this.first('PRAGMA user_version')?.['user_version']);
  }

  /** Readers and a writer then do not wait for each other. The change itself does not wait for others, so it is tried again. */
  #useWriteAheadLog(deadline: number): void {
    for (;;) {
      try {
        this.#database.exec('PRAGMA journal_mode = WAL');
        return;
      } catch (error) {
        if (resultCode(error) !== busy || Date.now() >= deadline) throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      }
    }
  }

  #checkWhole(): void {
    if (statSync(this.#file).size > checkedSize) return;
    if (this.first('PRAGMA quick_check(1)')?.['quick_check'] !== 'ok') throw new StoreDamaged(damagedMessage(this.#file));
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      if (this.#statements.size >= statementLimit) this.#statements.delete(this.#statements.keys().next().value!);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function open(file: string): DatabaseSync {
  // Not an import: the rest of the program also runs where the module does not exist.
  const sqlite = process.getBuiltinModule('node:sqlite') as typeof Sqlite | undefined;
  if (!sqlite) throw new StoreUnavailable(`Keeping executions needs Node ${nodeWithSqlite} or newer; this is Node ${process.versions.node}.`);
  return new sqlite.DatabaseSync(file);
}

/** Primary result codes of SQLite (sqlite.org/rescode.html). */
const [busy, locked, readonly, ioError, corrupt, full, cannotOpen, notADatabase] = [5, 6, 8, 10, 11, 13, 14, 26];

function resultCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined;
}

function storeErrorOf(error: unknown, file: string): Error {
  if (!(error instanceof Error)) return new StoreError(`${file}: ${String(error)}.`);
  switch (resultCode(error)) {
    case undefined:
      return error;
    case busy:
    case locked:
      return new StoreError(`${file} is locked by another program, such as a database viewer or a backup: close it and try again.`);
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

function damagedMessage(file: string): string {
  return `The stored executions in ${file} are damaged.`;
}
