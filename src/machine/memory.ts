import { utf8Length } from './limits.ts';
import { Bytes, ListValue, MapValue, type Value } from './value.ts';

/** Bytes of live variables that an execution may hold (google-workflows 5). */
export const memoryLimit = 512 * 1024;

/**
 * Bytes of a value as the service counts them (google-workflows 2.9): 8 for a number, boolean or null; 8 and the
 * content for the others. Containers remember their size until something in them changes.
 */
export function sizeOf(value: Value): number {
  if (typeof value === 'string') return 8 + utf8Length(value);
  if (value === null || typeof value !== 'object') return 8;
  if (value instanceof ListValue) {
    if (value.size < 0) {
      let size = 8;
      for (const item of value.items) size += sizeOf(item);
      value.size = size;
    }
    return value.size;
  }
  if (value instanceof MapValue) {
    if (value.size < 0) {
      let size = 8;
      for (const [key, item] of value.entries) size += utf8Length(key) + sizeOf(item);
      value.size = size;
    }
    return value.size;
  }
  return value instanceof Bytes ? 8 + value.data.length : 8;
}
