import { secondsOf, type FilterField, type FilterFields } from './criterion.ts';
import { durationBetween } from './duration.ts';
import type { OrderFields, OrderValue } from './ordering.ts';
import type { Execution } from './record.ts';

/** What lists of executions are filtered and ordered by, under the names of Google's API (google-workflows 6.2). */

/** The service cannot pause. */
const stateOf = ({ state }: Execution): string => (state === 'PAUSED' ? 'ACTIVE' : state);
const durationOf = ({ start_time, end_time }: Execution): string | undefined => (start_time === undefined || end_time === undefined ? undefined : durationBetween(start_time, end_time));
const labels: FilterField<Execution> = { kind: 'map', of: (execution) => execution.labels };

export const executionFilter: FilterFields<Execution> = new Map<string, FilterField<Execution>>([
  ['executionId', { kind: 'text', of: ({ id }) => id }],
  ['state', { kind: 'text', of: stateOf }],
  ['createTime', { kind: 'time', of: ({ create_time }) => create_time }],
  ['startTime', { kind: 'time', of: ({ start_time }) => start_time }],
  ['endTime', { kind: 'time', of: ({ end_time }) => end_time }],
  ['duration', { kind: 'duration', of: durationOf }],
  ['workflowRevisionId', { kind: 'text', of: ({ workflow_revision_id }) => workflow_revision_id }],
  ['stepName', { kind: 'texts', of: ({ current_steps }) => current_steps.map(({ step }) => step) }],
  ['label', labels],
  ['labels', labels],
  ['disableConcurrencyQuotaOverflowBuffering', { kind: 'bool', of: (execution) => execution.disable_concurrency_quota_overflow_buffering }],
]);

/** Times are texts of one form, durations are in seconds. */
export const executionOrder: OrderFields<Execution> = new Map<string, (execution: Execution) => OrderValue>([
  ['executionId', ({ id }) => id],
  ['state', stateOf],
  ['createTime', ({ create_time }) => create_time],
  ['startTime', ({ start_time }) => start_time],
  ['endTime', ({ end_time }) => end_time],
  ['duration', (execution) => (durationOf(execution) === undefined ? undefined : secondsOf(durationOf(execution)!))],
  ['workflowRevisionId', ({ workflow_revision_id }) => workflow_revision_id],
]);
