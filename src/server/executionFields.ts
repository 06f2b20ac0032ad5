import { durationBetween } from '../execution/duration.ts';
import type { Execution } from '../execution/record.ts';
import type { FilterField, FilterFields } from './filter.ts';
import type { OrderFields } from './ordering.ts';
import type { BodyField, BodyFields } from './request.ts';
import { callLogLevels, historyLevels } from './workflowResource.ts';

/** The fields of an Execution that a request may have (google-workflows 6.2). */
export const executionFields: BodyFields = new Map<string, BodyField>([
  ['argument', { kind: 'text' }],
  ['callLogLevel', { kind: 'enum', values: callLogLevels }],
  ['labels', { kind: 'texts' }],
  ['disableConcurrencyQuotaOverflowBuffering', { kind: 'bool' }],
  ['executionHistoryLevel', { kind: 'enum', values: historyLevels }],
  ...['name', 'createTime', 'startTime', 'endTime', 'duration', 'state', 'result', 'error', 'workflowRevisionId', 'status', 'stateError'].map((name): [string, BodyField] => [name, { kind: 'output' }]),
]);

/** The body of `triggerPubsubExecution`. */
export const pubsubFields: BodyFields = new Map<string, BodyField>([
  ['subscription', { kind: 'text' }],
  ['message', { kind: 'object' }],
  ['GCPCloudEventsMode', { kind: 'text' }],
  ['deliveryAttempt', { kind: 'int' }],
]);

/** The service cannot pause. */
const stateOf = ({ state }: Execution): string => (state === 'PAUSED' ? 'ACTIVE' : state);
const durationOf = ({ start_time, end_time }: Execution): string | undefined => (start_time === undefined || end_time === undefined ? undefined : durationBetween(start_time, end_time));
const labels: FilterField<Execution> = { kind: 'map', of: (execution) => execution.labels };

/** google-workflows 6.2. */
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

export const executionOrder: OrderFields<Execution> = new Map<string, (execution: Execution) => string | number | undefined>([
  ['executionId', ({ id }) => id],
  ['state', stateOf],
  ['createTime', ({ create_time }) => create_time],
  ['startTime', ({ start_time }) => start_time],
  ['endTime', ({ end_time }) => end_time],
  ['duration', (execution) => Number.parseFloat(durationOf(execution) ?? '-1')],
  ['workflowRevisionId', ({ workflow_revision_id }) => workflow_revision_id],
]);
