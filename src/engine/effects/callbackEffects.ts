import type { Outcome } from '../../machine/effect.ts';
import { Callbacks, type CallbackCall, type KeepCall, type Refusal } from './callbacks.ts';
import { CallbackServer } from './callbackServer.ts';
import { wakeAt } from './sleep.ts';

/** A callback address as people and Google's API see it. */
export interface CallbackState {
  readonly url: string;
  readonly method: string;
  /** Steps that wait for a call of it. */
  readonly waiters: number;
  /** Whether a call has come that nobody awaits yet. */
  readonly pending: boolean;
  /** The body of that call as text. */
  readonly payload: string | undefined;
}

/** Performs `events.create_callback_endpoint` and `events.await_callback` for all executions of an engine. */
export class CallbackEffects {
  readonly #callbacks = new Callbacks();
  readonly #server = new CallbackServer(this.#callbacks);
  /** Servers of earlier processes' addresses, by origin. */
  readonly #reopened = new Map<string, CallbackServer>();
  readonly #givenOrigin: (() => string | undefined) | undefined;

  /** Where an origin is given, whoever serves it hands in the calls; else a server of its own is begun. */
  constructor(origin?: () => string | undefined) {
    this.#givenOrigin = origin;
  }

  /** Whether a call of this method may come to this path now; undefined where it may. */
  check(method: string, path: string): Refusal | undefined {
    const endpoint = this.#callbacks.check(method, path);
    return 'code' in endpoint ? endpoint : undefined;
  }

  /** Hands in a call; undefined where it was taken. */
  receive(call: CallbackCall): Refusal | undefined {
    return this.#callbacks.receive(call);
  }

  /** `resource` is the execution's name in Google's API; `keep` is asked before a call is taken. */
  async create(execution: string, resource: string, method: string, keep: KeepCall): Promise<Outcome> {
    // First the address, so that the server is not closed while it is waited for.
    const path = this.#callbacks.open(execution, resource, method, keep);
    let origin: string;
    try {
      origin = await this.#usualOrigin();
    } catch (error) {
      this.end(execution);
      return { kind: 'error', tag: 'SystemError', message: `no port can be opened for callbacks: ${(error as Error).message}` };
    }
    this.#isAt(execution, path, origin);
    return { kind: 'value', value: origin + path };
  }

  /**
   * Opens an address that an earlier process made, with the calls that no step has had yet. Resolves with a sentence
   * where it cannot be called any more as it was given out.
   */
  async reopen(execution: string, url: string, method: string, keep: KeepCall, calls: readonly CallbackCall[]): Promise<string | undefined> {
    const { origin, port, pathname } = new URL(url);
    this.#callbacks.reopen(execution, pathname, method, keep, calls);
    this.#isAt(execution, pathname, origin);
    if (this.#givenOrigin?.() === origin) return undefined;
    const server = this.#reopened.get(origin) ?? new CallbackServer(this.#callbacks);
    this.#reopened.set(origin, server);
    try {
      await server.origin(Number(port));
      return undefined;
    } catch (error) {
      const elsewhere = await this.#usualOrigin();
      this.#isAt(execution, pathname, elsewhere);
      return `The callback address ${url} cannot be opened again: ${(error as Error).message}. It can be called at ${elsewhere}${pathname} instead.`;
    }
  }

  async #usualOrigin(): Promise<string> {
    return this.#givenOrigin?.() ?? this.#server.origin();
  }

  #isAt(execution: string, path: string, origin: string): void {
    const endpoint = this.#callbacks.find(execution, path);
    if (endpoint) endpoint.origin = origin;
  }

  /** `waiting` is told when the call has not come yet, and gives the deadline in milliseconds since the epoch. */
  await(execution: string, url: string, timeoutSeconds: number, signal: AbortSignal, waiting: (method: string) => number): Outcome | Promise<Outcome> {
    const endpoint = this.#callbacks.find(execution, pathOf(url));
    if (!endpoint) return { kind: 'error', tag: 'ValueError', message: `events.await_callback: ${url} is not a callback that this execution made with events.create_callback_endpoint` };
    const come = this.#callbacks.take(endpoint);
    if (come) return come;
    const deadline = waiting(endpoint.method);
    return new Promise((resolve) => {
      const timer = new AbortController();
      const stop = (): void => {
        endpoint.waiters.delete(answer);
        timer.abort();
      };
      const answer = (outcome: Outcome): void => {
        stop();
        signal.removeEventListener('abort', stop);
        resolve(outcome);
      };
      endpoint.waiters.add(answer);
      signal.addEventListener('abort', stop, { once: true });
      wakeAt(deadline, timer.signal, () => {
        answer({ kind: 'error', tag: 'TimeoutError', message: `no call of the callback came within ${timeoutSeconds} seconds` });
      });
    });
  }

  of(execution: string): readonly CallbackState[] {
    return this.#callbacks.of(execution).map(({ origin, path, method, waiters, pending }) => ({ url: origin + path, method, waiters: waiters.size, pending: pending.length > 0, payload: pending[0] && Buffer.from(pending[0].body, 'base64').toString() }));
  }

  /** Closes the addresses of an execution that has ended, and the server with the last address. */
  end(execution: string): void {
    this.#callbacks.close(execution);
    if (this.#callbacks.size > 0) return;
    this.#server.close();
    for (const server of this.#reopened.values()) server.close();
    this.#reopened.clear();
  }
}

function pathOf(url: string): string {
  try {
    return new URL(url).pathname;
  } catch {
    return '';
  }
}
