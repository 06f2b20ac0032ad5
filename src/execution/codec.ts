import { durationBetween } from './duration.ts';
import type { Execution, JsonText } from './record.ts';

/**
 * An execution as one JSON text under the record page's names (`run --json`, `executions show --json`). `argument` and
 * `result` are JSON strings as in Google's API; `input_value` and `output_value` hold the same as JSON values, with
 * every number as the program wrote it. Fields without a value are left out.
 */
export function toSnakeCase(execution: Execution, indent = 2): JsonText {
  const members: [string, JsonText][] = [];
  const add = (name: string, value: unknown): void => {
    const text = JSON.stringify(value, undefined, indent) as string | undefined;
    if (text !== undefined) members.push([name, text]);
  };
  const addJson = (name: string, text: JsonText | undefined): void => {
    if (text !== undefined) members.push([name, text]);
  };
  add('id', execution.id);
  add('name', execution.name);
  add('description', execution.description);
  add('type', execution.type);
  add('program', execution.program);
  for (const name of ['flow_id', 'flow_name', 'project_id', 'project_name', 'bundle_id', 'bundle_name'] as const) add(name, execution[name]);
  add('location_inheritance', execution.location_inheritance);
  add('remote_workspace_name', execution.remote_workspace_name);
  add('roles', execution.roles);
  add('workflow_revision_id', execution.workflow_revision_id);
  add('labels', execution.labels);
  add('state', execution.state);
  add('status', { current_steps: execution.current_steps });
  add('message', execution.message);
  add('argument', execution.input_value);
  addJson('input_value', execution.input_value);
  add('result', execution.state === 'SUCCEEDED' ? execution.output_value : undefined);
  addJson('output_value', execution.output_value);
  add('error', execution.error);
  add('state_error', execution.state_error);
  addJson('input_schema', execution.input_schema);
  addJson('output_schema', execution.output_schema);
  add('create_time', execution.create_time);
  add('start_time', execution.start_time);
  add('end_time', execution.end_time);
  if (execution.start_time !== undefined && execution.end_time !== undefined) {
    add('duration', durationBetween(execution.start_time, execution.end_time));
  }
  add('deleted_at', execution.deleted_at);
  add('priority', execution.priority);
  add('disable_concurrency_quota_overflow_buffering', execution.disable_concurrency_quota_overflow_buffering);
  add('scheduled_for', execution.scheduled_for);
  add('is_paused', execution.is_paused);
  add('is_productive', execution.is_productive);
  add('max_runtime_minutes', execution.max_runtime_minutes);
  add('orphan', execution.orphan);
  add('call_log_level', execution.call_log_level);
  add('execution_history_level', execution.execution_history_level);
  add('savepoint_retention', execution.savepoint_retention);
  add('use_breakpoints', execution.use_breakpoints);
  add('breakpoints', execution.breakpoints);
  add('use_only_explicit_breakpoints', execution.use_only_explicit_breakpoints);
  add('parent_execution_id', execution.parent_execution_id);
  for (const name of ['connector_id', 'connector_name', 'connector_type', 'wrapper_id', 'wrapper_name', 'schedule_id', 'schedule_name', 'webhook_id', 'plugin_action_id', 'custom_object_id'] as const) add(name, execution[name]);
  if (execution.wrappers.length > 0) addJson('wrappers', wrappersText(execution.wrappers));
  add('unwrapped', execution.unwrapped);
  add('script', execution.script);
  return writeObject(members, indent);
}

function wrappersText(wrappers: Execution['wrappers']): JsonText {
  const members = ({ params, ...named }: Execution['wrappers'][number]): [string, JsonText][] => [...Object.entries(named).map(([key, value]): [string, JsonText] => [key, JSON.stringify(value)]), ['params', params]];
  return `[${wrappers.map((wrapper) => writeObject(members(wrapper), 0)).join(',')}]`;
}

/** An object of ready JSON texts; inner lines are moved in so that the whole reads well. */
function writeObject(members: readonly (readonly [string, JsonText])[], indent: number): JsonText {
  const [line, space] = indent === 0 ? ['', ''] : [`\n${' '.repeat(indent)}`, ' '];
  const parts = members.map(([name, text]) => `${line}${JSON.stringify(name)}:${space}${indent === 0 ? text : shift(text, indent)}`);
  return `{${parts.join(',')}${indent === 0 ? '' : '\n'}}`;
}

/** JSON strings never contain a raw line break, so every one stands between tokens. */
function shift(text: JsonText, indent: number): JsonText {
  return text.replaceAll('\n', `\n${' '.repeat(indent)}`);
}
