import type { SQLInputValue } from 'node:sqlite';
import type { SqliteDatabase } from './sqliteDatabase.ts';
import type { SqliteReading } from './sqliteReading.ts';
import type { StoreChange } from './store.ts';

/** The number of a change: above all others, also those of executions that are gone. Walks to the end of an index. */
export const nextChange = '(SELECT MAX(IFNULL((SELECT MAX(changed) FROM execution), 0), number) + 1 FROM last_removed)';

/** To be run before executions are removed for good: other processes have seen their numbers, which must not come again. */
export const noteRemoved = 'UPDATE last_removed SET number = MAX(number, IFNULL((SELECT MAX(changed) FROM execution), 0))';

/** Changes of executions: those of this process have a number, by which those of others are told from them. */
export class SqliteChanges {
  readonly #database: SqliteDatabase;
  readonly #reading: SqliteReading;
  #dataVersion: number;
  /** Changes up to this number have been told. */
  #seen = 0;
  /** Later ones that are this process's own, with their rows. */
  readonly #own = new Map<number, number>();
  /** The last execution that was there when changes were last looked for. */
  #lastRow = 0;

  /** What is there has been seen. */
  constructor(database: SqliteDatabase, reading: SqliteReading) {
    this.#database = database;
    this.#reading = reading;
    this.#dataVersion = database.dataVersion;
    const last = database.first(`SELECT ${nextChange} - 1 AS changed, IFNULL(MAX(row), 0) AS row FROM execution`);
    this.#see([{ changed: Number(last?.['changed']), row: Number(last?.['row']) }]);
  }

  /** Runs a statement that sets `changed` of one execution at most, to `nextChange`; false where there was none. */
  make(sql: string, ...values: SQLInputValue[]): boolean {
    const result = this.#database.runReturning(`${sql} RETURNING changed, row`, ...values);
    if (result === undefined) return false;
    // The number of a change that is not kept is the next one's, maybe another process's.
    this.#database.onceCommitted(() => this.#own.set(Number(result['changed']), Number(result['row'])));
    return true;
  }

  /** What other processes changed since this was last asked, in order. */
  elsewhere(): StoreChange[] {
    const version = this.#database.dataVersion;
    if (version === this.#dataVersion) {
      // Nobody else wrote, so everything up to the own last change has been seen.
      this.#see([...this.#own].map(([changed, row]) => ({ changed, row })));
      return [];
    }
    this.#dataVersion = version;
    const rows = this.#reading.rows('execution.changed > ? ORDER BY execution.changed', this.#seen);
    const changes = rows
      .filter((row) => !this.#own.has(row.changed))
      .map((row): StoreChange => {
        if (row.deleted_time !== null) return { kind: 'deleted', id: row.id };
        return { kind: row.row > this.#lastRow ? 'created' : 'updated', execution: this.#reading.read(row) };
      });
    this.#see(rows);
    return changes;
  }

  /** Takes these changes as seen, and no others: more may have come since they were read. */
  #see(changes: readonly { readonly changed: number; readonly row: number }[]): void {
    for (const { changed, row } of changes) {
      this.#seen = Math.max(this.#seen, changed);
      this.#lastRow = Math.max(this.#lastRow, row);
    }
    this.#own.clear();
  }
}
