import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Engine, type EngineOptions } from '../engine/engine.ts';
import { openSqliteStore } from '../engine/sqliteStore.ts';
import { foundWorkflow, WorkflowStore } from '../engine/workflowStore.ts';
import { createApi } from './api.ts';
import { StoredCatalog, type Catalog } from './catalog.ts';
import { FolderCatalog } from './folderCatalog.ts';

export interface ServerOptions {
  /** The file of the executions' store. */
  readonly store: string;
  /** A folder of workflows (an absolute path); without one they are those made through the API. */
  readonly workflows?: string | undefined;
  /** 0 takes one that is free. */
  readonly port: number;
  readonly token?: string | undefined;
  readonly notice: (message: string) => void;
  readonly engine?: Omit<EngineOptions, 'store' | 'notice' | 'deployed' | 'callbackOrigin'>;
  readonly limits?: Partial<ServerLimits>;
}

export interface ServerLimits {
  /** Milliseconds in which a request must have come in whole. */
  readonly requestTime: number;
  readonly connections: number;
}

const usualLimits: ServerLimits = { requestTime: 30_000, connections: 1000 };

export interface ApiServer {
  /** Such as `http://127.0.0.1:4711`. */
  readonly origin: string;
  readonly engine: Engine;
  /** Takes no more calls, cancels what runs and closes the store. */
  close(): Promise<void>;
}

/**
 * Starts the API on this machine only. Rejects with `StoreError` where the store cannot be opened, and with the
 * system's error where the port or the folder of workflows cannot be.
 */
export async function startServer(options: ServerOptions): Promise<ApiServer> {
  const { notice } = options;
  const store = openSqliteStore(options.store, { notice: ({ message }) => notice(message) });
  let origin: string | undefined;
  let catalog: Catalog | undefined;
  const engine = new Engine({
    ...options.engine,
    store,
    notice,
    callbackOrigin: () => origin,
    deployed: (id) => {
      const workflow = catalog?.get(id);
      return workflow && foundWorkflow(workflow);
    },
  });
  try {
    const workflows = new WorkflowStore(options.store);
    catalog = options.workflows === undefined ? new StoredCatalog(workflows) : await openFolder(workflows, options.workflows, notice);
    const server = listening(createApi({ engine, catalog, token: options.token, notice }).fetch, { ...usualLimits, ...options.limits });
    server.listen(options.port, '127.0.0.1');
    await once(server, 'listening');
    // A connection that cannot be taken (too many open files) is lost to its caller; the others go on.
    server.on('error', (error) => notice(error.message));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    let closing: Promise<void> | undefined;
    return { origin, engine, close: () => (closing ??= close(server, engine, catalog)) };
  } catch (error) {
    await engine.close();
    await catalog?.close();
    throw error;
  }
}

async function openFolder(store: WorkflowStore, folder: string, notice: (message: string) => void): Promise<Catalog> {
  try {
    return await FolderCatalog.open(store, folder, notice);
  } catch (error) {
    store.close();
    throw error;
  }
}

function listening(fetch: Parameters<typeof createAdaptorServer>[0]['fetch'], { requestTime, connections }: ServerLimits): Server {
  const serverOptions = { headersTimeout: requestTime, requestTimeout: requestTime, connectionsCheckingInterval: Math.min(1000, requestTime), keepAliveTimeout: 5000 };
  // Without TLS or HTTP/2 among its options, what is made is a plain server.
  const server = createAdaptorServer({ fetch, serverOptions, overrideGlobalObjects: false }) as Server;
  server.maxConnections = connections;
  return server;
}

/** Milliseconds in which requests that are being answered may end. */
const closingTime = 1000;

async function close(server: Server, engine: Engine, catalog: Catalog | undefined): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), closingTime);
  await closed;
  clearTimeout(timer);
  await engine.close();
  await catalog?.close();
}
