import { checkExecutionFile } from '../execution/executionFile.ts';
import { entry } from '../source/data.ts';
import type { SourceDocument, SourceFormat } from '../source/parse.ts';
import type { Problem } from '../source/problem.ts';
import { fileRole, type FileRole } from './association.ts';
import { checkInput } from './checkInput.ts';
import { loadSchema } from './compile.ts';
import { loadExecutionFileSchema } from './executionSchema.ts';
import { nameOf, relativePath, type Files } from './files.ts';
import { schemaReference, type FoundSchema, type SchemaLookup } from './lookup.ts';
import { loadMetaSchema } from './metaSchema.ts';
import type { SchemaSet } from './schema.ts';
import { schemaTrouble } from './trouble.ts';

/** Everything an editor shows of an input, schema, metadata or execution file. */
export interface CheckedFile {
  readonly problems: readonly Problem[];
  /** What hover and completion read: the schema of the document's root. */
  readonly schema: SchemaSet | undefined;
  readonly origin: FoundSchema['origin'];
  /** Paths whose change may change the answer. */
  readonly dependencies: readonly string[];
}

/** Checks a file for what its name says it is; undefined for files that are none of these. */
export async function checkFile(path: string, document: SourceDocument, format: SourceFormat, files: Files, lookup: SchemaLookup): Promise<CheckedFile | undefined> {
  const role: FileRole | undefined = fileRole(nameOf(path));
  switch (role?.kind) {
    case 'input':
      return checkInputFile(path, document, format, lookup);
    case 'schema':
      return checkSchemaFile(path, document, files);
    case 'execution':
      return checkExecution(path, document, format, files, lookup);
    case 'metadata':
      return checkMetadata(path, document, files);
    case undefined:
      return undefined;
  }
}

async function checkInputFile(path: string, document: SourceDocument, format: SourceFormat, lookup: SchemaLookup): Promise<CheckedFile> {
  const found = await lookup.ofInputFile(path, document);
  const { problems } = checkInput(document, format, found.schema);
  return { problems: [...problems, ...found.problems, ...schemaTrouble(found, document)], schema: found.schema, origin: found.origin, dependencies: found.dependencies };
}

async function checkSchemaFile(path: string, document: SourceDocument, files: Files): Promise<CheckedFile> {
  const set = await loadSchema(files, path, document);
  // A schema that names its draft may be served by the editor's own JSON support.
  const origin = schemaReference(document) ? '$schema' : undefined;
  return { problems: set.files[0]!.problems, schema: await loadMetaSchema(), origin, dependencies: set.dependencies };
}

async function checkMetadata(path: string, document: SourceDocument, files: Files): Promise<CheckedFile> {
  const inline = await inlineSchemas(path, document, files);
  return { problems: [...document.problems, ...inline.problems], schema: undefined, origin: undefined, dependencies: inline.dependencies };
}

async function checkExecution(path: string, document: SourceDocument, format: SourceFormat, files: Files, lookup: SchemaLookup): Promise<CheckedFile> {
  const problems: Problem[] = [...document.problems];
  const dependencies: string[] = [];
  const broken = problems.some((problem) => problem.severity === 'error');
  if (!broken) {
    const execution = checkExecutionFile(document.root);
    problems.push(...execution.problems);
    for (const field of [execution.program, execution.mocks, execution.input]) {
      if (!field || !('path' in field)) continue;
      const target = relativePath(path, field.path);
      if (target === undefined) continue;
      dependencies.push(target);
      if ((await files.readText(target)) === undefined) {
        problems.push({ code: 'execution/missing-file', severity: 'error', message: `There is no file at ${target}.`, range: field.range });
      }
    }
    const inline = await inlineSchemas(path, document, files);
    problems.push(...inline.problems);
    dependencies.push(...inline.dependencies);
    const { input } = execution;
    if (input && 'node' in input) {
      const found = await inputSchema(path, document, execution.program?.path, lookup);
      if (found) {
        // Only the value is looked at here: the document's own problems are in the list already.
        problems.push(...checkInput({ ...document, root: input.node, problems: [] }, format, found.schema).problems);
        dependencies.push(...found.dependencies);
      }
    }
  }
  return { problems, schema: await loadExecutionFileSchema(), origin: undefined, dependencies };
}

async function inputSchema(path: string, document: SourceDocument, program: string | undefined, lookup: SchemaLookup): Promise<FoundSchema | undefined> {
  const node = entry(document.root, 'input_schema')?.value;
  if (node) return lookup.ofInline({ path, document, node });
  const target = program === undefined ? undefined : relativePath(path, program);
  return target === undefined ? undefined : lookup.ofProgram(target, 'input');
}

async function inlineSchemas(path: string, document: SourceDocument, files: Files): Promise<{ problems: Problem[]; dependencies: string[] }> {
  const problems: Problem[] = [];
  const dependencies: string[] = [];
  for (const key of ['input_schema', 'output_schema']) {
    const node = entry(document.root, key)?.value;
    if (!node || node.kind === 'scalar') continue;
    const set = await loadSchema(files, path, { ...document, problems: [] }, node);
    problems.push(...set.files[0]!.problems);
    dependencies.push(...set.dependencies);
  }
  return { problems, dependencies };
}
