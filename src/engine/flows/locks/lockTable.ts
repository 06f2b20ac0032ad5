import type { Owner } from '../../owner.ts';
import type { Row, SqliteDatabase } from '../../sqliteDatabase.ts';

/** One execution that has a setting's lock, or asked for it and waits. */
export interface LockEntry {
  /** Of the call that asked. */
  readonly id: string;
  /** The setting's id. */
  readonly setting: string;
  readonly settingName: string;
  readonly execution: string;
  readonly executionName: string;
  /** How often it was acquired and not released; 0 while it waits. */
  readonly depth: number;
  /** Milliseconds since the epoch at which waiting ends; undefined where it does not. */
  readonly deadline: number | undefined;
  /** The process in which the execution waits. */
  readonly owner: Owner;
}

export interface LockTable {
  /** All, in the order in which they were asked for. */
  entries(): LockEntry[];
  /** Adds an entry at the end, or replaces the one of its id at its place. */
  put(entry: LockEntry): void;
  remove(id: string): void;
}

type Stored = Row & Readonly<Record<'id' | 'setting' | 'setting_name' | 'execution' | 'execution_name' | 'owner_token', string>> & Readonly<Record<'depth' | 'owner_pid', number>> & { readonly deadline: number | null };

export class SqliteLockTable implements LockTable {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  entries(): LockEntry[] {
    return (this.#database.all('SELECT * FROM setting_lock ORDER BY row') as unknown as Stored[]).map((row) => ({
      id: row.id,
      setting: row.setting,
      settingName: row.setting_name,
      execution: row.execution,
      executionName: row.execution_name,
      depth: row.depth,
      deadline: row.deadline ?? undefined,
      owner: { pid: row.owner_pid, token: row.owner_token },
    }));
  }

  put({ id, setting, settingName, execution, executionName, depth, deadline, owner }: LockEntry): void {
    const sql = `INSERT INTO setting_lock (id, setting, setting_name, execution, execution_name, depth, deadline, owner_pid, owner_token) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET depth = excluded.depth, owner_pid = excluded.owner_pid, owner_token = excluded.owner_token`;
    this.#database.run(sql, id, setting, settingName, execution, executionName, depth, deadline ?? null, owner.pid, owner.token);
  }

  remove(id: string): void {
    this.#database.run('DELETE FROM setting_lock WHERE id = ?', id);
  }
}

export class MemoryLockTable implements LockTable {
  readonly #entries = new Map<string, LockEntry>();

  entries(): LockEntry[] {
    return [...this.#entries.values()];
  }

  put(entry: LockEntry): void {
    this.#entries.set(entry.id, entry);
  }

  remove(id: string): void {
    this.#entries.delete(id);
  }
}
