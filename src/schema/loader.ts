import { describe, entry, type DataNode, type MapNode } from '../source/data.ts';
import { formatOf, parseSource, type SourceDocument } from '../source/parse.ts';
import type { Problem } from '../source/problem.ts';
import type { LineMap } from '../source/text.ts';
import { nameOf, pathToUrl, relativePath, urlToPath, type Files } from './files.ts';
import { draftOf, findKeyword, inDraft, type Draft, type Keyword } from './keywords.ts';
import { checkShape, patternMisfit } from './shapes.ts';

/** Bounds of one schema with everything it refers to. */
const maxFiles = 200;
const maxTotalLength = 8 * 1024 * 1024;
const maxSchemas = 100_000;

/** What the loader knows about a place that holds a schema. */
export interface SchemaPlace {
  readonly file: LoadedFile;
  readonly base: string;
  readonly draft: Draft | undefined;
}

/** A reference's target; `anything` for meta-schemas and for what could not be found. */
export type Target = { readonly kind: 'schema'; readonly node: DataNode; readonly anchor: string | undefined } | { readonly kind: 'anything' };

export class LoadedFile {
  readonly path: string;
  readonly source: SourceDocument;
  readonly root: DataNode | undefined;
  readonly url: string;
  readonly problems: Problem[] = [];
  readonly #reported = new Set<string>();

  /** `root` is the schema's node where it stands inside another document. */
  constructor(path: string, source: SourceDocument, root: DataNode | undefined = source.root) {
    this.path = path;
    this.source = source;
    this.root = root;
    // Also a schema without a file can refer to its own parts.
    this.url = path === '' ? 'schema:built-in' : new URL(pathToUrl(path)).href;
  }

  get lines(): LineMap {
    return this.source.lines;
  }

  report(problem: Problem): void {
    const id = `${problem.code} ${problem.range.start} ${problem.range.end}`;
    if (this.#reported.has(id)) return;
    this.#reported.add(id);
    this.problems.push(problem);
  }
}

/**
 * Reads a schema and, one after the other, the local files it refers to, checks every keyword on the way and finds
 * out what each reference means. The network is never touched.
 */
export class SchemaLoader {
  readonly files = new Map<string, LoadedFile>();
  readonly dependencies = new Set<string>();
  readonly places = new Map<DataNode, SchemaPlace>();
  /** By the node that holds the reference's text. */
  readonly targets = new Map<DataNode, Target>();
  /** By resource and name. */
  readonly dynamicAnchors = new Map<string, Map<string, DataNode>>();
  readonly #files: Files;
  readonly #resources = new Map<string, { readonly node: DataNode; readonly file: LoadedFile }>();
  readonly #anchors = new Map<string, DataNode>();
  /** Of the maps that references went through: one map can hold thousands of definitions. */
  readonly #keys = new WeakMap<MapNode, ReadonlyMap<string, DataNode>>();
  readonly #open: { readonly node: DataNode; readonly place: SchemaPlace }[] = [];
  readonly #references: { readonly node: DataNode; readonly text: string; readonly place: SchemaPlace }[] = [];
  #length = 0;

  constructor(files: Files) {
    this.#files = files;
  }

  async load(file: LoadedFile): Promise<void> {
    this.#add(file);
    if (file.root) this.#visitRoot(file);
    this.#readOpen();
    // Reading what a reference means finds more of them.
    for (const { node, text, place } of this.#references) {
      this.targets.set(node, await this.#resolve(node, text, place));
      this.#readOpen();
    }
  }

  #add(file: LoadedFile): void {
    this.files.set(file.path, file);
    this.dependencies.add(file.path);
    this.#length += file.source.text.length;
    for (const problem of file.source.problems) file.report(problem);
    if (file.root) this.#resources.set(file.url, { node: file.root, file });
  }

  #visitRoot(file: LoadedFile): void {
    this.#visit(file.root!, { file, base: file.url, draft: undefined });
  }

  #visit(node: DataNode, place: SchemaPlace): void {
    if (this.places.has(node)) return;
    this.places.set(node, place);
    this.#open.push({ node, place });
  }

  #readOpen(): void {
    for (let next = this.#open.pop(); next; next = this.#open.pop()) {
      if (this.places.size > maxSchemas) {
        next.place.file.report(problemAt(next.node, 'schema/too-large', 'error', `The schema and what it refers to have more than ${maxSchemas.toLocaleString('en')} parts.`));
        this.#open.length = 0;
        return;
      }
      this.#read(next.node, next.place);
    }
  }

  #read(node: DataNode, given: SchemaPlace): void {
    if (node.kind === 'scalar' && typeof node.value === 'boolean') return;
    if (node.kind !== 'map') {
      given.file.report(problemAt(node, 'schema/not-a-schema', 'error', `Expected a schema (a map, true or false), found ${describe(node)}.`));
      return;
    }
    const place = this.#identify(node, given);
    for (const { key, keyNode, value } of node.entries) {
      const known = findKeyword(key);
      if (!known) continue;
      if (!inDraft(known, place.draft)) {
        // "id" is an ordinary annotation in later drafts.
        if (key !== 'id') place.file.report(problemAt(keyNode, 'schema/other-draft', 'warning', `"${key}" has no effect in ${place.draft!}; it belongs to ${homeDrafts(known)}.`));
        continue;
      }
      for (const problem of checkShape(known, value, place.draft)) place.file.report(problem);
      this.#children(known, value, place);
    }
  }

  /** Follows `$schema`, `$id` and anchors. */
  #identify(node: MapNode, given: SchemaPlace): SchemaPlace {
    const draft = this.#draft(node, given);
    let base = given.base;
    const id = stringAt(node, draft === 'draft-04' ? 'id' : '$id');
    if (id?.startsWith('#')) this.#anchors.set(`${base}${id}`, node); // Up to draft-07 a name for $ref.
    else if (id !== undefined) {
      base = resolveUrl(id, base)?.split('#')[0] ?? base;
      this.#resources.set(base, { node, file: given.file });
    }
    const anchor = stringAt(node, '$anchor');
    if (anchor !== undefined) this.#anchors.set(`${base}#${anchor}`, node);
    const dynamic = stringAt(node, '$dynamicAnchor');
    if (dynamic !== undefined) {
      this.#anchors.set(`${base}#${dynamic}`, node);
      const names = this.dynamicAnchors.get(base) ?? new Map<string, DataNode>();
      this.dynamicAnchors.set(base, names.set(dynamic, node));
    }
    const place = { ...given, base, draft };
    this.places.set(node, place);
    return place;
  }

  #draft(node: MapNode, given: SchemaPlace): Draft | undefined {
    const named = entry(node, '$schema')?.value;
    if (named?.kind !== 'scalar' || typeof named.value !== 'string') return given.draft;
    const draft = draftOf(named.value);
    if (draft === undefined) {
      given.file.report(problemAt(named, 'schema/unknown-draft', 'warning', `This draft of JSON Schema is not known; the schema is read as ${given.draft ?? 'one of any draft'}. Known: draft-04, draft-06, draft-07, 2019-09 and 2020-12.`));
    }
    return draft ?? given.draft;
  }

  #children(known: Keyword, value: DataNode, place: SchemaPlace): void {
    switch (known.shape) {
      case 'schema':
        this.#visit(value, place);
        break;
      case 'schemas':
        if (value.kind === 'list') for (const item of value.items) this.#visit(item, place);
        break;
      case 'schemaOrSchemas':
        for (const item of value.kind === 'list' ? value.items : [value]) this.#visit(item, place);
        break;
      case 'schemaMap':
        if (value.kind !== 'map') break;
        for (const child of value.entries) {
          if (known.name === 'patternProperties') this.#checkKeyPattern(child.keyNode, child.key, place);
          this.#visit(child.value, place);
        }
        break;
      case 'dependencies':
        if (value.kind === 'map') for (const child of value.entries) if (child.value.kind !== 'list') this.#visit(child.value, place);
        break;
      case 'reference':
        if (value.kind === 'scalar' && typeof value.value === 'string') this.#references.push({ node: value, text: value.value, place });
        break;
      default:
        break;
    }
  }

  #checkKeyPattern(keyNode: DataNode, key: string, place: SchemaPlace): void {
    for (const { message } of patternMisfit(keyNode, key)) {
      if (message) place.file.report(problemAt(keyNode, 'schema/patternProperties', message.severity, message.text));
    }
  }

  async #resolve(node: DataNode, text: string, place: SchemaPlace): Promise<Target> {
    const fail = (message: string, severity: 'error' | 'warning' = 'error'): Target => {
      place.file.report(problemAt(node, 'schema/$ref', severity, message));
      return { kind: 'anything' };
    };
    const url = resolveUrl(text, place.base);
    if (url === undefined) return fail(`"${text}" is not a reference; write "#/$defs/name" or a relative path.`);
    if (draftOf(url.split('#')[0]!) !== undefined) return { kind: 'anything' };
    const [address, fragment] = split(url, '#');
    let resource = this.#resources.get(address);
    if (!resource) {
      const reference = split(text, '#')[0];
      const path = relativePath(place.file.path, decode(reference) ?? reference);
      if (path === undefined || urlToPath(pathToUrl(path)) === undefined) {
        return /^https?:/.test(address)
          ? fail(`"${address}" is on the network, which is never read. Save it here and refer to it by its relative path; until then any value fits.`, 'warning')
          : fail(`Expected a relative path or "#/…", found "${text}": other places are not read.`);
      }
      const file = await this.#readFile(path);
      if (typeof file === 'string') return fail(file);
      resource = this.#resources.get(file.url);
      if (!resource) return fail(`${nameOf(path)} holds no schema.`);
      if (!fragment.startsWith('/') || looksLikeSchema(resource.node)) this.#visitRoot(file);
      this.#readOpen();
    }
    const target = this.#inside(resource, fragment, address);
    if (!target) return fail(fragment.startsWith('/') ? `Nothing stands at "#${fragment}"${address === place.base ? '' : ` of ${nameOf(resource.file.path)}`}.` : `No "$anchor" is called "${fragment}".`);
    if (target === node) return { kind: 'anything' };
    this.#visit(target, this.places.get(resource.node) ?? { file: resource.file, base: address, draft: undefined });
    return { kind: 'schema', node: target, anchor: fragment !== '' && !fragment.startsWith('/') ? fragment : undefined };
  }

  #inside(resource: { readonly node: DataNode; readonly file: LoadedFile }, fragment: string, address: string): DataNode | undefined {
    if (fragment === '') return resource.node;
    if (fragment.startsWith('/')) return this.#atPointer(resource.node, fragment);
    return this.#anchors.get(`${address}#${fragment}`) ?? this.#anchors.get(`${resource.file.url}#${fragment}`);
  }

  #atPointer(node: DataNode, pointer: string): DataNode | undefined {
    let at: DataNode | undefined = node;
    for (const encoded of pointer.split('/').slice(1)) {
      const part = (decode(encoded) ?? encoded).replaceAll('~1', '/').replaceAll('~0', '~');
      if (at?.kind === 'list') at = /^(0|[1-9]\d*)$/.test(part) ? at.items[Number(part)] : undefined;
      else at = at?.kind === 'map' ? this.#keysOf(at).get(part) : undefined;
    }
    return at;
  }

  #keysOf(map: MapNode): ReadonlyMap<string, DataNode> {
    let keys = this.#keys.get(map);
    if (!keys) this.#keys.set(map, (keys = new Map(map.entries.map(({ key, value }) => [key, value]))));
    return keys;
  }

  /** The file of a reference, or why it cannot be had. */
  async #readFile(path: string): Promise<LoadedFile | string> {
    const known = this.files.get(path);
    if (known) return known;
    this.dependencies.add(path);
    if (this.files.size >= maxFiles) return `Schemas refer to at most ${maxFiles} files; ${nameOf(path)} is not read.`;
    const text = await this.#files.readText(path);
    if (text === undefined) return `${nameOf(path)} was not found at ${path}.`;
    if (this.#length + text.length > maxTotalLength) return `Schemas and what they refer to have at most ${maxTotalLength / 1024 / 1024} MB; ${nameOf(path)} is not read.`;
    const file = new LoadedFile(path, parseSource(text, formatOf(path)));
    this.#add(file);
    return file;
  }
}

function homeDrafts(known: Keyword): string {
  const parts = [known.since && `${known.since} and later`, known.until && `drafts up to ${known.until}`];
  return known.since !== undefined && known.since === known.until ? known.since : parts.filter((part) => part !== undefined).join(' in ');
}

function looksLikeSchema(node: DataNode): boolean {
  return ['$schema', '$id', '$defs', 'definitions'].some((key) => entry(node, key) !== undefined);
}

function stringAt(node: MapNode, key: string): string | undefined {
  const value = entry(node, key)?.value;
  return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined;
}

function resolveUrl(reference: string, base: string): string | undefined {
  try {
    return new URL(reference, base).href;
  } catch {
    return undefined;
  }
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The parts before and after the first separator. */
function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

export function problemAt(node: DataNode, code: string, severity: Problem['severity'], message: string): Problem {
  return { code, severity, message, range: node.range };
}
