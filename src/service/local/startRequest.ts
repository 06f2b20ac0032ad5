import { checkExecutionFile, type ExecutionFile } from '../../execution/executionFile.ts';
import { LaunchRefused, type StartRequest } from '../../execution/launch.ts';
import type { ExecutionOptions, JsonText } from '../../execution/record.ts';
import { fileRole } from '../../schema/association.ts';
import { folderOf, inFolder, nameOf } from '../../schema/files.ts';
import { formatOf, parseSource } from '../../source/parse.ts';
import { LineMap } from '../../source/text.ts';
import { dataLimit, FileRefused, readTextFile, workflowLimit, type TextLimit } from '../../engine/textFile.ts';

/** A launch by its files; paths are absolute. */
export interface LaunchFiles {
  /** A workflow or an execution file. */
  readonly program: string;
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
  const text = await readOrRefuse(launch.program, workflowLimit, read);
  return { program: launch.program, text, input: await readInput(launch.input, read), options: launch.options, mocks: launch.mocks };
}

async function fromExecutionFile(launch: LaunchFiles, read: ReadFile): Promise<StartRequest> {
  const path = launch.program;
  const text = await readOrRefuse(path, dataLimit, read);
  const document = parseSource(text, formatOf(path));
  const file = checkExecutionFile(document.root);
  const errors = [...document.problems, ...file.problems].filter((problem) => problem.severity === 'error');
  if (errors[0] || !file.program) throw new LaunchRefused(`${nameOf(path)} is not right: ${errors[0]?.message ?? ''}`, path, document.lines, errors);
  const resolve = (relative: string): string => absolute(path, relative);
  const program = resolve(file.program.path);
  let programText: string;
  try {
    programText = await read(program, workflowLimit);
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    const message = `${program}: ${error.reason}`;
    throw new LaunchRefused(message, path, document.lines, [{ code: 'execution/program', severity: 'error', message, range: file.program.range }]);
  }
  return {
    program,
    text: programText,
    input: launch.input ? await readInput(launch.input, read) : await inputOf(file, path, text, resolve, read),
    options: { ...file.options, ...launch.options },
    mocks: launch.mocks ?? (file.mocks && resolve(file.mocks.path)),
  };
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
