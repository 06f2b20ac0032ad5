import type { DataNode, MapNode } from '../source/data.ts';
import type { Range } from '../source/text.ts';
import { jsonOf } from '../execution/json.ts';
import { applicable, placesAt, schemasOf } from './applicable.ts';
import { checkedValue } from './checkInput.ts';
import { Validator } from './validate.ts';
import { TooComplex, type Place } from './violation.ts';
import type { Schema, SchemaSet } from './schema.ts';
import { amount, words } from './report.ts';

/** What a schema says about a value, for people: plain text, nothing is markup. */
export interface SchemaInfo {
  readonly title: string | undefined;
  readonly description: string | undefined;
  /** Such as `integer`, `string or null`, `list of strings`. */
  readonly type: string | undefined;
  readonly required: boolean;
  readonly deprecated: boolean;
  /** JSON texts. */
  readonly values: readonly string[];
  readonly default: string | undefined;
  readonly examples: readonly string[];
  /** Such as `1 or more`. */
  readonly limits: readonly string[];
  /** Where the schema stands; undefined for one that is in no file. */
  readonly source: { readonly path: string; readonly line: number } | undefined;
}

/** What the schema says about the key or value at an offset, with the key's or value's range. */
export function infoAt(set: SchemaSet, root: DataNode, offset: number): { readonly info: SchemaInfo; readonly range: Range } | undefined {
  const { places, onKey } = placesAt(checkedValue(root), offset);
  const place = places.at(-1)!;
  if (!onKey && place.node.kind !== 'scalar') return undefined;
  try {
    const validator = new Validator(set);
    const schemas = schemasOf(set.root, places, validator, 'typing');
    const parts = applicable(schemas, place, validator, 'typing').filter((part) => part.verdict === undefined);
    if (parts.length === 0) return undefined;
    const required = place.entry !== undefined && requires(set, places.slice(0, -1), place.entry.key, validator);
    return { info: describeSchemas(parts, required), range: onKey ? place.entry!.keyNode.range : place.node.range };
  } catch (error) {
    if (error instanceof TooComplex) return undefined;
    throw error;
  }
}

function requires(set: SchemaSet, places: readonly Place[], key: string, validator: Validator): boolean {
  const parent = places.at(-1)!;
  const around = applicable(schemasOf(set.root, places, validator, 'typing'), parent, validator, 'typing');
  return around.some((part) => part.required?.includes(key));
}

/** One description of a value from all the schemas that speak about it; the first to say something wins. */
export function describeSchemas(parts: readonly Schema[], required: boolean): SchemaInfo {
  const pick = <T>(choose: (part: Schema) => T | undefined): T | undefined => {
    for (const part of parts) {
      const found = choose(part);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const speaking = parts.find((part) => part.description ?? part.title) ?? parts[0]!;
  const values = pick((part) => part.enum) ?? pick((part) => part.const && [part.const]) ?? [];
  const fallback = pick((part) => part.default);
  return {
    title: pick((part) => part.title),
    description: pick((part) => part.description),
    type: typeText(parts),
    required,
    deprecated: parts.some((part) => part.deprecated === true),
    values: values.map(jsonOf),
    default: fallback && jsonOf(fallback),
    examples: (pick((part) => part.examples) ?? []).map(jsonOf),
    limits: parts.flatMap(limits),
    source: speaking.file.path === '' ? undefined : { path: speaking.file.path, line: speaking.file.lines.position(speaking.node.range.start).line },
  };
}

function typeText(parts: readonly Schema[]): string | undefined {
  const named = new Set(parts.flatMap((part) => part.types ?? []));
  if (named.size === 0) return undefined;
  const items = parts.find((part) => part.items?.types)?.items?.types;
  return words([...named].map((type) => (type === 'object' ? 'map' : type === 'array' ? (items ? `list of ${words(items.map(plural))}` : 'list') : type)));
}

function plural(type: string): string {
  return type === 'object' ? 'maps' : type === 'array' ? 'lists' : type === 'null' ? 'nulls' : `${type}s`;
}

function limits(part: Schema): string[] {
  const said: string[] = [];
  const say = (value: unknown, text: string): void => {
    if (value !== undefined) said.push(text);
  };
  say(part.minimum, `${part.minimum!} or more`);
  say(part.exclusiveMinimum, `more than ${part.exclusiveMinimum!}`);
  say(part.maximum, `${part.maximum!} or less`);
  say(part.exclusiveMaximum, `less than ${part.exclusiveMaximum!}`);
  say(part.multipleOf, `a multiple of ${part.multipleOf!}`);
  say(part.minLength, `at least ${amount(part.minLength!, 'character')}`);
  say(part.maxLength, `at most ${amount(part.maxLength!, 'character')}`);
  say(part.pattern, `matches ${part.pattern?.source ?? ''}`);
  say(part.format, `format ${part.format!}`);
  say(part.minItems, `at least ${amount(part.minItems!, 'item')}`);
  say(part.maxItems, `at most ${amount(part.maxItems!, 'item')}`);
  say(part.uniqueItems === true ? true : undefined, 'no item twice');
  return said;
}

/** Every key a map may have, with the schemas of its value: what completion offers. Throws `TooComplex`. */
export function knownKeys(set: SchemaSet, places: readonly Place[], map: MapNode): Map<string, { readonly schemas: Schema[]; required: boolean }> {
  const validator = new Validator(set);
  const place = places.at(-1)!;
  const around = applicable(schemasOf(set.root, places, validator, 'typing'), place, validator, 'typing');
  const keys = new Map<string, { readonly schemas: Schema[]; required: boolean }>();
  const given = new Set(map.entries.map((entry) => entry.key));
  const add = (key: string, schema: Schema | undefined): void => {
    if (given.has(key) || schema?.verdict === false) return;
    const known = keys.get(key) ?? { schemas: [], required: false };
    if (schema) known.schemas.push(schema);
    keys.set(key, known);
  };
  for (const part of around) {
    for (const [key, schema] of part.properties ?? []) add(key, schema);
    for (const value of part.propertyNames?.enum ?? []) if (value.kind === 'scalar' && typeof value.value === 'string') add(value.value, part.additionalProperties);
    for (const key of part.required ?? []) {
      add(key, undefined);
      const known = keys.get(key);
      if (known) known.required = true;
    }
  }
  return keys;
}
