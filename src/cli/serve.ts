import { unwatchFile, watchFile } from 'node:fs';
import { join, resolve } from 'node:path';
import { Automations } from '../engine/automations.ts';
import type { Engine } from '../engine/engine.ts';
import { inFlightRules, type InFlightRule } from '../engine/effects/inFlight.ts';
import { usualConcurrency } from '../engine/queue.ts';
import { StoreError } from '../engine/store.ts';
import { nodeFiles } from '../engine/textFile.ts';
import { workspaceFileNames } from '../execution/workspaceFileNames.ts';
import { startServer, type ApiServer, type ServerOptions } from '../server/server.ts';
import { storeFile } from '../service/local/localService.ts';
import { startRequestOf } from '../service/local/startRequest.ts';
import { ServiceError } from '../service/service.ts';
import { parseArguments } from './arguments.ts';
import { dataFolder } from './data.ts';
import { printable, type Terminal } from './terminal.ts';
import { UsageError } from './usage.ts';

/** `stepthrough serve`: until a signal ends it. */
export async function serve(raw: readonly string[], terminal: Terminal): Promise<number> {
  const options = parseArguments(raw, { values: ['port', 'data', 'workflows', 'concurrency', 'in-flight'] });
  if (options.positional.length > 0) throw new UsageError(`serve takes no ${JSON.stringify(options.positional[0])}; --workflows names a folder of workflows.`);
  const port = readPort(options.value('port'));
  const workflows = folderOf(options.value('workflows'));
  const concurrency = readConcurrency(options.value('concurrency'));
  const inFlight = readInFlight(options.value('in-flight'));
  const notice = (message: string): void => terminal.note(`stepthrough: ${printable(message)}\n`);
  let watched: Automations | undefined;
  // From here on a signal ends it cleanly, also while it begins.
  const ended = whenSignalled();
  const server = await start({
    store: join(dataFolder(options.value('data')), storeFile),
    workflows,
    port,
    token: process.env['STEPTHROUGH_TOKEN'] || undefined,
    notice,
    engine: { concurrency: () => concurrency, inFlight: () => inFlight, workspace: () => (workflows === undefined ? [] : [workflows]) },
    automations: (engine) => (watched = automationsOf(engine, workflows, notice)),
  });
  const unwatch = watchWorkspaceFile(workflows, () => void watched?.reload());
  // Records may lie anywhere in the folder; how often it is really looked through depends on how long that takes.
  const looking = setInterval(() => void watched?.lookAtFiles(), watchInterval);
  terminal.out(`listening on ${server.origin}\n`);
  await ended;
  unwatch();
  clearInterval(looking);
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

function folderOf(given: string | undefined): string | undefined {
  return given === undefined ? undefined : resolve(given);
}

function readInFlight(text = 'error'): InFlightRule {
  const rule = inFlightRules.find((candidate) => candidate === text);
  if (rule === undefined) throw new UsageError(`--in-flight takes ${inFlightRules.join(' or ')}; got ${JSON.stringify(text)}.`);
  return rule;
}

function readConcurrency(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,4}$/.test(text) || Number(text) > usualConcurrency) throw new UsageError(`--concurrency takes a number from 1 to ${usualConcurrency}; got ${JSON.stringify(text)}.`);
  return Number(text);
}

/** The schedules and webhooks of the `stepthrough.yaml` beside the workflows, and of records; without a folder only the removal of old executions. */
function automationsOf(engine: Engine, folder: string | undefined, notice: (message: string) => void): Automations {
  return new Automations(engine, {
    folders: () => (folder === undefined ? [] : [folder]),
    readText: (path) => nodeFiles.readText(path),
    requestOf: (launch) => startRequestOf(launch),
    notice,
  });
}

/** Milliseconds between two looks at the files: `stepthrough.yaml` is asked for by its name, since it may not be there yet. */
const watchInterval = 1000;

function watchWorkspaceFile(folder: string | undefined, changed: () => void): () => void {
  const files = folder === undefined ? [] : workspaceFileNames.map((name) => join(folder, name));
  for (const file of files) watchFile(file, { interval: watchInterval, persistent: false }, changed);
  return () => files.forEach((file) => unwatchFile(file, changed));
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
