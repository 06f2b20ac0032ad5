import { executionStates } from './state.ts';

/**
 * The one table of what an execution has (execution-fields.md). Checks of options and execution files, their schema,
 * completion, hover and the documentation all read it; nothing else lists the fields.
 */
export interface Field {
  /** The record's own name, in snake_case. */
  readonly name: string;
  /** The other system's name of the same value. */
  readonly aliases: readonly string[];
  readonly type: FieldType;
  readonly setting: FieldSetting;
  /** What the field does here, in one or two sentences for people. */
  readonly documentation: string;
}

export type FieldType =
  /** One line of text; blanks around it are trimmed. Lengths count Unicode characters. */
  | { readonly kind: 'string'; readonly minLength?: number; readonly maxLength?: number }
  | { readonly kind: 'text' }
  | { readonly kind: 'int'; readonly min: number; readonly max: number }
  | { readonly kind: 'bool' }
  /** RFC 3339. */
  | { readonly kind: 'datetime' }
  /** Seconds as Google writes them: `1.5s`. */
  | { readonly kind: 'duration' }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'uuid' }
  /** Any JSON value. */
  | { readonly kind: 'json' }
  /** A JSON Schema: a map, or true or false. */
  | { readonly kind: 'schema' }
  | { readonly kind: 'labels' }
  | { readonly kind: 'lines' }
  /** A path: relative ones start at the file that holds the field. */
  | { readonly kind: 'path' }
  /** A structure that nobody sets; its parts are described by the record's types. */
  | { readonly kind: 'structure' };

export type FieldSetting =
  /** May be given when starting an execution; `file` ones in an execution file only. */
  | { readonly by: 'start'; readonly where: 'anywhere' | 'file' }
  /** Output only. */
  | { readonly by: 'engine' }
  /** Has no effect in the local engine for workflows, so it is refused; the reason completes "… is not supported for workflows by the local engine". */
  | { readonly by: 'unsupported'; readonly reason: string | undefined }
  /** Never allowed; the reason is a whole clause. */
  | { readonly by: 'nobody'; readonly reason: string };

export const labelLimit = 64;
export const labelLength = 63;
/** A label's key and value (google-workflows 6.3); the value may be empty. */
export const labelKeyPattern = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}0-9_-]*$/u;
export const labelValuePattern = /^[\p{Ll}\p{Lo}0-9_-]*$/u;

/** One year, the longest that an execution may take (google-workflows 5). */
const maximumMinutes = 525_600;

const start: FieldSetting = { by: 'start', where: 'anywhere' };
const startInFile: FieldSetting = { by: 'start', where: 'file' };
const engine: FieldSetting = { by: 'engine' };
const unsupported: FieldSetting = { by: 'unsupported', reason: undefined };
const notSupported = (reason: string): FieldSetting => ({ by: 'unsupported', reason });

const text: FieldType = { kind: 'text' };
const bool: FieldType = { kind: 'bool' };
const uuid: FieldType = { kind: 'uuid' };
const datetime: FieldType = { kind: 'datetime' };
const structure: FieldType = { kind: 'structure' };
const name128: FieldType = { kind: 'string', minLength: 1, maxLength: 128 };

function field(name: string, type: FieldType, setting: FieldSetting, documentation: string, aliases: readonly string[] = []): Field {
  return { name, aliases, type, setting, documentation };
}

const flowsOnly = notSupported('it belongs to flows');

export const fields: readonly Field[] = [
  // Identity and place
  field('id', uuid, engine, 'Generated when the execution is created.'),
  field('name', name128, start, 'A name of its own, unique among the executions kept here. Without one it is the program\'s name and a short id.'),
  field('description', text, start, 'Free text, shown with the execution.'),
  field('type', { kind: 'enum', values: ['WORKFLOW'] }, startInFile, 'What kind of program runs. The local engine runs WORKFLOW: Google Cloud Workflows definitions.'),
  field('program', { kind: 'path' }, startInFile, 'The workflow to run: a path, relative to this file.'),
  field('workflow_revision_id', { kind: 'string' }, engine, 'The revision of the source that runs, such as `000001-a4d`. A new one is made when the source or its environment changes.'),
  field('script', text, engine, 'The exact source as it was at the start.'),
  field('labels', { kind: 'labels' }, start, 'Up to 64 labels. Keys and values have up to 63 lower-case letters, digits, `_` and `-`; keys begin with a letter.'),
  field('flow_id', uuid, flowsOnly, 'The flow to run, by its id.'),
  field('flow_name', name128, flowsOnly, 'The flow to run, by its name.'),
  field('project_id', uuid, unsupported, 'The project the execution belongs to, by its id.'),
  field('project_name', name128, unsupported, 'The project the execution belongs to, by its name.'),
  field('bundle_id', uuid, unsupported, 'The bundle the execution belongs to, by its id.'),
  field('bundle_name', name128, unsupported, 'The bundle the execution belongs to, by its name.'),
  field('location_inheritance', { kind: 'string' }, unsupported, 'Where a child without a project or bundle is placed: with its parent or with its program.'),
  field('remote_workspace_name', name128, unsupported, 'The Cloudomation workspace to start the execution in.'),
  field('roles', structure, unsupported, 'Roles of a Cloudomation workspace.'),
  field('track_in_git', bool, unsupported, 'Adds the saved execution file to git.'),
  field('commit', bool, unsupported, 'Commits the saved execution file.'),
  field('commit_message', text, unsupported, 'The message of that commit.'),
  field('is_readonly', bool, { by: 'nobody', reason: 'is not allowed for executions: an execution cannot be read-only' }, 'Not allowed for executions.'),

  // Data
  field('input_value', { kind: 'json' }, startInFile, 'The input: any JSON value, up to 32 KB. The parameter of `main` receives it whole.', ['argument']),
  field('input_schema', { kind: 'schema' }, start, 'A JSON Schema that the input must satisfy before anything starts.'),
  field('output_schema', { kind: 'schema' }, start, 'A JSON Schema that the result must satisfy. One that does not ends the execution as FAILED with SchemaValidationError.'),
  field('output_value', { kind: 'json' }, engine, 'What the program returned; only of an execution that succeeded or whose result was refused by the output schema.', ['result']),
  field('message', text, engine, 'The status line: what happens now, or the last line of the error.'),
  field('error', structure, engine, 'Why the execution failed or was cancelled: payload, context and stack trace.'),
  field('state_error', structure, engine, 'Why the stored execution cannot be read; its state is then UNAVAILABLE.'),

  // Life
  field('state', { kind: 'enum', values: executionStates }, engine, 'QUEUED, ACTIVE or PAUSED while it lives; SUCCEEDED, FAILED or CANCELLED at its end; UNAVAILABLE where its data cannot be read.', ['status']),
  field('current_steps', structure, engine, 'The steps that run now, one for each branch; after the end the last ones.'),
  field('create_time', datetime, engine, 'When the execution was created.'),
  field('start_time', datetime, engine, 'When it began to run.'),
  field('end_time', datetime, engine, 'When it ended.'),
  field('duration', { kind: 'duration' }, engine, 'From start to end, such as `1.5s`.'),
  field('priority', { kind: 'int', min: -2_147_483_648, max: 2_147_483_647 }, notSupported('executions start at once, there is no queue'), 'The order in a queue: higher first.'),
  field('disable_concurrency_quota_overflow_buffering', bool, notSupported('there is no concurrency limit'), 'Refuses instead of queueing at the concurrency limit.'),
  field('scheduled_for', datetime, notSupported('executions start at once'), 'Waits until this time before it runs.'),
  field('max_runtime_minutes', { kind: 'int', min: 0, max: maximumMinutes }, start, 'Ends the execution with TimeoutError after so many minutes; 0 is no limit. Time spent paused does not count.'),
  field('is_paused', bool, engine, 'Whether it is paused; use pause and resume to change it.'),
  field('is_productive', bool, start, 'A productive execution does not stop at breakpoints.'),
  field('orphan', bool, notSupported('only child executions can be orphans'), 'Shown at the root and not cancelled with its parent.'),
  field('call_log_level', { kind: 'enum', values: ['CALL_LOG_LEVEL_UNSPECIFIED', 'LOG_ALL_CALLS', 'LOG_ERRORS_ONLY', 'LOG_NONE'] }, start, 'Which calls are written to the log: all, only those that raised an error, or none.'),
  field('execution_history_level', { kind: 'enum', values: ['EXECUTION_HISTORY_LEVEL_UNSPECIFIED', 'EXECUTION_HISTORY_BASIC', 'EXECUTION_HISTORY_DETAILED'] }, unsupported, 'How much of the history of steps is kept.'),
  field('savepoint_retention', { kind: 'enum', values: ['LAST', 'ALL'] }, unsupported, 'How many savepoints are kept.'),

  // Debugging
  field('use_breakpoints', bool, start, 'False runs through every breakpoint.'),
  field('breakpoints', { kind: 'lines' }, start, 'Lines to stop at, beside the breakpoints of the editor.'),
  field('use_only_explicit_breakpoints', bool, start, 'Stops at breakpoints only: stepping and pausing are off, which is faster.'),

  // Origin and wrapping
  field('parent_execution_id', uuid, engine, 'The execution that started this one.'),
  field('connector_id', uuid, flowsOnly, 'The connector of a CONNECTION, by its id.'),
  field('connector_name', name128, flowsOnly, 'The connector of a CONNECTION, by its name.'),
  field('connector_type', { kind: 'string' }, flowsOnly, 'The type of a CONNECTION.'),
  field('wrappers', structure, flowsOnly, 'Wrappers that run around the execution, outermost first.'),
  field('unwrapped', bool, flowsOnly, 'Skips the wrappers that the flow declares.'),
  field('wrapper_id', uuid, flowsOnly, 'The wrapper that runs, by its id.'),
  field('wrapper_name', name128, flowsOnly, 'The wrapper that runs, by its name.'),
  field('schedule_id', uuid, unsupported, 'The schedule that started the execution, by its id.'),
  field('schedule_name', name128, unsupported, 'The schedule that started the execution, by its name.'),
  field('webhook_id', uuid, unsupported, 'The webhook that started the execution.'),
  field('plugin_action_id', uuid, unsupported, 'The plugin action that started the execution.'),
];

/** What an execution file says beside the record's fields: other files of the launch. */
export const launchKeys: readonly Field[] = [
  field('input', { kind: 'path' }, startInFile, 'An input file instead of `input_value`: a path, relative to this file.'),
  field('mocks', { kind: 'path' }, startInFile, 'A mock file with answers for calls: a path, relative to this file. Without it `<program>.mocks.yaml` is used where it exists.'),
];

const byName = new Map(fields.flatMap((candidate) => [candidate.name, ...candidate.aliases].map((known) => [known, candidate] as const)));

/** The field of a name or an alias. */
export function findField(name: string): Field | undefined {
  return byName.get(name);
}

/** The fields that can be given when starting a workflow: everywhere, or with `file` also those of execution files. */
export function settableFields(where: 'anywhere' | 'file'): readonly Field[] {
  return fields.filter((candidate) => candidate.setting.by === 'start' && (where === 'file' || candidate.setting.where === 'anywhere'));
}

/** What a field takes, to complete "… takes". */
export function describeType(type: FieldType): string {
  switch (type.kind) {
    case 'string':
      return type.maxLength === undefined ? 'a line of text' : `a line of text of ${type.minLength ?? 0} to ${type.maxLength} characters`;
    case 'text':
      return 'a text';
    case 'int':
      return `an integer from ${type.min} to ${type.max}`;
    case 'bool':
      return 'true or false';
    case 'datetime':
      return 'a time such as 2026-01-31T08:00:00Z';
    case 'duration':
      return 'a duration such as 1.5s';
    case 'enum':
      return type.values.length === 1 ? type.values[0]! : `one of ${type.values.join(', ')}`;
    case 'uuid':
      return 'a UUID';
    case 'json':
      return 'any JSON value';
    case 'schema':
      return 'a JSON Schema: a map, true or false';
    case 'labels':
      return `a map of at most ${labelLimit} labels`;
    case 'lines':
      return 'a list of line numbers, counted from 1';
    case 'path':
      return 'a path';
    case 'structure':
      return 'nothing';
  }
}
