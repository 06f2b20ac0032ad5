import { randomUUID } from 'node:crypto';
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

/** Operations that are remembered; older ones are forgotten. */
const capacity = 1000;

/** The operations of a server, as long as it lives. */
export class Operations {
  readonly #kept = new Map<string, Operation>();

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
    this.#kept.set(operation.name, operation);
    if (this.#kept.size > capacity) this.#kept.delete(this.#kept.keys().next().value!);
    return operation;
  }

  /** Those of a place, oldest first. */
  list(place: string): Operation[] {
    return [...this.#kept.values()].filter(({ name }) => name.startsWith(`${place}/`));
  }

  /** Throws `ApiError` where there is none. */
  get(name: string): Operation {
    const operation = this.#kept.get(name);
    if (!operation) throw new ApiError('NOT_FOUND', `There is no operation ${name}; operations are forgotten when the server ends.`);
    return operation;
  }

  delete(name: string): void {
    this.get(name);
    this.#kept.delete(name);
  }
}
