import type { Execution } from '../execution/record.ts';
import { executionStates, type ExecutionState } from '../execution/state.ts';
import { usualFields } from '../execution/usualFields.ts';

/** The condition for executions that have not ended, as the indexes of such have it. */
export const living = "state IN ('QUEUED', 'ACTIVE', 'PAUSED')";

/** The records that `readExecution` cannot read. */
export const damagedRows = "SELECT damaged.row FROM execution AS damaged INDEXED BY execution_damaged WHERE damaged.shown_state = 'UNAVAILABLE'";

/** The state that `readExecution` gives. */
export const stateAsRead = `CASE WHEN execution.row IN (${damagedRows}) THEN 'UNAVAILABLE' ELSE execution.state END`;

/** How an execution is laid out in the store's row: see `storeSchema.ts`. */
const varyingFields = ['output_value', 'message', 'error', 'state_error', 'state', 'current_steps', 'start_time', 'end_time', 'scheduled_for', 'is_paused'] as const;

/** Whether a field changes while an execution lives; the others are those of its start. */
export function isVarying(field: string): boolean {
  return (varyingFields as readonly string[]).includes(field);
}

type VaryingField = (typeof varyingFields)[number];
export type FixedPart = Omit<Execution, VaryingField | 'script' | 'workflow_revision_id' | 'deleted_at'>;

export interface StoredExecution {
  readonly id: string;
  readonly name: string;
  readonly parent: string | null;
  readonly state: string;
  readonly fixed: string;
  readonly varying: string;
  readonly revision_name: string;
  /** That of its revision. */
  readonly program: string;
  readonly deleted_time: string | null;
}

const nothingElse = Object.fromEntries([...varyingFields, 'script', 'workflow_revision_id', 'deleted_at'].map((name) => [name, undefined]));

export function fixedText(execution: FixedPart): string {
  // What is undefined is left out.
  return JSON.stringify({ ...execution, ...nothingElse });
}

export function varyingText(execution: Pick<Execution, VaryingField>): string {
  return JSON.stringify(Object.fromEntries(varyingFields.map((name) => [name, execution[name]])));
}

/** An execution from its row. One whose data cannot be read is UNAVAILABLE, so that the rest of a list is unharmed. */
export function readExecution(row: StoredExecution, script: string): Execution {
  try {
    const fixed = JSON.parse(row.fixed) as FixedPart;
    const varying = JSON.parse(row.varying) as Pick<Execution, VaryingField>;
    // As `shown_state` of the store says it too.
    if (!isKnownState(row.state)) throw new TypeError(`Its state ${JSON.stringify(row.state)} is not known.`);
    if (varying.state !== row.state) throw new TypeError(`Its state is ${row.state}, and elsewhere ${varying.state}.`);
    if (!Array.isArray(varying.current_steps) || !Array.isArray(fixed.breakpoints)) throw new TypeError('A list is missing.');
    const execution: Execution = { ...emptyExecution(row), ...fixed, ...varying, script, workflow_revision_id: row.revision_name, deleted_at: row.deleted_time ?? undefined };
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
    ...usualFields,
    id: row.id,
    name: row.name,
    type: /\.py$/i.test(row.program) ? 'FLOW' : 'WORKFLOW',
    program: row.program,
    workflow_revision_id: '',
    script: '',
    state: 'UNAVAILABLE',
    create_time: new Date(0).toISOString(),
    deleted_at: row.deleted_time ?? undefined,
    parent_execution_id: row.parent ?? undefined,
  };
}
