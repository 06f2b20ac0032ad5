import type { DataNode } from '../source/data.ts';
import { doubleText } from '../execution/json.ts';
import type { TypeName } from './keywords.ts';
import type { Schema } from './schema.ts';

/** A value to write into a document, independent of how it will be spelled. */
export type Template =
  | { readonly kind: 'scalar'; readonly json: string }
  | { readonly kind: 'list'; readonly items: readonly Template[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [key: string, value: Template])[] };

/** How deep required parts are filled in; schemas may contain themselves. */
const maxDepth = 5;

/** Which keys of a map are filled in: beside the required ones those with a default, or all that are known. */
export type FilledKeys = 'required' | 'defaults' | 'all';

/** A value to start from: the default, the only allowed, the first example, else an empty one of the type. */
export function placeholder(schema: Schema, depth = 0, filled: FilledKeys = 'required'): Template {
  const parts = mergedParts(schema);
  const given = first(parts, (part) => part.default ?? part.const ?? part.enum?.[0] ?? part.examples?.[0]);
  if (given) return templateOf(given);
  switch (first(parts, (part) => part.types?.find((type) => type !== 'null') ?? part.types?.[0]) ?? guessType(parts)) {
    case 'object':
      return { kind: 'map', entries: depth >= maxDepth ? [] : filledEntries(parts, depth, filled) };
    case 'array':
      return { kind: 'list', items: depth >= maxDepth ? [] : leastItems(parts, depth, filled) };
    case 'integer':
    case 'number':
      return { kind: 'scalar', json: leastNumber(parts) };
    case 'boolean':
      return { kind: 'scalar', json: 'false' };
    case 'null':
      return { kind: 'scalar', json: 'null' };
    default:
      return { kind: 'scalar', json: '""' };
  }
}

/** A schema with what it applies to the same value unconditionally, and the first of several forms. */
export function mergedParts(schema: Schema, seen = new Set<Schema>()): Schema[] {
  if (seen.has(schema)) return [];
  seen.add(schema);
  const parts = [schema];
  if (schema.ref) parts.push(...mergedParts(schema.ref, seen));
  if (schema.dynamicRef) parts.push(...mergedParts(schema.dynamicRef.schema, seen));
  for (const part of schema.allOf ?? []) parts.push(...mergedParts(part, seen));
  const form = schema.oneOf?.[0] ?? schema.anyOf?.[0];
  if (form) parts.push(...mergedParts(form, seen));
  return parts;
}

/** The schema of a key among merged parts, for documentation and placeholders. */
export function propertySchema(parts: readonly Schema[], key: string): Schema | undefined {
  return first(parts, (part) => part.properties?.get(key)) ?? first(parts, (part) => part.patternProperties?.find((pattern) => pattern.matches(key))?.schema);
}

export function templateOf(node: DataNode): Template {
  if (node.kind === 'map') return { kind: 'map', entries: node.entries.map((entry) => [entry.key, templateOf(entry.value)]) };
  if (node.kind === 'list') return { kind: 'list', items: node.items.map(templateOf) };
  const { value } = node;
  if (typeof value === 'bigint') return { kind: 'scalar', json: value.toString() };
  if (typeof value === 'number') return { kind: 'scalar', json: Number.isFinite(value) ? doubleText(value) : 'null' };
  return { kind: 'scalar', json: JSON.stringify(value) };
}

function filledEntries(parts: readonly Schema[], depth: number, filled: FilledKeys): [string, Template][] {
  const required = new Set(parts.flatMap((part) => part.required ?? []));
  const known = filled === 'required' ? [] : parts.flatMap((part) => [...(part.properties?.keys() ?? [])]);
  const hasDefault = (key: string): boolean => first(mergedParts(propertySchema(parts, key)!), (part) => part.default) !== undefined;
  const keys = new Set([...known.filter((key) => filled === 'all' || required.has(key) || hasDefault(key)), ...required]);
  return [...keys].map((key) => {
    const schema = propertySchema(parts, key);
    return [key, schema ? placeholder(schema, depth + 1, filled) : { kind: 'scalar', json: '""' }];
  });
}

function leastItems(parts: readonly Schema[], depth: number, filled: FilledKeys): Template[] {
  const least = Math.min(Number(first(parts, (part) => part.minItems) ?? 0), 5);
  return Array.from({ length: least }, (_, index) => {
    const schema = first(parts, (part) => part.prefixItems?.[index]) ?? first(parts, (part) => part.items);
    return schema ? placeholder(schema, depth + 1, filled) : { kind: 'scalar', json: '""' };
  });
}

function leastNumber(parts: readonly Schema[]): string {
  const minimum = first(parts, (part) => part.minimum);
  if (minimum !== undefined && minimum > 0) return String(minimum);
  const above = first(parts, (part) => part.exclusiveMinimum);
  if (typeof above === 'bigint' && above >= 0n) return String(above + 1n);
  const maximum = first(parts, (part) => part.maximum);
  return maximum !== undefined && maximum < 0 ? String(maximum) : '0';
}

function guessType(parts: readonly Schema[]): TypeName | undefined {
  if (parts.some((part) => part.properties ?? part.required ?? part.additionalProperties)) return 'object';
  if (parts.some((part) => part.items ?? part.prefixItems)) return 'array';
  return undefined;
}

function first<T>(parts: readonly Schema[], pick: (part: Schema) => T | undefined): T | undefined {
  for (const part of parts) {
    const found = pick(part);
    if (found !== undefined) return found;
  }
  return undefined;
}
