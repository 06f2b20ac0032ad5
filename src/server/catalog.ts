import type { DeployedWorkflow, WorkflowDefinition, WorkflowStore } from '../engine/workflowStore.ts';
import { storedProgram } from '../execution/program.ts';
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
  /** Throws `ApiError` where this workflow, which may not be there yet, is not changed through the API. */
  checkWritable(id: string): void;
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
    return this.#store.deploy('', id, storedProgram(id), definition);
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

/**
 * Workflows that are files, and below them those made through the API. An id that a file has is the file's: it is
 * changed there.
 */
export class LayeredCatalog implements Catalog {
  readonly #files: Catalog;
  readonly #stored: Catalog;

  constructor(files: Catalog, stored: Catalog) {
    this.#files = files;
    this.#stored = stored;
  }

  list(): readonly DeployedWorkflow[] {
    const files = this.#files.list();
    const ids = new Set(files.map(({ id }) => id));
    return [...files, ...this.#stored.list().filter(({ id }) => !ids.has(id))].sort((left, right) => (left.id < right.id ? -1 : 1));
  }

  get(id: string, revision?: string): DeployedWorkflow | undefined {
    return this.#layer(id).get(id, revision);
  }

  revisions(id: string): readonly DeployedWorkflow[] {
    return this.#layer(id).revisions(id);
  }

  deploy(id: string, definition: WorkflowDefinition): DeployedWorkflow {
    return this.#layer(id).deploy(id, definition);
  }

  delete(id: string): void {
    this.#layer(id).delete(id);
  }

  checkWritable(id: string): void {
    this.#layer(id).checkWritable(id);
  }

  async close(): Promise<void> {
    await Promise.all([this.#files.close(), this.#stored.close()]);
  }

  #layer(id: string): Catalog {
    return this.#files.get(id) ? this.#files : this.#stored;
  }
}

/** `place` says where the files are. */
export function readOnly(place: string): ApiError {
  return new ApiError('FAILED_PRECONDITION', `The workflows of this server are the files in ${place}: change them there.`);
}
