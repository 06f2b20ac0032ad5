import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Run } from '../../src/engine/run.ts';
import { until } from '../unit/engine/launching.ts';
import type { Client } from './support/client.ts';
import { transcript, type TestSession } from './support/session.ts';
import { fixtures } from './support/transcript.ts';

const program = resolve(fixtures, 'debug-ticking.workflows.yaml');
const flow = resolve(fixtures, '..', 'flows', 'debug', 'ticking.py');
/** Of the step `count`. */
const loop = 6;

/** An execution that counts, naps and counts again, named `watched`, that has not begun. */
function ticking({ engine }: TestSession): Promise<Run> {
  return engine.prepare({ program, text: readFileSync(program, 'utf8'), input: undefined, options: { name: 'watched' } });
}

async function attach(client: Client, breakpoints: readonly number[] = [], path = program): Promise<void> {
  await client.initialize();
  await client.request('attach', { execution: 'watched' });
  await client.event('initialized');
  await client.setBreakpoints(path, breakpoints.map((line) => ({ line })));
  await client.request('configurationDone');
}

async function running(run: Run): Promise<void> {
  run.host.go();
  // Past its beginning, and where it waits.
  await until(() => run.host.currentSteps()[0]?.step === 'nap');
}

describe('protocol: attach', () => {
  transcript('an execution that runs stops at a breakpoint and goes on when its debugger leaves', async (client, session) => {
    const run = await ticking(session);
    await running(run);
    await attach(client, [loop]);
    const thread = await client.stopped();
    await client.until('next', thread);
    await client.request('disconnect');
    await until(() => run.execution.state === 'ACTIVE');
    const before = run.host.progress;
    await until(() => run.host.progress > before);
    run.host.cancel();
  });

  transcript('a flow that runs stops at a breakpoint and goes on when its debugger leaves, and may have another one', async (client, session) => {
    const run = await session.engine.prepare({ program: flow, text: readFileSync(flow, 'utf8'), input: undefined, options: { name: 'watched' } });
    run.host.go();
    await until(() => run.host.progress > 0);
    await attach(client, [8], flow);
    const thread = await client.stopped();
    assert.equal(run.execution.state, 'PAUSED');
    await client.request('disconnect');
    await until(() => run.execution.state === 'ACTIVE');
    const before = run.host.progress;
    await until(() => run.host.progress > before);
    const { debuggee } = await session.service.attach('watched');
    debuggee.start({ stopOnEntry: false });
    debuggee.terminate();
    assert.equal((await run.ended).state, 'CANCELLED');
    assert.equal(thread, 1);
  });

  transcript('an execution that has not begun begins under its debugger', async (client, session) => {
    const run = await ticking(session);
    await attach(client, [3]);
    await client.stopped();
    assert.equal(run.execution.state, 'PAUSED');
    await client.request('disconnect', { terminateDebuggee: true });
    await run.ended;
  });

  transcript('an execution that was paused is told as stopped', async (client, session) => {
    const run = await ticking(session);
    await running(run);
    run.host.hold();
    await attach(client);
    const thread = await client.stopped();
    await client.until('next', thread);
    await client.request('disconnect', { terminateDebuggee: true });
    assert.equal((await run.ended).state, 'CANCELLED');
  });

  transcript('an execution that is cancelled ends the session that attached to it', async (client, session) => {
    const run = await ticking(session);
    await running(run);
    await attach(client);
    run.host.cancel();
    await client.terminated();
  });

  transcript('an attach says what is wrong', async (client, session) => {
    const run = await ticking(session);
    await client.initialize();
    for (const configuration of [{}, { execution: 7 }, { execution: ' ' }, { execution: 'nowhere' }]) await client.request('attach', configuration);
    run.host.cancel();
    await client.request('attach', { execution: 'watched' });
  });

  transcript('an execution has one debugger at a time, which cannot begin it again', async (client, session) => {
    const run = await ticking(session);
    await running(run);
    await attach(client);
    await client.request('restart');
    const service = session.service;
    await assert.rejects(service.attach('watched'), { name: 'ServiceError', message: 'watched is being debugged already.' });
    await client.request('disconnect');
    // The one before has left.
    (await service.attach('watched')).debuggee.terminate();
    assert.equal((await run.ended).state, 'CANCELLED');
  });
});
