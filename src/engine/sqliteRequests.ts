import { thisOwner } from './owner.ts';
import type { SqliteDatabase } from './sqliteDatabase.ts';
import type { GoBackRequest } from './store.ts';

const alive = "state IN ('QUEUED', 'ACTIVE', 'PAUSED')";

/** Milliseconds: no clock is set back that far by a change of daylight saving time or a correction. */
export const wrongClock = 25 * 3_600_000;

/** What processes that share a store agree on: pausing one another's executions or taking them back, and who runs a schedule. */
export class SqliteRequests {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  /** Each is told once. */
  pauses(): { readonly id: string; readonly pause: boolean }[] {
    const asked = `owner_pid = ? AND owner_token = ? AND pause_requested IS NOT NULL AND ${alive}`;
    const rows = this.#database.all(`SELECT id, pause_requested FROM execution WHERE ${asked}`, thisOwner.pid, thisOwner.token);
    for (const row of rows) this.#database.run('UPDATE execution SET pause_requested = NULL WHERE id = ?', String(row['id']));
    return rows.map((row) => ({ id: String(row['id']), pause: row['pause_requested'] === 1 }));
  }

  askBack(id: string, savepoint: string): void {
    this.#database.run(`UPDATE execution SET back_requested = ?, back_refused = NULL WHERE id = ? AND ${alive}`, savepoint, id);
  }

  askedBack(): { readonly id: string; readonly savepoint: string }[] {
    const rows = this.#database.all(`SELECT id, back_requested FROM execution WHERE owner_pid = ? AND owner_token = ? AND back_requested IS NOT NULL AND ${alive}`, thisOwner.pid, thisOwner.token);
    return rows.map((row) => ({ id: String(row['id']), savepoint: String(row['back_requested']) }));
  }

  answerBack(id: string, refusal: string | undefined): void {
    this.#database.run('UPDATE execution SET back_requested = NULL, back_refused = ? WHERE id = ?', refusal ?? null, id);
  }

  backOf(id: string): GoBackRequest {
    const row = this.#database.first('SELECT back_requested, back_refused FROM execution WHERE id = ?', id);
    const refusal = row?.['back_refused'];
    return { isOpen: typeof row?.['back_requested'] === 'string', refusal: typeof refusal === 'string' ? refusal : undefined };
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
