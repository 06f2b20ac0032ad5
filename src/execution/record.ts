import type { ExecutionState } from './state.ts';

/** Text that is one JSON value. Kept as text so that 1 and 1.0, and integers beyond 2^53, survive. */
export type JsonText = string;

export type ExecutionType = 'WORKFLOW' | 'FLOW' | 'SCRIPT' | 'CONNECTION' | 'SCHEDULE' | 'WRAPPER';

export type CallLogLevel = 'CALL_LOG_LEVEL_UNSPECIFIED' | 'LOG_ALL_CALLS' | 'LOG_ERRORS_ONLY' | 'LOG_NONE';

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
  readonly priority: number;
  readonly is_paused: boolean;
  readonly is_productive: boolean;
  readonly max_runtime_minutes: number;
  readonly call_log_level: CallLogLevel;
  readonly use_breakpoints: boolean;
  readonly breakpoints: readonly number[];
  readonly use_only_explicit_breakpoints: boolean;
  readonly parent_execution_id: string | undefined;
}

/** What a user may set when starting an execution (launch configuration, execution file, `--set`). */
export type ExecutionOptions = Partial<
  Pick<
    Execution,
    | 'name'
    | 'description'
    | 'labels'
    | 'priority'
    | 'is_productive'
    | 'max_runtime_minutes'
    | 'call_log_level'
    | 'use_breakpoints'
    | 'breakpoints'
    | 'use_only_explicit_breakpoints'
    | 'input_schema'
    | 'output_schema'
  >
>;
