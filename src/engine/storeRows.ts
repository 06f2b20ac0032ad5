import type { Execution } from '../execution/record.ts';
import { executionStates, type ExecutionState } from '../execution/state.ts';

/** How an execution is laid out in the store's row: see `storeSchema.ts`. */
const varyingFields = ['output_value', 'message', 'error', 'state_error', 'state', 'current_steps', 'start_time', 'end_time', 'is_paused'] as const;

type VaryingField = (typeof varyingFields)[number];
export type FixedPart = Omit<Execution, VaryingField | 'script' | 'workflow_revision_id'>;

export interface StoredExecution {
  readonly id: string;
  readonly name: string;
  readonly parent: string | null;
  readonly state: string;
  readonly fixed: string;
  readonly varying: string;
  readonly revision_name: string;
}

export function fixedText(execution: FixedPart): string {
  const fixed = new Map<string, unknown>(Object.entries(execution));
  for (const name of [...varyingFields, 'script', 'workflow_revision_id']) fixed.delete(name);
  return JSON.stringify(Object.fromEntries(fixed));
}

export function varyingText(execution: Pick<Execution, VaryingField>): string {
  return JSON.stringify(Object.fromEntries(varyingFields.map((name) => [name, execution[name]])));
}

/** An execution from its row. One whose data cannot be read is UNAVAILABLE, so that the rest of a list is unharmed. */
export function readExecution(row: StoredExecution, script: string): Execution {
  try {
    const fixed = JSON.parse(row.fixed) as FixedPart;
    const varying = JSON.parse(row.varying) as Pick<Execution, VaryingField>;
    const execution: Execution = { ...emptyExecution(row), ...fixed, ...varying, script, workflow_revision_id: row.revision_name };
    if (!isKnownState(row.state) || execution.state !== row.state) throw new TypeError(`Its state ${JSON.stringify(row.state)} is not known.`);
    if (!Array.isArray(execution.current_steps) || !Array.isArray(execution.breakpoints)) throw new TypeError('A list is missing.');
    return execution;
  } catch (error) {
    const details = `The stored data of this execution cannot be read: ${(error as Error).message}`;
    return { ...emptyExecution(row), script, workflow_revision_id: row.revision_name, message: details, state: 'UNAVAILABLE', state_error: { details, type: 'DAMAGED' } };
  }
}

function isKnownState(state: string): state is ExecutionState {
  return (executionStates as readonly string[]).includes(state);
}

function emptyExecution(row: StoredExecution): Execution {
  return {
    id: row.id,
    name: row.name,
    description: '',
    type: 'WORKFLOW',
    program: '',
    workflow_revision_id: '',
    script: '',
    labels: {},
    input_value: 'null',
    output_value: undefined,
    input_schema: undefined,
    output_schema: undefined,
    message: '',
    error: undefined,
    state_error: undefined,
    state: 'UNAVAILABLE',
    current_steps: [],
    create_time: new Date(0).toISOString(),
    start_time: undefined,
    end_time: undefined,
    priority: 0,
    is_paused: false,
    is_productive: false,
    max_runtime_minutes: 0,
    call_log_level: 'CALL_LOG_LEVEL_UNSPECIFIED',
    use_breakpoints: true,
    breakpoints: [],
    use_only_explicit_breakpoints: false,
    parent_execution_id: row.parent ?? undefined,
  };
}
