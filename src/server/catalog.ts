import type { DeployedWorkflow, WorkflowDefinition, WorkflowStore } from '../engine/workflowStore.ts';
import { ApiError } from './apiError.ts';

/** The workflows that a server has. Only the latest revision of one can be started. */
export interface Catalog {
  /** By id. */
  list(): readonly DeployedWorkflow[];
  get(id: string, revision?: string): DeployedWorkflow | undefined;
  /** Newest first. */
  revisions(id: string): readonly DeployedWorkflow[];
  /** Adds or changes a workflow whose source has no errors. Throws `ApiError` where that is done elsewhere. */
  deploy(id: string, definition: WorkflowDefinition): DeployedWorkflow;
  delete(id: string): void;
  /** Throws `ApiError` where workflows are not changed through the API. */
  checkWritable(): void;
  close(): Promise<void>;
}

/** Workflows that only the store has: made and changed through the API. */
export class StoredCatalog implements Catalog {
  readonly #store: WorkflowStore;

  constructor(store: WorkflowStore) {
    this.#store = store;
  }

  list(): readonly DeployedWorkflow[] {
    return this.#store.list('');
  }

  get(id: string, revision?: string): DeployedWorkflow | undefined {
    return this.#store.get('', id, revision);
  }

  revisions(id: string): readonly DeployedWorkflow[] {
    return this.#store.revisions('', id);
  }

  deploy(id: string, definition: WorkflowDefinition): DeployedWorkflow {
    return this.#store.deploy('', id, `stepthrough-workflow:/${id}.workflows.yaml`, definition);
  }

  delete(id: string): void {
    this.#store.delete('', id);
  }

  checkWritable(): void {
    // Everything may be changed.
  }

  close(): Promise<void> {
    this.#store.close();
    return Promise.resolve();
  }
}

export function readOnly(folder: string): ApiError {
  return new ApiError('FAILED_PRECONDITION', `The workflows of this server are the files in ${folder}: change them there.`);
}
