import type { Fields } from '../../../flow/flowCalls.ts';
import { FlowError } from '../calls.ts';

/** `{field, op, value}`, `{and: […]}`, `{or: […]}` or `{not: …}` (cloudomation 5). */
export type RecordFilter = (fields: Fields) => boolean;

const operators: ReadonlyMap<string, (value: unknown) => (given: unknown) => boolean> = new Map([
  ['eq', (value: unknown) => (given: unknown) => same(given, value)],
  ['neq', (value: unknown) => (given: unknown) => !same(given, value)],
  ['lt', (value: unknown) => (given: unknown) => compare(given, value, (order) => order < 0)],
  ['lte', (value: unknown) => (given: unknown) => compare(given, value, (order) => order <= 0)],
  ['gt', (value: unknown) => (given: unknown) => compare(given, value, (order) => order > 0)],
  ['gte', (value: unknown) => (given: unknown) => compare(given, value, (order) => order >= 0)],
  ['like', (value: unknown) => like(value, false)],
  ['ilike', (value: unknown) => like(value, true)],
  ['in', (value: unknown) => (given: unknown) => Array.isArray(value) && value.some((one) => same(given, one))],
  ['is_null', (value: unknown) => (given: unknown) => ((given ?? null) === null) === (value !== false)],
]);

const depthLimit = 50;

/** No filter (null) takes everything. Throws `FlowError` for what is none. */
export function readFilter(filter: unknown, depth = 0): RecordFilter {
  if (filter === null || filter === undefined) return () => true;
  if (depth > depthLimit) throw new FlowError('ValueError', `A filter nests ${depthLimit} levels deep at most.`);
  // As on the service, a list is all of its parts.
  if (Array.isArray(filter)) return all(filter, depth);
  if (typeof filter !== 'object') throw wrong(filter);
  const given = new Map<string, unknown>(Object.entries(filter));
  const [and, or] = [given.get('and'), given.get('or')];
  if (Array.isArray(and) && given.size === 1) return all(and, depth);
  if (Array.isArray(or) && given.size === 1) {
    const parts = or.map((part) => readFilter(part, depth + 1));
    return (fields) => parts.some((part) => part(fields));
  }
  if (given.has('not') && given.size === 1) {
    const part = readFilter(given.get('not'), depth + 1);
    return (fields) => !part(fields);
  }
  const field = given.get('field');
  const op = given.get('op') ?? 'eq';
  if (typeof field !== 'string' || typeof op !== 'string') throw wrong(filter);
  const operator = operators.get(op);
  if (!operator) throw new FlowError('ValueError', `A filter's op is one of ${[...operators.keys()].join(', ')}; got ${JSON.stringify(op)}.`);
  const test = operator(given.get('value'));
  return (fields) => test(fieldAt(fields, field));
}

function all(filters: readonly unknown[], depth: number): RecordFilter {
  const parts = filters.map((part) => readFilter(part, depth + 1));
  return (fields) => parts.every((part) => part(fields));
}

function wrong(filter: unknown): FlowError {
  return new FlowError('ValueError', `A filter is {"field": …, "op": …, "value": …} or {"and": […]} or {"or": […]}; got ${JSON.stringify(filter).slice(0, 200)}.`);
}

/** `value.host` looks into a value. */
function fieldAt(fields: Fields, path: string): unknown {
  if (Object.hasOwn(fields, path)) return fields[path];
  let value: unknown = fields;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[part];
  }
  return value;
}

function same(left: unknown, right: unknown): boolean {
  return left === right || JSON.stringify(left ?? null) === JSON.stringify(right ?? null);
}

function compare(left: unknown, right: unknown, holds: (order: number) => boolean): boolean {
  if (typeof left === 'number' && typeof right === 'number') return holds(left - right);
  return typeof left === 'string' && typeof right === 'string' && holds(left < right ? -1 : left === right ? 0 : 1);
}

/** SQL's pattern: `%` is any text, `_` any character. Matched in steps linear in the text for each `%`. */
function like(value: unknown, anyCase: boolean): (given: unknown) => boolean {
  if (typeof value !== 'string') throw new FlowError('ValueError', `The value of like is a text with % for anything; got ${JSON.stringify(value)}.`);
  const fold = (text: string): string => (anyCase ? text.toLowerCase() : text);
  const pattern = Array.from(fold(value));
  return (given) => typeof given === 'string' && likeMatches(pattern, Array.from(fold(given)));
}

function likeMatches(pattern: readonly string[], text: readonly string[]): boolean {
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let t = 0; t < text.length; ) {
    if (p < pattern.length && pattern[p] !== '%' && (pattern[p] === '_' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (pattern[p] === '%') {
      star = p++;
      resume = t;
    } else if (star >= 0) {
      // The last % takes one more character.
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '%') p++;
  return p === pattern.length;
}
