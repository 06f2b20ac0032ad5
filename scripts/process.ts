import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The project's root folder. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** The environment of every child: the Node of the dev dependencies first on PATH, whatever the machine has. */
export const environment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [path.join(root, 'node_modules', '.bin'), process.env['PATH']].join(path.delimiter),
};

/** Prints a line about what is being done, so that a slow step never looks like a hang. */
export function say(text: string): void {
  console.log(`› ${text}`);
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds after which the command and its children are ended; 10 minutes where not given. */
  readonly timeout?: number;
  /** Pass the output through instead of keeping it for the error. */
  readonly show?: boolean;
}

export class CommandFailed extends Error {
  readonly output: string;

  constructor(command: string, reason: string, output: string) {
    super(`${command} ${reason}`);
    this.name = 'CommandFailed';
    this.output = output;
  }
}

/** Runs a command to its end and returns what it wrote. Throws CommandFailed unless it exits with 0. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: options.env ?? environment,
    stdio: ['ignore', options.show ? 'inherit' : 'pipe', options.show ? 'inherit' : 'pipe'],
    ...ownGroup,
  });
  const output = collect(child);
  const release = endWithThisProcess(child);
  const timeout = options.timeout ?? 600_000;
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort();
    end(child);
  }, timeout);
  const shown = [path.basename(command), ...args].join(' ');
  try {
    const ended = await exit(child);
    if (late.signal.aborted) throw new CommandFailed(shown, `did not end within ${timeout / 1000} s`, output.text());
    if (ended !== 0) throw new CommandFailed(shown, `ended with ${ended}`, output.text());
    return output.text();
  } finally {
    clearTimeout(timer);
    release();
  }
}

/** Tries again with growing pauses: registries and package mirrors fail now and then. */
export async function retry<T>(what: string, attempts: number, attempt: () => Promise<T>): Promise<T> {
  for (let number = 1; ; number++) {
    try {
      return await attempt();
    } catch (error) {
      if (number >= attempts) throw error;
      say(`${what}: attempt ${number} of ${attempts} failed (${error instanceof Error ? error.message : String(error)}); trying again`);
      await delay(2000 * number);
    }
  }
}

/** A group of its own on systems that have them, so that a child's children can be ended with it. */
export const ownGroup = { detached: process.platform !== 'win32' };

/** Ends a child started with `ownGroup`, and all it started. */
export function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (process.platform === 'win32') spawn('taskkill', ['/pid', String(child.pid), '/t', '/f']);
    else process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Ends the child when this process ends first. The function returned undoes that. */
export function endWithThisProcess(child: ChildProcess): () => void {
  const stop = (): void => end(child);
  const interrupted = (): void => process.exit(130);
  process.once('exit', stop);
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  return () => {
    process.off('exit', stop);
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', interrupted);
  };
}

/** Resolves with the exit code, or the name of the signal that ended the child. Rejects when it could not be started. */
export function exit(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'an unknown end'));
  });
}

/** Keeps the last part of what a child writes, enough to explain a failure. */
export function collect(child: ChildProcess, limit = 200_000): { readonly text: () => string } {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8');
    stream?.on('data', (part: string) => {
      text = (text + part).slice(-limit);
    });
  }
  return { text: () => text };
}
