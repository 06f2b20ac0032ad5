import type { Criterion } from '../execution/criterion.ts';
import { recordCriterion, recordFields } from '../execution/recordQuery.ts';
import { ApiError } from '../server/apiError.ts';
import { parseCriterion } from '../server/filter.ts';
import { ServiceError } from './service.ts';

/**
 * Reads a filter of the program's own lists: the language of the REST API, over the fields of the record, in which
 * times may be days such as `today`. Undefined for an empty one. Throws `ServiceError` that says where it is wrong.
 */
export function readFilter(text: string, now = new Date()): Criterion | undefined {
  try {
    const criterion = parseCriterion(text, recordFields, now);
    return criterion && recordCriterion(criterion);
  } catch (error) {
    if (error instanceof ApiError) throw new ServiceError(error.message);
    throw error;
  }
}

/** A value as a filter has it. */
export function filterValue(text: string): string {
  return /^[A-Za-z_][\w.-]*$/.test(text) && !['AND', 'OR', 'NOT'].includes(text) ? text : `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
