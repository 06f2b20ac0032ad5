import { checkOptionValues } from '../execution/options.ts';
import { findField, settableFields } from '../execution/fields.ts';
import { jsonOf, treeOf } from '../execution/json.ts';
import { nearest } from '../execution/nearest.ts';
import type { ExecutionOptions, JsonText } from '../execution/record.ts';
import type { Debuggee } from '../debuggee/debuggee.ts';
import { badAttach, badLaunchField, badLaunchFields, twoInputs } from './errors.ts';

/** A launch configuration that has been read: what to run, with what, and how. */
export interface LaunchRequest {
  /** Path of a workflow or of an execution file. */
  readonly program: string;
  readonly input: LaunchInput | undefined;
  /** Path of the mock file. */
  readonly mocks: string | undefined;
  readonly options: ExecutionOptions;
  readonly stopOnEntry: boolean;
  readonly noDebug: boolean;
  /** What was found and has no effect, in sentences. */
  readonly notes: readonly string[];
}

export type LaunchInput = { readonly kind: 'file'; readonly path: string } | { readonly kind: 'json'; readonly json: JsonText };

/** Prepares an execution; it begins with `debuggee.start`. Rejects with `LaunchRefused` or `RequestError`. */
export type Launch = (request: LaunchRequest) => Promise<Launched>;

export interface Launched {
  readonly debuggee: Debuggee;
}

/** An attach configuration that has been read. */
export interface AttachRequest {
  /** The execution's id, name, or a unique beginning of its id. */
  readonly execution: string;
  /** Of one that has not begun, such as a child that was stepped into. */
  readonly stopOnEntry: boolean;
}

/** Finds an execution that lives; it begins or goes on with `debuggee.start`. Rejects with `ServiceError`. */
export type Attach = (request: AttachRequest) => Promise<Launched>;

/** Throws `RequestError`. */
export function readAttach(raw: unknown): AttachRequest {
  const execution: unknown = typeof raw === 'object' && raw !== null && 'execution' in raw ? raw.execution : undefined;
  if (typeof execution !== 'string' || execution.trim() === '') throw badAttach(execution === undefined ? 'nothing' : shownValue(execution));
  return { execution: execution.trim(), stopOnEntry: typeof raw === 'object' && raw !== null && 'stopOnEntry' in raw && raw.stopOnEntry === true };
}

/** Keys that editors themselves keep in a configuration. `name` is the configuration's; the execution's is `execution_name`. */
const clientKeys = new Set([
  ...['type', 'request', 'name', 'presentation', 'preLaunchTask', 'postDebugTask', 'internalConsoleOptions', 'debugServer', 'serverReadyAction'],
  ...['suppressMultipleSessionWarning', 'windows', 'osx', 'linux', 'cwd', 'env', 'console', 'restart'],
]);
const ownKeys = ['program', 'input', 'argument', 'mocks', 'stopOnEntry', 'noDebug', 'execution_name'];

/**
 * Reads a launch configuration. `input` is the path of an input file where it is a string, else the input itself;
 * `argument` is always the input itself. Other keys are fields of the execution. Throws `RequestError`.
 */
export function readLaunch(raw: unknown): LaunchRequest {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw badLaunchField('arguments', shownValue(raw), 'a map of settings');
  const given = new Map<string, unknown>(Object.entries(raw).filter(([, value]) => value !== undefined));
  const program = text(given, 'program', 'the path of a workflow');
  if (program === undefined || program.trim() === '') throw badLaunchField('program', program === undefined ? 'nothing' : 'an empty text', 'the path of a workflow');
  const { options, notes } = readFields(given);
  return {
    program,
    input: readInput(given),
    mocks: text(given, 'mocks', 'the path of a mock file'),
    options,
    stopOnEntry: flag(given, 'stopOnEntry'),
    noDebug: flag(given, 'noDebug'),
    notes,
  };
}

/** The same launch once more: a name is an execution's own, so the next one gets another. */
export function launchAgain(request: LaunchRequest): LaunchRequest {
  return { ...request, options: Object.fromEntries(Object.entries(request.options).filter(([field]) => field !== 'name')) };
}

function readInput(given: ReadonlyMap<string, unknown>): LaunchInput | undefined {
  if (given.has('input') && given.has('argument')) throw twoInputs('input', 'argument');
  const input = given.get('input');
  if (typeof input === 'string') {
    if (input.trim() === '') throw badLaunchField('input', 'an empty text', 'the path of an input file, or the input itself as a map or list');
    return { kind: 'file', path: input };
  }
  for (const key of ['input', 'argument']) if (given.has(key)) return { kind: 'json', json: jsonOf(treeOf(given.get(key))) };
  return undefined;
}

function readFields(given: ReadonlyMap<string, unknown>): { options: ExecutionOptions; notes: string[] } {
  const known = [...ownKeys, ...settableFields('anywhere').flatMap((field) => [field.name, ...field.aliases])];
  const notes: string[] = [];
  const values: [string, unknown][] = [];
  for (const [key, value] of given) {
    if (key === 'execution_name') {
      values.push(['name', value]);
    } else if (!clientKeys.has(key) && !ownKeys.includes(key) && !key.startsWith('__')) {
      // Editors put settings of their own into a configuration; only what looks like a slip of the pen is refused.
      if (findField(key) || nearest(key, known) !== undefined) values.push([key, value]);
      else notes.push(`"${key}" in the launch configuration is not known here and has no effect.`);
    }
  }
  const { options, problems } = checkOptionValues(Object.fromEntries(values));
  if (problems.length > 0) throw badLaunchFields(problems.map((problem) => `Launch configuration: ${problem.message}`));
  return { options, notes };
}

function text(given: ReadonlyMap<string, unknown>, key: string, expected: string): string | undefined {
  const value = given.get(key);
  if (value !== undefined && typeof value !== 'string') throw badLaunchField(key, shownValue(value), expected);
  return value;
}

function flag(given: ReadonlyMap<string, unknown>, key: string): boolean {
  const value = given.get(key) ?? false;
  if (typeof value !== 'boolean') throw badLaunchField(key, shownValue(value), 'true or false');
  return value;
}

function shownValue(value: unknown): string {
  const shown = value === undefined ? 'nothing' : jsonOf(treeOf(value));
  return shown.length > 60 ? `${shown.slice(0, 57)}…` : shown;
}
