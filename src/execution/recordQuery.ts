import type { Criterion, FilterField, FilterFields } from './criterion.ts';
import { fields, type Field } from './fields.ts';
import { executionFilter } from './queryFields.ts';
import type { Execution } from './record.ts';

/**
 * What the program's own lists (the tree, `executions list`) are filtered by: fields of the record under the names of
 * the table, and those of Google's API under theirs, which mean the same. Only `state` is the record's own: the API has
 * no PAUSED.
 */

/** The record's own state, which a criterion for the store calls so. */
export const ownState = 'own_state';

/** Fields that a record does not keep, or that are looked at in another way. */
const left: ReadonlySet<string> = new Set(['script', 'track_in_git', 'commit', 'commit_message', 'is_readonly', 'state', 'duration', 'labels', 'deleted_at']);

/** Fields that a filter may compare, of those in the table. */
export const comparableFields: readonly Field[] = fields.filter((field) => !left.has(field.name) && kindOf(field) !== undefined);

function kindOf({ type }: Field): Exclude<FilterField<Execution>['kind'], 'map' | 'duration'> | undefined {
  switch (type.kind) {
    case 'string':
    case 'text':
    case 'uuid':
    case 'enum':
    case 'path':
      return 'text';
    case 'bool':
    case 'int':
      return type.kind;
    case 'datetime':
      return 'time';
    case 'names':
      return 'texts';
    default:
      return undefined;
  }
}

function filterField(field: Field): FilterField<Execution> {
  const valueOf = (execution: Execution): unknown => (execution as unknown as Readonly<Record<string, unknown>>)[field.name];
  const text = (execution: Execution): string | undefined => {
    const value = valueOf(execution);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  switch (kindOf(field)) {
    case 'bool':
      return { kind: 'bool', of: (execution) => valueOf(execution) === true };
    case 'int':
      return { kind: 'int', of: (execution) => Number(valueOf(execution)) };
    case 'time':
      return { kind: 'time', of: text };
    case 'texts':
      return { kind: 'texts', of: (execution) => valueOf(execution) as readonly string[] };
    default:
      return { kind: 'text', of: text };
  }
}

const state: FilterField<Execution> = { kind: 'text', of: (execution) => execution.state };

/** What people may write. */
export const recordFields: FilterFields<Execution> = new Map<string, FilterField<Execution>>([
  ['state', state],
  ...comparableFields.map((field) => [field.name, filterField(field)] as const),
  ...[...executionFilter].filter(([name]) => name !== 'state'),
]);

/** What a criterion may name that was made of it. */
export const storedFields: FilterFields<Execution> = new Map([...recordFields, [ownState, state]]);

/** The criterion as stores take it. */
export function recordCriterion(criterion: Criterion): Criterion {
  switch (criterion.kind) {
    case 'all':
    case 'any':
      return { ...criterion, parts: criterion.parts.map(recordCriterion) };
    case 'not':
      return { ...criterion, part: recordCriterion(criterion.part) };
    default:
      return criterion.field === 'state' ? { ...criterion, field: ownState } : criterion;
  }
}
