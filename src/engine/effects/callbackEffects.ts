import type { Outcome } from '../../machine/effect.ts';
import { Callbacks, type CallbackCall, type Refusal } from './callbacks.ts';
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
  readonly #givenOrigin: (() => string | undefined) | undefined;
  #origin = '';

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

  /** `resource` is the execution's name in Google's API. */
  async create(execution: string, resource: string, method: string): Promise<Outcome> {
    // First the address, so that the server is not closed while it is waited for.
    const path = this.#callbacks.open(execution, resource, method);
    try {
      this.#origin = this.#givenOrigin?.() ?? (await this.#server.origin());
    } catch (error) {
      this.end(execution);
      return { kind: 'error', tag: 'SystemError', message: `no port can be opened for callbacks: ${(error as Error).message}` };
    }
    return { kind: 'value', value: this.#origin + path };
  }

  /** `waiting` is told when the call has not come yet. */
  await(execution: string, url: string, timeoutSeconds: number, signal: AbortSignal, waiting: (method: string) => void): Outcome | Promise<Outcome> {
    const endpoint = this.#callbacks.find(execution, pathOf(url));
    if (!endpoint) return { kind: 'error', tag: 'ValueError', message: `events.await_callback: ${url} is not a callback that this execution made with events.create_callback_endpoint` };
    const come = this.#callbacks.take(endpoint);
    if (come) return come;
    waiting(endpoint.method);
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
      wakeAt(Date.now() + timeoutSeconds * 1000, timer.signal, () => {
        answer({ kind: 'error', tag: 'TimeoutError', message: `no call of the callback came within ${timeoutSeconds} seconds` });
      });
    });
  }

  of(execution: string): readonly CallbackState[] {
    return this.#callbacks.of(execution).map(({ path, method, waiters, pending }) => ({ url: this.#origin + path, method, waiters: waiters.size, pending: pending !== undefined, payload: pending && Buffer.from(pending.body, 'base64').toString() }));
  }

  /** Closes the addresses of an execution that has ended, and the server with the last address. */
  end(execution: string): void {
    this.#callbacks.close(execution);
    if (this.#callbacks.size === 0) this.#server.close();
  }
}

function pathOf(url: string): string {
  try {
    return new URL(url).pathname;
  } catch {
    return '';
  }
}
