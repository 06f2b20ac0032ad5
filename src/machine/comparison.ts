import { withArticle } from './describe.ts';
import { raised } from './error.ts';
import { checkNesting } from './limits.ts';
import { equalityAcrossTypes, stringOrdering } from './switches.ts';
import { Bytes, Double, FunctionValue, ListValue, MapValue, type Value } from './value.ts';

/** `==`, `!=`, `<`, `<=`, `>`, `>=` (google-workflows 2.5). */

export function equals(a: Value, b: Value): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b;
  if (equalityAcrossTypes === 'raise' && a !== null && b !== null && kind(a) !== kind(b)) {
    throw raised('TypeError', `cannot compare ${withArticle(a)} with ${withArticle(b)}`);
  }
  return sameValue(a, b);
}

export function notEquals(a: Value, b: Value): boolean {
  return !equals(a, b);
}

export function less(a: Value, b: Value): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  return order(a, b, '<') < 0;
}

export function lessOrEqual(a: Value, b: Value): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a <= b;
  return order(a, b, '<=') <= 0;
}

export function greater(a: Value, b: Value): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a > b;
  return order(a, b, '>') > 0;
}

export function greaterOrEqual(a: Value, b: Value): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a >= b;
  return order(a, b, '>=') >= 0;
}

/** Equality that never raises over types: values of different types differ, an integer may equal a double. */
export function sameValue(a: Value, b: Value): boolean {
  return same(a, b, 0);
}

function same(a: Value, b: Value, depth: number): boolean {
  if (a === b) return !(a instanceof Double) || !Number.isNaN(a.value);
  if (a instanceof Double) {
    if (b instanceof Double) return a.value === b.value;
    return typeof b === 'number' ? a.value === b : typeof b === 'bigint' && equalsLarge(a.value, b);
  }
  if (b instanceof Double) return typeof a === 'number' ? a === b.value : typeof a === 'bigint' && equalsLarge(b.value, a);
  if (a instanceof ListValue) return b instanceof ListValue && sameItems(a.items, b.items, depth + 1);
  if (a instanceof MapValue) return b instanceof MapValue && sameEntries(a.entries, b.entries, depth + 1);
  if (a instanceof Bytes) return b instanceof Bytes && sameBytes(a.data, b.data);
  return a instanceof FunctionValue && b instanceof FunctionValue && a.name === b.name;
}

function sameItems(a: readonly Value[], b: readonly Value[], depth: number): boolean {
  checkNesting(depth, 'cannot compare values');
  return a.length === b.length && a.every((item, i) => same(item, b[i]!, depth));
}

function sameEntries(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>, depth: number): boolean {
  checkNesting(depth, 'cannot compare values');
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (other === undefined || !same(value, other, depth)) return false;
  }
  return true;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Exact: a double beyond 2^53 is a whole number. */
function equalsLarge(double: number, integer: bigint): boolean {
  return Number.isInteger(double) && BigInt(double) === integer;
}

/** Types that may be compared with each other share a kind. */
function kind(value: Value): string {
  if (typeof value !== 'object') return typeof value === 'bigint' ? 'number' : typeof value;
  return value instanceof Double ? 'number' : withArticle(value);
}

/** Negative, 0 or positive, and NaN where a double is NaN. JavaScript compares number with bigint exactly. */
function order(a: Value, b: Value, operator: string): number {
  const x = a instanceof Double ? a.value : a;
  const y = b instanceof Double ? b.value : b;
  if ((typeof x === 'number' || typeof x === 'bigint') && (typeof y === 'number' || typeof y === 'bigint')) {
    return x < y ? -1 : x > y ? 1 : x == y ? 0 : Number.NaN;
  }
  if (stringOrdering === 'codePoint' && typeof x === 'string' && typeof y === 'string') return compareCodePoints(x, y);
  throw raised('TypeError', `'${operator}' cannot order ${withArticle(a)} and ${withArticle(b)}`);
}

/** The order of code points, which is also that of UTF-8 bytes. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above every other unit, yet have lower codes than U+E000 to U+FFFF. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
