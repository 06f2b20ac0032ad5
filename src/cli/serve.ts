import { join, resolve } from 'node:path';
import { StoreError } from '../engine/store.ts';
import { startServer, type ApiServer, type ServerOptions } from '../server/server.ts';
import { storeFile } from '../service/local/localService.ts';
import { ServiceError } from '../service/service.ts';
import { parseArguments } from './arguments.ts';
import { dataFolder } from './data.ts';
import { printable, type Terminal } from './terminal.ts';
import { UsageError } from './usage.ts';

/** `stepthrough serve`: until a signal ends it. */
export async function serve(raw: readonly string[], terminal: Terminal): Promise<number> {
  const options = parseArguments(raw, { values: ['port', 'data', 'workflows'] });
  if (options.positional.length > 0) throw new UsageError(`serve takes no ${JSON.stringify(options.positional[0])}; --workflows names a folder of workflows.`);
  const port = readPort(options.value('port'));
  const workflows = options.value('workflows');
  // From here on a signal ends it cleanly, also while it begins.
  const ended = whenSignalled();
  const server = await start({
    store: join(dataFolder(options.value('data')), storeFile),
    workflows: workflows === undefined ? undefined : resolve(workflows),
    port,
    token: process.env['STEPTHROUGH_TOKEN'] || undefined,
    notice: (message) => terminal.note(`stepthrough: ${printable(message)}\n`),
  });
  terminal.out(`listening on ${server.origin}\n`);
  await ended;
  await server.close();
  return 0;
}

/** The port that people know from other emulators of this API. */
const usualPort = 8787;

function readPort(text: string | undefined): number {
  if (text === undefined) return usualPort;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Infinity;
  if (port > 65_535) throw new UsageError(`--port takes a number from 0 (any free port) to 65535; got ${JSON.stringify(text)}.`);
  return port;
}

async function start(options: ServerOptions): Promise<ApiServer> {
  try {
    return await startServer(options);
  } catch (error) {
    const reason = reasonOf(error, options);
    if (reason !== undefined) throw new ServiceError(reason);
    throw error;
  }
}

function reasonOf(error: unknown, { port, workflows }: ServerOptions): string | undefined {
  if (error instanceof StoreError) return error.message;
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return `Port ${port} is used by another program: choose another one with --port, or any free one with --port 0.`;
    case 'EACCES':
      return (error as NodeJS.ErrnoException).syscall === 'listen' ? `Port ${port} may not be used: choose one above 1023 with --port.` : `The folder ${workflows ?? ''} may not be read.`;
    case 'ENOENT':
    case 'ENOTDIR':
      return `There is no folder ${workflows ?? ''} to take workflows from.`;
    default:
      return undefined;
  }
}

function whenSignalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
