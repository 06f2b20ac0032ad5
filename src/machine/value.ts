/**
 * The values of Google Cloud Workflows (google-workflows 2.4).
 *
 * - An integer (int64) is a JavaScript `number` while it is a safe integer, else a `bigint`; there is exactly one
 *   form for each integer, so `===` compares integers.
 * - A double is boxed, because `1` and `1.0` are different values: integers are common in workflows, doubles are not.
 * - Lists and maps have copy semantics in the language. Here they are copied on write: see `shared`.
 */
export type Value = null | boolean | number | bigint | string | Double | Bytes | ListValue | MapValue | FunctionValue;

export class Double {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

export class Bytes {
  readonly data: Uint8Array;
  constructor(data: Uint8Array) {
    this.data = data;
  }
}

/**
 * `shared` is true while more than one place may refer to the container, and every new container begins so. Only
 * the assignment to a part of a variable makes an unshared copy (its container children become shared), puts it into
 * the variable and may then write in place. Whoever lets a container out of a variable sets `shared` again.
 */
export class ListValue {
  shared = true;
  /** See `sizeOf`; -1 while unknown. */
  size = -1;
  readonly items: Value[];
  constructor(items: Value[]) {
    this.items = items;
  }
}

export class MapValue {
  shared = true;
  /** See `sizeOf`; -1 while unknown. */
  size = -1;
  readonly entries: Map<string, Value>;
  constructor(entries: Map<string, Value>) {
    this.entries = entries;
  }
}

/** A function used as a value: retry predicates such as `http.default_retry_predicate` or a subworkflow's name. */
export class FunctionValue {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** The one form of an integer. Outside int64 it is undefined: what overflow means is the operator's business. */
export function integer(value: bigint): number | bigint | undefined {
  if (value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  return value >= INT64_MIN && value <= INT64_MAX ? value : undefined;
}

export function isInteger(value: Value): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

export type TypeName = 'boolean' | 'bytes' | 'double' | 'integer' | 'list' | 'map' | 'null' | 'string' | 'function';

/** The name that `get_type` gives (google-workflows 2.4). */
export function typeName(value: Value): TypeName {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return 'integer';
    case 'string':
      return 'string';
    case 'boolean':
      return 'boolean';
    default:
      if (value instanceof ListValue) return 'list';
      if (value instanceof MapValue) return 'map';
      if (value instanceof Double) return 'double';
      return value instanceof Bytes ? 'bytes' : 'function';
  }
}

export function map(entries: Iterable<readonly [string, Value]>): MapValue {
  return new MapValue(new Map(entries));
}

export function list(items: Value[]): ListValue {
  return new ListValue(items);
}
