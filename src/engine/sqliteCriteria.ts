import { textPattern, type Comparator, type Criterion, type FieldCriterion } from '../execution/criterion.ts';
import { recordColumn } from './recordColumns.ts';

/** A condition on rows of `execution` that gives 0 or 1, never NULL. */
export interface SqlCondition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
  /** Whether it holds for exactly the executions that the criterion holds for, not for more. */
  readonly exact: boolean;
}

/** A record that cannot be read has none of its data (`readExecution`). */
const unlessDamaged = (value: string, otherwise: string): string => `CASE shown_state WHEN 'UNAVAILABLE' THEN ${otherwise} ELSE ${value} END`;
const readable = (json: string): string => unlessDamaged(json, "'{}'");

/** What the fields of Google's API are in the store; all texts that the store makes itself are ASCII. */
const texts: ReadonlyMap<string, string> = new Map([
  ['executionId', 'execution.id'],
  ['state', 'shown_state'],
  ['workflowRevisionId', '(SELECT revision.name FROM revision WHERE revision.id = execution.revision)'],
]);
/** As `Date.toISOString` writes them, so that their order is that of texts. */
const times: ReadonlyMap<string, string> = new Map([
  ['createTime', unlessDamaged('created', "'1970-01-01T00:00:00.000Z'")],
  ['startTime', unlessDamaged('started', 'NULL')],
  ['endTime', unlessDamaged('ended', 'NULL')],
]);
/** In seconds, of whole milliseconds. */
const took = "MAX(round((unixepoch(ended, 'subsec') - unixepoch(started, 'subsec')) * 1000), 0) / 1000.0";
const durations: ReadonlyMap<string, string> = new Map([['duration', unlessDamaged(took, 'NULL')]]);

/** The expression that a list can be ordered by; its NULLs come first. */
export function orderColumn(field: string): string {
  const column = texts.get(field) ?? times.get(field) ?? durations.get(field);
  if (column === undefined) throw new TypeError(`No order by ${field}.`);
  return column;
}

/** The condition for a criterion: the same, or one that takes more; undefined where nothing can be said in SQL. */
export function conditionOf(criterion: Criterion): SqlCondition | undefined {
  switch (criterion.kind) {
    case 'all': {
      const parts = criterion.parts.map(conditionOf);
      const known = parts.filter((part) => part !== undefined);
      return known.length === 0 ? undefined : joined(known, 'AND', known.length === parts.length);
    }
    case 'any': {
      const parts = criterion.parts.map(conditionOf);
      const known = parts.filter((part) => part !== undefined);
      return known.length < parts.length ? undefined : joined(known, 'OR', true);
    }
    case 'not': {
      const part = conditionOf(criterion.part);
      // The opposite of what takes more would take less.
      return part?.exact === true ? { ...part, sql: `NOT ${part.sql}` } : undefined;
    }
    default:
      return fieldCondition(criterion);
  }
}

function joined(parts: readonly SqlCondition[], word: 'AND' | 'OR', complete: boolean): SqlCondition {
  return { sql: `(${parts.map(({ sql }) => sql).join(` ${word} `)})`, values: parts.flatMap(({ values }) => values), exact: complete && parts.every(({ exact }) => exact) };
}

function fieldCondition(criterion: FieldCriterion): SqlCondition | undefined {
  const { field } = criterion;
  switch (criterion.kind) {
    case 'text': {
      const column = texts.get(field);
      if (column !== undefined) return compareText(column, criterion.comparator, criterion.wanted, true);
      const own = recordColumn(field);
      return own === undefined ? undefined : compareText(own, criterion.comparator, criterion.wanted, false);
    }
    case 'time': {
      const column = times.get(field);
      if (column !== undefined) return compare(column, criterion.comparator, timeText(criterion.wanted));
      const own = recordColumn(field);
      return own === undefined ? undefined : compare(own, criterion.comparator, criterion.wanted);
    }
    case 'duration': {
      const column = durations.get(field) ?? recordColumn(field);
      return column === undefined ? undefined : compare(column, criterion.comparator, criterion.wanted);
    }
    case 'bool':
      if (field !== 'disableConcurrencyQuotaOverflowBuffering') return compareFlag(recordColumn(field), criterion.wanted);
      return { sql: `(IFNULL(json_extract(${readable('fixed')}, '$.disable_concurrency_quota_overflow_buffering'), 0) = ${criterion.wanted ? 1 : 0})`, values: [], exact: true };
    case 'texts': {
      const isNot = criterion.comparator === '!=';
      if (field === 'roles') {
        const role = compareText('entry.value', isNot ? '=' : criterion.comparator, criterion.wanted, false);
        return role && { ...role, sql: `${isNot ? 'NOT ' : ''}EXISTS (SELECT 1 FROM json_each(${readable('fixed')}, '$.roles') AS entry WHERE ${role.sql})` };
      }
      if (field !== 'stepName') return undefined;
      const step = compareText("json_extract(current.value, '$.step')", isNot ? '=' : criterion.comparator, criterion.wanted, false);
      return step && { ...step, sql: `${isNot ? 'NOT ' : ''}EXISTS (SELECT 1 FROM json_each(${readable('varying')}, '$.current_steps') AS current WHERE ${step.sql})` };
    }
    case 'entry': {
      const value = `(SELECT entry.value FROM ${labels} AS entry WHERE entry.key = ?)`;
      if (!isLabels(field) || !isPlain(criterion.key)) return undefined;
      const compared = compareText(value, criterion.comparator, criterion.wanted, false);
      return compared && { ...compared, values: [criterion.key, ...compared.values] };
    }
    case 'key':
      if (!isLabels(field) || !isPlain(criterion.key)) return undefined;
      return { sql: `EXISTS (SELECT 1 FROM ${labels} AS entry WHERE entry.key = ?)`, values: [criterion.key], exact: true };
    case 'int': {
      const column = recordColumn(field);
      return column === undefined ? undefined : compare(column, criterion.comparator, criterion.wanted);
    }
  }
}

function compareFlag(column: string | undefined, wanted: boolean): SqlCondition | undefined {
  return column === undefined ? undefined : { sql: `(${column} = ${wanted ? 1 : 0})`, values: [], exact: true };
}

const labels = `json_each(${readable('fixed')}, '$.labels')`;

function isLabels(field: string): boolean {
  return field === 'label' || field === 'labels';
}

/** SQLite ends texts at NUL, changes lone surrogates, and writes keys with escapes in its own way. */
function isPlain(text: string): boolean {
  return !/[\p{Cc}\p{Cs}"\\]/u.test(text);
}

/** `ordered`: the field's texts are ASCII, whose order is the same in SQLite and in JavaScript. */
function compareText(column: string, comparator: Comparator, wanted: string, ordered: boolean): SqlCondition | undefined {
  if (!isPlain(wanted)) return undefined;
  switch (comparator) {
    case '=':
    case ':':
      return matching(column, wanted);
    case '!=': {
      const equal = matching(column, wanted);
      return { ...equal, sql: `NOT ${equal.sql}` };
    }
    default:
      return ordered ? compare(column, comparator, wanted) : undefined;
  }
}

function matching(column: string, wanted: string): SqlCondition {
  const { kind, text } = textPattern(wanted);
  const whole = (sql: string, ...values: readonly (string | number)[]): SqlCondition => ({ sql, values, exact: true });
  // Characters are counted as code points in SQLite.
  const length = Array.from(text).length;
  switch (kind) {
    case 'anything':
      return whole(`(${column} IS NOT NULL)`);
    case 'is':
      return whole(`(${column} IS ?)`, text);
    case 'begins':
      return whole(`IFNULL(substr(${column}, 1, ${length}) = ?, 0)`, text);
    case 'ends':
      return length === 0 ? whole(`(${column} IS NOT NULL)`) : whole(`IFNULL(substr(${column}, ${-length}) = ?, 0)`, text);
    case 'contains':
      return whole(`IFNULL(instr(${column}, ?) > 0, 0)`, text);
  }
}

function compare(column: string, comparator: Comparator, wanted: string | number): SqlCondition {
  const values = [wanted];
  switch (comparator) {
    case '=':
    case ':':
      return { sql: `(${column} IS ?)`, values, exact: true };
    case '!=':
      return { sql: `(${column} IS NOT ?)`, values, exact: true };
    default:
      return { sql: `IFNULL(${column} ${comparator} ?, 0)`, values, exact: true };
  }
}

/** A time (milliseconds since the epoch) as it is stored; before and after all years of four digits, a text before and after all. */
function timeText(time: number): string {
  if (time < Date.parse('0000-01-01T00:00:00Z')) return '';
  return time >= Date.UTC(10_000, 0) ? '~' : new Date(time).toISOString();
}
