import { metadataOf } from '../execution/flowMetadata.ts';
import { entry, type DataNode } from '../source/data.ts';
import { formatOf, parseSource, type SourceDocument } from '../source/parse.ts';
import type { Problem } from '../source/problem.ts';
import { companion, fileRole, programNames, programOf, stemsOf } from './association.ts';
import { loadSchema } from './compile.ts';
import { folderOf, inFolder, nameOf, relativePath, type Files } from './files.ts';
import { draftOf } from './keywords.ts';
import type { SchemaSet } from './schema.ts';

/** Where a schema came from, in the order of precedence. */
export type SchemaOrigin = '$schema' | 'execution' | 'metadata' | 'file' | 'inferred';

/** The JSON text of the schema that a program's own text implies for its input; undefined where it implies none. */
export type InferSchema = (path: string, text: string) => string | undefined;

export interface FoundSchema {
  /** Undefined where no schema is meant to apply, or the named one cannot be read. */
  readonly schema: SchemaSet | undefined;
  readonly origin: SchemaOrigin | undefined;
  /** Of the `$schema` in the input file. */
  readonly problems: readonly Problem[];
  /** Every path that was looked at; a change of any may change the answer. */
  readonly dependencies: readonly string[];
}

/** A schema inside another document, such as `input_schema` of an execution file. */
export interface InlineSchema {
  readonly path: string;
  readonly document: SourceDocument;
  readonly node: DataNode;
}

/**
 * Finds the schema of an input or output and keeps what it has read, by content: as long as no text has changed,
 * asking again costs a comparison.
 */
export class SchemaLookup {
  readonly #files: Files;
  readonly #infer: InferSchema | undefined;
  readonly #kept = new Map<string, { readonly texts: ReadonlyMap<string, string | undefined>; readonly schema: SchemaSet }>();
  /** By program: what its text implies. */
  readonly #implied = new Map<string, { readonly text: string; readonly schema: SchemaSet | undefined }>();

  /** Without `infer` a program that has no schema has none. */
  constructor(files: Files, infer?: InferSchema) {
    this.#files = files;
    this.#infer = infer;
  }

  /**
   * The schema of an input file: its `$schema` (or the comment `# yaml-language-server: $schema=…`), else what the
   * execution file says, else its program's.
   */
  async ofInputFile(path: string, document: SourceDocument, given?: InlineSchema): Promise<FoundSchema> {
    const named = schemaReference(document);
    if (named && draftOf(named.text) === undefined) return this.#named(path, named);
    if (given) return this.ofInline(given);
    const role = fileRole(nameOf(path));
    if (role?.kind !== 'input') return nothing;
    const folder = folderOf(path);
    const list = await this.#files.list(folder);
    const program = programOf(nameOf(path), list);
    const names = program ? programNames(program.program) : stemsOf(role.stem);
    const found = await this.#ofNames(folder, names, list, 'input');
    return found.origin || !program ? found : this.#inferred(inFolder(folder, program.program), found);
  }

  /** The schema of a program's input or output. */
  async ofProgram(path: string, part: 'input' | 'output', given?: InlineSchema): Promise<FoundSchema> {
    if (given) return this.ofInline(given);
    const folder = folderOf(path);
    const found = await this.#ofNames(folder, programNames(nameOf(path)), await this.#files.list(folder), part);
    return found.origin || part === 'output' ? found : this.#inferred(path, found);
  }

  async ofInline(given: InlineSchema): Promise<FoundSchema> {
    const { node } = given;
    if (node.kind === 'scalar' && typeof node.value === 'string') {
      return this.#named(given.path, { text: node.value, node, range: node.range });
    }
    const schema = await loadSchema(this.#files, given.path, given.document, node);
    return { schema, origin: 'execution', problems: [], dependencies: schema.dependencies };
  }

  /** A schema file's own schema, or undefined where there is no such file. */
  async ofFile(path: string): Promise<SchemaSet | undefined> {
    const kept = this.#kept.get(path);
    if (kept && (await this.#unchanged(kept.texts))) return kept.schema;
    const text = await this.#files.readText(path);
    if (text === undefined) {
      this.#kept.delete(path);
      return undefined;
    }
    const texts = new Map<string, string | undefined>([[path, text]]);
    const recording: Files = {
      list: (folder) => this.#files.list(folder),
      readText: async (other) => {
        const found = await this.#files.readText(other);
        texts.set(other, found);
        return found;
      },
    };
    const schema = await loadSchema(recording, path, parseSource(text, formatOf(path)));
    this.#kept.set(path, { texts, schema });
    return schema;
  }

  async #inferred(program: string, found: FoundSchema): Promise<FoundSchema> {
    const dependencies = [...found.dependencies, program];
    const text = this.#infer && (await this.#files.readText(program));
    if (text === undefined) return { ...found, dependencies };
    let implied = this.#implied.get(program);
    if (implied?.text !== text) {
      const json = this.#infer?.(program, text);
      implied = { text, schema: json === undefined ? undefined : await loadSchema(this.#files, '', parseSource(json, 'json')) };
      this.#implied.set(program, implied);
    }
    return implied.schema ? { schema: implied.schema, origin: 'inferred', problems: [], dependencies } : { ...found, dependencies };
  }

  async #unchanged(texts: ReadonlyMap<string, string | undefined>): Promise<boolean> {
    const now = await Promise.all([...texts.keys()].map((path) => this.#files.readText(path)));
    return [...texts.values()].every((text, index) => text === now[index]);
  }

  async #named(fromPath: string, named: SchemaReference): Promise<FoundSchema> {
    const fail = (message: string, dependencies: readonly string[] = []): FoundSchema => ({
      schema: undefined,
      origin: '$schema',
      problems: [{ code: 'input/$schema', severity: 'warning', message, range: named.range }],
      dependencies,
    });
    const reference = named.text.split('#')[0]!;
    const path = relativePath(fromPath, reference);
    if (path === undefined) {
      return fail(/^https?:/.test(named.text)
        ? 'Schemas are never read from the network: save it beside this file and name it by its relative path.'
        : `Expected a relative path to a JSON or YAML schema, found ${JSON.stringify(named.text)}.`);
    }
    const schema = await this.ofFile(path);
    if (!schema) return fail(`The schema was not found: ${path}.`, [path]);
    return { schema, origin: '$schema', problems: [], dependencies: schema.dependencies };
  }

  async #ofNames(folder: string, names: readonly string[], list: readonly string[], part: 'input' | 'output'): Promise<FoundSchema> {
    const metadata = companion(names, '.flow', list);
    const dependencies: string[] = [];
    if (metadata !== undefined) {
      const path = inFolder(folder, metadata);
      dependencies.push(path);
      const text = await this.#files.readText(path);
      const document = text === undefined ? undefined : parseSource(text, formatOf(path));
      const node = entry(metadataOf(document?.root), `${part}_schema`)?.value;
      if (document && node && !(node.kind === 'scalar' && node.value === null)) {
        return { ...(await this.ofInline({ path, document, node })), origin: 'metadata' };
      }
    }
    const file = companion(names, `.${part}.schema`, list);
    if (file === undefined) return { ...nothing, dependencies };
    const path = inFolder(folder, file);
    const schema = await this.ofFile(path);
    return { schema, origin: 'file', problems: [], dependencies: [...dependencies, ...(schema?.dependencies ?? [path])] };
  }
}

const nothing: FoundSchema = { schema: undefined, origin: undefined, problems: [], dependencies: [] };

export interface SchemaReference {
  readonly text: string;
  readonly node: DataNode | undefined;
  readonly range: { readonly start: number; readonly end: number };
}

/** The schema an input file names itself, and where. */
export function schemaReference(document: SourceDocument): SchemaReference | undefined {
  const value = entry(document.root, '$schema')?.value;
  if (value?.kind === 'scalar' && typeof value.value === 'string') return { text: value.value, node: value, range: value.range };
  const comment = /^#\s*yaml-language-server:\s*\$schema=(\S+)/m.exec(document.text.slice(0, 2000));
  if (!comment) return undefined;
  const end = comment.index + comment[0].length;
  return { text: comment[1]!, node: undefined, range: { start: end - comment[1]!.length, end } };
}
