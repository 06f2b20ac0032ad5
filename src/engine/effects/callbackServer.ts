import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { responseLimit } from '../../machine/limits.ts';
import { isForeign } from '../loopback.ts';
import type { Callbacks, Refusal } from './callbacks.ts';

export interface CallbackServerLimits {
  /** Milliseconds in which a request must have come in whole. */
  readonly requestTime: number;
  readonly connections: number;
}

const usualLimits: CallbackServerLimits = { requestTime: 30_000, connections: 64 };

/** Bytes of a callback's body: what an HTTP response may have too (google-workflows 5). */
export const callbackBodyLimit = responseLimit;

/**
 * The server behind callback addresses: on this machine only, begun when the first address is made and closed with the
 * last. Refuses what a page of the web could send: a foreign `Host` (DNS rebinding) or `Origin`.
 */
export class CallbackServer {
  readonly #callbacks: Callbacks;
  readonly #limits: CallbackServerLimits;
  #server: Server | undefined;
  #listening: Promise<string> | undefined;

  constructor(callbacks: Callbacks, limits: Partial<CallbackServerLimits> = {}) {
    this.#callbacks = callbacks;
    this.#limits = { ...usualLimits, ...limits };
  }

  /** Such as `http://127.0.0.1:4711`; where it is not open yet, it takes this port (0: a free one). Rejects where that cannot be opened. */
  origin(port = 0): Promise<string> {
    this.#listening ??= this.#listen(port);
    return this.#listening;
  }

  /** Stops taking calls; the answers to those that have come are still sent. */
  close(): void {
    this.#server?.close();
    this.#server?.closeIdleConnections();
    this.#server = undefined;
    this.#listening = undefined;
  }

  async #listen(port: number): Promise<string> {
    const { requestTime, connections } = this.#limits;
    const server = createServer({ headersTimeout: requestTime, requestTimeout: requestTime, connectionsCheckingInterval: Math.min(1000, requestTime), keepAliveTimeout: 1000 });
    server.maxConnections = connections;
    server.on('request', (request, response) => {
      void this.#answer(request, response);
    });
    server.listen(port, '127.0.0.1');
    this.#server = server;
    try {
      await once(server, 'listening');
    } catch (error) {
      this.close();
      throw error;
    }
    // A connection that cannot be taken (too many open files) is lost to its caller; the others go on.
    server.on('error', () => undefined);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = isForeign(request.headers.host, request.headers.origin, request.socket.localPort ?? 0) ? foreign : await this.#take(request);
    if (refusal === 'gone' || response.destroyed) return;
    // What was not read of a refused body must not be taken for the next request.
    if (!request.complete) response.setHeader('Connection', 'close');
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.statusCode = refusal?.code ?? 200;
    response.end(refusal ? JSON.stringify({ error: refusal }) : '{}');
  }

  async #take(request: IncomingMessage): Promise<Refusal | 'gone' | undefined> {
    const { method = '', url = '' } = request;
    // Nothing is read for an address that takes no call.
    const endpoint = this.#callbacks.check(method, url.split('?', 1)[0]!);
    if ('code' in endpoint) return endpoint;
    if (Number(request.headers['content-length'] ?? 0) > callbackBodyLimit) return tooLarge;
    const body = await readBody(request);
    if (typeof body === 'string') return body === 'gone' ? 'gone' : tooLarge;
    const time = new Date().toISOString();
    return this.#callbacks.receive({ kind: 'callback', time, method, url, headers: headersOf(request), body: body.toString('base64') });
  }
}

const foreign: Refusal = { code: 403, status: 'PERMISSION_DENIED', message: 'Callbacks are called from this machine, not from pages of other sites.' };
const tooLarge: Refusal = { code: 413, status: 'INVALID_ARGUMENT', message: `The body of a callback may have ${callbackBodyLimit} bytes at most.` };

/** Reads no further than the limit. */
function readBody(request: IncomingMessage): Promise<Buffer | 'too large' | 'gone'> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    request.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= callbackBodyLimit) {
        parts.push(part);
      } else {
        request.pause();
        resolve('too large');
      }
    });
    request.on('end', () => resolve(Buffer.concat(parts)));
    request.on('error', () => resolve('gone'));
    request.on('close', () => resolve('gone'));
  });
}

/** Headers as they came, repeated ones too. */
export function headersOf({ rawHeaders }: IncomingMessage): (readonly [string, string])[] {
  return rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [[name, rawHeaders[i + 1] ?? ''] as const] : []));
}
