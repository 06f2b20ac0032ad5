import type { DataNode } from '../source/data.ts';
import type { Range } from '../source/text.ts';
import { hookEvents } from './automationRecord.ts';
import type { RecordType } from './recordFiles.ts';
import type { ResourceDocument } from './resourceText.ts';

/** A name in a file of records that stands for another record; empty where it is about to be written. */
export interface NamedReference {
  readonly type: RecordType;
  readonly name: string;
  readonly range: Range;
}

/** Keys whose value is the name of a record. */
const nameKeys: ReadonlyMap<string, RecordType> = new Map<string, RecordType>([
  ['flow_name', 'flow'],
  ['scheduler_name', 'scheduler'],
  ['setting_name', 'setting'],
  ['connector_name', 'connector'],
  ['wrapper_name', 'wrapper'],
  ['object_template_name', 'object_template'],
]);

/** The records that the fields of another one name: flows, schedulers and settings of schedules, flows of webhooks and hooks, wrappers. */
export function recordReferences({ map }: ResourceDocument): NamedReference[] {
  return (map?.entries ?? []).flatMap(({ key, value }): NamedReference[] => {
    const type = nameKeys.get(key);
    if (type) return named(type, value);
    if ((hookEvents as readonly string[]).includes(key)) return each(value, 'flow');
    return key === 'wrappers' ? each(value, 'wrapper') : [];
  });
}

/** A name, a map with one, or a list of these. */
function each(node: DataNode, type: RecordType): NamedReference[] {
  if (node.kind === 'list') return node.items.flatMap((item) => each(item, type));
  if (node.kind === 'scalar') return named(type, node);
  return node.entries.flatMap(({ key, value }) => (nameKeys.get(key) === type ? named(type, value) : []));
}

function named(type: RecordType, node: DataNode): NamedReference[] {
  if (node.kind !== 'scalar') return [];
  const { value, range } = node;
  if (value === null) return [{ type, name: '', range }];
  return typeof value === 'string' ? [{ type, name: value.trim(), range }] : [];
}
