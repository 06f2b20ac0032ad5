import { compareValues, type OrderBy, type OrderFields } from '../execution/ordering.ts';
import { invalid } from './apiError.ts';

/** Reads `orderBy` (AIP-132): fields separated by commas, each with ` desc` where it runs down. Throws `ApiError`. */
export function parseOrder<T>(text: string, fields: OrderFields<T>): readonly OrderBy[] {
  if (text.trim() === '') return [];
  return text.split(',').map((part) => {
    const [field = '', direction = 'asc', ...more] = part.trim().split(/\s+/);
    if (!fields.has(field)) throw invalid(`orderBy: ${JSON.stringify(field)} is not a field to order by; there are ${[...fields.keys()].join(', ')}.`);
    if ((direction !== 'asc' && direction !== 'desc') || more.length > 0) throw invalid(`orderBy: after ${field} there may be asc or desc; found ${JSON.stringify(part.trim())}.`);
    return { field, descending: direction === 'desc' };
  });
}

/** For items that are in memory. */
export function compareBy<T>(order: readonly OrderBy[], fields: OrderFields<T>): (left: T, right: T) => number {
  const keys = (item: T): ReturnType<typeof valuesOf> => valuesOf(order, fields, item);
  return (left, right) => compareValues(order, keys(left), keys(right));
}

function valuesOf<T>(order: readonly OrderBy[], fields: OrderFields<T>, item: T): readonly (string | number | undefined)[] {
  return order.map(({ field }) => fields.get(field)?.(item));
}
