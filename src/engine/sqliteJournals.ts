import type { JournalEntry } from './journal.ts';
import type { SqliteDatabase } from './sqliteDatabase.ts';
import type { Kept } from './store.ts';

const row = '(SELECT row FROM execution WHERE id = ?)';

/** The journals of all executions of a store. */
export class SqliteJournals {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  entries(id: string): JournalEntry[] {
    return this.#database.all(`SELECT number, time, kind, data FROM journal WHERE execution = ${row} ORDER BY number`, id) as unknown as JournalEntry[];
  }

  end(id: string): number {
    return Number(this.#database.first(`SELECT MAX(number) AS number FROM journal WHERE execution = ${row}`, id)?.['number'] ?? 0);
  }

  append(id: string, { number, time, kind, data }: JournalEntry): void {
    this.#database.run('INSERT INTO journal (execution, number, time, kind, data) SELECT row, ?, ?, ?, ? FROM execution WHERE id = ?', number, time, kind, data, id);
  }

  truncate(id: string, number: number): void {
    this.#database.run(`DELETE FROM journal WHERE execution = ${row} AND number > ?`, id, number);
  }

  kept(id: string): Kept | undefined {
    const sql = 'SELECT kept, ran, (SELECT IFNULL(SUM(IFNULL(LENGTH(text), 0) + IFNULL(LENGTH(json), 0)), 0) FROM log WHERE log.execution = execution.row) AS logged FROM execution WHERE id = ?';
    const found = this.#database.first(sql, id);
    return found && { data: String(found['kept']), ran: Number(found['ran']), logged: Number(found['logged']) };
  }
}
