import { checkFields, optionsOf } from '../../execution/options.ts';
import { treeOf } from '../../execution/json.ts';
import { statusOf } from '../../execution/flowStatus.ts';
import type { Execution } from '../../execution/record.ts';
import { durationBetween } from '../../execution/duration.ts';
import type { Fields } from '../../flow/flowCalls.ts';
import { FlowError } from './calls.ts';
import { ExactJson, membersOf } from './exactJson.ts';

/** Fields that flows know under other names than the record, or that the record does not keep. */
const derived: ReadonlyMap<string, (execution: Execution) => unknown> = new Map<string, (execution: Execution) => unknown>([
  ['status', ({ state }) => statusOf(state)],
  ['input_value', ({ input_value }) => new ExactJson(input_value)],
  ['output_value', ({ output_value }) => exact(output_value)],
  ['input_schema', ({ input_schema }) => exact(input_schema)],
  ['output_schema', ({ output_schema }) => exact(output_schema)],
  ['wrappers', ({ wrappers }) => wrappers.map(({ params, ...wrapper }) => ({ ...wrapper, params: new ExactJson(params) }))],
  ['created_at', ({ create_time }) => create_time],
  ['started_at', ({ start_time }) => start_time],
  ['ended_at', ({ end_time }) => end_time],
  ['duration', ({ start_time, end_time }) => (start_time === undefined || end_time === undefined ? undefined : durationBetween(start_time, end_time))],
  ['is_deleted', ({ deleted_at }) => deleted_at !== undefined],
  ['is_readonly', () => false],
  ['record_type', () => 'execution'],
  ['activity_type', () => 'EXECUTION'],
  // What other systems would say has no value here.
  ...['commit_message', 'track_in_git', 'modified_at', 'created_by', 'modified_by', 'deleted_by', 'organization_id', 'has_deprecation', 'has_syntax_error', 'break'].map((name) => [name, () => undefined] as const),
]);

/** Fields of the record that have the engine's own form, which flows read under other names. */
const hidden: ReadonlySet<string> = new Set(['state', 'state_error', 'current_steps']);

function exact(text: string | undefined): unknown {
  return text === undefined ? undefined : new ExactJson(text);
}

/** The value of a field as flows read it; null where there is none. Throws `FlowError` for a field that executions do not have. */
export function fieldOf(execution: Execution, name: string): unknown {
  const made = derived.get(name);
  if (made) return made(execution) ?? null;
  if (!Object.hasOwn(execution, name) || hidden.has(name)) throw new FlowError('InvalidInputError', `An execution has no field ${JSON.stringify(name)}.`);
  return (execution as unknown as Fields)[name] ?? null;
}

/** All fields, for filters. */
export function filterFields(execution: Execution): Fields {
  const parsed = (text: string | undefined): unknown => (text === undefined ? null : (JSON.parse(text) as unknown));
  return { ...execution, status: statusOf(execution.state), input_value: parsed(execution.input_value), output_value: parsed(execution.output_value), created_at: execution.create_time, started_at: execution.start_time, ended_at: execution.end_time };
}

/** What of an execution that lives may be saved; the others belong to its start or to the engine. */
const writable: ReadonlySet<string> = new Set(['name', 'description', 'labels', 'priority', 'is_productive', 'use_breakpoints', 'breakpoints', 'use_only_explicit_breakpoints', 'savepoint_retention']);

/** Accepted and without meaning here. */
const ignored: ReadonlySet<string> = new Set(['commit', 'commit_message', 'track_in_git', 'debug']);

/** What a save changes: `paused` apart, since the engine does that. `exactFields` is the JSON object; the inputs may change `beforeBegin`. Throws `FlowError`. */
export function changeOf(exactFields: string, beforeBegin = false): { readonly part: Partial<Execution>; readonly paused: boolean | undefined } {
  const members = membersOf(exactFields) ?? new Map<string, string>();
  const options = new Map<string, unknown>();
  const own: { message?: string; output_value?: string; input_value?: string } = {};
  let paused: boolean | undefined;
  for (const [name, text] of members) {
    if (name === 'message') own.message = messageOf(JSON.parse(text));
    else if (name === 'output_value') own.output_value = text;
    else if (name === 'input_value' && beforeBegin) own.input_value = text;
    else if (name === 'is_paused') paused = JSON.parse(text) === true;
    else if (writable.has(name)) options.set(name, JSON.parse(text));
    else if (!ignored.has(name)) throw new FlowError('InvalidInputError', `${name} of an execution cannot be saved: it is set when the execution is made, or by the engine.`);
  }
  const { values, problems } = checkFields(treeOf(Object.fromEntries(options)), 'file');
  if (problems[0]) throw new FlowError('InvalidInputError', problems[0].message);
  // Sound because only fields of the record are writable, and each was read by its type.
  return { part: { ...(optionsOf(values) as Partial<Execution>), ...own }, paused };
}

function messageOf(value: unknown): string {
  return typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
}
