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
  open(execution: string, resource: string, method: string, keep: KeepCall = unkept): string {
    const path = `/v1/${resource}/callbacks/${randomUUID()}`;
    this.reopen(execution, path, method, keep, []);
    return path;
  }

  /** Opens an address that an earlier process opened, with the calls that came there and that no step has had. */
  reopen(execution: string, path: string, method: string, keep: KeepCall, calls: readonly CallbackCall[]): void {
    const endpoint: Endpoint = { path, execution, method, keep, origin: '', pending: [...calls], waiters: new Set() };
    for (const { body } of calls) this.#pendingBytes += body.length;
    this.#byPath.set(path, endpoint);
    const others = this.#byExecution.get(execution);
    if (others) others.push(endpoint);
    else this.#byExecution.set(execution, [endpoint]);
  }

  /** Closes all addresses of an execution. */
  close(execution: string): void {
    for (const endpoint of this.of(execution)) {
      while (this.take(endpoint));
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
    if (endpoint.pending.length > 0) return { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'An earlier call of this callback has not been awaited yet.' };
    return endpoint;
  }

  /** Hands in a call; undefined where it was taken. */
  receive(call: CallbackCall): Refusal | undefined {
    const endpoint = this.check(call.method, call.url.split('?', 1)[0]!);
    if ('code' in endpoint) return endpoint;
    const [waiter] = endpoint.waiters;
    if (!waiter && this.#pendingBytes + call.body.length > pendingLimit) return { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Too many calls of callbacks have not been awaited yet.' };
    const trouble = endpoint.keep(endpoint.path, call);
    if (trouble !== undefined) return { code: 503, status: 'UNAVAILABLE', message: `The call cannot be kept: ${trouble}` };
    if (waiter) {
      endpoint.waiters.delete(waiter);
      waiter(call);
      return undefined;
    }
    this.#pendingBytes += call.body.length;
    endpoint.pending.push(call);
    return undefined;
  }

  /** The address at a path, if the execution made it. */
  find(execution: string, path: string): Endpoint | undefined {
    const endpoint = this.#byPath.get(path);
    return endpoint?.execution === execution ? endpoint : undefined;
  }

  /** Takes the call that has come, if one has. */
  take(endpoint: Endpoint): CallbackCall | undefined {
    const call = endpoint.pending.shift();
    this.#pendingBytes -= call?.body.length ?? 0;
    return call;
  }
}

/** Bytes (in base64) of calls that nobody has awaited, over all executions. */
const pendingLimit = 64 * 1024 * 1024;

export type CallbackCall = Extract<Outcome, { kind: 'callback' }>;

/** Keeps a call of the address at a path, so that a crash does not lose it; a sentence on why it cannot. */
export type KeepCall = (path: string, call: CallbackCall) => string | undefined;

const unkept: KeepCall = () => undefined;

export type Waiter = (call: CallbackCall) => void;

export interface Endpoint {
  readonly path: string;
  readonly execution: string;
  readonly method: string;
  /** Asked before a call is taken. */
  readonly keep: KeepCall;
  /** Such as `http://127.0.0.1:4711`; empty until it is known. */
  origin: string;
  /** Came and is not awaited yet: one at most, other than after a crash. */
  readonly pending: CallbackCall[];
  /** Who gets the next calls, longest wait first; whoever gives up takes itself out. */
  readonly waiters: Set<Waiter>;
}

/** An HTTP status, and the name and message that Google's APIs give with it. */
export interface Refusal {
  readonly code: number;
  readonly status: string;
  readonly message: string;
}
