import { comparableFields, ownState } from '../execution/recordQuery.ts';
import { usualFields } from '../execution/usualFields.ts';
import { isVarying, stateAsRead } from './storeRows.ts';

/** The SQL expressions of the record's fields, for filters and groups of the program's own lists. */

/** In the index `execution_shown`, so that looking through many executions reads no record. */
const indexed: ReadonlyMap<string, string> = new Map([
  ['type', 'type'],
  ['program', "NULLIF(program, '')"],
  ['create_time', 'made'],
  ['id', 'execution.id'],
  ['name', 'execution.name'],
  ['workflow_revision_id', '(SELECT revision.name FROM revision WHERE revision.id = execution.revision)'],
  [ownState, stateAsRead],
]);

const columns: ReadonlyMap<string, string> = new Map([
  ...comparableFields.map(({ name, type }): [string, string] => {
    const part = isVarying(name) ? 'varying' : 'fixed';
    const value = `CASE WHEN json_valid(${part}) THEN json_extract(${part}, '$.${name}') END`;
    if (type.kind === 'datetime') return [name, `CAST(round(unixepoch(${value}, 'subsec') * 1000) AS INTEGER)`];
    if (type.kind === 'bool' || type.kind === 'int') return [name, `IFNULL(${value}, ${usual(name)})`];
    return [name, `NULLIF(${value}, '')`];
  }),
  ...indexed,
]);

/** Records that are older than a field have none. */
function usual(name: string): number {
  return Number((usualFields as Readonly<Record<string, unknown>>)[name] ?? 0);
}

/** The expression of a field of the record: times in milliseconds, flags as 0 and 1. */
export function recordColumn(name: string): string | undefined {
  return columns.get(name);
}
