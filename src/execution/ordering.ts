/** What something is ordered by. */
export type OrderValue = string | number | undefined;

/** One field of an order, by its name. */
export interface OrderBy {
  readonly field: string;
  readonly descending: boolean;
}

/** What a list can be ordered by; what is missing comes first. */
export type OrderFields<T> = ReadonlyMap<string, (item: T) => OrderValue>;

/** Compares the values of two items, in the order of the keys; 0 where none tells them apart. */
export function compareValues(keys: readonly Pick<OrderBy, 'descending'>[], left: readonly OrderValue[], right: readonly OrderValue[]): number {
  for (const [i, { descending }] of keys.entries()) {
    const order = compare(left[i], right[i]);
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}

function compare(left: OrderValue, right: OrderValue): number {
  if (left === right) return 0;
  if (left === undefined) return -1;
  if (right === undefined) return 1;
  return left < right ? -1 : 1;
}
