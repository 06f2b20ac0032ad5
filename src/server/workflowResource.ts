import { parseEnvironment } from '../execution/environmentFile.ts';
import { workflowLimit } from '../engine/textFile.ts';
import type { DeployedWorkflow, HistoryLevel, WorkflowDefinition } from '../engine/workflowStore.ts';
import { checkOptionValues } from '../execution/options.ts';
import type { CallLogLevel } from '../execution/record.ts';
import { ApiError, invalid } from './apiError.ts';
import { camelCase, type Body, type BodyField, type BodyFields } from './request.ts';

/** By their numbers in the API. */
export const callLogLevels = ['CALL_LOG_LEVEL_UNSPECIFIED', 'LOG_ALL_CALLS', 'LOG_ERRORS_ONLY', 'LOG_NONE'] as const satisfies readonly CallLogLevel[];
export const historyLevels = ['EXECUTION_HISTORY_LEVEL_UNSPECIFIED', 'EXECUTION_HISTORY_BASIC', 'EXECUTION_HISTORY_DETAILED'] as const satisfies readonly HistoryLevel[];

/** google-workflows 5. */
const descriptionLimit = 1000;

const text: BodyField = { kind: 'text' };
const output: BodyField = { kind: 'output' };

/** The fields of a Workflow that a request may have (google-workflows 6.1). */
export const workflowFields: BodyFields = new Map<string, BodyField>([
  ['description', text],
  ['labels', { kind: 'texts' }],
  ['serviceAccount', text],
  ['sourceContents', text],
  ['cryptoKeyName', text],
  ['callLogLevel', { kind: 'enum', values: callLogLevels }],
  ['userEnvVars', { kind: 'texts' }],
  ['executionHistoryLevel', { kind: 'enum', values: historyLevels }],
  ...['name', 'state', 'stateError', 'revisionId', 'revisionCreateTime', 'createTime', 'updateTime', 'allKmsKeys', 'allKmsKeysVersions', 'cryptoKeyVersion', 'tags'].map((name) => [name, output] as const),
]);

const changeable = [...workflowFields].filter(([, { kind }]) => kind !== 'output').map(([name]) => name);

export function workflowResource(workflow: DeployedWorkflow, place: string): object {
  return {
    name: `${place}/workflows/${workflow.id}`,
    description: workflow.description,
    state: 'ACTIVE',
    revisionId: workflow.revisionId,
    createTime: workflow.createTime,
    updateTime: workflow.updateTime,
    revisionCreateTime: workflow.revisionTime,
    labels: workflow.labels,
    serviceAccount: workflow.serviceAccount === '' ? undefined : workflow.serviceAccount,
    sourceContents: workflow.source,
    cryptoKeyName: workflow.cryptoKeyName === '' ? undefined : workflow.cryptoKeyName,
    callLogLevel: workflow.callLogLevel,
    userEnvVars: workflow.variables,
    executionHistoryLevel: workflow.executionHistoryLevel,
  };
}

/** A definition from a request's body. Throws `ApiError` for what is wrong in anything but the source's content. */
export function definitionOf(body: Body): WorkflowDefinition {
  const given = <T>(name: string, absent: T): T => (body.get(name) as T | undefined) ?? absent;
  const definition: WorkflowDefinition = {
    source: given('sourceContents', ''),
    description: given('description', ''),
    labels: given('labels', {}),
    serviceAccount: given('serviceAccount', ''),
    cryptoKeyName: given('cryptoKeyName', ''),
    callLogLevel: given('callLogLevel', callLogLevels[0]),
    executionHistoryLevel: given('executionHistoryLevel', historyLevels[0]),
    variables: given('userEnvVars', {}),
  };
  check(definition);
  return definition;
}

/** A definition with the fields of a mask (names with commas between them); without one, with all that was given. */
export function changed(workflow: WorkflowDefinition, body: Body, mask: string | undefined): WorkflowDefinition {
  const names = mask === undefined || mask === '' ? undefined : mask === '*' ? changeable : mask.split(',').map((name) => camelCase(name.trim()));
  for (const name of names ?? []) if (!changeable.includes(name)) throw invalid(`updateMask names ${JSON.stringify(name)}, which cannot be changed; there are ${changeable.join(', ')}.`);
  const before = bodyOf(workflow);
  // The whole resource is replaced where nothing else is said; its source is there in any case.
  if (names === undefined) return definitionOf(body.has('sourceContents') ? body : new Map([...body, ['sourceContents', workflow.source]]));
  return definitionOf(new Map(changeable.map((name) => [name, (names.includes(name) ? body : before).get(name)])));
}

function bodyOf(workflow: WorkflowDefinition): Body {
  const { source, description, labels, serviceAccount, cryptoKeyName, callLogLevel, executionHistoryLevel, variables } = workflow;
  return new Map<string, unknown>(Object.entries({ sourceContents: source, description, labels, serviceAccount, cryptoKeyName, callLogLevel, executionHistoryLevel, userEnvVars: variables }));
}

function check({ source, description, labels, variables }: WorkflowDefinition): void {
  if (source.trim() === '') throw invalid('sourceContents is the source of the workflow; got none.');
  const bytes = Buffer.byteLength(source);
  if (bytes > workflowLimit.bytes) throw invalid(`sourceContents has at most ${workflowLimit.bytes / 1024} KB; got ${(bytes / 1024).toFixed(1)} KB.`);
  const length = Array.from(description).length;
  if (length > descriptionLimit) throw invalid(`description has at most ${descriptionLimit} characters; got ${length}.`);
  const problem = checkOptionValues({ labels }).problems[0] ?? parseEnvironment(JSON.stringify(variables), 'json').problems[0];
  if (problem) throw invalid(problem.message);
}

/** Letters, digits, _ and -: up to 64, beginning with a letter and not ending with _ or -. */
export function checkWorkflowId(id: string | undefined): string {
  if (id === undefined || id === '') throw invalid('workflowId is the id of the new workflow; got none.');
  if (/^[A-Za-z]([A-Za-z0-9_-]{0,62}[A-Za-z0-9])?$/.test(id)) return id;
  throw invalid(`workflowId has up to 64 letters, digits, _ and -, begins with a letter and ends with a letter or digit; got ${JSON.stringify(id.slice(0, 80))}.`);
}

export function noWorkflow(name: string): ApiError {
  return new ApiError('NOT_FOUND', `There is no workflow ${name}.`);
}
