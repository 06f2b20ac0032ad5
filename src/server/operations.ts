import { randomUUID } from 'node:crypto';
import type { OperationTable } from '../engine/operationTable.ts';
import { ApiError } from './apiError.ts';

/** A long-running operation as the API gives it; here every one is done when it is answered. */
export interface Operation {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly done: true;
  readonly error?: { readonly code: number; readonly message: string };
  readonly response?: object;
}

export interface OperationSubject {
  /** `projects/{p}/locations/{l}` */
  readonly place: string;
  readonly version: string;
  /** The workflow's name. */
  readonly target: string;
  readonly verb: 'create' | 'update' | 'delete';
}

/** The operations of a store. */
export class Operations {
  readonly #table: OperationTable;

  constructor(table: OperationTable) {
    this.#table = table;
  }

  /** Does the work and records how it went: an `ApiError` of it becomes the operation's error. */
  async perform(subject: OperationSubject, work: () => Promise<{ readonly type: string; readonly resource: object }>): Promise<Operation> {
    const createTime = new Date().toISOString();
    let outcome: Pick<Operation, 'error' | 'response'>;
    try {
      const { type, resource } = await work();
      outcome = { response: { '@type': `type.googleapis.com/${type}`, ...resource } };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      outcome = { error: error.rpcStatus };
    }
    const operation: Operation = {
      name: `${subject.place}/operations/operation-${randomUUID()}`,
      metadata: {
        '@type': `type.googleapis.com/google.cloud.workflows.${subject.version}.OperationMetadata`,
        createTime,
        endTime: new Date().toISOString(),
        target: subject.target,
        verb: subject.verb,
        apiVersion: subject.version,
      },
      done: true,
      ...outcome,
    };
    this.#table.add({ name: operation.name, data: JSON.stringify(operation) });
    return operation;
  }

  /** Those of a place, oldest first. */
  list(place: string): Operation[] {
    return this.#table.list(`${place}/operations/`).map(({ data }) => JSON.parse(data) as Operation);
  }

  /** Throws `ApiError` where there is none. */
  get(name: string): Operation {
    const found = this.#table.get(name);
    if (!found) throw noOperation(name);
    return JSON.parse(found.data) as Operation;
  }

  delete(name: string): void {
    if (!this.#table.delete(name)) throw noOperation(name);
  }
}

function noOperation(name: string): ApiError {
  return new ApiError('NOT_FOUND', `There is no operation ${name}; operations are kept for some weeks.`);
}
