import { thisOwner } from './owner.ts';
import { nextChange, type SqliteChanges } from './sqliteChanges.ts';
import type { SqliteDatabase } from './sqliteDatabase.ts';
import { living } from './storeRows.ts';
import type { GoBackRequest } from './store.ts';

/** Milliseconds: no clock is set back that far by a change of daylight saving time or a correction. */
export const wrongClock = 25 * 3_600_000;

/** What processes that share a store agree on: cancelling or pausing one another's executions, or taking them back, and who runs a schedule. */
export class SqliteRequests {
  readonly #database: SqliteDatabase;
  readonly #changes: SqliteChanges;

  constructor(database: SqliteDatabase, changes: SqliteChanges) {
    this.#database = database;
    this.#changes = changes;
  }

  askCancel(id: string): void {
    this.#changes.make(`UPDATE execution SET cancel_requested = 1, changed = ${nextChange} WHERE id = ? AND ${living}`, id);
  }

  cancels(): string[] {
    return this.#asked('cancel_requested', '= 1').map(({ id }) => id);
  }

  askPause(id: string, pause: boolean): void {
    this.#changes.make(`UPDATE execution SET pause_requested = ?, changed = ${nextChange} WHERE id = ? AND ${living}`, pause ? 1 : 0, id);
  }

  /** Each is told once. */
  pauses(): { readonly id: string; readonly pause: boolean }[] {
    if (this.#asked('pause_requested', 'IS NOT NULL').length === 0) return [];
    // Nobody asks for something else between the reading and the forgetting.
    return this.#database.write(() => {
      const rows = this.#asked('pause_requested', 'IS NOT NULL');
      for (const { id } of rows) this.#database.run('UPDATE execution SET pause_requested = NULL WHERE id = ?', id);
      return rows.map(({ id, asked }) => ({ id, pause: asked === 1 }));
    });
  }

  askBack(id: string, savepoint: string): void {
    this.#database.run(`UPDATE execution SET back_requested = ?, back_refused = NULL WHERE id = ? AND ${living}`, savepoint, id);
  }

  askedBack(): { readonly id: string; readonly savepoint: string }[] {
    return this.#asked('back_requested', 'IS NOT NULL').map(({ id, asked }) => ({ id, savepoint: String(asked) }));
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
    return this.#database.runReturning(sql, id, time, wrongClock) !== undefined;
  }

  scheduleTime(id: string): number | undefined {
    const row = this.#database.first('SELECT time FROM schedule WHERE id = ?', id);
    return row && Number(row['time']);
  }

  /** What is asked of executions that live here. */
  #asked(column: string, condition: string): { readonly id: string; readonly asked: unknown }[] {
    const sql = `SELECT id, ${column} AS asked FROM execution WHERE owner_pid = ? AND owner_token = ? AND ${column} ${condition} AND ${living}`;
    return this.#database.all(sql, thisOwner.pid, thisOwner.token).map(({ id, asked }) => ({ id: String(id), asked }));
  }
}
