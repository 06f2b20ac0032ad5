import type { Problem } from '../source/problem.ts';
import type { Range } from '../source/text.ts';
import { fields } from './fields.ts';
import type { ExecutionOptions } from './record.ts';

export type ProgramKind = 'workflow' | 'flow';

/** A field that was given and is right by itself. */
export interface GivenField {
  /** As it was written: the name or an alias. */
  readonly key: string;
  readonly value: unknown;
  readonly range: Range;
}

/** Two ways to name the same thing. */
const names: readonly (readonly [id: string, name: string])[] = [
  ['project_id', 'project_name'],
  ['bundle_id', 'bundle_name'],
  ['flow_id', 'flow_name'],
  ['connector_id', 'connector_name'],
  ['wrapper_id', 'wrapper_name'],
];

/** What the fields say together (execution-fields.md): each alone was found right before. */
export function relationProblems(given: ReadonlyMap<string, GivenField>, program: ProgramKind | undefined): Problem[] {
  return [...namedTwice(given), ...together(given, program)];
}

function together(given: ReadonlyMap<string, GivenField>, program: ProgramKind | undefined): Problem[] {
  return [...exclusive(given), ...unreachable(given), ...ofOtherPrograms(given, program), ...ofType(given, program)];
}

/** The same for options that have been read, where no place is known. What is named twice may be so by a program, which knows both. */
export function optionProblems(options: ExecutionOptions, program: ProgramKind): Problem[] {
  const range = { start: 0, end: 0 };
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return together(new Map(given.map(([key, value]) => [key, { key, value, range }])), program);
}

function* namedTwice(given: ReadonlyMap<string, GivenField>): Generator<Problem> {
  for (const [id, name] of names) {
    const second = given.get(name);
    if (given.has(id) && second) yield error('execution/exclusive-fields', `${id} and ${name} name the same thing; give one of them.`, second);
  }
}

function* exclusive(given: ReadonlyMap<string, GivenField>): Generator<Problem> {
  const project = given.get('project_id') ?? given.get('project_name');
  const bundle = given.get('bundle_id') ?? given.get('bundle_name');
  if (project && bundle) yield error('execution/exclusive-fields', `${project.key} and ${bundle.key} exclude each other: an execution belongs to a project or to a bundle.`, bundle);
  const commit = given.get('commit');
  if (commit?.value === true && given.get('track_in_git')?.value !== true) {
    yield error('execution/exclusive-fields', 'commit needs track_in_git: true; only a file that is tracked in git can be committed.', commit);
  }
}

function* unreachable(given: ReadonlyMap<string, GivenField>): Generator<Problem> {
  const remote = given.get('remote_workspace_name');
  if (!remote) return;
  yield error('execution/unknown-workspace', `remote_workspace_name takes the name of a configured Cloudomation workspace; got ${JSON.stringify(remote.value)}, and no workspace is configured.`, remote);
}

function* ofOtherPrograms(given: ReadonlyMap<string, GivenField>, program: ProgramKind | undefined): Generator<Problem> {
  if (program !== 'workflow') return;
  for (const { name, setting } of fields) {
    const found = given.get(name);
    if (found && setting.by === 'start' && setting.programs === 'flows') {
      yield error('execution/unsupported-field', `${found.key} is not supported for workflows by the local engine: it belongs to flows.`, found);
    }
  }
}

function* ofType(given: ReadonlyMap<string, GivenField>, program: ProgramKind | undefined): Generator<Problem> {
  const type = given.get('type');
  if (!type) return;
  const has = (...fieldNames: readonly string[]): boolean => fieldNames.some((name) => given.has(name));
  if (type.value === 'SCHEDULE') {
    yield error('execution/wrong-type', 'type SCHEDULE cannot be started by hand: the schedules of stepthrough.yaml start executions by themselves.', type);
  } else if (type.value === 'CONNECTION' && !has('connector_id', 'connector_name', 'connector_type')) {
    yield error('execution/missing-field', 'type CONNECTION needs connector_id, connector_name or connector_type.', type);
  } else if (type.value === 'WRAPPER' && !has('wrapper_id', 'wrapper_name')) {
    yield error('execution/missing-field', 'type WRAPPER needs wrapper_id or wrapper_name.', type);
  } else if (program === 'workflow' && type.value !== 'WORKFLOW') {
    yield error('execution/wrong-type', `type ${String(type.value)} does not fit the program, which is a workflow: WORKFLOW would.`, type);
  } else if (program === 'flow' && type.value === 'WORKFLOW') {
    yield error('execution/wrong-type', 'type WORKFLOW does not fit the program, which is a flow: FLOW or SCRIPT would.', type);
  }
}

function error(code: string, message: string, { range }: GivenField): Problem {
  return { code, severity: 'error', message, range };
}
