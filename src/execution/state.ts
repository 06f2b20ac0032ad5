/** The states of an execution: one machine for both systems (execution-fields 3). Terminal ones never change. */
export const executionStates = ['QUEUED', 'ACTIVE', 'PAUSED', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'UNAVAILABLE'] as const;

export type ExecutionState = (typeof executionStates)[number];

/** Those of executions that go on, or will. */
export const liveStates: readonly ExecutionState[] = ['QUEUED', 'ACTIVE', 'PAUSED'];

export function isTerminal(state: ExecutionState): boolean {
  return state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELLED';
}
