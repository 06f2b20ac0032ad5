import type { ExecutionState } from './state.ts';

/** Text that is one JSON value. Kept as text so that 1 and 1.0, and integers beyond 2^53, survive. */
export type JsonText = string;

export const executionTypes = ['WORKFLOW', 'FLOW', 'SCRIPT', 'CONNECTION', 'SCHEDULE', 'WRAPPER'] as const;
export type ExecutionType = (typeof executionTypes)[number];

export const locationInheritances = ['PARENT', 'PROGRAM'] as const;
export type LocationInheritance = (typeof locationInheritances)[number];

export type CallLogLevel = 'CALL_LOG_LEVEL_UNSPECIFIED' | 'LOG_ALL_CALLS' | 'LOG_ERRORS_ONLY' | 'LOG_NONE';

export type ExecutionHistoryLevel = 'EXECUTION_HISTORY_LEVEL_UNSPECIFIED' | 'EXECUTION_HISTORY_BASIC' | 'EXECUTION_HISTORY_DETAILED';

export type SavepointRetention = 'LAST' | 'ALL';

/** A wrapper that runs around an execution: named by its id or its name. */
export interface WrapperUse {
  readonly wrapper_id?: string;
  readonly wrapper_name?: string;
  /** A map as JSON text. */
  readonly params: JsonText;
}

export interface StackTraceElement {
  readonly step: string;
  readonly routine: string;
  /** Line and column are 1-based; length is in bytes of the source (google-workflows 4.4). */
  readonly position: { readonly line: number; readonly column: number; readonly length: number };
}

export interface ExecutionError {
  /** The error value as JSON. */
  readonly payload: JsonText;
  /** The trace for people: `Class: message`, then one `in step …` line per frame, innermost first. */
  readonly context: string;
  readonly stack_trace: { readonly elements: readonly StackTraceElement[] };
}

export interface CurrentStep {
  readonly routine: string;
  readonly step: string;
}

/**
 * One execution. Names are those of the two systems' own documents in snake_case; what each field does is in the
 * field table (`fields.ts`). Times are RFC 3339 in UTC.
 */
export interface Execution {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly type: ExecutionType;
  /** The program's place as the user knows it: an absolute path or URI. Empty where there was no file. */
  readonly program: string;
  readonly workflow_revision_id: string;
  readonly script: string;
  readonly labels: Readonly<Record<string, string>>;
  /** One value under both names: `argument` is its Google form. `null` where none was given. */
  readonly input_value: JsonText;
  readonly output_value: JsonText | undefined;
  readonly input_schema: JsonText | undefined;
  readonly output_schema: JsonText | undefined;
  readonly message: string;
  readonly error: ExecutionError | undefined;
  readonly state_error: { readonly details: string; readonly type: string } | undefined;
  readonly state: ExecutionState;
  readonly current_steps: readonly CurrentStep[];
  readonly create_time: string;
  readonly start_time: string | undefined;
  readonly end_time: string | undefined;
  readonly deleted_at: string | undefined;
  readonly priority: number;
  readonly disable_concurrency_quota_overflow_buffering: boolean;
  /** When it begins or wakes up; undefined while it waits for no time. */
  readonly scheduled_for: string | undefined;
  readonly is_paused: boolean;
  readonly is_productive: boolean;
  readonly orphan: boolean;
  readonly max_runtime_minutes: number;
  readonly call_log_level: CallLogLevel;
  readonly execution_history_level: ExecutionHistoryLevel;
  readonly savepoint_retention: SavepointRetention;
  readonly use_breakpoints: boolean;
  readonly breakpoints: readonly number[];
  readonly use_only_explicit_breakpoints: boolean;
  readonly parent_execution_id: string | undefined;
  readonly project_id: string | undefined;
  readonly project_name: string | undefined;
  readonly bundle_id: string | undefined;
  readonly bundle_name: string | undefined;
  readonly location_inheritance: LocationInheritance;
  readonly remote_workspace_name: string | undefined;
  readonly roles: readonly string[];
  readonly flow_id: string | undefined;
  readonly flow_name: string | undefined;
  readonly connector_id: string | undefined;
  readonly connector_name: string | undefined;
  readonly connector_type: string | undefined;
  readonly wrappers: readonly WrapperUse[];
  readonly unwrapped: boolean;
  readonly wrapper_id: string | undefined;
  readonly wrapper_name: string | undefined;
  readonly schedule_id: string | undefined;
  readonly schedule_name: string | undefined;
  readonly webhook_id: string | undefined;
  readonly plugin_action_id: string | undefined;
  readonly custom_object_id: string | undefined;
}

/** What started an execution, where that was no person: of what another execution starts, why it does. */
export type ExecutionOrigin = Partial<Pick<Execution, 'schedule_id' | 'schedule_name' | 'webhook_id' | 'custom_object_id'>>;

/** What a user may set when starting an execution (launch configuration, execution file, `--set`). */
export type ExecutionOptions = Partial<
  Pick<
    Execution,
    | 'name'
    | 'description'
    | 'type'
    | 'labels'
    | 'flow_id'
    | 'flow_name'
    | 'project_id'
    | 'project_name'
    | 'bundle_id'
    | 'bundle_name'
    | 'location_inheritance'
    | 'remote_workspace_name'
    | 'roles'
    | 'input_schema'
    | 'output_schema'
    | 'priority'
    | 'disable_concurrency_quota_overflow_buffering'
    | 'scheduled_for'
    | 'max_runtime_minutes'
    | 'is_productive'
    | 'orphan'
    | 'call_log_level'
    | 'execution_history_level'
    | 'savepoint_retention'
    | 'use_breakpoints'
    | 'breakpoints'
    | 'use_only_explicit_breakpoints'
    | 'connector_id'
    | 'connector_name'
    | 'connector_type'
    | 'wrappers'
    | 'unwrapped'
    | 'wrapper_id'
    | 'wrapper_name'
    | 'plugin_action_id'
  >
>;
