import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How often each thing was done. */
export type Counts = ReadonlyMap<string, number>;

/**
 * The outside, which outlives the processes that are killed: it counts what is done to it, and calls the callbacks
 * that it is told of until they have been taken.
 */
export class World {
  readonly #server: Server;
  readonly #random: () => number;
  readonly #made = new Map<string, number>();
  readonly #read = new Map<string, number>();
  readonly #flaky = new Set<string>();
  readonly #calls = new Set<Promise<void>>();
  #stopped = false;

  /** `random` gives numbers from 0 to 1. */
  constructor(random: () => number) {
    this.#random = random;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async open(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Requests that must not be repeated, by `run/step/attempt`. */
  get made(): Counts {
    return this.#made;
  }

  /** Requests that may be repeated, by method and path. */
  get read(): Counts {
    return this.#read;
  }

  async close(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#calls);
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, what = '', ...rest] = (request.url ?? '').split('/');
    const key = rest.join('/');
    // It has arrived from here on, whatever becomes of the connection.
    if (what === 'once') this.#made.set(key, (this.#made.get(key) ?? 0) + 1);
    else this.#read.set(`${request.method} ${what}/${key}`, (this.#read.get(`${request.method} ${what}/${key}`) ?? 0) + 1);
    const text = await bodyOf(request);
    if (text === undefined) return;
    await pause(this.#random() * 25);
    const step = rest[1] ?? '';
    if (what === 'once') {
      this.#call(text, valueOf(step));
      json(response, 200, { value: valueOf(step) });
    } else if (what === 'done') {
      json(response, 200, { done: [...this.#made.keys()].some((made) => made.startsWith(`${key}/`)), value: valueOf(step) });
    } else if (what === 'flaky' && !this.#flaky.has(key)) {
      this.#flaky.add(key);
      json(response, 503, {});
    } else {
      json(response, 200, { value: 1 });
    }
  }

  #call(text: string, value: number): void {
    const url = text === '' ? undefined : (JSON.parse(text) as { call?: string }).call;
    if (url === undefined) return;
    const calling = this.#callUntilTaken(url, value);
    this.#calls.add(calling);
    void calling.finally(() => this.#calls.delete(calling));
  }

  /** The answer may be lost with the process that took the call: then the next one finds it taken, or the address gone. */
  async #callUntilTaken(url: string, value: number): Promise<void> {
    await pause(this.#random() * 100);
    for (let unsure = false; !this.#stopped; await pause(20)) {
      try {
        const { status } = await fetch(url, { method: 'POST', body: JSON.stringify({ value }), headers: { 'Content-Type': 'application/json' } });
        if (status === 200 || (unsure && (status === 404 || status === 429))) return;
      } catch (error) {
        unsure ||= !isRefused(error);
      }
    }
  }
}

/** The same for every run, so that results can be compared. */
function valueOf(step: string): number {
  return Buffer.from(step).reduce((sum, byte) => sum * 31 + byte, 7) % 1000;
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';
}

function json(response: ServerResponse, code: number, body: unknown): void {
  if (response.destroyed) return;
  response.writeHead(code, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  try {
    let text = '';
    for await (const part of request) text += String(part);
    return text;
  } catch {
    return undefined;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
