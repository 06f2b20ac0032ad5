import { entry, type DataNode, type MapNode } from '../source/data.ts';
import type { Problem } from '../source/problem.ts';
import { fields, type Field } from './fields.ts';
import { nearest } from './nearest.ts';
import { checkTable, optionsOf } from './options.ts';
import type { ExecutionOptions } from './record.ts';

/** What a flow's metadata (`<name>.flow.yaml`) can say: the fields of a flow that its executions take (cloudomation 1.4, 6). */
const names: ReadonlySet<string> = new Set(['description', 'labels', 'input_schema', 'output_schema', 'breakpoints', 'max_runtime_minutes', 'priority', 'savepoint_retention', 'wrappers']);

export const metadataFields: readonly Field[] = fields.filter(({ name }) => names.has(name));

/** What executions take from the metadata as it stands; the rest belongs to the flow itself or to every start. */
const notDefaults: ReadonlySet<string> = new Set(['input_schema', 'output_schema', 'wrappers']);

/** The map of fields: the whole file, or what stands below `flow:`, as exports of a workspace write it. */
export function metadataOf(root: DataNode | undefined): MapNode | undefined {
  const nested = entry(root, 'flow')?.value;
  const data = nested?.kind === 'map' ? nested : root;
  return data?.kind === 'map' ? data : undefined;
}

export interface CheckedMetadata {
  /** Where a start says nothing. */
  readonly defaults: ExecutionOptions;
  readonly problems: readonly Problem[];
}

/** Checks the fields that are known here. Exports of a workspace have more, so others are left alone unless they look like a slip. */
export function checkFlowMetadata(root: DataNode | undefined): CheckedMetadata {
  const data = metadataOf(root);
  if (!data) return { defaults: {}, problems: root && !isEmpty(root) ? [{ code: 'flow/metadata', severity: 'error', message: 'The metadata of a flow is a map of fields, such as input_schema.', range: root.range }] : [] };
  const { values, problems } = checkTable({ ...data, entries: data.entries.filter(({ key, value }) => names.has(key) && !isEmpty(value)) }, metadataFields, "a flow's metadata");
  const defaults = new Map([...values].filter(([name]) => !notDefaults.has(name)));
  return { defaults: optionsOf(defaults), problems: [...problems, ...data.entries.flatMap(({ key, keyNode }) => slip(key, keyNode))] };
}

function isEmpty(node: DataNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function slip(key: string, { range }: DataNode): Problem[] {
  const meant = names.has(key) || fields.some(({ name }) => name === key) ? undefined : nearest(key, names);
  if (meant === undefined) return [];
  const fix = { title: `Change to ${meant}`, edits: [{ range, newText: meant }] };
  return [{ code: 'flow/unknown-field', severity: 'warning', message: `${JSON.stringify(key)} is not used; did you mean ${meant}?`, range, fixes: [fix] }];
}
