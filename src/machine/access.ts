import { withArticle } from './describe.ts';
import { raised } from './error.ts';
import { sameValue } from './comparison.ts';
import { numericMapKeys } from './switches.ts';
import { ListValue, MapValue, typeName, type Value } from './value.ts';

/**
 * Reading parts of lists and maps. Nothing here marks what it returns as `shared`: a path such as `a.b[0]` reads
 * through its containers, and only the end of the path leaves the variable.
 */

/** `map.key`. Raises KeyError for a missing key, TypeError for anything but a map. */
export function property(map: Value, key: string): Value {
  if (!(map instanceof MapValue)) throw raised('TypeError', `cannot read ${JSON.stringify(key)} of ${withArticle(map)}: only maps have keys`);
  const value = map.entries.get(key);
  if (value === undefined) throw missingKey(key);
  return value;
}

/** `container[key]`. Raises IndexError, KeyError or TypeError. */
export function index(container: Value, key: Value): Value {
  if (container instanceof ListValue) {
    if (typeof key === 'number') {
      const value = container.items[key];
      if (value !== undefined) return value;
    }
    throw notAnIndex(container.items.length, key);
  }
  if (!(container instanceof MapValue)) throw raised('TypeError', `cannot index ${withArticle(container)}: only lists and maps have elements`);
  const name = mapKey(key);
  const value = container.entries.get(name);
  if (value === undefined) throw missingKey(name);
  return value;
}

/** The key a value stands for in `m[key]`, for reading and for assigning. Raises TypeError. */
export function mapKey(key: Value): string {
  if (typeof key === 'string') return key;
  if (numericMapKeys === 'string' && (typeof key === 'number' || typeof key === 'bigint')) return String(key);
  throw raised('TypeError', `a map key must be a string; got ${withArticle(key)}`);
}

/** The position a value stands for in `l[key]` of an existing element, for assigning. Raises IndexError or TypeError. */
export function listIndex(list: ListValue, key: Value): number {
  if (typeof key === 'number' && key >= 0 && key < list.items.length) return key;
  throw notAnIndex(list.items.length, key);
}

/** `element in container`: a key of a map or an element of a list. */
export function contains(element: Value, container: Value): boolean {
  if (container instanceof MapValue) return container.entries.has(mapKey(element));
  if (container instanceof ListValue) {
    for (const item of container.items) if (sameValue(element, item)) return true;
    return false;
  }
  throw raised('TypeError', `The argument of 'in' must be a dict or an array; got: ${typeName(container)}`);
}

function missingKey(key: string) {
  return raised('KeyError', `key not found: ${key}`, ['LookupError']);
}

function notAnIndex(length: number, key: Value) {
  if (typeof key !== 'number' && typeof key !== 'bigint') return raised('TypeError', `a list index must be an integer; got ${withArticle(key)}`);
  return raised('IndexError', `list index out of range: ${key}; the list has ${length} ${length === 1 ? 'element' : 'elements'}`, ['LookupError']);
}
