import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openLocalService } from '../../src/service/local/localService.ts';
import { Client } from './support/client.ts';
import { Streams } from './support/streams.ts';
import { fixtures } from './support/transcript.ts';

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
