import assert from 'node:assert/strict';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { openLocalService } from '../../src/service/local/localService.ts';
import { Client, type Channel } from './support/client.ts';
import { fixtures } from './support/transcript.ts';

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

/** Messages on the streams of a process. Whatever is no message on its standard output is an error. */
class Streams implements Channel {
  readonly process: ChildProcessWithoutNullStreams;
  readonly exitCode: Promise<number | null>;
  #rest = Buffer.alloc(0);
  #listener: (message: DebugProtocol.ProtocolMessage) => void = () => undefined;

  constructor(folder: string) {
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

describe('protocol: standard input and output', () => {
  let folder = '';
  let streams: Streams;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dap-'));
    streams = new Streams(folder);
  });

  afterEach(async () => {
    streams.process.kill();
    await streams.exitCode;
    await rm(folder, { recursive: true });
  });

  async function storedStates(): Promise<string[]> {
    const service = openLocalService(folder);
    const { executions } = await service.list({ pageSize: 10 });
    await service.dispose();
    return executions.map((execution) => execution.state);
  }

  it('serves a whole session and prints nothing but messages', async () => {
    const client = new Client(streams);
    await client.launch('debug-values.workflows.yaml', { input: resolve(fixtures, 'debug-values.input.json') }, { breakpoints: [{ line: 24 }] });
    const thread = await client.stopped();
    await client.finish(thread);
    await client.request('disconnect');
    assert.equal(await streams.exitCode, 0);
    assert.equal(streams.rest, '');
    assert.deepEqual(await storedStates(), ['SUCCEEDED']);
    client.transcript.compare('serves a whole session and prints nothing but messages');
  });

  it('cancels the execution and ends when the client goes away without a word', async () => {
    const client = new Client(streams);
    await client.launch('debug-sleep.workflows.yaml', { stopOnEntry: true });
    await client.stopped();
    streams.process.stdin.end();
    assert.equal(await streams.exitCode, 0);
    assert.deepEqual(await storedStates(), ['CANCELLED']);
  });

  it('ends when it is sent something that is no message', async () => {
    streams.process.stdin.write('Content-Length: 5\r\n\r\nhello');
    assert.equal(await streams.exitCode, 0);
    assert.equal(streams.rest, '');
  });

  it('finishes an execution that its client leaves running', async () => {
    const client = new Client(streams);
    await client.launch('debug-order.workflows.yaml', { argument: { customer: 'Ann', items: [{ quantity: 1, price: 1 }] }, stopOnEntry: true });
    await client.stopped();
    await client.request('disconnect', { terminateDebuggee: false });
    assert.equal(await streams.exitCode, 0);
    assert.deepEqual(await storedStates(), ['SUCCEEDED']);
  });
});
