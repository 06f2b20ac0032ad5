import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Channel } from './client.ts';

const source = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));

/** `stepthrough dap` in a process of its own, and the messages on its streams. Whatever is no message on its standard output is an error. */
export class Streams implements Channel {
  readonly process: ChildProcessWithoutNullStreams;
  readonly exitCode: Promise<number | null>;
  #rest = Buffer.alloc(0);
  #listener: (message: DebugProtocol.ProtocolMessage) => void = () => undefined;

  /** Executions are kept in `folder`; `cli` is the program to run. */
  constructor(folder: string, cli = source) {
    this.process = spawn(process.execPath, [cli, 'dap', '--data', folder], { stdio: 'pipe' });
    this.process.stdout.on('data', (data: Buffer) => this.#read(data));
    this.exitCode = new Promise((exited) => this.process.once('close', exited));
  }

  send(message: DebugProtocol.Request): void {
    const body = Buffer.from(JSON.stringify(message));
    this.process.stdin.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
  }

  receive(listener: (message: DebugProtocol.ProtocolMessage) => void): void {
    this.#listener = listener;
  }

  /** What stands on standard output after the last whole message. */
  get rest(): string {
    return this.#rest.toString();
  }

  #read(data: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, data]);
    for (;;) {
      const head = /^Content-Length: (\d+)\r\n\r\n/.exec(this.#rest.toString('latin1'));
      if (!head) return;
      const end = head[0].length + Number(head[1]);
      if (this.#rest.length < end) return;
      const body = this.#rest.subarray(head[0].length, end).toString();
      this.#rest = this.#rest.subarray(end);
      this.#listener(JSON.parse(body) as DebugProtocol.ProtocolMessage);
    }
  }
}
