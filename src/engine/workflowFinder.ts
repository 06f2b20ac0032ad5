import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { StartRequest } from '../execution/launch.ts';
import { nearest } from '../execution/nearest.ts';
import type { ExecutionOptions, JsonText } from '../execution/record.ts';
import { programNames } from '../schema/association.ts';
import { folderOf, inFolder, type Files } from '../schema/files.ts';
import { entry } from '../source/data.ts';
import { formatOf, parseSource } from '../source/parse.ts';
import { workflowId } from './environment.ts';

export interface FoundWorkflow {
  readonly program: string;
  readonly text: string;
  /** What a deployed workflow gives its executions; their own options win. */
  readonly environment?: ReadonlyMap<string, string>;
  readonly revision?: string;
  readonly options?: Pick<ExecutionOptions, 'labels' | 'call_log_level' | 'execution_history_level'>;
}

/** The start of a workflow that was found. Labels add up, the execution's own ones win (google-workflows 6.3). */
export function startOf({ program, text, environment, revision, options: inherited }: FoundWorkflow, input: JsonText, own: ExecutionOptions): StartRequest {
  const labels = { ...inherited?.labels, ...own.labels };
  const { call_log_level: asked = 'CALL_LOG_LEVEL_UNSPECIFIED' } = own;
  const call_log_level = asked === 'CALL_LOG_LEVEL_UNSPECIFIED' ? (inherited?.call_log_level ?? asked) : asked;
  const { execution_history_level: wished = 'EXECUTION_HISTORY_LEVEL_UNSPECIFIED' } = own;
  const execution_history_level = wished === 'EXECUTION_HISTORY_LEVEL_UNSPECIFIED' ? (inherited?.execution_history_level ?? wished) : wished;
  return { program, text, input: { json: input, printed: true }, options: { ...own, labels, call_log_level, execution_history_level }, environment, revision };
}

/** Why there is none, as a sentence that names where it was looked for. */
export interface MissingWorkflow {
  readonly message: string;
}

/** Which program asks, and its text, which may not be saved anywhere. */
export interface AskingProgram {
  readonly program: string;
  readonly script: string;
}

/** Folders of a workspace that are looked into, at most. */
const folderLimit = 2000;
const depthLimit = 8;

/**
 * Finds a workflow by its id as files are named: `<id>.workflows.yaml`, `<id>.workflow.yaml`, or `<id>.yaml` where its
 * content is a workflow (`.yml` and `.json` too). The folder of the program that asks comes first, then the workspace,
 * nearest folders first.
 */
export async function findWorkflow(id: string, asking: AskingProgram, workspace: readonly string[], files: Files): Promise<FoundWorkflow | MissingWorkflow> {
  const home = folderOf(asking.program);
  const known = new Set<string>();
  const names = await files.list(home);
  const found = await inOneFolder(id, home, names, files, known);
  if (found) return found;
  if (workflowId(asking.program) === id && !names.includes(basename(asking.program))) return { program: asking.program, text: asking.script };
  for await (const folder of foldersBelow(workspace)) {
    const further = await inOneFolder(id, folder.path, folder.files, files, known);
    if (further) return further;
  }
  known.add(workflowId(asking.program));
  const meant = nearest(id, known);
  const places = [home, ...workspace.filter((folder) => folder !== home)].join(', ');
  const hint = meant === undefined ? '' : ` Did you mean ${JSON.stringify(meant)}?`;
  return { message: `There is no workflow ${JSON.stringify(id)}: no file ${id}.workflows.yaml (or .workflow.yaml, .yaml, .yml, .json) in ${places}.${hint}` };
}

async function inOneFolder(id: string, folder: string, names: readonly string[], files: Files, known: Set<string>): Promise<FoundWorkflow | undefined> {
  const programs = names.filter((name) => !name.endsWith('.py') && programNames(name).length > 0);
  for (const name of programs) if (isNamedWorkflow(name)) known.add(workflowId(name));
  const candidates = programs.filter((name) => workflowId(name) === id || programNames(name).includes(id)).sort((left, right) => rank(left) - rank(right) || left.localeCompare(right));
  for (const name of candidates) {
    const program = inFolder(folder, name);
    const text = await files.readText(program);
    if (text !== undefined && (isNamedWorkflow(name) || isWorkflow(text, program))) return { program, text };
  }
  return undefined;
}

export function isNamedWorkflow(name: string): boolean {
  return /(^|\.)workflows?\.(ya?ml|json)$/i.test(name);
}

/** By ending, in the order in which they are named above. */
function rank(name: string): number {
  const middle = /\.workflows\.[a-z]+$/i.test(name) ? 0 : /\.workflow\.[a-z]+$/i.test(name) ? 1 : 2;
  return middle * 3 + ['yaml', 'yml', 'json'].indexOf(name.slice(name.lastIndexOf('.') + 1).toLowerCase());
}

/** Whether a text has the outline of a workflow; its errors are told when it is started. */
export function isWorkflow(text: string, program: string): boolean {
  const { root } = parseSource(text, formatOf(program));
  return root?.kind === 'list' || (root !== undefined && entry(root, 'main') !== undefined);
}

async function* foldersBelow(roots: readonly string[]): AsyncGenerator<{ readonly path: string; readonly files: readonly string[] }> {
  let level: readonly string[] = roots;
  let left = folderLimit;
  for (let depth = 0; depth < depthLimit && level.length > 0; depth++) {
    const next: string[] = [];
    for (const path of level) {
      if (left-- === 0) return;
      const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
      yield { path, files: entries.filter((item) => !item.isDirectory()).map(({ name }) => name) };
      for (const item of entries) if (item.isDirectory() && !item.name.startsWith('.') && item.name !== 'node_modules') next.push(join(path, item.name));
    }
    level = next.sort();
  }
}
