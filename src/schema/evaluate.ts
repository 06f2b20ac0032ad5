import { entry, type DataNode, type ListNode, type MapEntry, type MapNode, type ScalarNode } from '../source/data.ts';
import { formatViolation } from './formats.ts';
import type { TypeName } from './keywords.ts';
import { canonical, isIntegral, isMultiple, numeric } from './numbers.ts';
import type { Schema, SchemaSet } from './schema.ts';

/** A value with the way to it. */
export interface Place {
  readonly node: DataNode;
  /** The entry whose value it is. */
  readonly entry?: MapEntry | undefined;
  readonly parent?: Place | undefined;
}

/** One keyword that a value does not satisfy. */
export interface Violation {
  readonly keyword: string;
  readonly schema: Schema;
  readonly place: Place;
  /** The key that should not be there (`additionalProperties`, `propertyNames`, …). */
  readonly key?: MapEntry;
  /** The keys that are missing (`required`, `dependentRequired`). */
  readonly missing?: readonly string[];
  /** The item that is one too many, or a repetition. */
  readonly item?: DataNode;
  /** For `anyOf` and `oneOf`: what each form finds wrong, in order. */
  readonly forms?: readonly (readonly Violation[])[];
  /** What was expected of the format. */
  readonly expected?: string;
}

/** Evaluations of one document: a schema that asks for more is too complex to be checked while typing. */
const maxEvaluations = 500_000;
/** Violations of one value: nobody reads more. */
const maxViolations = 500;

export class TooComplex extends Error {
  override readonly name = 'TooComplex';
}

/** What a schema has looked at, for `unevaluatedProperties` and `unevaluatedItems`. */
class Marks {
  readonly keys = new Set<string>();
  readonly items = new Set<number>();

  add(other: Marks): void {
    for (const key of other.keys) this.keys.add(key);
    for (const item of other.items) this.items.add(item);
  }
}

/**
 * Holds documents against a schema by walking both. Deliberately an interpreter: schemas come with the workspace and
 * must not become code, places and exact integers are at hand, and nothing is spent on compiling while a schema is
 * being written. Integers of any size compare exactly.
 */
export class Evaluator {
  readonly #set: SchemaSet;
  #evaluations = 0;
  /** Schemas being applied to a value, so that a schema that refers to itself at the same value ends. */
  readonly #active = new Map<Schema, Set<DataNode>>();
  /** Resources on the way to here, outermost first, for dynamic references. */
  readonly #scope: string[] = [];

  constructor(set: SchemaSet) {
    this.#set = set;
  }

  /** All violations, in the schema's order. Throws `TooComplex`. */
  check(schema: Schema, place: Place): Violation[] {
    return this.#check(schema, place, this.#set.tracksEvaluation ? new Marks() : undefined);
  }

  holds(schema: Schema, place: Place): boolean {
    return this.check(schema, place).length === 0;
  }

  #check(schema: Schema, place: Place, marks: Marks | undefined): Violation[] {
    if (schema.verdict !== undefined) return schema.verdict ? [] : [{ keyword: 'false', schema, place }];
    if (++this.#evaluations > maxEvaluations) throw new TooComplex();
    const nodes = this.#active.get(schema) ?? new Set<DataNode>();
    if (nodes.has(place.node)) return [];
    this.#active.set(schema, nodes.add(place.node));
    this.#scope.push(schema.base);
    try {
      const own = marks && new Marks();
      const found: Violation[] = [];
      this.#combinations(schema, place, own, found);
      this.#anyValue(schema, place, found);
      const { node } = place;
      if (node.kind === 'map') this.#map(schema, place, node, own, found);
      else if (node.kind === 'list') this.#list(schema, place, node, own, found);
      else scalar(schema, place, node, found);
      // A schema that does not hold has evaluated nothing.
      if (own && found.length === 0) marks.add(own);
      return found.length > maxViolations ? found.slice(0, maxViolations) : found;
    } finally {
      this.#scope.pop();
      nodes.delete(place.node);
    }
  }

  #combinations(schema: Schema, place: Place, marks: Marks | undefined, found: Violation[]): void {
    const apply = (part: Schema): void => void found.push(...this.#check(part, place, marks));
    if (schema.ref) apply(schema.ref);
    if (schema.dynamicRef) apply(this.#dynamic(schema.dynamicRef));
    schema.allOf?.forEach(apply);
    if (schema.anyOf) {
      const forms = schema.anyOf.map((form) => this.#check(form, place, marks));
      if (forms.every((form) => form.length > 0)) found.push({ keyword: 'anyOf', schema, place, forms });
    }
    if (schema.oneOf) {
      const forms = schema.oneOf.map((form) => this.#check(form, place, marks));
      if (forms.filter((form) => form.length === 0).length !== 1) found.push({ keyword: 'oneOf', schema, place, forms });
    }
    if (schema.not && this.#check(schema.not, place, marks && new Marks()).length === 0) found.push({ keyword: 'not', schema, place });
    if (schema.if) {
      const branch = this.#check(schema.if, place, marks).length === 0 ? schema.then : schema.else;
      if (branch) apply(branch);
    }
  }

  #dynamic(reference: { readonly name: string; readonly schema: Schema }): Schema {
    for (const base of this.#scope) {
      const redefined = this.#set.dynamicAnchors.get(base)?.get(reference.name);
      if (redefined) return redefined;
    }
    return reference.schema;
  }

  #anyValue(schema: Schema, place: Place, found: Violation[]): void {
    const { node } = place;
    if (schema.types && !schema.types.some((type) => hasType(node, type))) found.push({ keyword: 'type', schema, place });
    if (schema.constText !== undefined && schema.constText !== canonical(node)) found.push({ keyword: 'const', schema, place });
    if (schema.enumTexts && !schema.enumTexts.has(canonical(node))) found.push({ keyword: 'enum', schema, place });
  }

  #map(schema: Schema, place: Place, node: MapNode, marks: Marks | undefined, found: Violation[]): void {
    const missing = schema.required?.filter((key) => !entry(node, key));
    if (missing && missing.length > 0) found.push({ keyword: 'required', schema, place, missing });
    for (const [key, keys] of schema.dependentRequired ?? []) {
      const cause = entry(node, key);
      const lacking = cause ? keys.filter((other) => !entry(node, other)) : [];
      if (cause && lacking.length > 0) found.push({ keyword: 'dependentRequired', schema, place, missing: lacking, key: cause });
    }
    for (const [key, dependent] of schema.dependentSchemas ?? []) {
      if (entry(node, key)) found.push(...this.#check(dependent, place, marks));
    }
    if (schema.minProperties !== undefined && node.entries.length < schema.minProperties) found.push({ keyword: 'minProperties', schema, place });
    if (schema.maxProperties !== undefined && node.entries.length > schema.maxProperties) found.push({ keyword: 'maxProperties', schema, place });
    for (const item of node.entries) this.#entry(schema, place, item, marks, found);
    if (schema.unevaluatedProperties && marks) {
      for (const item of node.entries) {
        if (!marks.keys.has(item.key)) this.#value('unevaluatedProperties', schema, schema.unevaluatedProperties, place, item, marks, found);
      }
    }
  }

  #entry(schema: Schema, place: Place, item: MapEntry, marks: Marks | undefined, found: Violation[]): void {
    if (schema.propertyNames) {
      const name: Place = { node: { ...item.keyNode, value: item.key }, entry: item, parent: place };
      const wrong = this.#check(schema.propertyNames, name, marks && new Marks());
      if (wrong.length > 0) found.push({ keyword: 'propertyNames', schema, place, key: item, forms: [wrong] });
    }
    let described = false;
    const property = schema.properties?.get(item.key);
    if (property) {
      described = true;
      this.#value('properties', schema, property, place, item, marks, found);
    }
    for (const pattern of schema.patternProperties ?? []) {
      if (!pattern.matches(item.key)) continue;
      described = true;
      this.#value('patternProperties', schema, pattern.schema, place, item, marks, found);
    }
    if (!described && schema.additionalProperties) this.#value('additionalProperties', schema, schema.additionalProperties, place, item, marks, found);
  }

  #value(keyword: string, schema: Schema, part: Schema, place: Place, item: MapEntry, marks: Marks | undefined, found: Violation[]): void {
    marks?.keys.add(item.key);
    if (part.verdict === false) found.push({ keyword, schema, place, key: item });
    else found.push(...this.#check(part, { node: item.value, entry: item, parent: place }, marks && new Marks()));
  }

  #list(schema: Schema, place: Place, node: ListNode, marks: Marks | undefined, found: Violation[]): void {
    const { items } = node;
    if (schema.minItems !== undefined && items.length < schema.minItems) found.push({ keyword: 'minItems', schema, place });
    if (schema.maxItems !== undefined && items.length > schema.maxItems) found.push({ keyword: 'maxItems', schema, place, item: items[Number(schema.maxItems)]! });
    if (schema.uniqueItems) {
      const seen = new Set<string>();
      for (const item of items) {
        const text = canonical(item);
        if (seen.has(text)) found.push({ keyword: 'uniqueItems', schema, place, item });
        seen.add(text);
      }
    }
    const apply = (keyword: string, part: Schema, item: DataNode, index: number): void => {
      marks?.items.add(index);
      if (part.verdict === false) found.push({ keyword, schema, place, item });
      else found.push(...this.#check(part, { node: item, parent: place }, marks && new Marks()));
    };
    items.forEach((item, index) => {
      const prefix = schema.prefixItems?.[index];
      if (prefix) apply('prefixItems', prefix, item, index);
      else if (schema.items) apply('items', schema.items, item, index);
    });
    if (schema.contains) this.#contains(schema, schema.contains, place, items, marks, found);
    if (schema.unevaluatedItems && marks) {
      for (const [index, item] of items.entries()) if (!marks.items.has(index)) apply('unevaluatedItems', schema.unevaluatedItems, item, index);
    }
  }

  #contains(schema: Schema, contained: Schema, place: Place, items: readonly DataNode[], marks: Marks | undefined, found: Violation[]): void {
    let count = 0;
    items.forEach((item, index) => {
      if (this.#check(contained, { node: item, parent: place }, marks && new Marks()).length > 0) return;
      count++;
      marks?.items.add(index);
    });
    if (count < (schema.minContains ?? 1)) found.push({ keyword: 'contains', schema, place });
    if (schema.maxContains !== undefined && count > schema.maxContains) found.push({ keyword: 'maxContains', schema, place });
  }
}

function scalar(schema: Schema, place: Place, node: ScalarNode, found: Violation[]): void {
  const fail = (keyword: string, expected?: string): void => void found.push({ keyword, schema, place, ...(expected !== undefined && { expected }) });
  const number = numeric(node);
  if (number !== undefined) {
    if (schema.maximum !== undefined && number > schema.maximum) fail('maximum');
    if (schema.exclusiveMaximum !== undefined && number >= schema.exclusiveMaximum) fail('exclusiveMaximum');
    if (schema.minimum !== undefined && number < schema.minimum) fail('minimum');
    if (schema.exclusiveMinimum !== undefined && number <= schema.exclusiveMinimum) fail('exclusiveMinimum');
    if (schema.multipleOf !== undefined && !isMultiple(number, schema.multipleOf)) fail('multipleOf');
  }
  const { value } = node;
  if (typeof value !== 'string') return;
  if (schema.maxLength !== undefined || schema.minLength !== undefined) {
    const length = characters(value);
    if (schema.maxLength !== undefined && length > schema.maxLength) fail('maxLength');
    if (schema.minLength !== undefined && length < schema.minLength) fail('minLength');
  }
  if (schema.pattern && !schema.pattern.matches(value)) fail('pattern');
  const expected = schema.format === undefined ? undefined : formatViolation(schema.format, value);
  if (expected !== undefined) fail('format', expected);
}

/** JSON Schema counts Unicode code points, not UTF-16 units. */
export function characters(text: string): number {
  let count = text.length;
  for (let i = 1; i < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) count--;
  }
  return count;
}

function hasType(node: DataNode, type: TypeName): boolean {
  if (node.kind === 'map') return type === 'object';
  if (node.kind === 'list') return type === 'array';
  const { value } = node;
  if (value === null) return type === 'null';
  switch (typeof value) {
    case 'string':
      return type === 'string';
    case 'boolean':
      return type === 'boolean';
    default:
      return type === 'number' || (type === 'integer' && isIntegral(value));
  }
}
