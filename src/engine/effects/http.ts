import { X509Certificate } from 'node:crypto';
import { request as plainRequest, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { request as secureRequest, type RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { HttpRequest, Outcome } from '../../machine/effect.ts';
import { responseLimit } from '../../machine/limits.ts';
import { followedRedirects, methodKeepingRedirects, transparentCompression } from '../switches.ts';
import { Connections } from './connections.ts';

/**
 * HTTP over Node's own client rather than `fetch`: workflows may wait 1800 seconds for an answer where fetch gives up
 * after 300, may send a body with GET, and see header names as the server wrote them; and whether a connection was
 * ever made, which decides what may be retried, is known here without guessing.
 */

/** Bytes of a response's headers. */
const headerLimit = 64 * 1024;

/** Repeating one of these does no harm (RFC 9110, 9.2.2), so it may use a kept connection that the server is about to close. */
const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']);

export function isIdempotent(method: string): boolean {
  return idempotent.has(method.toUpperCase());
}

/** How a call is made otherwise than a workflow's. Times are in seconds; undefined is no limit but the request's own. */
export interface ExchangeOptions {
  /** How many redirects are followed; 0 answers with the redirect. */
  readonly redirects?: number | undefined;
  /** Trusts any certificate. */
  readonly insecure?: boolean | undefined;
  readonly connectSeconds?: number | undefined;
  /** Between two parts of the answer. */
  readonly readSeconds?: number | undefined;
  /** Bytes of the answer's body, in place of a workflow's limit. */
  readonly responseBytes?: number | undefined;
}

/**
 * Calls over HTTP. Connections are kept for later calls, and go through the proxies that the environment names
 * (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`, in either case).
 */
export class HttpClient {
  readonly #connections: Connections;

  constructor(environment: NodeJS.ProcessEnv) {
    this.#connections = new Connections(environment);
  }

  /** An answer, or why there is none. Once aborted it never answers. */
  perform(request: HttpRequest, signal: AbortSignal, options: ExchangeOptions = {}): Promise<Outcome> {
    return new Promise((resolve) => {
      if (signal.aborted) return;
      const exchange = new Exchange(request, options, this.#connections, (outcome) => {
        signal.removeEventListener('abort', stop);
        resolve(outcome);
      });
      const stop = (): void => exchange.stop();
      signal.addEventListener('abort', stop, { once: true });
      exchange.begin();
    });
  }

  /** Closes connections that nobody uses. */
  close(): void {
    this.#connections.close();
  }
}

function webAddress(text: string, base?: URL): URL | undefined {
  try {
    const url = new URL(text, base);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
  } catch {
    return undefined;
  }
}

interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer | undefined;
}

/** One call with its redirects, under one time limit. */
class Exchange {
  readonly #request: HttpRequest;
  readonly #options: ExchangeOptions;
  readonly #connections: Connections;
  readonly #resolve: (outcome: Outcome) => void;
  #connecting: NodeJS.Timeout | undefined;
  #timer: NodeJS.Timeout | undefined;
  #current: ClientRequest | undefined;
  #redirects = 0;
  #ended = false;

  constructor(request: HttpRequest, options: ExchangeOptions, connections: Connections, resolve: (outcome: Outcome) => void) {
    this.#request = request;
    this.#options = options;
    this.#connections = connections;
    this.#resolve = resolve;
  }

  begin(): void {
    const { url: text, method, headers, body, timeoutSeconds, caCertificate } = this.#request;
    const url = webAddress(text);
    if (!url) {
      this.#fail('ValueError', `not an http or https address: ${text}`);
      return;
    }
    if (caCertificate !== undefined && !isCertificate(caCertificate)) {
      this.#fail('ValueError', 'ca_certificate is not a certificate in PEM');
      return;
    }
    this.#timer = setTimeout(() => this.#fail('TimeoutError', 'request timed out', ['OSError']), timeoutSeconds * 1000);
    this.#send({ url, method, headers, body: body === undefined ? undefined : Buffer.from(body, 'base64') });
  }

  stop(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#connecting);
    this.#current?.destroy();
  }

  #end(outcome: Outcome): void {
    if (this.#ended) return;
    this.stop();
    this.#resolve(outcome);
  }

  #fail(tag: string, message: string, moreTags?: readonly string[]): void {
    this.#end({ kind: 'error', tag, message, ...(moreTags && { moreTags }) });
  }

  #send(hop: Hop, fresh = false): void {
    const secure = hop.url.protocol === 'https:';
    const kept = isIdempotent(hop.method) && !fresh;
    const unpacks = transparentCompression && !hop.headers.some(([name]) => name.toLowerCase() === 'accept-encoding');
    const options: RequestOptions = {
      method: hop.method,
      headers: requestHeaders(hop, unpacks),
      agent: this.#connections.agent(secure, kept),
      maxHeaderSize: headerLimit,
      ...(this.#request.caCertificate !== undefined && { ca: this.#request.caCertificate }),
      ...(this.#options.insecure === true && { rejectUnauthorized: false }),
    };
    let client: ClientRequest;
    try {
      client = (secure ? secureRequest : plainRequest)(hop.url, options);
    } catch (error) {
      // Node refuses what could not be sent: a header's name or value, a method.
      this.#fail('ValueError', `the request cannot be sent: ${(error as Error).message}`);
      return;
    }
    this.#current = client;
    let connected = false;
    const connect = (): void => {
      connected = true;
      clearTimeout(this.#connecting);
    };
    client.on('socket', (socket) => {
      // Through a proxy the connection stands before it is handed out.
      if (client.reusedSocket || isConnected(socket, secure)) connect();
      else socket.once(secure ? 'secureConnect' : 'connect', connect);
    });
    this.#limit(client, hop.url);
    client.on('error', (error) => {
      if (this.#ended || this.#current !== client) return;
      // The server closed a kept connection just as it was taken: nothing was answered, so try a new one.
      if (client.reusedSocket && kept) this.#send(hop, true);
      else this.#failConnection(error, connected, hop.url);
    });
    client.on('upgrade', (_response, socket) => {
      socket.destroy();
      this.#fail('ConnectionError', `the server changed to another protocol (${hop.url.host})`);
    });
    client.on('response', (response) => this.#receive(hop, response, unpacks));
    client.end(hop.body);
  }

  #failConnection(error: NodeJS.ErrnoException, connected: boolean, url: URL): void {
    if (error.code === 'HPE_HEADER_OVERFLOW') this.#fail('ResourceLimitError', `the headers of an HTTP response may have ${headerLimit} bytes at most`);
    else this.#fail(connected ? 'ConnectionError' : 'ConnectionFailedError', connectionMessage(error, url));
  }

  #limit(client: ClientRequest, url: URL): void {
    const { connectSeconds, readSeconds } = this.#options;
    clearTimeout(this.#connecting);
    if (connectSeconds !== undefined) {
      this.#connecting = setTimeout(() => this.#fail('TimeoutError', `no connection to ${url.host} within ${connectSeconds} s`), connectSeconds * 1000);
    }
    if (readSeconds !== undefined) client.setTimeout(readSeconds * 1000, () => this.#fail('TimeoutError', `${url.host} sent nothing for ${readSeconds} s`));
  }

  #receive(hop: Hop, response: IncomingMessage, unpacks: boolean): void {
    const next = this.#redirect(hop, response);
    if (next === 'failed') return;
    if (next) {
      // What stands beside the new address is of no use, and might never end.
      this.#current?.destroy();
      this.#send(next);
      return;
    }
    const packed = unpacks && /^gzip$/i.test(response.headers['content-encoding'] ?? '') && hop.method !== 'HEAD' && response.statusCode !== 204 && response.statusCode !== 304;
    const body: Readable = packed ? response.pipe(createGunzip()) : response;
    const broken = (error: Error): void => this.#fail('ConnectionError', `the connection broke while the response came in: ${error.message}`);
    response.on('error', broken);
    if (packed) body.on('error', broken);
    const chunks: Buffer[] = [];
    let size = 0;
    const most = this.#options.responseBytes ?? responseLimit;
    body.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= most) {
        chunks.push(chunk);
      } else {
        this.#fail('ResourceLimitError', `an HTTP response may have ${most} bytes at most`);
        body.destroy();
      }
    });
    body.on('end', () => {
      const headers = headerPairs(response).filter(([name]) => !packed || !/^content-(encoding|length)$/i.test(name));
      this.#end({ kind: 'response', code: response.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString('base64') });
    });
  }

  #redirect(hop: Hop, response: IncomingMessage): Hop | 'failed' | undefined {
    const { statusCode = 0 } = response;
    const { location } = response.headers;
    const limit = this.#options.redirects ?? followedRedirects;
    if (limit === 0 || location === undefined || ![301, 302, 303, 307, 308].includes(statusCode)) return undefined;
    const url = webAddress(location, hop.url);
    if (!url) return undefined;
    if (++this.#redirects > limit) {
      this.#fail('ConnectionError', `stopped after ${limit} redirects`);
      return 'failed';
    }
    const keeps = methodKeepingRedirects.has(statusCode);
    const headers = hop.headers.filter(([name]) => {
      // Credentials are for the server they were meant for.
      if (url.origin !== hop.url.origin && /^(authorization|proxy-authorization|cookie|host)$/i.test(name)) return false;
      return keeps || !/^content-/i.test(name);
    });
    return { url, headers, method: keeps || hop.method === 'HEAD' ? hop.method : 'GET', body: keeps ? hop.body : undefined };
  }
}

function requestHeaders(hop: Hop, unpacks: boolean): OutgoingHttpHeaders {
  const headers = new Map<string, { name: string; value: string }>();
  for (const [name, value] of hop.headers) headers.set(name.toLowerCase(), { name, value });
  if (unpacks) headers.set('accept-encoding', { name: 'Accept-Encoding', value: 'gzip' });
  // The length is what is sent, whatever the workflow says; a wrong one would break the connection.
  headers.delete('content-length');
  if (hop.body) headers.set('content-length', { name: 'Content-Length', value: String(hop.body.length) });
  else if (/^(POST|PUT|PATCH)$/.test(hop.method)) headers.set('content-length', { name: 'Content-Length', value: '0' });
  return Object.fromEntries([...headers.values()].map(({ name, value }) => [name, value]));
}

function headerPairs(response: IncomingMessage): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (let i = 0; i + 1 < response.rawHeaders.length; i += 2) pairs.push([response.rawHeaders[i]!, response.rawHeaders[i + 1]!]);
  return pairs;
}

function connectionMessage(error: NodeJS.ErrnoException, url: URL): string {
  // Several addresses were tried and all failed: their errors are inside.
  const causes = error instanceof AggregateError ? (error.errors as Error[]) : [];
  const message = causes.length > 0 ? causes.map((cause) => cause.message).join('; ') : error.message;
  return `${message} (${url.host})`;
}

function isConnected(socket: Socket & { readonly secureConnecting?: boolean }, secure: boolean): boolean {
  return !socket.connecting && (!secure || socket.secureConnecting === false);
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
