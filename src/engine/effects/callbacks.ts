import { randomUUID } from 'node:crypto';
import type { Outcome } from '../../machine/effect.ts';
import { wrongMethodStatus } from '../switches.ts';

/**
 * The addresses that workflows make with `events.create_callback_endpoint`, and the calls that come to them
 * (google-workflows 6.7). Each has one place for a call that nobody awaits yet; a call that is awaited goes to whoever
 * has waited longest. Knows nothing of sockets: a server hands in the calls.
 */
export class Callbacks {
  readonly #byPath = new Map<string, Endpoint>();
  readonly #byExecution = new Map<string, Endpoint[]>();
  #pendingBytes = 0;

  /** Number of addresses that are open. */
  get size(): number {
    return this.#byPath.size;
  }

  /** Opens an address below a resource such as `projects/p/locations/l/workflows/w/executions/e`; gives its path. */
  open(execution: string, resource: string, method: string): string {
    const path = `/v1/${resource}/callbacks/${randomUUID()}`;
    const endpoint: Endpoint = { path, execution, method, pending: undefined, waiters: new Set() };
    this.#byPath.set(path, endpoint);
    const others = this.#byExecution.get(execution);
    if (others) others.push(endpoint);
    else this.#byExecution.set(execution, [endpoint]);
    return path;
  }

  /** Closes all addresses of an execution. */
  close(execution: string): void {
    for (const endpoint of this.of(execution)) {
      this.take(endpoint);
      this.#byPath.delete(endpoint.path);
    }
    this.#byExecution.delete(execution);
  }

  /** The addresses of an execution, oldest first. */
  of(execution: string): readonly Endpoint[] {
    return this.#byExecution.get(execution) ?? [];
  }

  /** Whether a call of this method may come to this path now; what else speaks against it is the status to answer with. */
  check(method: string, path: string): Endpoint | Refusal {
    const endpoint = this.#byPath.get(path);
    if (!endpoint) return { code: 404, status: 'NOT_FOUND', message: 'There is no such callback: its execution has ended, or never made it.' };
    if (endpoint.method !== method) {
      const status = wrongMethodStatus === 404 ? 'NOT_FOUND' : 'INVALID_ARGUMENT';
      return { code: wrongMethodStatus, status, message: `This callback is called with ${endpoint.method}; got ${method}.` };
    }
    if (endpoint.pending) return { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'An earlier call of this callback has not been awaited yet.' };
    return endpoint;
  }

  /** Hands in a call; undefined where it was taken. */
  receive(call: CallbackCall): Refusal | undefined {
    const endpoint = this.check(call.method, call.url.split('?', 1)[0]!);
    if ('code' in endpoint) return endpoint;
    const [waiter] = endpoint.waiters;
    if (waiter) {
      endpoint.waiters.delete(waiter);
      waiter(call);
      return undefined;
    }
    if (this.#pendingBytes + call.body.length > pendingLimit) return { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Too many calls of callbacks have not been awaited yet.' };
    this.#pendingBytes += call.body.length;
    endpoint.pending = call;
    return undefined;
  }

  /** The address at a path, if the execution made it. */
  find(execution: string, path: string): Endpoint | undefined {
    const endpoint = this.#byPath.get(path);
    return endpoint?.execution === execution ? endpoint : undefined;
  }

  /** Takes the call that has come, if one has. */
  take(endpoint: Endpoint): CallbackCall | undefined {
    const { pending } = endpoint;
    this.#pendingBytes -= pending?.body.length ?? 0;
    endpoint.pending = undefined;
    return pending;
  }
}

/** Bytes (in base64) of calls that nobody has awaited, over all executions. */
const pendingLimit = 64 * 1024 * 1024;

export type CallbackCall = Extract<Outcome, { kind: 'callback' }>;

export type Waiter = (call: CallbackCall) => void;

export interface Endpoint {
  readonly path: string;
  readonly execution: string;
  readonly method: string;
  /** Came and is not awaited yet. */
  pending: CallbackCall | undefined;
  /** Who gets the next calls, longest wait first; whoever gives up takes itself out. */
  readonly waiters: Set<Waiter>;
}

/** An HTTP status, and the name and message that Google's APIs give with it. */
export interface Refusal {
  readonly code: number;
  readonly status: string;
  readonly message: string;
}
