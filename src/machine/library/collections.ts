import { withArticle } from '../describe.ts';
import { raised } from '../error.ts';
import { checkNesting } from '../limits.ts';
import { list, ListValue, MapValue, type Value } from '../value.ts';
import { define } from './define.ts';

/** The modules `list` and `map` (google-workflows 3). All of them copy. */
export const collectionFunctions = [
  define('list.concat', (objs: ListValue, val: Value) => list([...objs.items, val])),
  define('list.prepend', (objs: ListValue, val: Value) => list([val, ...objs.items])),
  define('map.get', get),
  define('map.delete', (map: MapValue, key: string) => {
    const entries = new Map(map.entries);
    entries.delete(key);
    return new MapValue(entries);
  }),
  define('map.merge', (first: MapValue, second: MapValue) => new MapValue(new Map([...first.entries, ...second.entries]))),
  define('map.merge_nested', (first: MapValue, second: MapValue) => mergeNested(first, second, 1)),
];

function get(map: Value, keys: string | ListValue): Value {
  const path = typeof keys === 'string' ? [keys] : keys.items;
  let value: Value = map;
  for (const key of path) {
    if (typeof key !== 'string') throw raised('TypeError', `map.get: expecting string for each of keys; got ${withArticle(key)}`);
    value = value instanceof MapValue ? (value.entries.get(key) ?? null) : null;
  }
  // From here the part is referred to from outside its map.
  if (value instanceof MapValue || value instanceof ListValue) value.shared = true;
  return value;
}

function mergeNested(first: MapValue, second: MapValue, depth: number): MapValue {
  checkNesting(depth, 'map.merge_nested: maps');
  const entries = new Map(first.entries);
  for (const [key, value] of second.entries) {
    const own = entries.get(key);
    entries.set(key, own instanceof MapValue && value instanceof MapValue ? mergeNested(own, value, depth + 1) : value);
  }
  return new MapValue(entries);
}
