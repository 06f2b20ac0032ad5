import { Purges } from './purges.ts';
import type { SqliteDatabase } from './sqliteDatabase.ts';
import type { PurgeRule } from './store.ts';

/** Deleted, and not because a parent was. */
export const deletedAtRoot = 'deleted_time IS NOT NULL AND NOT EXISTS (SELECT 1 FROM execution AS above WHERE above.id = execution.parent AND above.deleted_time IS NOT NULL)';

/** What is deleted and can be restored, until it is removed for good. */
export class SqliteDeletions {
  readonly #database: SqliteDatabase;
  readonly #purges: Purges;

  constructor(database: SqliteDatabase) {
    this.#database = database;
    this.#purges = new Purges(database);
  }

  /** The name that a deleted execution gets back: its own, or where that is another one's by now, one with its id. */
  nameOf(id: string, name: string): string {
    const taken = this.#database.first('SELECT 1 FROM execution WHERE name = ? AND deleted_time IS NULL', name) !== undefined;
    return taken ? restoredName(name, id) : name;
  }

  /** What was deleted with an execution: all below it of the same moment, itself first. */
  deletedWith(id: string): string[] {
    const sql = `WITH RECURSIVE family (id, time) AS (
      SELECT id, deleted_time FROM execution WHERE id = ? AND deleted_time IS NOT NULL
      UNION SELECT execution.id, execution.deleted_time FROM execution JOIN family ON execution.parent = family.id AND execution.deleted_time = family.time WHERE execution.deleted_time IS NOT NULL
    ) SELECT id FROM family`;
    return this.#database.all(sql, id).map((row) => String(row['id']));
  }

  purge(rule: PurgeRule, limit: number): number {
    return this.#purges.run(rule, limit);
  }
}

/** Names have at most 128 characters. */
export function restoredName(name: string, id: string): string {
  const end = ` ${id.slice(0, 8)}`;
  return Array.from(name).slice(0, 128 - end.length).join('') + end;
}
