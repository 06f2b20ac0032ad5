import type { SqliteDatabase } from '../sqliteDatabase.ts';
import type { HistoryPart } from './parts.ts';

const row = '(SELECT row FROM execution WHERE id = ?)';

/** The histories of steps of all executions of a store. */
export class SqliteHistories {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  read(id: string): Uint8Array[] {
    return this.#database.all(`SELECT data FROM step_history WHERE execution = ${row} ORDER BY part`, id).map(({ data }) => data as Uint8Array);
  }

  /** Adds parts, and replaces those of the same numbers. To be called in a transaction. */
  write(id: string, parts: readonly HistoryPart[]): void {
    const sql = 'INSERT INTO step_history (execution, part, data) SELECT row, ?, ? FROM execution WHERE id = ? ON CONFLICT (execution, part) DO UPDATE SET data = excluded.data';
    for (const { part, data } of parts) this.#database.run(sql, part, data, id);
  }

  delete(id: string): void {
    this.#database.run(`DELETE FROM step_history WHERE execution = ${row}`, id);
  }
}
