import { recordFile, type RecordType } from '../execution/recordFiles.ts';
import { workspaceFileNames } from '../execution/workspaceFileNames.ts';

/**
 * Which files belong together, by name alone.
 *
 * The one rule: a program has a *name*, its file name without the program ending, and files of that name in the same
 * folder are its own. `order.workflows.yaml` has the names `order.workflows` and `order`, `workflows.yaml` has
 * `workflows`, `ship.py` has `ship`. To a program of name N belong `N.input.*` and `N.<case>.input.*` (input files),
 * `N.input.schema.*` and `N.output.schema.*`, `N.flow.*` (metadata of a flow), `N.mocks.*`, `N.answers.*` and
 * `N.env.*`. Where two programs could own an input file, the longer name wins: `order.big.input.json` belongs to
 * `order.big.yaml` before `order.yaml`. Resources of flows (`carrier.connector.yaml`) belong to no program.
 */

const dataEndings = ['.json', '.yaml', '.yml'] as const;
const workflowEndings = ['.workflows', '.workflow'].flatMap((middle) => dataEndings.map((ending) => middle + ending));
/** Longest first, so that the first that matches is the whole ending. Also the order of preference between programs. */
const programEndings = [...workflowEndings, ...dataEndings, '.py'];
/** Files that say how a program runs here, by the middle part of their names. */
const companionRoles = [['.input', 'input'], ['.execution', 'execution'], ['.flow', 'metadata'], ['.mocks', 'mocks'], ['.answers', 'answers'], ['.env', 'environment']] as const;

export type FileRole =
  /** `stem` is everything before `.input`: a program's name, maybe followed by `.<case>`. */
  | { readonly kind: 'input'; readonly stem: string }
  | { readonly kind: 'schema'; readonly of: 'input' | 'output' | undefined; readonly stem: string }
  | { readonly kind: 'execution'; readonly stem: string }
  | { readonly kind: 'metadata' | 'mocks' | 'answers' | 'environment'; readonly stem: string }
  /** A record that flows use. */
  | { readonly kind: 'resource'; readonly type: RecordType; readonly stem: string }
  /** What runs by itself in the workspace. */
  | { readonly kind: 'workspace'; readonly stem: string };

/** What a file is by its name (without folder); undefined for programs and all other files. */
export function fileRole(name: string): FileRole | undefined {
  const ending = dataEndings.find((candidate) => name.endsWith(candidate));
  if (ending === undefined) return undefined;
  const base = name.slice(0, -ending.length);
  if (isWorkspaceFile(name)) return { kind: 'workspace', stem: base };
  for (const part of ['input', 'output'] as const) {
    const stem = before(base, `.${part}.schema`);
    if (stem !== undefined) return { kind: 'schema', of: part, stem };
  }
  const schema = before(base, '.schema');
  if (schema !== undefined) return { kind: 'schema', of: undefined, stem: schema };
  for (const [middle, kind] of companionRoles) {
    const stem = before(base, middle);
    if (stem !== undefined) return { kind, stem };
  }
  const record = recordFile(name);
  return record && { kind: 'resource', type: record.type, stem: record.name };
}

function isWorkspaceFile(name: string): boolean {
  return (workspaceFileNames as readonly string[]).includes(name);
}

function before(text: string, ending: string): string | undefined {
  return text.endsWith(ending) && text.length > ending.length ? text.slice(0, -ending.length) : undefined;
}

/** The names of a program file, the longest first; empty for a file that cannot be a program. */
export function programNames(file: string): string[] {
  const data = dataEndings.find((ending) => file.endsWith(ending));
  if (fileRole(file)) return [];
  // `.input.yaml` has no name, and is no program either.
  if (data !== undefined && companionRoles.some(([middle]) => middle === file.slice(0, -data.length))) return [];
  const names = programEndings.map((ending) => before(file, ending)).filter((name) => name !== undefined);
  return [...new Set(names)].sort((a, b) => b.length - a.length);
}

export interface InputFileName {
  readonly file: string;
  /** Undefined for the program's plain input file. */
  readonly case: string | undefined;
}

/** The program an input, schema or metadata file belongs to, among the file names of its folder. */
export function programOf(file: string, folder: readonly string[]): { readonly program: string; readonly case: string | undefined } | undefined {
  const role = fileRole(file);
  if (!role || role.kind === 'resource') return undefined;
  const programs = new Map<string, string>();
  for (const candidate of [...folder].sort(byPreference)) {
    for (const name of programNames(candidate)) if (!programs.has(name)) programs.set(name, candidate);
  }
  const names = role.kind === 'input' ? stemsOf(role.stem) : [role.stem];
  for (const name of names) {
    const program = programs.get(name);
    if (program !== undefined) return { program, case: role.stem === name ? undefined : role.stem.slice(name.length + 1) };
  }
  return undefined;
}

/** The input files of a program among the file names of its folder: the plain one first, then its cases by name. */
export function inputFilesOf(program: string, folder: readonly string[]): InputFileName[] {
  return folder
    .filter((file) => fileRole(file)?.kind === 'input' && programOf(file, [...folder, program])?.program === program)
    .map((file) => ({ file, case: programOf(file, [...folder, program])?.case }))
    .sort((a, b) => (a.case ?? '').localeCompare(b.case ?? '') || a.file.localeCompare(b.file));
}

/** The file that holds the schema of a name's input or output, or the metadata file that may. */
export function companion(names: readonly string[], part: '.input.schema' | '.output.schema' | '.flow', folder: readonly string[]): string | undefined {
  const present = new Set(folder);
  for (const name of names) {
    const found = dataEndings.map((ending) => name + part + ending).find((file) => present.has(file));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `a.b.c` as the program names it may stand for: `a.b.c`, `a.b`, `a`. */
export function stemsOf(stem: string): string[] {
  const stems = [stem];
  for (let dot = stem.lastIndexOf('.'); dot > 0; dot = stem.lastIndexOf('.', dot - 1)) stems.push(stem.slice(0, dot));
  return stems;
}

function byPreference(a: string, b: string): number {
  const rank = (file: string) => programEndings.findIndex((ending) => file.endsWith(ending));
  return rank(a) - rank(b) || a.localeCompare(b);
}
