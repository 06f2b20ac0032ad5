import type { ExecutionState } from './state.ts';

/** The states as flows read them with `get('status')`: those of the end are documented (cloudomation 1.3), the others are ours. */
const statuses: { readonly [State in ExecutionState]: string } = {
  QUEUED: 'QUEUED',
  ACTIVE: 'RUNNING',
  PAUSED: 'PAUSED',
  SUCCEEDED: 'ENDED_SUCCESS',
  FAILED: 'ENDED_ERROR',
  CANCELLED: 'ENDED_CANCELLED',
  UNAVAILABLE: 'UNAVAILABLE',
};

/** Cloudomation's word for a state. */
export function statusOf(state: ExecutionState): string {
  return statuses[state];
}

/** The state of a status; undefined for a word that is none. */
export function stateOf(status: string): ExecutionState | undefined {
  return (Object.keys(statuses) as ExecutionState[]).find((state) => statuses[state] === status);
}
