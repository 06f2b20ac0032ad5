import { randomUUID } from 'node:crypto';
import type { StartRequest } from '../execution/launch.ts';
import { workflowId } from './environment.ts';
import type { LaunchPlan } from './executionHost.ts';
import type { NewExecution } from './store.ts';

/** The record of an execution that is about to be made. */
export function newExecution(request: StartRequest, plan: LaunchPlan, parent: string | undefined): NewExecution {
  const id = randomUUID();
  const { options } = request;
  return {
    id,
    name: options.name ?? `${workflowId(request.program)} ${id.slice(0, 8)}`,
    description: options.description ?? '',
    type: plan.type,
    program: request.program,
    script: request.text,
    labels: options.labels ?? {},
    input_value: plan.input,
    output_value: undefined,
    input_schema: plan.inputSchema,
    output_schema: plan.outputSchema,
    message: '',
    error: undefined,
    state_error: undefined,
    state: 'QUEUED',
    current_steps: [],
    create_time: new Date().toISOString(),
    start_time: undefined,
    end_time: undefined,
    priority: options.priority ?? 0,
    is_paused: false,
    is_productive: options.is_productive ?? false,
    max_runtime_minutes: options.max_runtime_minutes ?? 0,
    call_log_level: options.call_log_level ?? 'CALL_LOG_LEVEL_UNSPECIFIED',
    use_breakpoints: options.use_breakpoints ?? true,
    breakpoints: options.breakpoints ?? [],
    use_only_explicit_breakpoints: options.use_only_explicit_breakpoints ?? false,
    parent_execution_id: parent,
  };
}
