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
