import type { SQLInputValue } from 'node:sqlite';
import { requiredText } from '../execution/criterion.ts';
import type { OrderBy } from '../execution/ordering.ts';
import type { ScanPart, ScanPlace, ScanQuery } from './scan.ts';
import { conditionOf, orderColumn, type SqlCondition } from './sqliteCriteria.ts';
import type { Row, SqliteDatabase } from './sqliteDatabase.ts';

/** This index has the columns that most criteria and orders ask for, so that looking through it reads nothing else. */
const table = 'execution INDEXED BY execution_by_program';
const inProgram = 'program = ? AND deleted_time IS NULL';
const everything: SqlCondition = { sql: 'TRUE', values: [], exact: true };

/** Looks through the executions of a program in SQL: see `scan.ts`. */
export function scanDatabase(database: SqliteDatabase, query: ScanQuery, from: number | undefined, size: number): ScanPart {
  const condition = query.criterion ? (conditionOf(query.criterion) ?? { ...everything, exact: false }) : everything;
  const id = query.criterion && requiredText(query.criterion, 'executionId');
  if (id !== undefined) return { ...found(database, query, condition, 'execution WHERE id = ? AND program = ? AND deleted_time IS NULL', [id, query.program]), next: undefined };
  const isUp = query.order.length === 0 && query.oldestFirst === true;
  const begin = from ?? (isUp ? 0 : Number.MAX_SAFE_INTEGER);
  const [beyond, until, direction] = isUp ? ['>', '<=', 'ASC'] : ['<', '>=', 'DESC'];
  const bound = `SELECT row FROM ${table} WHERE ${inProgram} AND row ${beyond} ? ORDER BY row ${direction} LIMIT 1 OFFSET ?`;
  const last = database.first(bound, query.program, begin, size - 1);
  const end = last ? Number(last['row']) : isUp ? Number.MAX_SAFE_INTEGER : 0;
  const part = found(database, query, condition, `${table} WHERE ${inProgram} AND row ${beyond} ? AND row ${until} ?`, [query.program, begin, end]);
  // In the order of creation the next part may begin where enough was found.
  const isCut = part.certain && query.order.length === 0 && part.found.length >= query.limit;
  return { ...part, next: isCut ? part.found.at(-1)!.row : last && end };
}

function found(database: SqliteDatabase, { order, after, limit, oldestFirst }: ScanQuery, condition: SqlCondition, from: string, values: readonly SQLInputValue[]): Pick<ScanPart, 'found' | 'certain'> {
  const keys = order.map(({ field }, i) => `, ${orderColumn(field)} AS key${i}`).join('');
  const rest = after && order.length > 0 ? afterPlace(order, after) : everything;
  const direction = order.length === 0 && oldestFirst === true ? 'ASC' : 'DESC';
  const by = [...order.map(({ descending }, i) => `key${i} ${descending ? 'DESC' : 'ASC'}`), `row ${direction}`].join(', ');
  const sql = `SELECT row${keys} FROM ${from} AND ${condition.sql} AND ${rest.sql} ORDER BY ${by} LIMIT ?`;
  // What is not certain is looked at by who asked: all of it has to be given.
  const rows = database.all(sql, ...values, ...condition.values, ...rest.values, condition.exact ? limit : -1);
  return { found: rows.map((row) => placeOf(row, order.length)), certain: condition.exact };
}

function placeOf(row: Row, keys: number): ScanPlace {
  return { row: Number(row['row']), keys: Array.from({ length: keys }, (_, i) => row[`key${i}`] as string | number | null) };
}

/** Further on in one of the keys, with those before it equal; where all are equal, older. NULL comes before everything. */
function afterPlace(order: readonly OrderBy[], { row, keys }: ScanPlace): SqlCondition {
  const equal: string[] = [];
  const equalValues: (string | number)[] = [];
  const parts: string[] = [];
  const values: (string | number)[] = [];
  for (const [i, { field, descending }] of order.entries()) {
    const column = orderColumn(field);
    const key = keys[i] ?? null;
    const further = furtherThan(column, key, descending);
    parts.push([...equal, further].join(' AND '));
    values.push(...equalValues, ...(key !== null && further.includes('?') ? [key] : []));
    equal.push(key === null ? `${column} IS NULL` : `${column} IS ?`);
    if (key !== null) equalValues.push(key);
  }
  parts.push([...equal, 'row < ?'].join(' AND '));
  values.push(...equalValues, row);
  return { sql: `(${parts.map((part) => `(${part})`).join(' OR ')})`, values, exact: true };
}

function furtherThan(column: string, key: string | number | null, descending: boolean): string {
  if (key === null) return descending ? 'FALSE' : `${column} IS NOT NULL`;
  return descending ? `(${column} < ? OR ${column} IS NULL)` : `${column} > ?`;
}
