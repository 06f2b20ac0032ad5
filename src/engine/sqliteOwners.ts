import { isGone, nobody, thisOwner, type Owner } from './owner.ts';
import type { SqliteDatabase } from './sqliteDatabase.ts';
import { living } from './storeRows.ts';

const alive = `${living} AND deleted_time IS NULL`;
/** Whoever has it says again whether it waits. */
const take = 'UPDATE execution SET owner_pid = ?, owner_token = ?, waits = 0 WHERE';

/**
 * Which process runs which executions. SQLite lets one process write at a time, so of two that want to take over the
 * same execution one finds it taken.
 */
export class SqliteOwners {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  /** Rows of executions whose process no longer runs, oldest first; they belong to this process from now on. */
  claimAbandoned(): number[] {
    const gone = this.#owners().filter(isGone);
    if (gone.length === 0) return [];
    return this.#database.write(() => {
      const { pid, token } = thisOwner;
      const rows = gone.flatMap((owner) => this.#database.all(`${take} owner_pid = ? AND owner_token = ? AND ${alive} RETURNING row`, pid, token, owner.pid, owner.token));
      return rows.map((row) => Number(row['row'])).sort((left, right) => left - right);
    });
  }

  /** Takes over one execution, if its process no longer runs. */
  claim(id: string): boolean {
    const found = this.#database.first(`SELECT owner_pid, owner_token FROM execution WHERE id = ? AND ${alive}`, id);
    const owner = found && ownerOf(found);
    if (!owner || !isGone(owner)) return false;
    return this.#database.runReturning(`${take} id = ? AND owner_pid = ? AND owner_token = ? AND ${alive} RETURNING row`, thisOwner.pid, thisOwner.token, id, owner.pid, owner.token) !== undefined;
  }

  release(ids: readonly string[]): void {
    if (ids.length === 0) return;
    this.#database.write(() => {
      for (const id of ids) this.#database.run(`${take} id = ? AND owner_pid = ? AND owner_token = ?`, nobody.pid, nobody.token, id, thisOwner.pid, thisOwner.token);
    });
  }

  #owners(): Owner[] {
    return this.#database.all(`SELECT DISTINCT owner_pid, owner_token FROM execution WHERE ${living}`).map(ownerOf);
  }
}

function ownerOf(row: Readonly<Record<string, unknown>>): Owner {
  return { pid: Number(row['owner_pid']), token: String(row['owner_token']) };
}
