import { randomUUID } from 'node:crypto';
import type { StartRequest } from '../execution/launch.ts';
import type { Execution } from '../execution/record.ts';
import { usualFields } from '../execution/usualFields.ts';
import { workflowId } from './environment.ts';
import type { LaunchPlan } from './executionHost.ts';
import { locationOf } from './location.ts';
import type { NewExecution } from './store.ts';

/** The record of an execution that is about to be made. `folders` are those of the workspace. */
export function newExecution(request: StartRequest, plan: LaunchPlan, parent: Execution | undefined, folders: readonly string[], id: string = randomUUID()): NewExecution {
  const { options } = request;
  return {
    ...usualFields,
    ...plan.defaults,
    ...options,
    ...locationOf(request.located ?? request.program, options, parent, folders),
    ...request.origin,
    id,
    name: options.name ?? `${workflowId(request.program)} ${id.slice(0, 8)}`,
    type: plan.type,
    program: request.program,
    script: request.text,
    input_value: plan.input,
    input_schema: plan.inputSchema,
    output_schema: plan.outputSchema,
    state: 'QUEUED',
    create_time: new Date().toISOString(),
    parent_execution_id: parent?.id,
  };
}

/** The record of one that goes on from a savepoint of an execution that has ended. */
export function fromSavepoint(ended: Execution, savepoint: string): NewExecution {
  const id = randomUUID();
  return {
    ...ended,
    id,
    name: `${ended.name} from savepoint ${savepoint} ${id.slice(0, 4)}`,
    output_value: undefined,
    message: '',
    error: undefined,
    state: 'QUEUED',
    current_steps: [],
    create_time: new Date().toISOString(),
    start_time: undefined,
    end_time: undefined,
    is_paused: false,
    scheduled_for: undefined,
  };
}
