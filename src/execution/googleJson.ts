import { durationBetween } from './duration.ts';
import type { Execution } from './record.ts';
import { isTerminal } from './state.ts';

/**
 * An execution as Google's API gives it (google-workflows 6.3): camelCase, int64 as strings, argument and result as JSON
 * strings. `name` is its resource name, which depends on where it is asked for.
 */
export function executionResource(execution: Execution, name: string, view: 'BASIC' | 'FULL'): object {
  const { start_time, end_time, error, state_error } = execution;
  // The fields of the view BASIC (google-workflows 6.2).
  const basic = {
    name,
    // Until it has begun there is none; the service gives the time of creation where nothing had to wait.
    startTime: start_time,
    endTime: end_time,
    duration: start_time === undefined || end_time === undefined ? undefined : durationBetween(start_time, end_time),
    // The service cannot pause.
    state: execution.state === 'PAUSED' ? 'ACTIVE' : execution.state,
    workflowRevisionId: execution.workflow_revision_id,
  };
  if (view === 'BASIC') return basic;
  return {
    ...basic,
    createTime: execution.create_time,
    argument: execution.input_value,
    result: execution.state === 'SUCCEEDED' ? execution.output_value : undefined,
    error: isTerminal(execution.state) && error ? errorResource(error) : undefined,
    stateError: state_error && { details: state_error.details, type: 'TYPE_UNSPECIFIED' },
    callLogLevel: execution.call_log_level,
    executionHistoryLevel: execution.execution_history_level,
    // The service leaves out what is false.
    disableConcurrencyQuotaOverflowBuffering: execution.disable_concurrency_quota_overflow_buffering || undefined,
    labels: Object.keys(execution.labels).length === 0 ? undefined : execution.labels,
    status: { currentSteps: execution.current_steps },
  };
}

/** Characters of each text of an error. */
const errorTextLimit = 32 * 1024;

/**
 * Errors of children become parts of the errors of their parents as JSON in JSON, whose escapes double each time: a
 * payload that has grown too long gives way to the error's first line.
 */
function errorResource({ payload, context, stack_trace }: NonNullable<Execution['error']>): object {
  const elements = stack_trace.elements.map(({ step, routine, position }) => {
    const { line, column, length } = position;
    return { step, routine, position: { line: String(line), column: String(column), length: String(length) } };
  });
  const shown = context.slice(0, errorTextLimit);
  return { payload: payload.length <= errorTextLimit ? payload : JSON.stringify(shown.split('\n', 1)[0]), context: shown, stackTrace: { elements } };
}
