import { entry, type DataNode, type MapNode } from '../source/data.ts';
import type { SourceDocument } from '../source/parse.ts';
import type { Files } from './files.ts';
import { findKeyword, inDraft, isTypeName, type TypeName } from './keywords.ts';
import { LoadedFile, problemAt, SchemaLoader, type SchemaPlace } from './loader.ts';
import { endlessReferences } from './loops.ts';
import { numeric, type Numeric } from './numbers.ts';
import { compilePattern } from './patterns.ts';
import { listKeywords, numberKeywords, partKeywords, type KeyPattern, type Schema, type SchemaSet } from './schema.ts';

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

const otherBounds: ReadonlyMap<string, string> = new Map([['maximum', 'exclusiveMaximum'], ['exclusiveMaximum', 'maximum'], ['minimum', 'exclusiveMinimum'], ['exclusiveMinimum', 'minimum']]);

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Lookup = (name: string) => DataNode | undefined;

/**
 * Turns read schemas into their ready form. Every schema object is made once and before its parts, so that schemas
 * can contain themselves through references.
 */
class Compiler {
  readonly #loader: SchemaLoader;
  readonly #root: LoadedFile;
  readonly #schemas = new Map<DataNode, Mutable<Schema>>();
  /** Schemas whose keywords are still to be read: references can be chained deeper than calls can nest. */
  readonly #open: { readonly schema: Mutable<Schema>; readonly node: MapNode; readonly place: SchemaPlace }[] = [];
  readonly #anything: Schema;

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
    for (let next = this.#open.pop(); next; next = this.#open.pop()) this.#fill(next.schema, next.node, next.place);
    this.#breakLoops();
    const files = [...this.#loader.files.values()];
    for (const { problems } of files) problems.sort((a, b) => a.range.start - b.range.start);
    return { root, files, dependencies: [...this.#loader.dependencies], dynamicAnchors };
  }

  #schema(node: DataNode): Schema {
    const known = this.#schemas.get(node);
    if (known) return known;
    const place = this.#loader.places.get(node);
    if (!place) return this.#anything; // Beyond the loader's bounds.
    const schema: Mutable<Schema> = { file: place.file, node, base: place.base };
    this.#schemas.set(node, schema);
    if (node.kind === 'map') this.#open.push({ schema, node, place });
    else schema.verdict = node.kind === 'scalar' && typeof node.value === 'boolean' ? node.value : true;
    return schema;
  }

  #fill(schema: Mutable<Schema>, node: MapNode, place: SchemaPlace): void {
    const at: Lookup = (name) => {
      const known = findKeyword(name);
      return known && inDraft(known, place.draft) ? entry(node, name)?.value : undefined;
    };
    this.#values(schema, at);
    this.#parts(schema, at);
    this.#properties(schema, at);
    this.#references(schema, at);
  }

  #values(schema: Mutable<Schema>, at: Lookup): void {
    set(schema, 'title', text(at('title')));
    set(schema, 'description', text(at('description')));
    set(schema, 'deprecated', flag(at('deprecated')));
    set(schema, 'default', at('default'));
    set(schema, 'examples', listItems(at('examples')));
    set(schema, 'types', types(at('type')));
    set(schema, 'enum', listItems(at('enum')));
    set(schema, 'const', at('const'));
    set(schema, 'pattern', keyPattern(text(at('pattern'))));
    set(schema, 'format', text(at('format')));
    set(schema, 'uniqueItems', flag(at('uniqueItems')));
    for (const name of numberKeywords) {
      // In draft-04 the exclusive bounds are flags of the others.
      const other = otherBounds.get(name);
      const swapped = other !== undefined && (flag(at(name)) === true || flag(at(other)) === true);
      set(schema, name, number(name, at(swapped ? other : name)));
    }
  }

  #parts(schema: Mutable<Schema>, at: Lookup): void {
    for (const name of partKeywords) set(schema, name, this.#one(at(name)));
    for (const name of listKeywords) set(schema, name, this.#several(at(name)));
    // Before 2020-12 a list of schemas in "items" says what is now said by "prefixItems".
    const items = at('items');
    if (items?.kind !== 'list') return;
    delete schema.items;
    set(schema, 'prefixItems', this.#several(items));
    set(schema, 'items', this.#one(at('additionalItems')));
  }

  #properties(schema: Mutable<Schema>, at: Lookup): void {
    set(schema, 'properties', this.#map(at('properties')));
    const patterns = at('patternProperties');
    if (patterns?.kind === 'map') {
      schema.patternProperties = patterns.entries.flatMap(({ key, value }) => {
        const pattern = keyPattern(key);
        return pattern ? [{ ...pattern, schema: this.#schema(value) }] : [];
      });
      // With a pattern that cannot be checked nobody knows which keys are additional.
      if (schema.patternProperties.length < patterns.entries.length) {
        delete schema.additionalProperties;
        delete schema.unevaluatedProperties;
      }
    }
    set(schema, 'required', texts(at('required')));
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

  #references(schema: Mutable<Schema>, at: Lookup): void {
    const reference = at('$ref') ?? at('$recursiveRef');
    const target = reference && this.#loader.targets.get(reference);
    if (target?.kind === 'schema') schema.ref = this.#schema(target.node);
    const dynamic = at('$dynamicRef');
    const named = dynamic && this.#loader.targets.get(dynamic);
    if (named?.kind !== 'schema') return;
    const resolved = this.#schema(named.node);
    // Only an anchor that is itself dynamic can be redefined (2020-12 core, 8.2.3.2).
    const redefinable = named.anchor !== undefined && this.#loader.dynamicAnchors.get(resolved.base)?.get(named.anchor) === named.node;
    if (redefinable) schema.dynamicRef = { name: named.anchor, schema: resolved };
    else schema.ref = resolved;
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

  #breakLoops(): void {
    for (const schema of endlessReferences([...this.#schemas.values()])) {
      delete schema.ref;
      delete schema.dynamicRef;
      const reference = ['$ref', '$dynamicRef', '$recursiveRef'].map((name) => entry(schema.node, name)?.value).find((value) => value !== undefined);
      const message = 'This reference leads back to itself for the same value, without end; it is not checked.';
      this.#loader.places.get(schema.node)!.file.report(problemAt(reference ?? schema.node, 'schema/endless', 'warning', message));
    }
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

function number(keyword: string, node: DataNode | undefined): Numeric | undefined {
  const value = numeric(node);
  const shape = findKeyword(keyword)?.shape;
  if (value === undefined || (shape === 'count' && value < 0) || (shape === 'positiveNumber' && value <= 0)) return undefined;
  return value;
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
