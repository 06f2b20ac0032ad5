import type { SQLInputValue } from 'node:sqlite';
import { filterOf, requiredText } from '../execution/criterion.ts';
import type { ExecutionPage, ListQuery } from '../execution/listing.ts';
import { ownState, storedFields } from '../execution/recordQuery.ts';
import type { Execution } from '../execution/record.ts';
import { readPageToken, writePageToken } from './pageToken.ts';
import { conditionOf, type SqlCondition } from './sqliteCriteria.ts';
import type { SqliteDatabase } from './sqliteDatabase.ts';
import { deletedAtRoot } from './sqliteDeletions.ts';
import { groupCondition, type Expression } from './sqliteGroups.ts';
import { pageSizeLimit, StoreError } from './store.ts';
import { damagedRows, readExecution, type StoredExecution } from './storeRows.ts';

const columns = 'execution.row, execution.id, execution.name, execution.parent, execution.state, execution.fixed, execution.varying, execution.revision, execution.changed, execution.deleted_time, revision.name AS revision_name, revision.program AS program';
const select = `SELECT ${columns} FROM execution JOIN revision ON revision.id = execution.revision WHERE`;

export type ExecutionRow = StoredExecution & { readonly row: number; readonly revision: number; readonly changed: number; readonly deleted_time: string | null };

/** Scripts are kept once per revision; pages of executions mostly share a few. */
const scriptCacheSize = 32;

/** Reads executions: one, those that a reference may mean, and pages of them. */
export class SqliteReading {
  readonly #database: SqliteDatabase;
  readonly #scripts = new Map<number, string>();

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  get(id: string): Execution | undefined {
    return this.first('execution.id = ? AND deleted_time IS NULL', id);
  }

  find(reference: string): Execution | undefined {
    const exact = this.get(reference) ?? this.first('execution.name = ? AND deleted_time IS NULL', reference);
    if (exact || !/^[0-9a-f-]{4,36}$/i.test(reference)) return exact;
    const begin = reference.toLowerCase();
    // Ids are lower-case hexadecimal and hyphens, so `g` comes after whatever can follow.
    const rows = this.rows('execution.id >= ? AND execution.id < ? AND deleted_time IS NULL LIMIT 2', begin, `${begin}g`);
    if (rows.length > 1) throw new StoreError(`Several executions begin with ${reference}: give more of the id.`);
    return rows[0] && this.read(rows[0]);
  }

  list(query: ListQuery): ExecutionPage {
    const size = Math.min(Math.max(1, Math.floor(query.pageSize)), pageSizeLimit);
    const rows = this.#found(query, size + 1);
    const page = rows.slice(0, size);
    return {
      executions: page.map((row) => this.read(row)),
      nextPageToken: rows.length > size ? writePageToken(page.at(-1)!.row, query) : undefined,
    };
  }

  /** The first rows of a list; where SQL cannot tell what a criterion takes, as many parts are read as it needs. */
  #found(query: ListQuery, limit: number): ExecutionRow[] {
    const condition = query.criterion && conditionOf(query.criterion);
    const before = this.#before(query);
    if (!query.criterion || condition?.exact === true) return this.#part(query, condition, before, limit);
    const holds = filterOf(query.criterion, storedFields);
    const rows: ExecutionRow[] = [];
    let from = before;
    for (;;) {
      const part = this.#part(query, condition, from, pageSizeLimit);
      rows.push(...part.filter((row) => holds(this.read(row))).slice(0, limit - rows.length));
      if (rows.length >= limit || part.length < pageSizeLimit) return rows;
      from = part.at(-1)!.row;
    }
  }

  #part(query: ListQuery, condition: SqlCondition | undefined, before: number, limit: number): ExecutionRow[] {
    const [place, parent] = query.everywhere === true || query.deleted === true ? ['TRUE', []] : ['execution.parent IS ?', [query.parent ?? null]];
    const [program, programs] = query.program === undefined ? ['TRUE', []] : ['execution.program = ?', [query.program]];
    const chosen: readonly Expression[] = [condition, query.group && groupCondition(query.group)].filter((part) => part !== undefined);
    const where = [place, program, ...chosen.map(({ sql }) => sql)].join(' AND ');
    const [beyond, direction] = query.oldestFirst === true ? ['>', 'ASC'] : ['<', 'DESC'];
    const rest = `AND execution.row ${beyond} ? AND ${query.deleted === true ? deletedAtRoot : 'deleted_time IS NULL'} ORDER BY execution.row ${direction} LIMIT ?`;
    const values: readonly SQLInputValue[] = [...parent, ...programs, ...chosen.flatMap(({ values: given }) => given)];
    const states = query.states ?? statesOf(query);
    // One ordered walk over an index for each state, then merged: never a sort of everything.
    if (states) {
      return [...new Set(states)]
        .flatMap((state) => this.rows(`${where} AND ${state === 'UNAVAILABLE' ? `execution.row IN (${damagedRows}) AND '' <> ?` : `execution.state = ? AND execution.row NOT IN (${damagedRows})`} ${rest}`, ...values, state, before, limit))
        .sort((left, right) => (query.oldestFirst === true ? left.row - right.row : right.row - left.row))
        .slice(0, limit);
    }
    if (chosen.length === 0 || query.everywhere === true || query.deleted === true) return this.rows(`${where} ${rest}`, ...values, before, limit);
    // Looking through many reads the index only; then the few that were found are read.
    return this.rows(`execution.row IN (SELECT row FROM execution INDEXED BY execution_shown WHERE ${where} ${rest}) ORDER BY execution.row ${direction}`, ...values, before, limit);
  }

  /** All of a list, read a page at a time. */
  *all(query: ListQuery): Generator<Execution> {
    let pageToken: string | undefined;
    do {
      const page = this.list({ ...query, pageToken });
      yield* page.executions;
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
  }

  read(row: ExecutionRow): Execution {
    return readExecution(row, this.#script(row.revision));
  }

  /** The first execution for which a condition holds. */
  first(where: string, ...values: SQLInputValue[]): Execution | undefined {
    const [row] = this.rows(where, ...values);
    return row && this.read(row);
  }

  /** Rows for which a condition holds, with what may follow it. */
  rows(where: string, ...values: SQLInputValue[]): ExecutionRow[] {
    return this.#database.all(`${select} ${where}`, ...values) as unknown as ExecutionRow[];
  }

  #script(revision: number): string {
    let script = this.#scripts.get(revision);
    if (script === undefined) {
      script = String(this.#database.first('SELECT script FROM revision WHERE id = ?', revision)?.['script'] ?? '');
      if (this.#scripts.size >= scriptCacheSize) this.#scripts.delete(this.#scripts.keys().next().value!);
      this.#scripts.set(revision, script);
    }
    return script;
  }

  /** The row that a page begins before. */
  #before(query: ListQuery): number {
    if (query.after !== undefined) return Number(this.#database.first('SELECT row FROM execution WHERE id = ?', query.after)?.['row'] ?? (query.oldestFirst === true ? Number.MAX_SAFE_INTEGER : 0));
    if (query.pageToken !== undefined) return readPageToken(query.pageToken, query);
    return query.oldestFirst === true ? 0 : Number.MAX_SAFE_INTEGER;
  }
}

/** The one state that a query asks for, where it does. */
function statesOf({ criterion, group }: ListQuery): readonly string[] | undefined {
  const state = group?.grouping.by === 'state' ? group.key : criterion && requiredText(criterion, ownState);
  return state === undefined ? undefined : [state];
}
