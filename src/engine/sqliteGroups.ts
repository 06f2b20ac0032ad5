import type { SQLInputValue } from 'node:sqlite';
import { filterOf } from '../execution/criterion.ts';
import { compareGroups, dayOf, groupKey, groupLimit, type ExecutionGroup, type GroupChoice, type Grouping } from '../execution/grouping.ts';
import type { GroupQuery, LabelUse } from '../execution/listing.ts';
import { storedFields } from '../execution/recordQuery.ts';
import type { Execution } from '../execution/record.ts';
import { compareCodePoints } from '../machine/comparison.ts';
import { conditionOf, type SqlCondition } from './sqliteCriteria.ts';
import type { SqliteDatabase } from './sqliteDatabase.ts';
import { deletedAtRoot } from './sqliteDeletions.ts';
import { stateAsRead } from './storeRows.ts';

export interface Expression {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** Whether a row is in a group: as `groupKey` says it. */
export function groupCondition({ grouping, key }: GroupChoice): Expression {
  if (grouping.by === 'day' && key !== undefined) return { sql: '(made >= ? AND made < ?)', values: [startOfDay(key, 0), startOfDay(key, 1)] };
  const { sql, values } = columnOf(grouping);
  return { sql: `${sql} IS ?`, values: [...values, key ?? null] };
}

/** Counts the groups of a list in SQL; undefined where SQL cannot say what its criterion takes. */
export function groupsOf(database: SqliteDatabase, { grouping, criterion, deleted }: GroupQuery): ExecutionGroup[] | undefined {
  const condition: SqlCondition | undefined = criterion ? conditionOf(criterion) : { sql: 'TRUE', values: [], exact: true };
  if (condition?.exact !== true) return undefined;
  const { sql, values } = columnOf(grouping);
  const index = grouping.by === 'state' ? '' : ' INDEXED BY execution_shown';
  const from = deleted === true ? `execution WHERE ${deletedAtRoot}` : `execution${index} WHERE parent IS NULL AND deleted_time IS NULL`;
  // Days are put together of parts of them, so all of these are needed.
  const limit = grouping.by === 'day' ? -1 : groupLimit;
  const rows = database.all(`SELECT ${sql} AS key, COUNT(*) AS count FROM ${from} AND ${condition.sql} GROUP BY 1 ORDER BY 1 LIMIT ?`, ...values, ...condition.values, limit);
  const groups = rows.map(({ key, count }) => ({ key: key === null ? undefined : String(key), count: Number(count) }));
  return sorted(grouping, grouping.by === 'day' ? byDay(groups) : groups);
}

/** Calendars of all countries begin their days at a quarter of an hour. */
const quarter = 15 * 60 * 1000;

function columnOf(grouping: Grouping): Expression {
  switch (grouping.by) {
    case 'program':
      return { sql: "NULLIF(program, '')", values: [] };
    case 'state':
      return { sql: stateAsRead, values: [] };
    case 'place':
      return { sql: 'place', values: [] };
    case 'type':
      return { sql: 'type', values: [] };
    case 'day':
      // The calendar is asked once for each quarter of an hour, which is much faster than SQLite's for each row.
      return { sql: `made / ${quarter}`, values: [] };
    case 'label':
      return { sql: '(SELECT entry.value FROM json_each(labels) AS entry WHERE entry.key = ?)', values: [grouping.key] };
  }
}

function byDay(quarters: readonly ExecutionGroup[]): ExecutionGroup[] {
  const days = new Map<string | undefined, number>();
  for (const { key, count } of quarters) {
    const day = key === undefined ? undefined : dayOf(new Date(Number(key) * quarter));
    days.set(day, (days.get(day) ?? 0) + count);
  }
  return [...days].map(([key, count]) => ({ key, count }));
}

/** Milliseconds; `later` days after it. */
function startOfDay(day: string, later: number): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).getTime();
}

/** The same of executions that are in memory. */
export function groupsAmong(executions: Iterable<Execution>, { grouping, criterion }: GroupQuery): ExecutionGroup[] {
  const holds = criterion ? filterOf(criterion, storedFields) : (): boolean => true;
  const counts = new Map<string | undefined, number>();
  for (const execution of executions) {
    if (!holds(execution)) continue;
    const key = groupKey(execution, grouping);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return sorted(grouping, [...counts].map(([key, count]) => ({ key, count })));
}

function sorted(grouping: Grouping, groups: readonly ExecutionGroup[]): ExecutionGroup[] {
  const compare = compareGroups(grouping);
  return [...groups].sort((left, right) => compare(left.key, right.key)).slice(0, groupLimit);
}

/** The labels of executions at the root, those of most executions first. */
export function labelsOf(database: SqliteDatabase, limit: number): LabelUse[] {
  const sql = 'SELECT entry.key AS key, entry.value AS value, COUNT(*) AS count FROM execution INDEXED BY execution_shown, json_each(execution.labels) AS entry WHERE execution.parent IS NULL AND deleted_time IS NULL GROUP BY 1, 2 ORDER BY count DESC, 1, 2 LIMIT ?';
  return database.all(sql, limit).map(({ key, value, count }) => ({ key: String(key), value: String(value), count: Number(count) }));
}

/** The same of executions that are in memory. */
export function labelsAmong(executions: Iterable<Execution>, limit: number): LabelUse[] {
  const uses = new Map<string, LabelUse>();
  for (const { labels } of executions) {
    for (const [key, value] of Object.entries(labels)) {
      const name = JSON.stringify([key, value]);
      uses.set(name, { key, value, count: (uses.get(name)?.count ?? 0) + 1 });
    }
  }
  return [...uses.values()].sort((left, right) => right.count - left.count || compareCodePoints(left.key, right.key) || compareCodePoints(left.value, right.value)).slice(0, limit);
}
