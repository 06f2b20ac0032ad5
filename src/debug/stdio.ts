import { Console } from 'node:console';
import { createSession, type SessionHost } from './session.ts';

export interface StdioOptions extends Omit<SessionHost, 'onClosed'> {
  readonly input?: NodeJS.ReadStream;
  readonly output?: NodeJS.WritableStream;
}

/**
 * Serves one debug session on standard input and output; resolves when the client has disconnected or is gone. An
 * execution it left running goes on in this process. Standard output belongs to the protocol alone: whatever else
 * prints is sent to standard error.
 */
export function serveStdio(options: StdioOptions): Promise<void> {
  const { launch, attach, readText, input = process.stdin, output = process.stdout } = options;
  globalThis.console = new Console(process.stderr, process.stderr);
  return new Promise((resolve) => {
    const onClosed = (): void => {
      // An open standard input would keep the process alive.
      input.destroy();
      resolve();
    };
    createSession({ launch, attach, readText, onClosed }).start(input, output);
  });
}
