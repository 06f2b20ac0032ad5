import { formatDescription } from './formats.ts';
import { plainNumber, plainValue } from './plain.ts';
import { listKeywords, numberKeywords, partKeywords, type Schema, type SchemaSet } from './schema.ts';
import { TooComplex } from './violation.ts';

/** A schema as the plain JSON Schema (2020-12) that Ajv reads. */
export type WrittenSchema = Record<string, unknown>;

/** What a written schema was written from. */
export interface Origin {
  readonly schema: Schema;
  /** The keyword of `schema` that forbids a key or an item outright, such as `additionalProperties`. */
  readonly forbids?: string;
}

/** Which schemas the dynamic anchors mean, by the resources on the way here, with what was written under it. */
interface Scope {
  readonly anchors: ReadonlyMap<string, Schema>;
  readonly inner: Map<string, Scope>;
  readonly written: Map<Schema, WrittenSchema>;
  readonly addresses: Map<Schema, string>;
}

/** More would take Ajv seconds to compile. */
const maxParts = 10_000;
const maxReferred = 2_000;

/**
 * Writes ready schemas for Ajv. Drafts, files, identifiers and anchors are gone by now: every reference is to a schema
 * that is written by itself, at an address of our making, so that files of different drafts can refer to each other.
 * References to dynamic anchors are resolved on the way. Each schema is written once for each scope.
 */
export class SchemaWriter {
  readonly #set: SchemaSet;
  readonly #outermost: Scope = newScope(new Map());
  readonly #origins = new Map<unknown, Origin>();
  /** Referred to, but not written yet. */
  #open: { readonly address: string; readonly schema: Schema; readonly scope: Scope }[] = [];
  #addresses = 0;

  constructor(set: SchemaSet) {
    this.#set = set;
  }

  /** `referred` are the schemas it refers to that were not written before. Throws `TooComplex`. */
  write(schema: Schema): { readonly written: WrittenSchema; readonly referred: ReadonlyMap<string, WrittenSchema> } {
    const written = this.#schema(schema, this.#outermost);
    const referred = new Map<string, WrittenSchema>();
    for (let next = this.#open.pop(); next; next = this.#open.pop()) referred.set(next.address, this.#schema(next.schema, next.scope));
    return { written, referred };
  }

  origin(written: unknown): Origin {
    return this.#origins.get(written)!;
  }

  #schema(schema: Schema, outer: Scope): WrittenSchema {
    const scope = this.#enter(outer, schema.base);
    const known = scope.written.get(schema);
    if (known) return known;
    const written = this.#new({ schema });
    scope.written.set(schema, written);
    if (schema.verdict === false) written['not'] = {};
    if (schema.verdict === undefined) this.#fill(written, schema, scope);
    return written;
  }

  #new(origin: Origin): WrittenSchema {
    if (this.#origins.size >= maxParts) throw new TooComplex();
    const written: WrittenSchema = {};
    this.#origins.set(written, origin);
    return written;
  }

  #fill(written: WrittenSchema, schema: Schema, scope: Scope): void {
    this.#values(written, schema);
    for (const name of partKeywords) {
      const part = schema[name];
      if (part) written[name] = this.#part(schema, name, part, scope);
    }
    for (const name of listKeywords) {
      const parts = schema[name];
      if (parts) written[name] = parts.map((part) => this.#part(schema, name, part, scope));
    }
    const properties = Object.create(null) as WrittenSchema;
    const patterns = Object.create(null) as WrittenSchema;
    for (const [key, part] of schema.properties ?? []) {
      // Ajv passes over a property of this name.
      if (key === '__proto__') patterns['^__proto__$'] = this.#part(schema, 'properties', part, scope);
      else properties[key] = this.#part(schema, 'properties', part, scope);
    }
    for (const { source, schema: part } of schema.patternProperties ?? []) patterns[source] = this.#part(schema, 'patternProperties', part, scope);
    const dependent = Object.create(null) as WrittenSchema;
    for (const [key, part] of schema.dependentSchemas ?? []) dependent[key] = this.#schema(part, scope);
    for (const [name, map] of Object.entries({ properties, patternProperties: patterns, dependentSchemas: dependent })) {
      if (Object.keys(map).length > 0) written[name] = map;
    }
    if (schema.ref) written['$ref'] = this.#address(schema.ref, scope);
    if (schema.dynamicRef) {
      const target = scope.anchors.get(schema.dynamicRef.name) ?? schema.dynamicRef.schema;
      written['allOf'] = [{ $ref: this.#address(target, scope) }, ...((written['allOf'] as unknown[] | undefined) ?? [])];
    }
    if (Object.keys(written).length > 0) written['cost'] = cost(schema);
  }

  #values(written: WrittenSchema, schema: Schema): void {
    for (const name of numberKeywords) {
      const value = schema[name];
      if (value !== undefined) written[name] = plainNumber(value);
    }
    if (schema.types) written['type'] = schema.types;
    if (schema.enum) written['enum'] = schema.enum.map(plainValue);
    if (schema.const) written['const'] = plainValue(schema.const);
    if (schema.pattern) written['pattern'] = schema.pattern.source;
    if (schema.format !== undefined && formatDescription(schema.format) !== undefined) written['format'] = schema.format;
    if (schema.uniqueItems) written['uniqueItems'] = true;
    if (schema.required) written['required'] = [...new Set(schema.required)];
    if (schema.dependentRequired) {
      const required = Object.create(null) as WrittenSchema;
      for (const [key, keys] of schema.dependentRequired) required[key] = keys;
      written['dependentRequired'] = required;
    }
  }

  /** A forbidding schema is written for its place, so that the error tells which keyword forbade what. */
  #part(schema: Schema, keyword: string, part: Schema, scope: Scope): WrittenSchema {
    if (part.verdict !== false || !forbidding.has(keyword)) return this.#schema(part, scope);
    const written = this.#new({ schema, forbids: keyword });
    written['not'] = {};
    return written;
  }

  #address(schema: Schema, scope: Scope): string {
    let address = scope.addresses.get(schema);
    if (address === undefined) {
      if (this.#addresses >= maxReferred) throw new TooComplex();
      address = `schema:${++this.#addresses}`;
      scope.addresses.set(schema, address);
      this.#open.push({ address, schema, scope });
    }
    return address;
  }

  /** The outermost resource that has an anchor decides what it means (2020-12 core, 8.2.3.2). */
  #enter(scope: Scope, base: string): Scope {
    const own = this.#set.dynamicAnchors.get(base);
    if (!own || [...own.keys()].every((name) => scope.anchors.has(name))) return scope;
    const inner = scope.inner.get(base) ?? newScope(new Map([...own, ...scope.anchors]));
    scope.inner.set(base, inner);
    return inner;
  }
}

const forbidding: ReadonlySet<string> = new Set(['properties', 'patternProperties', 'additionalProperties', 'unevaluatedProperties', 'items', 'prefixItems', 'unevaluatedItems']);

function newScope(anchors: ReadonlyMap<string, Schema>): Scope {
  return { anchors, inner: new Map(), written: new Map(), addresses: new Map() };
}

/** What a schema costs at each value besides the parts of the value: one for each name or value it lists. */
function cost(schema: Schema): number {
  const dependencies = [...(schema.dependentRequired?.values() ?? [])].reduce((sum, keys) => sum + keys.length, 0);
  return 1 + (schema.required?.length ?? 0) + (schema.properties?.size ?? 0) + (schema.patternProperties?.length ?? 0) + dependencies;
}
