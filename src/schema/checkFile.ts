import { checkAnswers } from '../execution/answerFile.ts';
import { checkEnvironment } from '../execution/environmentFile.ts';
import { checkExecutionFile, type ExecutionFile } from '../execution/executionFile.ts';
import { checkMocks } from '../execution/mocks.ts';
import { resourceDocument } from '../execution/resourceText.ts';
import { checkWorkspaceFile } from '../execution/workspaceFile.ts';
import { entry, type DataNode } from '../source/data.ts';
import type { SourceDocument, SourceFormat } from '../source/parse.ts';
import type { Problem } from '../source/problem.ts';
import type { Range } from '../source/text.ts';
import { fileRole, type FileRole } from './association.ts';
import { checkInput } from './checkInput.ts';
import { checkResources } from './checkResources.ts';
import { loadAnswersSchema, loadEnvironmentSchema, loadMockSchema } from './companionSchemas.ts';
import { loadSchema } from './compile.ts';
import { loadExecutionFileSchema } from './executionSchema.ts';
import { nameOf, relativePath, type Files } from './files.ts';
import { schemaReference, type FoundSchema, type SchemaLookup } from './lookup.ts';
import { loadMetaSchema } from './metaSchema.ts';
import type { SchemaSet } from './schema.ts';
import { schemaTrouble } from './trouble.ts';
import { inlineSchemas } from './inlineSchemas.ts';
import { loadWorkspaceSchema } from './workspaceSchema.ts';

/** A part of a file that has a schema of its own: one document of several. */
export interface CheckedPart {
  readonly range: Range;
  readonly root: DataNode | undefined;
  readonly schema: SchemaSet | undefined;
}

/** Everything an editor shows of a file that belongs to a program. */
export interface CheckedFile {
  readonly problems: readonly Problem[];
  /** What hover and completion read: the schema of the document's root. */
  readonly schema: SchemaSet | undefined;
  /** Where a file may hold several documents, each of them; undefined where the whole file is one. */
  readonly parts?: readonly CheckedPart[];
  readonly origin: FoundSchema['origin'];
  /** Paths whose change may change the answer. */
  readonly dependencies: readonly string[];
}

/** The document of a file that an offset is in. */
export function partAt({ parts, schema }: CheckedFile, source: SourceDocument, offset: number): CheckedPart {
  const part = parts?.findLast(({ range }) => range.start <= offset);
  return part ?? { range: { start: 0, end: source.text.length }, root: source.root, schema };
}

/** Checks a file for what its name says it is; undefined for files that are none of these. */
export async function checkFile(path: string, document: SourceDocument, format: SourceFormat, files: Files, lookup: SchemaLookup): Promise<CheckedFile | undefined> {
  const role: FileRole | undefined = fileRole(nameOf(path));
  switch (role?.kind) {
    case 'input':
      return checkInputFile(path, document, format, lookup);
    case 'schema':
      return isRecord(document.root) ? checkResources(path, document, format, 'schema', files) : checkSchemaFile(path, document, files);
    case 'execution':
      return checkExecution(path, document, format, files, lookup);
    case 'workspace':
      return checkWorkspace(path, document, format, files, lookup);
    case 'metadata':
      return checkResources(path, document, format, 'flow', files);
    case 'resource':
      return checkResources(path, document, format, role.type, files);
    case 'mocks':
      return checkTable(document, checkMocks, loadMockSchema);
    case 'answers':
      return checkTable(document, checkAnswers, loadAnswersSchema);
    case 'environment':
      return checkTable(document, checkEnvironment, loadEnvironmentSchema);
    case undefined:
      return undefined;
  }
}

async function checkInputFile(path: string, document: SourceDocument, format: SourceFormat, lookup: SchemaLookup): Promise<CheckedFile> {
  const found = await lookup.ofInputFile(path, document);
  const { problems } = checkInput(document, format, found.schema);
  return { problems: [...problems, ...found.problems, ...schemaTrouble(found, document)], schema: found.schema, origin: found.origin, dependencies: found.dependencies };
}

/** Whether a schema stands in a record, as exports of a workspace have it, and not alone. */
function isRecord(root: DataNode | undefined): boolean {
  const record = root && resourceDocument(root, 'schema');
  return record?.map !== undefined && record.type === 'schema';
}

async function checkSchemaFile(path: string, document: SourceDocument, files: Files): Promise<CheckedFile> {
  const set = await loadSchema(files, path, document);
  // A schema that names its draft may be served by the editor's own JSON support.
  const origin = schemaReference(document) ? '$schema' : undefined;
  return { problems: set.files[0]!.problems, schema: await loadMetaSchema(), origin, dependencies: set.dependencies };
}

async function checkTable(document: SourceDocument, check: (root: DataNode | undefined) => { readonly problems: readonly Problem[] }, load: () => Promise<SchemaSet>): Promise<CheckedFile> {
  const problems = hasError(document.problems) ? [] : check(document.root).problems;
  return { problems: [...document.problems, ...problems], schema: await load(), origin: undefined, dependencies: [] };
}

async function checkExecution(path: string, document: SourceDocument, format: SourceFormat, files: Files, lookup: SchemaLookup): Promise<CheckedFile> {
  const found: Found = { problems: [...document.problems], dependencies: [] };
  if (!hasError(found.problems)) {
    const execution = checkExecutionFile(document.root);
    found.problems.push(...execution.problems);
    await checkLaunch({ path, document, format, node: document.root }, execution, files, lookup, found);
  }
  return { ...found, schema: await loadExecutionFileSchema(), origin: undefined };
}

async function checkWorkspace(path: string, document: SourceDocument, format: SourceFormat, files: Files, lookup: SchemaLookup): Promise<CheckedFile> {
  const found: Found = { problems: [...document.problems], dependencies: [] };
  if (!hasError(found.problems)) {
    const { schedules, webhooks, problems } = checkWorkspaceFile(document.root);
    found.problems.push(...problems);
    for (const { node, launch } of [...schedules, ...webhooks]) await checkLaunch({ path, document, format, node }, launch, files, lookup, found);
  }
  return { ...found, schema: await loadWorkspaceSchema(), origin: undefined };
}

interface Found {
  readonly problems: Problem[];
  readonly dependencies: string[];
}

/** A launch in a file: the whole of an execution file, or a part of another one. */
interface WrittenLaunch {
  readonly path: string;
  readonly document: SourceDocument;
  readonly format: SourceFormat;
  readonly node: DataNode | undefined;
}

function hasError(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}

/** Whether the files that a launch names are there, and its input is right. */
async function checkLaunch({ path, document, format, node }: WrittenLaunch, execution: ExecutionFile, files: Files, lookup: SchemaLookup, { problems, dependencies }: Found): Promise<void> {
  for (const field of [execution.program, execution.mocks, execution.input]) {
    if (!field || !('path' in field)) continue;
    const target = relativePath(path, field.path);
    if (target === undefined) continue;
    dependencies.push(target);
    if ((await files.readText(target)) === undefined) {
      problems.push({ code: 'execution/missing-file', severity: 'error', message: `There is no file at ${target}.`, range: field.range });
    }
  }
  const inline = await inlineSchemas(path, document, node, files);
  problems.push(...inline.problems);
  dependencies.push(...inline.dependencies);
  const { input } = execution;
  if (!input || !('node' in input)) return;
  const found = await inputSchema(path, document, node, execution.program?.path, lookup);
  if (!found) return;
  // Only the value is looked at here: the document's own problems are in the list already.
  problems.push(...checkInput({ ...document, root: input.node, problems: [] }, format, found.schema).problems);
  dependencies.push(...found.dependencies);
}

async function inputSchema(path: string, document: SourceDocument, launch: DataNode | undefined, program: string | undefined, lookup: SchemaLookup): Promise<FoundSchema | undefined> {
  const node = entry(launch, 'input_schema')?.value;
  if (node) return lookup.ofInline({ path, document, node });
  const target = program === undefined ? undefined : relativePath(path, program);
  return target === undefined ? undefined : lookup.ofProgram(target, 'input');
}
