import type { ExecutionHistoryLevel, JsonText } from './record.ts';

/** What a step entry stands for (google-workflows 6.6): a step, or a part of one that runs for itself. */
export const stepTypes = [
  'STEP_ASSIGN',
  'STEP_STD_LIB_CALL',
  'STEP_CONNECTOR_CALL',
  'STEP_SUBWORKFLOW_CALL',
  'STEP_CALL',
  'STEP_SWITCH',
  'STEP_CONDITION',
  'STEP_FOR',
  'STEP_FOR_ITERATION',
  'STEP_PARALLEL_FOR',
  'STEP_PARALLEL_BRANCH',
  'STEP_PARALLEL_BRANCH_ENTRY',
  'STEP_TRY_RETRY_EXCEPT',
  'STEP_TRY',
  'STEP_RETRY',
  'STEP_EXCEPT',
  'STEP_RETURN',
  'STEP_RAISE',
  'STEP_GOTO',
] as const;

export type StepType = (typeof stepTypes)[number];

export const stepStates = ['STATE_IN_PROGRESS', 'STATE_SUCCEEDED', 'STATE_FAILED', 'STATE_CANCELLED'] as const;

export type StepState = (typeof stepStates)[number];

/** What a number among several is counted in. */
export const progressTypes = ['PROGRESS_TYPE_FOR', 'PROGRESS_TYPE_SWITCH', 'PROGRESS_TYPE_RETRY', 'PROGRESS_TYPE_PARALLEL_FOR', 'PROGRESS_TYPE_PARALLEL_BRANCH'] as const;

export type ProgressType = (typeof progressTypes)[number];

/** One entry of the history of steps. */
export interface StepEntry {
  /** Counts up from 1 in the order in which entries began. The same run gives the same numbers. */
  readonly id: number;
  readonly routine: string;
  readonly step: string;
  /** Where the step's name, or the part, is in the executed source, both from 1. */
  readonly line: number;
  readonly column: number;
  readonly type: StepType;
  readonly state: StepState;
  /** Milliseconds since the epoch. The update is the end, where there was one. */
  readonly created: number;
  readonly updated: number;
  /** The entry that this one is in: of a loop, a call, a branch …; undefined for those of `main` itself. */
  readonly parent: number | undefined;
  /** How many entries are directly in it, kept or not. */
  readonly childCount: number;
  /** Which iteration, attempt, condition or branch it is, from 1. */
  readonly progress: { readonly type: ProgressType; readonly number: number; /** How many there are to be; kept with a detailed history. */ readonly expected: number | undefined } | undefined;
  /** The parallel branch or iteration; undefined on the main line. */
  readonly thread: number | undefined;
  /** The error that it ended with. */
  readonly exception: JsonText | undefined;
  /** The variables in scope at its end as a JSON object; kept with a detailed history. */
  readonly variables: JsonText | undefined;
}

/** The steps of an execution, oldest first. */
export interface StepHistory {
  readonly entries: readonly StepEntry[];
  /** How many there were. More than `entries` has where a long run's middle was not kept. */
  readonly count: number;
}

export const noHistory: StepHistory = { entries: [], count: 0 };

/**
 * How many entries of an execution are kept: its first ones and its last ones. The service documents no number beyond
 * the 100,000 steps of an execution (google-workflows 5); an endless loop must fill neither memory nor disk.
 */
export const keptEntries = { first: 20_000, last: 2_000 } as const;

/** Whether variables are kept too. What is not specified is basic. */
export function isDetailed(level: ExecutionHistoryLevel): boolean {
  return level === 'EXECUTION_HISTORY_DETAILED';
}
