import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import { fixtures } from './support/transcript.ts';

/** A client of VS Code's own making, which has its own idea of the protocol's order and timing. */
describe('protocol: another client', () => {
  const program = resolve(fixtures, 'debug-values.workflows.yaml');
  const launch = { program, input: resolve(fixtures, 'debug-values.input.json') };
  let folder = '';
  let client: DebugClient;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dap-'));
    // The client starts a program without arguments.
    const adapter = join(folder, 'dap.mjs');
    const cli = new URL('../../src/cli.ts', import.meta.url).href;
    await writeFile(adapter, `process.argv.push('dap', '--data', ${JSON.stringify(folder)});\nawait import(${JSON.stringify(cli)});\n`);
    client = new DebugClient(process.execPath, adapter, 'stepthrough');
    await client.start();
  });

  afterEach(async () => {
    await client.stop();
    await rm(folder, { recursive: true });
  });

  it('stops at a breakpoint, steps and runs to the end', async () => {
    await client.hitBreakpoint(launch, { path: program, line: 19 });
    const { body } = await client.threadsRequest();
    const threadId = body.threads[0]!.id;
    await Promise.all([client.waitForEvent('stopped'), client.nextRequest({ threadId })]);
    const { stackFrames } = (await client.stackTraceRequest({ threadId })).body;
    assert.deepEqual(stackFrames.map(({ name, line }) => [name, line]), [['main › done', 24]]);
    await Promise.all([client.waitForEvent('terminated'), client.continueRequest({ threadId })]);
  });

  it('is told why nothing was launched', async () => {
    await client.initializeRequest({ adapterID: 'stepthrough', pathFormat: 'path' });
    await assert.rejects(client.launchRequest({ program: join(folder, 'missing.workflows.yaml') } as object), /There is no such file/);
  });
});
