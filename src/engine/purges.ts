import { noteRemoved } from './sqliteChanges.ts';
import type { SqliteDatabase } from './sqliteDatabase.ts';
import type { PurgeRule } from './store.ts';

/** Rows that are looked at for one that may go. */
const lookSize = 500;

const ended = "state IN ('SUCCEEDED', 'FAILED', 'CANCELLED', 'UNAVAILABLE')";

/** The ids of an execution and of everything below it. */
function familyOf(database: SqliteDatabase, id: string): string[] {
  // Each of the two has an index of its own.
  const below = ['IS NULL', 'IS NOT NULL'].map((deleted) => `SELECT execution.id FROM execution JOIN family ON execution.parent = family.id WHERE deleted_time ${deleted}`);
  const sql = `WITH RECURSIVE family (id) AS (VALUES (?) UNION ${below.join(' UNION ')}) SELECT id FROM family`;
  return database.all(sql, id).map((row) => String(row['id']));
}

/** Removes executions for good, a few at a time. What other tables keep of an execution goes with it. */
export class Purges {
  readonly #database: SqliteDatabase;
  /** Executions are looked at in the order they were made; the next look begins after this row. */
  #row = 0;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  /** Gives how many went; fewer than the limit where no more may go for now. */
  run(rule: PurgeRule, limit: number): number {
    const ids = [...this.#deleted(rule, limit), ...this.#old(rule, limit), ...this.#beyond(rule, limit)];
    let gone = 0;
    for (const id of new Set(ids)) {
      if (gone >= limit) break;
      gone += this.#remove(id);
    }
    return gone;
  }

  #deleted({ deletedBefore }: PurgeRule, limit: number): string[] {
    if (deletedBefore === undefined) return [];
    return this.#ids('SELECT id FROM execution WHERE deleted_time IS NOT NULL AND deleted_time < ? LIMIT ?', deletedBefore, limit);
  }

  /** From the oldest on, until all that follow were made too late to have ended before. */
  #old({ endedBefore }: PurgeRule, limit: number): string[] {
    if (endedBefore === undefined) return [];
    const found: string[] = [];
    for (;;) {
      const rows = this.#database.all(
        `SELECT row, id, ${ended} AS ended, ${jsonField('varying', 'end_time')} AS end_time, ${jsonField('fixed', 'create_time')} AS create_time FROM execution WHERE row > ? ORDER BY row LIMIT ?`,
        this.#row,
        lookSize,
      );
      for (const row of rows) {
        // A record that cannot be read has no times; it is as old as its neighbours.
        const created = typeof row['create_time'] === 'string' ? row['create_time'] : '';
        if (created >= endedBefore) {
          this.#row = 0;
          return found;
        }
        if (found.length >= limit) return found;
        this.#row = Number(row['row']);
        const end = typeof row['end_time'] === 'string' ? row['end_time'] : created;
        if (row['ended'] === 1 && end < endedBefore) found.push(String(row['id']));
      }
      if (rows.length === lookSize && found.length === 0) return found;
      if (rows.length < lookSize) {
        this.#row = 0;
        return found;
      }
    }
  }

  #beyond({ keep }: PurgeRule, limit: number): string[] {
    if (keep === undefined) return [];
    const last = this.#database.first('SELECT row FROM execution WHERE parent IS NULL AND deleted_time IS NULL ORDER BY row DESC LIMIT 1 OFFSET ?', Math.max(0, keep));
    if (last === undefined) return [];
    return this.#ids(`SELECT id FROM execution WHERE parent IS NULL AND deleted_time IS NULL AND row <= ? AND ${ended} ORDER BY row LIMIT ?`, Number(last['row']), limit);
  }

  #ids(sql: string, ...values: (string | number)[]): string[] {
    return this.#database.all(sql, ...values).map((row) => String(row['id']));
  }

  /** With everything below it, unless something of that still lives. Gives how many went. */
  #remove(id: string): number {
    return this.#database.write(() => {
      const family = familyOf(this.#database, id);
      if (family.some((one) => this.#database.first(`SELECT 1 FROM execution WHERE id = ? AND NOT ${ended}`, one) !== undefined)) return 0;
      this.#database.run(noteRemoved);
      let gone = 0;
      for (const one of family) {
        const row = this.#database.first('SELECT row FROM execution WHERE id = ?', one)?.['row'];
        if (row === undefined) continue;
        for (const { table, column } of this.#parts()) this.#database.run(`DELETE FROM ${table} WHERE ${column} = ?`, Number(row));
        this.#database.run('DELETE FROM execution WHERE row = ?', Number(row));
        gone++;
      }
      return gone;
    });
  }

  #tables: readonly { readonly table: string; readonly column: string }[] | undefined;

  /** The tables whose rows belong to an execution, by what they themselves say, so that none is forgotten. */
  #parts(): readonly { readonly table: string; readonly column: string }[] {
    this.#tables ??= this.#database
      .all(`SELECT tables.name AS name, key."from" AS part FROM sqlite_schema AS tables, pragma_foreign_key_list(tables.name) AS key WHERE tables.type = 'table' AND key."table" = 'execution'`)
      .map((row) => ({ table: `"${String(row['name'])}"`, column: `"${String(row['part'])}"` }));
    return this.#tables;
  }
}

function jsonField(column: string, name: string): string {
  return `CASE WHEN json_valid(${column}) THEN json_extract(${column}, '$.${name}') END`;
}
