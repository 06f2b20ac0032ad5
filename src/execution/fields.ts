import { executionTypes, locationInheritances } from './record.ts';
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
  /** A list of names, each a line of text. */
  | { readonly kind: 'names' }
  /** `[{wrapper_id | wrapper_name, params}]`. */
  | { readonly kind: 'wrappers' }
  /** A path: relative ones start at the file that holds the field. */
  | { readonly kind: 'path' }
  /** A structure that nobody sets; its parts are described by the record's types. */
  | { readonly kind: 'structure' };

export type FieldSetting =
  /** May be given when starting an execution; `file` ones in an execution file only. Those of `flows` are refused for workflows. */
  | { readonly by: 'start'; readonly where: 'anywhere' | 'file'; readonly programs: 'all' | 'flows' }
  /** Output only. */
  | { readonly by: 'engine' }
  /** Never allowed; the reason is a whole clause. */
  | { readonly by: 'nobody'; readonly reason: string };

export const labelLimit = 64;
export const labelLength = 63;
/** A label's key and value (google-workflows 6.3); the value may be empty. */
export const labelKeyPattern = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}0-9_-]*$/u;
export const labelValuePattern = /^[\p{Ll}\p{Lo}0-9_-]*$/u;

/** One year, the longest that an execution may take (google-workflows 5). */
const maximumMinutes = 525_600;

const start: FieldSetting = { by: 'start', where: 'anywhere', programs: 'all' };
export const startInFile: FieldSetting = { by: 'start', where: 'file', programs: 'all' };
const startFlow: FieldSetting = { by: 'start', where: 'anywhere', programs: 'flows' };
const startFlowInFile: FieldSetting = { by: 'start', where: 'file', programs: 'flows' };
const engine: FieldSetting = { by: 'engine' };

const text: FieldType = { kind: 'text' };
const bool: FieldType = { kind: 'bool' };
const uuid: FieldType = { kind: 'uuid' };
const datetime: FieldType = { kind: 'datetime' };
const structure: FieldType = { kind: 'structure' };
const name128: FieldType = { kind: 'string', minLength: 1, maxLength: 128 };

export function field(name: string, type: FieldType, setting: FieldSetting, documentation: string, aliases: readonly string[] = []): Field {
  return { name, aliases, type, setting, documentation };
}

export const fields: readonly Field[] = [
  // Identity and place
  field('id', uuid, engine, 'Generated when the execution is created.'),
  field('name', name128, start, 'A name of its own, unique among the executions kept here. Without one it is the program\'s name and a short id.'),
  field('description', text, start, 'Free text, shown with the execution.'),
  field('type', { kind: 'enum', values: executionTypes }, startInFile, 'What kind of program runs: WORKFLOW a Google Cloud Workflows definition, FLOW a Python flow, SCRIPT Python text that is no stored flow, CONNECTION a call of a connector, WRAPPER a wrapper. Without it the program decides.'),
  field('program', { kind: 'path' }, startInFile, 'The workflow or flow to run: a path, relative to this file.'),
  field('workflow_revision_id', { kind: 'string' }, engine, 'The revision of the source that runs, such as `000001-a4d`. A new one is made when the source or its environment changes.'),
  field('script', text, engine, 'The exact source as it was at the start.'),
  field('labels', { kind: 'labels' }, start, 'Up to 64 labels. Keys and values have up to 63 lower-case letters, digits, `_` and `-`; keys begin with a letter.'),
  field('flow_id', uuid, startFlowInFile, 'The flow to run, by its id; instead of `program`.'),
  field('flow_name', name128, startFlowInFile, 'The flow to run, by its name: the `.py` file of that name in the workspace; instead of `program`.'),
  field('project_id', uuid, start, 'The project the execution belongs to, by its id. A local project is a folder of the workspace.'),
  field('project_name', name128, start, 'The project the execution belongs to, by its name. Without one it is the folder of the workspace that holds the program. Not together with a bundle.'),
  field('bundle_id', uuid, start, 'The bundle the execution belongs to, by its id. A local bundle is a folder in `bundles`.'),
  field('bundle_name', name128, start, 'The bundle the execution belongs to, by its name. Without one it is `NAME` for a program in `bundles/NAME`. Not together with a project.'),
  field('location_inheritance', { kind: 'enum', values: locationInheritances }, start, 'Where child executions without a project or bundle are placed: PARENT where this one is, PROGRAM (the usual) where their program is.'),
  field('remote_workspace_name', name128, start, 'The configured Cloudomation workspace to start the execution in. It is followed from here.'),
  field('roles', { kind: 'names' }, start, 'Names of roles of a Cloudomation workspace. Kept, and passed to a remote workspace.'),
  field('track_in_git', bool, startInFile, 'Adds the execution file to git when it is saved in the editor.'),
  field('commit', bool, startInFile, 'Commits the execution file when it is saved in the editor. Needs `track_in_git`.'),
  field('commit_message', text, startInFile, 'The message of that commit.'),
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
  field('deleted_at', datetime, engine, 'When it was deleted; until it is removed for good it can be restored.'),
  field('duration', { kind: 'duration' }, engine, 'From start to end, such as `1.5s`.'),
  field('priority', { kind: 'int', min: -2_147_483_648, max: 2_147_483_647 }, start, 'The order in the queue: higher first, then the older one.'),
  field('disable_concurrency_quota_overflow_buffering', bool, start, 'At the limit of executions at once: true refuses the start (RESOURCE_EXHAUSTED), false lets it wait as QUEUED.'),
  field('scheduled_for', datetime, start, 'Waits as QUEUED until this time before it runs. While an execution sleeps, the time when it wakes up is shown here.'),
  field('max_runtime_minutes', { kind: 'int', min: 0, max: maximumMinutes }, start, 'Ends the execution with TimeoutError after so many minutes; 0 is no limit. Time spent paused does not count.'),
  field('is_paused', bool, engine, 'Whether it is paused; use pause and resume to change it.'),
  field('is_productive', bool, start, 'A productive execution does not stop at breakpoints.'),
  field('orphan', bool, start, 'A child execution that is shown at the root and is not cancelled with its parent.'),
  field('call_log_level', { kind: 'enum', values: ['CALL_LOG_LEVEL_UNSPECIFIED', 'LOG_ALL_CALLS', 'LOG_ERRORS_ONLY', 'LOG_NONE'] }, start, 'Which calls are written to the log: all, only those that raised an error, or none.'),
  field('execution_history_level', { kind: 'enum', values: ['EXECUTION_HISTORY_LEVEL_UNSPECIFIED', 'EXECUTION_HISTORY_BASIC', 'EXECUTION_HISTORY_DETAILED'] }, start, 'How much of the history of steps is kept: BASIC which steps ran, DETAILED also their variables.'),
  field('savepoint_retention', { kind: 'enum', values: ['LAST', 'ALL'] }, start, 'Which savepoints are kept: ALL can go back to any of them, LAST only to the newest.'),

  // Debugging
  field('use_breakpoints', bool, start, 'False runs through every breakpoint.'),
  field('breakpoints', { kind: 'lines' }, start, 'Lines to stop at, beside the breakpoints of the editor.'),
  field('use_only_explicit_breakpoints', bool, start, 'Stops at breakpoints only: stepping and pausing are off, which is faster.'),

  // Origin and wrapping
  field('parent_execution_id', uuid, engine, 'The execution that started this one.'),
  field('connector_id', uuid, startFlowInFile, 'The connector of a CONNECTION, by its id.'),
  field('connector_name', name128, startFlowInFile, 'The connector of a CONNECTION, by its name.'),
  field('connector_type', { kind: 'string', minLength: 1, maxLength: 128 }, startFlowInFile, 'The type of a CONNECTION, such as REST.'),
  field('wrappers', { kind: 'wrappers' }, startFlow, 'Wrappers that run around the execution, outermost first.'),
  field('unwrapped', bool, startFlow, 'Skips the wrappers that the flow declares. Those given with the execution still run.'),
  field('wrapper_id', uuid, startFlowInFile, 'The wrapper that runs as a WRAPPER, by its id.'),
  field('wrapper_name', name128, startFlowInFile, 'The wrapper that runs as a WRAPPER, by its name.'),
  field('schedule_id', uuid, engine, 'The schedule that started the execution, by its id.'),
  field('schedule_name', name128, engine, 'The schedule that started the execution: of `stepthrough.yaml`, or a record.'),
  field('webhook_id', uuid, engine, 'The webhook that started the execution.'),
  field('plugin_action_id', uuid, start, 'The plugin action that the execution comes from. Kept as its origin; the local engine has no plugins.'),
  field('custom_object_id', uuid, engine, 'The custom object whose change started the execution, through a hook of its template.'),
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

/** The fields that can be given when starting an execution: everywhere, or with `file` also those of execution files. */
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
    case 'names':
      return 'a list of names';
    case 'wrappers':
      return 'a list of {wrapper_id, params}';
    case 'path':
      return 'a path';
    case 'structure':
      return 'nothing';
  }
}
