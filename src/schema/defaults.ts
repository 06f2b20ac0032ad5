import type { DataNode, MapEntry } from '../source/data.ts';
import type { Range } from '../source/text.ts';
import { applicable, entrySchemas, itemSchemas } from './applicable.ts';
import type { Validator } from './validate.ts';
import type { Place } from './violation.ts';
import { mergedParts } from './placeholder.ts';
import type { Schema } from './schema.ts';

/** A default may bring a map whose own keys have defaults; a schema that contains itself must end. */
const maxDepth = 20;

/**
 * The value with the defaults of keys that are not given. Added parts stand, for problems, where their map begins.
 * Of several forms the defaults of those that fit are taken.
 */
export function withDefaults(schemas: readonly Schema[], place: Place, validator: Validator, added = 0): DataNode {
  const { node } = place;
  if (node.kind === 'scalar' || schemas.length === 0) return node;
  const parts = applicable(schemas, place, validator, 'fitting');
  if (node.kind === 'list') {
    const items = node.items.map((item, index) => withDefaults(itemSchemas(parts, index), { node: item, parent: place }, validator, added));
    return { ...node, items };
  }
  const entries = node.entries.map((entry): MapEntry => {
    const value = withDefaults(entrySchemas(parts, entry.key), { node: entry.value, entry, parent: place }, validator, added);
    return value === entry.value ? entry : { ...entry, value };
  });
  const given = new Set(entries.map((entry) => entry.key));
  const range: Range = { start: node.range.start, end: node.range.start };
  for (const part of added < maxDepth ? parts : []) {
    for (const [key, schema] of part.properties ?? []) {
      const value = given.has(key) ? undefined : mergedParts(schema).find((candidate) => candidate.default)?.default;
      if (!value) continue;
      given.add(key);
      const entry: MapEntry = { key, keyNode: { kind: 'scalar', value: key, style: 'plain', range }, value: moved(value, range), range };
      entries.push({ ...entry, value: withDefaults([schema], { node: entry.value, entry, parent: place }, validator, added + 1) });
    }
  }
  return { ...node, entries };
}

/** A copy of a schema's node as part of the document. */
function moved(node: DataNode, range: Range): DataNode {
  if (node.kind === 'list') return { ...node, range, items: node.items.map((item) => moved(item, range)) };
  if (node.kind === 'scalar') return { ...node, range };
  return { ...node, range, entries: node.entries.map((entry) => ({ key: entry.key, keyNode: { ...entry.keyNode, range }, value: moved(entry.value, range), range })) };
}
