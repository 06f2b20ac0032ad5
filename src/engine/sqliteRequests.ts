import { thisOwner } from './owner.ts';
import type { SqliteDatabase } from './sqliteDatabase.ts';

/** Milliseconds: no clock is set back that far by a change of daylight saving time or a correction. */
export const wrongClock = 25 * 3_600_000;

/** What processes that share a store agree on: pausing one another's executions, and who runs a schedule. */
export class SqliteRequests {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  /** Each is told once. */
  pauses(): { readonly id: string; readonly pause: boolean }[] {
    const asked = "owner_pid = ? AND owner_token = ? AND pause_requested IS NOT NULL AND state IN ('QUEUED', 'ACTIVE', 'PAUSED')";
    const rows = this.#database.all(`SELECT id, pause_requested FROM execution WHERE ${asked}`, thisOwner.pid, thisOwner.token);
    for (const row of rows) this.#database.run('UPDATE execution SET pause_requested = NULL WHERE id = ?', String(row['id']));
    return rows.map((row) => ({ id: String(row['id']), pause: row['pause_requested'] === 1 }));
  }

  /** A moment that lies far ahead was taken while the clock was wrong, and bars nothing. */
  claimSchedule(id: string, time: number): boolean {
    const sql = 'INSERT INTO schedule (id, time) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET time = excluded.time WHERE time < excluded.time OR time > excluded.time + ? RETURNING id';
    return this.#database.first(sql, id, time, wrongClock) !== undefined;
  }

  scheduleTime(id: string): number | undefined {
    const row = this.#database.first('SELECT time FROM schedule WHERE id = ?', id);
    return row && Number(row['time']);
  }
}
