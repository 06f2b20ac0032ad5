import { checkExecutionFile, type ExecutionFile } from '../../execution/executionFile.ts';
import { LaunchRefused, type StartRequest } from '../../execution/launch.ts';
import type { ExecutionOptions, JsonText } from '../../execution/record.ts';
import { fileRole } from '../../schema/association.ts';
import { folderOf, inFolder, nameOf } from '../../schema/files.ts';
import { entry } from '../../source/data.ts';
import { formatOf, parseSource, type SourceDocument } from '../../source/parse.ts';
import { findFlowFile, findFlowOfId, type FoundFlow } from './flowFile.ts';
import { LineMap } from '../../source/text.ts';
import { dataLimit, FileRefused, programLimit, readTextFile, type TextLimit } from '../../engine/textFile.ts';

/** A launch by its files; paths are absolute. */
export interface LaunchFiles {
  /** A workflow, a flow or an execution file. */
  readonly program: string;
  /** Where the file of a flow is looked for that the options name, with an empty program. */
  readonly folder?: string | undefined;
  readonly input?: { readonly kind: 'file'; readonly path: string } | { readonly kind: 'json'; readonly json: JsonText } | undefined;
  readonly mocks?: string | undefined;
  /** Win over those of an execution file. */
  readonly options: ExecutionOptions;
}

/** The text of a file as the user has it now, no longer than the limit. Throws `FileRefused`. */
export type ReadFile = (path: string, limit: TextLimit) => Promise<string>;

/** Reads what a launch names. Rejects with `LaunchRefused` where a file is missing, unreadable or has errors. */
export async function startRequestOf(launch: LaunchFiles, read: ReadFile = readTextFile): Promise<StartRequest> {
  if (fileRole(nameOf(launch.program))?.kind === 'execution') return fromExecutionFile(launch, read);
  if (launch.program === '') {
    const found = await namedFlow(launch.options, launch.folder ?? '');
    if ('message' in found) throw new LaunchRefused(found.message, '', new LineMap(''), []);
    return startRequestOf({ ...launch, program: found.path }, read);
  }
  const text = await readOrRefuse(launch.program, programLimit(launch.program), read);
  return { program: launch.program, text, input: await readInput(launch.input, read), options: launch.options, mocks: launch.mocks };
}

async function fromExecutionFile(launch: LaunchFiles, read: ReadFile): Promise<StartRequest> {
  const path = launch.program;
  const text = await readOrRefuse(path, dataLimit, read);
  const document = parseSource(text, formatOf(path));
  const file = checkExecutionFile(document.root);
  const errors = [...document.problems, ...file.problems].filter((problem) => problem.severity === 'error');
  if (errors[0]) throw new LaunchRefused(`${nameOf(path)} is not right: ${errors[0].message}`, path, document.lines, errors);
  const resolve = (relative: string): string => absolute(path, relative);
  const others = {
    input: launch.input ? await readInput(launch.input, read) : await inputOf(file, path, text, resolve, read),
    options: { ...file.options, ...launch.options },
    optionsFile: { path, text },
    mocks: launch.mocks ?? (file.mocks && resolve(file.mocks.path)),
  };
  const record = file.program ? undefined : recordType(file.options);
  // The engine finds the connector or wrapper, which need not be a file.
  if (record) return { ...others, program: path, text: '', options: { ...others.options, type: record } };
  const program = file.program ? resolve(file.program.path) : await flowOf(file, path, document);
  let programText: string;
  try {
    programText = await read(program, programLimit(program));
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    const message = `${program}: ${error.reason}`;
    throw new LaunchRefused(message, path, document.lines, [{ code: 'execution/program', severity: 'error', message, range: file.program?.range ?? { start: 0, end: 0 } }]);
  }
  return { ...others, program, text: programText };
}

/** What runs that is no program of its own. */
function recordType({ type, connector_id, connector_name, connector_type, wrapper_id, wrapper_name }: ExecutionOptions): 'CONNECTION' | 'WRAPPER' | undefined {
  if (type !== undefined) return type === 'CONNECTION' || type === 'WRAPPER' ? type : undefined;
  if ((connector_id ?? connector_name ?? connector_type) !== undefined) return 'CONNECTION';
  return (wrapper_id ?? wrapper_name) === undefined ? undefined : 'WRAPPER';
}

/** The file of the flow that an execution file names. */
async function flowOf({ options }: ExecutionFile, path: string, document: SourceDocument): Promise<string> {
  const refuse = (message: string): LaunchRefused => {
    const named = ['flow_name', 'flow_id', 'type'].map((key) => entry(document.root, key)).find((found) => found !== undefined);
    return new LaunchRefused(`${nameOf(path)} is not right: ${message}`, path, document.lines, [{ code: 'execution/program', severity: 'error', message, range: named?.value.range ?? { start: 0, end: 0 } }]);
  };
  const found = await namedFlow(options, folderOf(path));
  if ('message' in found) throw refuse(found.message);
  return found.path;
}

async function namedFlow(options: ExecutionOptions, folder: string): Promise<FoundFlow> {
  const { flow_id, flow_name } = options;
  if (flow_name !== undefined) return findFlowFile(flow_name, folder);
  if (flow_id !== undefined) return findFlowOfId(flow_id, folder);
  return { message: 'What runs is named by program, by flow_name or by flow_id.' };
}

async function inputOf(file: ExecutionFile, path: string, text: string, resolve: (path: string) => string, read: ReadFile): Promise<StartRequest['input']> {
  if (!file.input) return undefined;
  if ('path' in file.input) return readInput({ kind: 'file', path: resolve(file.input.path) }, read);
  return { json: file.input.json, file: { path, text, key: file.input.key } };
}

async function readInput(input: LaunchFiles['input'], read: ReadFile): Promise<StartRequest['input']> {
  if (!input) return undefined;
  if (input.kind === 'json') return { json: input.json };
  const text = await readOrRefuse(input.path, dataLimit, read);
  return { json: text, file: { path: input.path, text } };
}

async function readOrRefuse(path: string, limit: TextLimit, read: ReadFile): Promise<string> {
  try {
    return await read(path, limit);
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    throw new LaunchRefused(error.message, path, new LineMap(''), [error.problem]);
  }
}

/** A path as a file writes it: relative ones start at the file's folder. */
function absolute(file: string, path: string): string {
  if (/^([/\\]|[A-Za-z]:[/\\])/.test(path)) return path;
  const parts: string[] = [];
  for (const part of inFolder(folderOf(file), path).replaceAll('\\', '/').split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && (part !== '' || parts.length === 0)) parts.push(part);
  }
  return parts.join('/');
}
