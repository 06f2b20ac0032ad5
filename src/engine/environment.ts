import { basename } from 'node:path';
import type { Execution } from '../execution/record.ts';

/** What `sys.get_env` knows of the place an execution runs in (google-workflows 3, sys). */
export interface LocalPlace {
  readonly location: string;
  readonly projectId: string;
  readonly projectNumber: string;
}

/** Names that a workflow can tell from real ones at a glance. */
export const defaultPlace: LocalPlace = { location: 'local', projectId: 'local-project', projectNumber: '0' };

/** Given among a revision's own variables only where the revision names a service account. */
export const serviceAccountVariable = 'GOOGLE_CLOUD_SERVICE_ACCOUNT_NAME';

/** The workflow's id: its file's name without endings, in the characters that ids have, beginning with a letter. */
export function workflowId(program: string): string {
  const stem = basename(program.replaceAll('\\', '/'))
    .replace(/(\.workflows?)?\.(ya?ml|json)$|\.py$/i, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-');
  const id = stem.replace(/^[^A-Za-z]+/, '').slice(0, 64).replace(/[^A-Za-z0-9]+$/, '');
  return id === '' ? 'workflow' : id;
}

/** `projects/{number}/locations/{l}/workflows/{w}/executions/{id}`: responses have the project's number (google-workflows 6.3). */
export function executionName(execution: Pick<Execution, 'id' | 'program'>, place: LocalPlace): string {
  return `projects/${place.projectNumber}/locations/${place.location}/workflows/${workflowId(execution.program)}/executions/${execution.id}`;
}

/** The built-in variables and the revision's own; those that depend on the execution are given by its record. */
export function environmentOf(
  place: LocalPlace,
  own: ReadonlyMap<string, string>,
  execution: { readonly id: string; readonly program: string; readonly workflow_revision_id: string },
): ReadonlyMap<string, string> {
  return new Map([
    ...own,
    ['GOOGLE_CLOUD_LOCATION', place.location],
    ['GOOGLE_CLOUD_PROJECT_ID', place.projectId],
    ['GOOGLE_CLOUD_PROJECT_NUMBER', place.projectNumber],
    [serviceAccountVariable, own.get(serviceAccountVariable) ?? `stepthrough@${place.projectId}.iam.gserviceaccount.com`],
    ['GOOGLE_CLOUD_WORKFLOW_EXECUTION_ID', execution.id],
    ['GOOGLE_CLOUD_WORKFLOW_ID', workflowId(execution.program)],
    ['GOOGLE_CLOUD_WORKFLOW_REVISION_ID', execution.workflow_revision_id],
  ]);
}
