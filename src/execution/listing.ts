import type { Criterion } from './criterion.ts';
import type { GroupChoice, Grouping } from './grouping.ts';
import type { Execution, JsonText } from './record.ts';
import type { ExecutionState } from './state.ts';

export interface ListQuery {
  readonly pageSize: number;
  readonly pageToken?: string | undefined;
  readonly states?: readonly ExecutionState[] | undefined;
  /** Only children of this execution; undefined lists executions without a parent. */
  readonly parent?: string | undefined;
  /** Only executions of this program, as their records name it. */
  readonly program?: string | undefined;
  /** The page begins after this execution; instead of a token. */
  readonly after?: string | undefined;
  /** Oldest first; further pages are those after their last execution. */
  readonly oldestFirst?: boolean | undefined;
  /** Only deleted ones that can be restored, without those that were deleted with their parents; then `parent` has no meaning. */
  readonly deleted?: boolean | undefined;
  /** Children of any execution too; then `parent` has no meaning. */
  readonly everywhere?: boolean | undefined;
  /** Only those that it holds for; made by `recordCriterion`. */
  readonly criterion?: Criterion | undefined;
  /** Only those of one group. */
  readonly group?: GroupChoice | undefined;
}

/** The groups of what stands at the root: all, or what was deleted. */
export interface GroupQuery extends Pick<ListQuery, 'criterion' | 'deleted'> {
  readonly grouping: Grouping;
}

/** A label that executions have, and how many do. */
export interface LabelUse {
  readonly key: string;
  readonly value: string;
  readonly count: number;
}

/** Newest first, if not asked for otherwise. */
export interface ExecutionPage {
  readonly executions: readonly Execution[];
  readonly nextPageToken: string | undefined;
}

/** Severities of log entries that tell of a failure (Cloud Logging's LogSeverity). */
export const errorSeverities: ReadonlySet<string> = new Set(['ERROR', 'CRITICAL', 'ALERT', 'EMERGENCY']);

export interface LogEntry {
  readonly time: string;
  readonly severity: string;
  readonly text: string | undefined;
  readonly json: JsonText | undefined;
  readonly routine: string;
  readonly step: string;
}

export type ExecutionChange =
  | { readonly kind: 'created' | 'updated'; readonly execution: Execution }
  | { readonly kind: 'deleted'; readonly id: string }
  | { readonly kind: 'logged'; readonly id: string; readonly entry: LogEntry };
