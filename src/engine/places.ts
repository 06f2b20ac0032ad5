import { isGone, thisOwner, type Owner } from './owner.ts';
import type { Row, SqliteDatabase } from './sqliteDatabase.ts';
import { living } from './storeRows.ts';

/** What waits for its turn, as other processes see it. */
export interface Turn {
  readonly id: string;
  readonly priority: number;
  /** Milliseconds since the epoch. */
  readonly created: number;
}

/** The places that the processes of a store share: as many executions as the limit allows run in all of them together. */
export interface Places {
  /** How many executions have a place in other processes. Those that are gone are looked for only where `room` would be used up. */
  elsewhere(room: number): number;
  /** Whether executions of other processes waited for their turn when `elsewhere` was asked last. */
  othersWait(): boolean;
  /** It waits for its turn, or for a time before which it does not want one. Until then a living execution has a place. */
  wait(id: string, until: 'turn' | 'time'): void;
  /** Takes a place for one that waits, where fewer than `limit` are taken, `own` of them here, and nobody in another process is before it. */
  take(turn: Turn, own: number, limit: number): boolean;
}

/** Where no other process shares the executions. */
export const ownPlaces: Places = {
  elsewhere: () => 0,
  othersWait: () => false,
  wait: () => undefined,
  take: (_turn, own, limit) => own < limit,
};

/** What `execution.waits` is. */
const [hasPlace, waitsForTurn, waitsForTime] = [0, 1, 2];

/** Milliseconds that a place stays free for one that another process does not let in. */
const patience = 3000;

/** Each of these is a part of an index on its own, which one condition for all would not be. */
const byOwner = ['owner_pid < ?1', 'owner_pid > ?1', 'owner_pid = ?1 AND owner_token <> ?2']
  .map((others) => `SELECT owner_pid, owner_token, COUNT(*) AS count FROM execution WHERE ${living} AND waits = ${hasPlace} AND ${others} GROUP BY owner_pid, owner_token`)
  .join(' UNION ALL ');

const waiting = `FROM execution WHERE waits = ${waitsForTurn} AND state = 'QUEUED' AND (owner_pid <> ?1 OR owner_token <> ?2)`;

/** Those of other processes that wait before one: of a higher priority, or as high and older. Two ranges of an index. */
const before = ['priority > ?3', 'priority = ?3 AND created < ?4'].map((range) => `SELECT * FROM (SELECT owner_pid, owner_token ${waiting} AND ${range} ORDER BY priority DESC, created LIMIT ?5)`).join(' UNION ALL ');

/**
 * Each living execution has a place unless its row says that it waits, so that what begins at once writes nothing for
 * it: its row is there before others are counted, and of two processes that begin one at the same time, at least one
 * sees the other's.
 */
export class SqlitePlaces implements Places {
  readonly #database: SqliteDatabase;
  /** The places of other processes, as long as none of them writes. */
  #counted: readonly { readonly owner: Owner; readonly count: number }[] = [];
  #version: number | undefined;
  /** Whether others wait, and which version of the store that is of. */
  #othersWait: { readonly version: number; readonly are: boolean } | undefined;
  /** Since when there has been room that another process does not use. */
  #unused: number | undefined;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  elsewhere(room: number): number {
    const version = this.#database.dataVersion;
    if (version !== this.#version) {
      this.#counted = this.#count();
      this.#version = version;
    }
    const all = sum(this.#counted);
    return all < room ? all : sum(this.#counted.filter(({ owner }) => !isGone(owner)));
  }

  othersWait(): boolean {
    const version = this.#version ?? this.#database.dataVersion;
    if (this.#othersWait?.version !== version) this.#othersWait = { version, are: this.#database.first(`SELECT 1 ${waiting} LIMIT 1`, thisOwner.pid, thisOwner.token) !== undefined };
    return this.#othersWait.are;
  }

  wait(id: string, until: 'turn' | 'time'): void {
    this.#database.run('UPDATE execution SET waits = ? WHERE id = ?', until === 'turn' ? waitsForTurn : waitsForTime, id);
  }

  take(turn: Turn, own: number, limit: number): boolean {
    if (own + this.elsewhere(limit - own) >= limit) return this.#isFull();
    return this.#database.write(() => {
      const free = limit - own - sum(this.#count().filter(({ owner }) => !isGone(owner)));
      if (free <= 0) return this.#isFull();
      if (!this.#isNext(turn, free)) return false;
      this.#unused = undefined;
      this.#database.run(`UPDATE execution SET waits = ${hasPlace} WHERE id = ?`, turn.id);
      return true;
    });
  }

  /** Patience begins anew with the next place that comes free. */
  #isFull(): false {
    this.#unused = undefined;
    return false;
  }

  /** Whether fewer than `free` are before it in other processes, or those have not used their turn. */
  #isNext({ priority, created }: Turn, free: number): boolean {
    const { pid, token } = thisOwner;
    const ahead = this.#database.all(before, pid, token, priority, new Date(created).toISOString(), free).filter((row) => !isGone(ownerOf(row)));
    if (ahead.length < free) return true;
    const now = performance.now();
    this.#unused ??= now;
    return now - this.#unused > patience;
  }

  #count(): { readonly owner: Owner; readonly count: number }[] {
    return this.#database.all(byOwner, thisOwner.pid, thisOwner.token).map((row) => ({ owner: ownerOf(row), count: Number(row['count']) }));
  }
}

function sum(counted: readonly { readonly count: number }[]): number {
  return counted.reduce((total, { count }) => total + count, 0);
}

function ownerOf(row: Row): Owner {
  return { pid: Number(row['owner_pid']), token: String(row['owner_token']) };
}
