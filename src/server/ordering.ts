import { invalid } from './apiError.ts';

/** What a list can be ordered by: texts or numbers; what is missing comes first. */
export type OrderFields<T> = ReadonlyMap<string, (item: T) => string | number | undefined>;

export interface OrderKey<T> {
  readonly field: string;
  readonly of: (item: T) => string | number | undefined;
  readonly descending: boolean;
}

/** Reads `orderBy` (AIP-132): fields separated by commas, each with ` desc` where it runs down. Throws `ApiError`. */
export function parseOrder<T>(text: string, fields: OrderFields<T>): readonly OrderKey<T>[] {
  if (text.trim() === '') return [];
  return text.split(',').map((part) => {
    const [name = '', direction = 'asc', ...more] = part.trim().split(/\s+/);
    const of = fields.get(name);
    if (!of) throw invalid(`orderBy: ${JSON.stringify(name)} is not a field to order by; there are ${[...fields.keys()].join(', ')}.`);
    if ((direction !== 'asc' && direction !== 'desc') || more.length > 0) throw invalid(`orderBy: after ${name} there may be asc or desc; found ${JSON.stringify(part.trim())}.`);
    return { field: name, of, descending: direction === 'desc' };
  });
}

export function compareBy<T>(keys: readonly Omit<OrderKey<T>, 'field'>[]): (left: T, right: T) => number {
  return (left, right) => {
    for (const { of, descending } of keys) {
      const [a = '', b = ''] = [of(left), of(right)];
      if (a === b) continue;
      return a < b === descending ? 1 : -1;
    }
    return 0;
  };
}
