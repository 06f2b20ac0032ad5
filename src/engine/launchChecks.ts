import { isAbsolute } from 'node:path';
import { optionProblems, type ProgramKind } from '../execution/fieldRules.ts';
import { LaunchRefused, type StartRequest } from '../execution/launch.ts';
import { jsonOf } from '../execution/json.ts';
import type { JsonText } from '../execution/record.ts';
import type { Program } from '../machine/program.ts';
import { fileRole, programNames } from '../schema/association.ts';
import { checkInput } from '../schema/checkInput.ts';
import { folderOf, inFolder, nameOf, type Files } from '../schema/files.ts';
import { SchemaLookup, type FoundSchema, type InlineSchema } from '../schema/lookup.ts';
import type { SchemaSet } from '../schema/schema.ts';
import { entry } from '../source/data.ts';
import { formatOf, parseSource, type SourceDocument, type SourceFormat } from '../source/parse.ts';
import type { Problem } from '../source/problem.ts';
import { LineMap } from '../source/text.ts';
import { inferSchema } from '../workflow/inferInput.ts';
import { hasErrors } from '../workflow/parse.ts';
import { workflowId } from './environment.ts';
import { parseEnvironment } from '../execution/environmentFile.ts';
import { parseMocks, type Mock } from '../execution/mocks.ts';
import type { Programs } from './programs.ts';
import { dataLimit, FileRefused, readTextFile } from './textFile.ts';

/** A launch in which everything is right. */
export interface CheckedLaunch {
  readonly program: Program;
  /** With the schema's defaults. */
  readonly input: JsonText;
  /** As it was given: undefined where the input is only held against what the program itself implies. */
  readonly inputSchema: SchemaSet | undefined;
  readonly outputSchema: SchemaSet | undefined;
  readonly mocks: readonly Mock[];
  /** The text that the mocks were read from. */
  readonly mockText: string | undefined;
  /** Where the mocks came from, or would stand. */
  readonly mockFile: string;
  /** Variables of the program's own for `sys.get_env`. */
  readonly environment: ReadonlyMap<string, string>;
}

/** Bytes of the argument's JSON text. */
export interface ArgumentLimit {
  readonly bytes: number;
  /** To complete "… takes at most": `a workflow`. */
  readonly what: string;
}

/** Bytes of a workflow's argument (google-workflows 5). */
export const argumentLimit = 32 * 1024;
const workflowArgument: ArgumentLimit = { bytes: argumentLimit, what: 'a workflow' };

/** Checks a launch: program, schemas, input, mocks, environment. Rejects with `LaunchRefused` for the first file that has errors. */
export async function checkLaunch(request: StartRequest, files: Files, programs: Programs): Promise<CheckedLaunch> {
  checkFields(request, 'workflow');
  const program = checkProgram(request, programs);
  // What runs is the request's text, which may be newer than the file.
  const lookup = new SchemaLookup(files, (path) => inferSchema(path, request.text));
  const forInput = await findSchema(request, lookup, 'input');
  const { schema: outputSchema } = await findSchema(request, lookup, 'output');
  const inputSchema = forInput.origin === 'inferred' ? undefined : forInput.schema;
  // What the text implies is shown at its place in an input file. Any other argument runs, and fails as on the service.
  const input = await checkArgument(request, lookup, request.input?.file ? forInput.schema : inputSchema, workflowArgument);
  return { program, input, inputSchema, outputSchema, ...(await readMocks(request, files)), environment: await readEnvironment(request, files) };
}

/** What the fields say together, told all at once: that each alone is right was seen where they were read. */
export function checkFields({ options }: StartRequest, program: ProgramKind): void {
  const problems = optionProblems(options, program);
  if (problems.length > 0) throw new LaunchRefused(problems.map(({ message }) => message).join(' '), '', new LineMap(''), problems);
}

function checkProgram(request: StartRequest, programs: Programs): Program {
  const found = programs.get(request.text, formatOf(request.program));
  if ('program' in found) return found.program;
  throw refusal(`${nameOf(request.program)} has errors`, request.program, found.broken.source.lines, found.broken.problems);
}

/** The schema of the input or output. Rejects with `LaunchRefused` where it has errors. */
export async function findSchema(request: StartRequest, lookup: SchemaLookup, part: 'input' | 'output'): Promise<FoundSchema> {
  const inline = inlineSchema(request, part);
  const found = await lookup.ofProgram(request.program, part, inline);
  const broken = found.schema?.files.find((file) => hasErrors(file.problems));
  if (!broken) return found;
  const what = `The ${part} schema is not valid`;
  if (!inline || inline.isWritten || broken.path !== inline.path) throw refusal(what, broken.path, broken.lines, broken.problems);
  // It was given as a value, so no file has a place to show.
  throw refusal(what, '', new LineMap(''), broken.problems.map((problem) => ({ ...problem, message: `${part}_schema: ${problem.message}`, range: { start: 0, end: 0 } })));
}

/** A schema among the options. Its references start where it was written: in the execution file, or beside the program. */
function inlineSchema({ program, options, optionsFile: file }: StartRequest, part: 'input' | 'output'): (InlineSchema & { readonly isWritten: boolean }) | undefined {
  const json = part === 'input' ? options.input_schema : options.output_schema;
  if (json === undefined) return undefined;
  if (file) {
    const document = parseSource(file.text, formatOf(file.path));
    const node = entry(document.root, `${part}_schema`)?.value;
    // What else was given goes before the file.
    if (node && jsonOf(node) === json) return { path: file.path, document, node, isWritten: true };
  }
  const document = parseSource(json, 'json');
  // A flow that a flow saved has no place, and its references lead nowhere.
  const place = isAbsolute(program) ? program : '';
  return document.root && { path: file?.path ?? place, document, node: document.root, isWritten: false };
}

/** The input with the schema's defaults. Rejects with `LaunchRefused`. */
export async function checkArgument(request: StartRequest, lookup: SchemaLookup, programSchema: SchemaSet | undefined, limit: ArgumentLimit): Promise<JsonText> {
  const text = request.input?.json ?? 'null';
  // The way of nearly all calls from other programs.
  if (!programSchema && request.input?.printed === true && Buffer.byteLength(text) <= limit.bytes) return text;
  const { document, format, path } = inputDocument(request);
  let schema = programSchema;
  const file = request.input?.file;
  if (file && file.key === undefined) {
    // An input file may name a schema of its own.
    const found = await lookup.ofInputFile(file.path, document, inlineSchema(request, 'input'));
    if (found.origin === '$schema') schema = found.schema;
  }
  const { problems, json } = checkInput(document, format, schema);
  if (json === undefined) throw refusal('The input is not right', path, document.lines, problems);
  const bytes = Buffer.byteLength(json);
  if (bytes > limit.bytes) {
    // Rounded to KB, an input that is just too large would seem to fit.
    const message = `The input has ${bytes} bytes as JSON; ${limit.what} takes at most ${limit.bytes} (${limit.bytes / 1024} KB).`;
    throw refusal('The input is too large', path, document.lines, [{ code: 'input/too-large', severity: 'error', message, range: document.root?.range ?? { start: 0, end: 0 } }]);
  }
  return json;
}

/** The input as JSON, whatever file it was written in. Rejects with `LaunchRefused`. */
export function inputJson(request: StartRequest): JsonText {
  if (request.input?.printed === true) return request.input.json;
  const { document, format, path } = inputDocument(request);
  const { problems, json } = checkInput(document, format, undefined);
  if (json === undefined) throw refusal('The input is not right', path, document.lines, problems);
  return json;
}

/** The input where it was written, so that problems point there; without a file its JSON text stands for one. */
function inputDocument({ input }: StartRequest): { document: SourceDocument; format: SourceFormat; path: string } {
  if (!input?.file) return { document: parseSource(input?.json ?? 'null', 'json'), format: 'json', path: '' };
  const { path, text, key } = input.file;
  const format = formatOf(path);
  const document = parseSource(text, format);
  return { document: key === undefined ? document : { ...document, root: entry(document.root, key)?.value }, format, path };
}

/** The mocks of a launch, and the file that has them or would. Rejects with `LaunchRefused`. */
export async function readMocks(request: Pick<StartRequest, 'program' | 'mocks'>, files: Files): Promise<Pick<CheckedLaunch, 'mocks' | 'mockText' | 'mockFile'>> {
  const path = request.mocks ?? (await fileBeside(request.program, 'mocks', files));
  if (path === undefined) return { mocks: [], mockText: undefined, mockFile: inFolder(folderOf(request.program), `${namesOf(request.program).at(-1) ?? workflowId(request.program)}.mocks.yaml`) };
  const text = await readOrRefuse(path, 'The mock file cannot be used');
  const { mocks, problems } = parseMocks(text, formatOf(path));
  if (hasErrors(problems)) throw refusal('The mock file is not right', path, new LineMap(text), problems);
  return { mocks, mockText: text, mockFile: path };
}

async function readEnvironment(request: StartRequest, files: Files): Promise<ReadonlyMap<string, string>> {
  const path = await fileBeside(request.program, 'env', files);
  if (path === undefined) return new Map();
  const text = await readOrRefuse(path, 'The environment file cannot be used');
  const { variables, problems } = parseEnvironment(text, formatOf(path));
  if (hasErrors(problems)) throw refusal('The environment file is not right', path, new LineMap(text), problems);
  return variables;
}

async function readOrRefuse(path: string, what: string): Promise<string> {
  try {
    return await readTextFile(path, dataLimit);
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    throw refusal(what, path, new LineMap(''), [error.problem]);
  }
}

/** The file `<program>.<part>.yaml` (or `.yml`, `.json`) of a program. */
async function fileBeside(program: string, part: 'mocks' | 'env', files: Files): Promise<string | undefined> {
  const folder = folderOf(program);
  const present = new Set(await files.list(folder));
  const wanted = namesOf(program).flatMap((name) => ['.yaml', '.yml', '.json'].map((ending) => `${name}.${part}${ending}`));
  const found = wanted.find((name) => present.has(name));
  return found === undefined ? undefined : inFolder(folder, found);
}

/** The names under which a program's files stand beside it; a connection has those of the execution file that starts it. */
function namesOf(program: string): string[] {
  const role = fileRole(nameOf(program));
  return role?.kind === 'execution' ? [role.stem] : programNames(nameOf(program));
}

/** A refusal that says the first error, since often only the message is seen. */
export function refusal(what: string, file: string, lines: LineMap, problems: readonly Problem[]): LaunchRefused {
  const errors = problems.filter((problem) => problem.severity === 'error');
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new LaunchRefused(`${what}: ${errors[0]?.message ?? 'unknown'}${more}`, file, lines, problems);
}

/** The schema as the record keeps it. */
export function schemaText(schema: SchemaSet | undefined): JsonText | undefined {
  return schema && jsonOf(schema.root.node);
}

/** A sentence on why a result breaks its schema. */
export function checkOutput(result: JsonText, schema: SchemaSet | undefined): string | undefined {
  if (!schema) return undefined;
  const { problems } = checkInput(parseSource(result, 'json'), 'json', schema);
  const errors = problems.filter((problem) => problem.severity !== 'hint' && problem.severity !== 'information');
  if (errors.length === 0) return undefined;
  return `the result does not satisfy the output schema: ${errors.map((problem) => problem.message).join(' ')}`;
}
