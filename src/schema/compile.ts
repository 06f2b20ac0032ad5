import { entry, type DataNode, type MapNode } from '../source/data.ts';
import type { SourceDocument } from '../source/parse.ts';
import type { Files } from './files.ts';
import { findKeyword, inDraft, isTypeName, type TypeName } from './keywords.ts';
import { LoadedFile, SchemaLoader, type SchemaPlace } from './loader.ts';
import { canonical, numeric, type Numeric } from './numbers.ts';
import { compilePattern } from './patterns.ts';
import type { KeyPattern, Schema, SchemaSet } from './schema.ts';

/**
 * Reads the schema in a document with everything it refers to. `at` is its node where it is only a part of the
 * document, such as `input_schema` in the metadata of a flow. Never throws; what is wrong is in `files[].problems`.
 */
export async function loadSchema(files: Files, path: string, document: SourceDocument, at?: DataNode): Promise<SchemaSet> {
  const loader = new SchemaLoader(files);
  const file = new LoadedFile(path, document, at ?? document.root);
  await loader.load(file);
  return new Compiler(loader, file).set();
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Turns read schemas into their ready form. Every schema object is made once and before its parts, so that schemas
 * can contain themselves through references.
 */
class Compiler {
  readonly #loader: SchemaLoader;
  readonly #root: LoadedFile;
  readonly #schemas = new Map<DataNode, Schema>();
  readonly #anything: Schema;
  #tracks = false;

  constructor(loader: SchemaLoader, root: LoadedFile) {
    this.#loader = loader;
    this.#root = root;
    this.#anything = { file: root, node: { kind: 'scalar', value: true, style: 'plain', range: { start: 0, end: 0 } }, base: root.url, verdict: true };
  }

  set(): SchemaSet {
    const root = this.#root.root ? this.#schema(this.#root.root) : this.#anything;
    const dynamicAnchors = new Map<string, Map<string, Schema>>();
    for (const [base, names] of this.#loader.dynamicAnchors) {
      dynamicAnchors.set(base, new Map([...names].map(([name, node]) => [name, this.#schema(node)])));
    }
    return { root, files: [...this.#loader.files.values()], dependencies: [...this.#loader.dependencies], dynamicAnchors, tracksEvaluation: this.#tracks };
  }

  #schema(node: DataNode): Schema {
    const known = this.#schemas.get(node);
    if (known) return known;
    const place = this.#loader.places.get(node);
    if (!place) return this.#anything; // Beyond the loader's bounds.
    const schema: Mutable<Schema> = { file: place.file, node, base: place.base };
    this.#schemas.set(node, schema);
    if (node.kind === 'map') this.#fill(schema, node, place);
    else schema.verdict = node.kind === 'scalar' && typeof node.value === 'boolean' ? node.value : true;
    return schema;
  }

  #fill(schema: Mutable<Schema>, node: MapNode, place: SchemaPlace): void {
    const at = (name: string): DataNode | undefined => {
      const known = findKeyword(name);
      return known && inDraft(known, place.draft) ? entry(node, name)?.value : undefined;
    };
    this.#annotations(schema, at);
    this.#values(schema, at);
    this.#items(schema, at);
    this.#properties(schema, at);
    this.#combinations(schema, at);
  }

  #annotations(schema: Mutable<Schema>, at: (name: string) => DataNode | undefined): void {
    set(schema, 'title', text(at('title')));
    set(schema, 'description', text(at('description')));
    set(schema, 'deprecated', flag(at('deprecated')));
    set(schema, 'default', at('default'));
    set(schema, 'examples', listItems(at('examples')));
  }

  #values(schema: Mutable<Schema>, at: (name: string) => DataNode | undefined): void {
    set(schema, 'types', types(at('type')));
    const allowed = listItems(at('enum'));
    set(schema, 'enum', allowed);
    set(schema, 'enumTexts', allowed && new Set(allowed.map(canonical)));
    const only = at('const');
    set(schema, 'const', only);
    set(schema, 'constText', only && canonical(only));
    const multiple = numeric(at('multipleOf'));
    set(schema, 'multipleOf', multiple !== undefined && multiple > 0 ? multiple : undefined);
    // In draft-04 the exclusive bounds are flags of the others.
    const maximum = numeric(at('maximum'));
    const minimum = numeric(at('minimum'));
    const noMaximum = flag(at('exclusiveMaximum')) === true;
    const noMinimum = flag(at('exclusiveMinimum')) === true;
    set(schema, 'maximum', noMaximum ? undefined : maximum);
    set(schema, 'minimum', noMinimum ? undefined : minimum);
    set(schema, 'exclusiveMaximum', noMaximum ? maximum : numeric(at('exclusiveMaximum')));
    set(schema, 'exclusiveMinimum', noMinimum ? minimum : numeric(at('exclusiveMinimum')));
    set(schema, 'maxLength', count(at('maxLength')));
    set(schema, 'minLength', count(at('minLength')));
    set(schema, 'pattern', keyPattern(text(at('pattern'))));
    set(schema, 'format', text(at('format')));
  }

  #items(schema: Mutable<Schema>, at: (name: string) => DataNode | undefined): void {
    const items = at('items');
    const places = this.#several(items) ?? this.#several(at('prefixItems'));
    set(schema, 'prefixItems', places);
    set(schema, 'items', items?.kind === 'list' ? this.#one(at('additionalItems')) : this.#one(items));
    set(schema, 'contains', this.#one(at('contains')));
    set(schema, 'minContains', count(at('minContains')));
    set(schema, 'maxContains', count(at('maxContains')));
    set(schema, 'maxItems', count(at('maxItems')));
    set(schema, 'minItems', count(at('minItems')));
    set(schema, 'uniqueItems', flag(at('uniqueItems')));
    set(schema, 'unevaluatedItems', this.#one(at('unevaluatedItems')));
    this.#tracks ||= schema.unevaluatedItems !== undefined;
  }

  #properties(schema: Mutable<Schema>, at: (name: string) => DataNode | undefined): void {
    set(schema, 'properties', this.#map(at('properties')));
    const patterns = at('patternProperties');
    if (patterns?.kind === 'map') {
      schema.patternProperties = patterns.entries.flatMap(({ key, value }) => {
        const pattern = keyPattern(key);
        return pattern ? [{ ...pattern, schema: this.#schema(value) }] : [];
      });
    }
    // With a pattern that cannot be checked nobody knows which keys are additional.
    const certain = patterns?.kind !== 'map' || schema.patternProperties?.length === patterns.entries.length;
    set(schema, 'additionalProperties', certain ? this.#one(at('additionalProperties')) : undefined);
    set(schema, 'unevaluatedProperties', certain ? this.#one(at('unevaluatedProperties')) : undefined);
    this.#tracks ||= schema.unevaluatedProperties !== undefined;
    set(schema, 'propertyNames', this.#one(at('propertyNames')));
    set(schema, 'required', texts(at('required')));
    set(schema, 'maxProperties', count(at('maxProperties')));
    set(schema, 'minProperties', count(at('minProperties')));
    const required = new Map<string, readonly string[]>();
    const schemas = new Map(this.#map(at('dependentSchemas')));
    for (const name of ['dependentRequired', 'dependencies']) {
      const dependencies = at(name);
      if (dependencies?.kind !== 'map') continue;
      for (const { key, value } of dependencies.entries) {
        const keys = texts(value);
        if (keys) required.set(key, keys);
        else if (name === 'dependencies') schemas.set(key, this.#schema(value));
      }
    }
    if (required.size > 0) schema.dependentRequired = required;
    if (schemas.size > 0) schema.dependentSchemas = schemas;
  }

  #combinations(schema: Mutable<Schema>, at: (name: string) => DataNode | undefined): void {
    set(schema, 'ref', this.#reference(at('$ref') ?? at('$recursiveRef')));
    const dynamic = at('$dynamicRef');
    const target = dynamic && this.#loader.targets.get(dynamic);
    if (target?.kind === 'schema') {
      const resolved = this.#schema(target.node);
      // Only an anchor that is itself dynamic can be redefined (2020-12 core, 8.2.3.2).
      const redefinable = target.anchor !== undefined && this.#loader.dynamicAnchors.get(resolved.base)?.get(target.anchor) === target.node;
      if (redefinable) schema.dynamicRef = { name: target.anchor, schema: resolved };
      else schema.ref = resolved;
    }
    set(schema, 'allOf', this.#several(at('allOf')));
    set(schema, 'anyOf', this.#several(at('anyOf')));
    set(schema, 'oneOf', this.#several(at('oneOf')));
    set(schema, 'not', this.#one(at('not')));
    set(schema, 'if', this.#one(at('if')));
    set(schema, 'then', this.#one(at('then')));
    set(schema, 'else', this.#one(at('else')));
  }

  #reference(node: DataNode | undefined): Schema | undefined {
    const target = node && this.#loader.targets.get(node);
    return target?.kind === 'schema' ? this.#schema(target.node) : undefined;
  }

  #one(node: DataNode | undefined): Schema | undefined {
    return node && this.#schema(node);
  }

  #several(node: DataNode | undefined): Schema[] | undefined {
    return node?.kind === 'list' && node.items.length > 0 ? node.items.map((item) => this.#schema(item)) : undefined;
  }

  #map(node: DataNode | undefined): Map<string, Schema> | undefined {
    return node?.kind === 'map' ? new Map(node.entries.map(({ key, value }) => [key, this.#schema(value)])) : undefined;
  }
}

function set<K extends keyof Schema>(schema: Mutable<Schema>, key: K, value: Schema[K] | undefined): void {
  if (value !== undefined) schema[key] = value;
}

function text(node: DataNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

function flag(node: DataNode | undefined): boolean | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'boolean' ? node.value : undefined;
}

function count(node: DataNode | undefined): Numeric | undefined {
  const value = numeric(node);
  return value !== undefined && value >= 0 ? value : undefined;
}

function listItems(node: DataNode | undefined): readonly DataNode[] | undefined {
  return node?.kind === 'list' ? node.items : undefined;
}

function texts(node: DataNode | undefined): string[] | undefined {
  return node?.kind === 'list' ? node.items.map(text).filter((item) => item !== undefined) : undefined;
}

function types(node: DataNode | undefined): TypeName[] | undefined {
  const names = (node?.kind === 'list' ? node.items : [node]).map(text);
  // With one type unknown, nothing is known.
  return names.length > 0 && names.every(isTypeName) ? names : undefined;
}

function keyPattern(source: string | undefined): KeyPattern | undefined {
  const pattern = source === undefined ? undefined : compilePattern(source);
  return pattern && 'matches' in pattern ? { source: source!, matches: pattern.matches } : undefined;
}
