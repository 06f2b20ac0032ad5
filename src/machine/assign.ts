import { listIndex, mapKey } from './access.ts';
import { raised } from './error.ts';
import { utf8Length } from './limits.ts';
import { sizeOf } from './memory.ts';
import { ListValue, MapValue, typeName, type Value } from './value.ts';

/** Lets a value into a second place: from now on it may not be changed in place. */
export function share(value: Value): Value {
  if (value instanceof ListValue || value instanceof MapValue) value.shared = true;
  return value;
}

type Container = ListValue | MapValue;

/** The container itself where nobody else can see it, else a copy whose parts are shared. */
function own(container: Container): Container {
  if (!container.shared) return container;
  let copy: Container;
  if (container instanceof ListValue) {
    for (const item of container.items) share(item);
    copy = new ListValue(container.items.slice());
  } else {
    for (const item of container.entries.values()) share(item);
    copy = new MapValue(new Map(container.entries));
  }
  copy.shared = false;
  copy.size = container.size;
  return copy;
}

/**
 * The new value of a variable after assigning to a path in it (google-workflows 1.5). Missing map keys on the way
 * become maps; list elements must exist. Raises IndexError, KeyError or TypeError, and leaves the variable as it was.
 */
export function assignPath(root: Value, keys: readonly Value[], value: Value): Value {
  checkPath(root, keys);
  // First of all, because the value may be the root itself or a part of it.
  share(value);
  const owned = own(root as Container);
  const path: Container[] = [owned];
  let container = owned;
  for (let i = 0; i < keys.length - 1; i++) {
    const key = keys[i]!;
    const child = get(container, key);
    const next = child === undefined ? emptyMap() : own(child as Container);
    if (child === undefined) grow(path, key, undefined, next);
    if (next !== child) put(container, key, next);
    container = next;
    path.push(next);
  }
  const last = keys[keys.length - 1]!;
  grow(path, last, get(container, last), value);
  put(container, last, value);
  return owned;
}

function emptyMap(): MapValue {
  const created = new MapValue(new Map());
  created.shared = false;
  return created;
}

/** Keeps the remembered sizes of all containers on the way right, so that growing one costs no recount. */
function grow(path: readonly Container[], key: Value, before: Value | undefined, after: Value): void {
  const added = before === undefined ? utf8Length(mapKey(key)) : -sizeOf(before);
  const difference = sizeOf(after) + added;
  for (const container of path) if (container.size >= 0) container.size += difference;
}

/** Walks the path without changing anything, so that a wrong one changes nothing. */
function checkPath(root: Value, keys: readonly Value[]): void {
  let container: Value | undefined = root;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (container === undefined) {
      mapKey(key);
    } else if (container instanceof ListValue) {
      container = container.items[listIndex(container, key)];
    } else if (container instanceof MapValue) {
      container = container.entries.get(mapKey(key));
    } else {
      throw raised('TypeError', `cannot assign to a part of a value of type ${typeName(container)}: only lists and maps have parts`);
    }
  }
}

function get(container: Container, key: Value): Value | undefined {
  return container instanceof ListValue ? container.items[key as number] : container.entries.get(mapKey(key));
}

function put(container: Container, key: Value, value: Value): void {
  if (container instanceof ListValue) container.items[key as number] = value;
  else container.entries.set(mapKey(key), value);
}
