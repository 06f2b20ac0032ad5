import { once } from 'node:events';
import { createServer, maxHeaderSize, STATUS_CODES, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Automations } from '../engine/automations.ts';
import { Engine, type EngineOptions } from '../engine/engine.ts';
import { openSqliteStore } from '../engine/sqliteStore.ts';
import { foundWorkflow, WorkflowStore } from '../engine/workflowStore.ts';
import { createApi } from './api.ts';
import { ApiError, errorAnswer } from './apiError.ts';
import type { WebhookPlace } from './webhooks.ts';
import { StoredCatalog, type Catalog } from './catalog.ts';
import { openFolderCatalog } from './folderCatalog.ts';

export interface ServingOptions {
  /** 0 takes one that is free. */
  readonly port: number;
  readonly token?: string | undefined;
  readonly notice: (message: string) => void;
  /** Those of `/webhook/NAME`. */
  readonly webhooks?: WebhookPlace | undefined;
  /** Told of every request that was answered, in a line. */
  readonly observe?: ((line: string) => void) | undefined;
  readonly limits?: Partial<ServerLimits>;
}

export interface ServerOptions extends ServingOptions {
  /** The file of the executions' store. */
  readonly store: string;
  /** A folder of workflows (an absolute path); without one they are those made through the API. */
  readonly workflows?: string | undefined;
  /** What starts by itself. It is read before anything is served, and ends with the server. */
  readonly automations?: ((engine: Engine) => Automations) | undefined;
  readonly engine?: Omit<EngineOptions, 'store' | 'notice' | 'deployed' | 'callbackOrigin'>;
}

export interface ServerLimits {
  /** Milliseconds in which a request must have come in whole. */
  readonly requestTime: number;
  readonly connections: number;
}

const usualLimits: ServerLimits = { requestTime: 30_000, connections: 1000 };

/** The API on a port. */
export interface Listening {
  /** Such as `http://127.0.0.1:4711`. */
  readonly origin: string;
  /** Takes no more calls; resolves when those under way are answered or broken off. */
  close(): Promise<void>;
}

export interface ApiServer extends Listening {
  readonly engine: Engine;
  /** Takes no more calls, lets go of what runs, which the next server goes on with, and closes the store. */
  close(): Promise<void>;
}

/**
 * Serves the API over an engine and workflows that whoever calls this goes on owning, on this machine only. Rejects
 * with the system's error where the port cannot be had.
 */
export async function serveApi(engine: Engine, catalog: Catalog, options: ServingOptions): Promise<Listening> {
  const { notice } = options;
  const server = serverOf(createApi({ engine, catalog, token: options.token, notice, webhooks: options.webhooks }), { ...usualLimits, ...options.limits });
  if (options.observe) observeRequests(server, options.observe);
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  // A connection that cannot be taken (too many open files) is lost to its caller; the others go on.
  server.on('error', (error) => notice(error.message));
  let closing: Promise<void> | undefined;
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => (closing ??= close(server)) };
}

/**
 * The API with an engine of its own. Rejects with `StoreError` where the store cannot be opened, and with the system's
 * error where the port or the folder of workflows cannot be.
 */
export async function startServer(options: ServerOptions): Promise<ApiServer> {
  const { notice } = options;
  const store = openSqliteStore(options.store, { notice: ({ message }) => notice(message) });
  let listening: Listening | undefined;
  let catalog: Catalog | undefined;
  let automations: Automations | undefined;
  const engine = new Engine({
    ...options.engine,
    store,
    notice,
    concurrency: () => options.engine?.concurrency?.() ?? automations?.concurrency,
    callbackOrigin: () => listening?.origin,
    deployed: (id) => {
      const workflow = catalog?.get(id);
      return workflow && foundWorkflow(workflow);
    },
  });
  const closeAll = async (): Promise<void> => {
    automations?.dispose();
    await listening?.close();
    await engine.close();
    await catalog?.close();
  };
  try {
    const workflows = new WorkflowStore(options.store);
    catalog = options.workflows === undefined ? new StoredCatalog(workflows) : await openFolder(workflows, options.workflows, notice);
    automations = options.automations?.(engine);
    await automations?.reload();
    listening = await serveApi(engine, catalog, { ...options, webhooks: automations });
    // Not waited for: what was under way may take a while to compute again.
    engine.resumeAbandoned().catch((error: unknown) => notice(error instanceof Error ? error.message : String(error)));
    let closing: Promise<void> | undefined;
    return { origin: listening.origin, engine, close: () => (closing ??= closeAll()) };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function openFolder(store: WorkflowStore, folder: string, notice: (message: string) => void): Promise<Catalog> {
  try {
    return await openFolderCatalog(store, folder, notice);
  } catch (error) {
    store.close();
    throw error;
  }
}

function serverOf(listener: RequestListener, { requestTime, connections }: ServerLimits): Server {
  const server = createServer({ headersTimeout: requestTime, requestTimeout: requestTime, connectionsCheckingInterval: Math.min(1000, requestTime), keepAliveTimeout: 5000 }, listener);
  server.maxConnections = connections;
  server.on('clientError', refuse);
  return server;
}

/** Requests that are none never come to the API; who sent them is told all the same. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, body } = errorAnswer(badRequestOf(error.code));
  const text = JSON.stringify(body);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json; charset=UTF-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}

function badRequestOf(code: string | undefined): ApiError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new ApiError('INVALID_ARGUMENT', `The address and the headers of a request may have ${maxHeaderSize} bytes at most.`, 431);
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ApiError('INVALID_ARGUMENT', 'The request took too long to come in.', 408);
    default:
      return new ApiError('INVALID_ARGUMENT', 'This is no HTTP request.');
  }
}

function observeRequests(server: Server, tell: (line: string) => void): void {
  server.prependListener('request', ({ method = '', url = '' }, response) => {
    const began = performance.now();
    // Without the query, which may be long and may hold what is nobody's business.
    const path = url.split('?', 1)[0]!.slice(0, 500);
    response.once('finish', () => tell(`${method} ${path} ${response.statusCode} ${(performance.now() - began).toFixed(1)} ms`));
  });
}

/** Milliseconds in which requests that are being answered may end. */
const closingTime = 1000;

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), closingTime);
  await closed;
  clearTimeout(timer);
}
