import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Debuggee } from '../../src/debuggee/debuggee.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { Client } from './support/client.ts';
import { transcript } from './support/session.ts';
import { fixtures } from './support/transcript.ts';

const comments = 'debug-comments.workflows.yaml';

/** A copy of a fixture that a test may change. */
async function copied(client: Client, name: string): Promise<{ readonly path: string; readonly change: (from: string, to: string) => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'protocol-'));
  after(() => rm(folder, { recursive: true }));
  client.transcript.alias(folder, '{temp}');
  const path = join(folder, name);
  await copyFile(resolve(fixtures, name), path);
  return {
    path,
    change: async (from, to) => {
      const text = await readFile(path, 'utf8');
      assert.ok(text.includes(from));
      await writeFile(path, text.replace(from, to));
    },
  };
}

describe('protocol: sessions', () => {
  transcript('initialize says what this debugger can do', async (client) => {
    await client.request('initialize', { adapterID: 'stepthrough' });
    await client.request('initialize', { adapterID: 'stepthrough', pathFormat: 'uri' });
  });

  transcript('requests before a launch are refused', async (client) => {
    await client.initialize();
    for (const command of ['continue', 'next', 'pause', 'restart', 'attach', 'stepBack', 'nonsense']) await client.request(command, { threadId: 1 });
    await client.request('threads');
    await client.request('stackTrace', { threadId: 1 });
    await client.request('loadedSources');
    await client.request('source', { sourceReference: 5 });
  });

  transcript('nothing runs before configurationDone', async (client, { engine }) => {
    await client.initialize();
    await client.request('launch', { program: resolve(fixtures, comments) });
    await client.event('initialized');
    const [execution] = engine.list({ pageSize: 1 }).executions;
    client.note(`the execution is ${execution?.state ?? 'missing'}`);
    await client.request('launch', { program: resolve(fixtures, comments) });
    await client.request('configurationDone');
    await client.terminated();
  });

  transcript('a client may count lines and columns from 0', async (client) => {
    await client.initialize({ linesStartAt1: false, columnsStartAt1: false });
    await client.request('launch', { program: resolve(fixtures, comments) });
    await client.event('initialized');
    await client.setBreakpoints(comments, [{ line: 8 }]);
    await client.request('breakpointLocations', { source: { path: resolve(fixtures, comments) }, line: 4, endLine: 10 });
    await client.request('configurationDone');
    const thread = await client.stopped();
    await client.finish(thread);
  });

  transcript('an endless loop is paused at once', async (client) => {
    await client.launch('debug-busy.workflows.yaml');
    await client.event('output');
    await client.request('pause', { threadId: 1 });
    const thread = await client.stopped();
    await client.until('next', thread);
    await client.request('continue', { threadId: thread });
    await client.request('pause', { threadId: 1 });
    await client.stopped();
    await client.request('terminate');
    await client.terminated();
    await client.request('terminate');
  });

  transcript('a breakpoint set while the execution runs stops it', async (client) => {
    await client.launch('debug-busy.workflows.yaml');
    await client.event('output');
    await client.request('stackTrace', { threadId: 1 });
    await client.request('evaluate', { expression: 'n' });
    await client.request('next', { threadId: 1 });
    await client.setBreakpoints('debug-busy.workflows.yaml', [{ line: 14, condition: 'n > 10' }]);
    await client.stopped();
    await client.request('terminate');
    await client.terminated();
  });

  transcript('a pause while everything waits stops at the waiting step and says for what', async (client) => {
    await client.launch('debug-sleep.workflows.yaml', {}, { breakpoints: [{ line: 7 }] });
    const thread = await client.stopped();
    await client.request('next', { threadId: thread });
    await client.request('pause', { threadId: thread });
    await client.stopped();
    await client.variables(thread, ['Variables', 'Step result']);
    await client.request('continue', { threadId: thread });
    await client.request('pause', { threadId: thread });
    await client.stopped();
    await client.request('terminate');
    await client.terminated();
  });

  transcript('an execution is paused and resumed from elsewhere too', async (client, { engine }) => {
    await client.launch('debug-sleep.workflows.yaml');
    const [execution] = engine.list({ pageSize: 1 }).executions;
    engine.pause(execution!.id);
    await client.stopped();
    engine.resume(execution!.id);
    await client.event('continued');
    engine.cancel(execution!.id);
    await client.terminated();
  });

  transcript('restart runs the changed file and tells which breakpoints moved', async (client) => {
    const { path, change } = await copied(client, comments);
    await client.initialize();
    await client.request('launch', { program: path });
    await client.event('initialized');
    await client.setBreakpoints(path, [{ line: 11 }, { line: 14 }]);
    await client.request('configurationDone');
    await client.stopped();
    await change('# The first line belongs to no step.', '# One more line.\n#');
    await client.request('restart', {});
    const thread = await client.stopped();
    await client.finish(thread);
  });

  transcript('a restart that cannot be done leaves the execution as it is', async (client) => {
    const { path, change } = await copied(client, comments);
    await client.initialize();
    await client.request('launch', { program: path, stopOnEntry: true });
    await client.event('initialized');
    await client.request('configurationDone');
    const thread = await client.stopped();
    await change('${a + b}', '${a + }');
    await client.request('restart', { arguments: { program: path } });
    await client.until('next', thread);
    await client.finish(thread);
  });

  transcript('an execution with a name of its own gets another one when it is restarted', async (client, { engine }) => {
    await client.launch(comments, { execution_name: 'first', stopOnEntry: true });
    await client.stopped();
    await client.request('restart');
    const thread = await client.stopped();
    await client.finish(thread);
    client.note(engine.list({ pageSize: 5 }).executions.map(({ name, state }) => `${name.replace(/[0-9a-f]{8}$/, '{short id}')}: ${state}`).join(', '));
  });

  transcript('a client that knows no types and events gets none', async (client) => {
    await client.initialize({ supportsVariableType: false, supportsInvalidatedEvent: false });
    await client.request('launch', { program: resolve(fixtures, comments), stopOnEntry: true });
    await client.event('initialized');
    await client.request('configurationDone');
    const thread = await client.stopped();
    await client.until('next', thread);
    const frameId = await client.topFrame(thread);
    await client.request('evaluate', { expression: 'a', frameId });
    await client.request('setExpression', { expression: 'a', value: '5', frameId });
    await client.finish(thread);
  });

  transcript('a file that has changed is shown as the text that runs', async (client) => {
    const { path, change } = await copied(client, comments);
    await client.initialize();
    await client.request('launch', { program: path });
    await client.event('initialized');
    await client.setBreakpoints(path, [{ line: 11 }]);
    await client.request('configurationDone');
    const thread = await client.stopped();
    await change('# The first line belongs to no step.', '# Changed.');
    const [frame] = await client.stack(thread);
    await client.request('loadedSources');
    await client.request('source', { sourceReference: frame!.source!.sourceReference, source: frame!.source });
    await client.setBreakpoints(path, [{ line: 11 }]);
    await client.request('setBreakpoints', { source: frame!.source, breakpoints: [{ line: 14 }] });
    await client.until('continue', thread);
    await change('# Changed.', '# The first line belongs to no step.');
    await client.stack(thread);
    await client.finish(thread);
  });

  transcript(
    'values that cannot be changed are refused',
    async (client) => {
      await client.launch(comments, { stopOnEntry: true });
      const thread = await client.stopped();
      const frameId = await client.topFrame(thread);
      await client.request('setExpression', { expression: 'a', value: '5', frameId });
      await client.finish(thread);
    },
    readOnly,
  );

  transcript('requests that make no sense are refused and break nothing', async (client) => {
    await client.launch(comments, { stopOnEntry: true });
    const thread = await client.stopped();
    for (const command of ['stackTrace', 'next', 'stepIn', 'stepOut', 'scopes', 'variables', 'exceptionInfo', 'setExpression']) await client.request(command, { threadId: 77, frameId: 77, variablesReference: 77 });
    await client.request('setBreakpoints', { source: { path: resolve(fixtures, comments) }, breakpoints: [{ line: 1.5 }] });
    for (const command of ['setBreakpoints', 'setExceptionBreakpoints', 'evaluate', 'setVariable', 'source', 'breakpointLocations']) {
      for (const args of [undefined, {}]) client.note(`${command}: ${(await client.ask(command, args)).success ? 'answered' : 'refused'}`);
    }
    await client.until('next', thread);
    await client.finish(thread);
  });

  transcript('breakpoints in a file that was changed unnoticed get a note', async (client) => {
    const { path, change } = await copied(client, comments);
    await client.initialize();
    await client.request('launch', { program: path });
    await client.event('initialized');
    await change('# The first line belongs to no step.', '# Changed.');
    await client.setBreakpoints(path, [{ line: 11 }]);
    await client.event('breakpoint');
    await client.request('disconnect');
  });

  transcript('disconnect ends the execution', async (client, { engine }) => {
    await client.launch(comments, { stopOnEntry: true });
    await client.stopped();
    const [execution] = engine.list({ pageSize: 1 }).executions;
    const ended = endOf(engine, execution!.id);
    await client.request('disconnect');
    client.note(`the execution is ${await ended}`);
  });

  transcript('disconnect without ending lets the execution run on', async (client, { engine }) => {
    await client.launch('debug-order.workflows.yaml', { argument: { customer: 'Ann', items: [{ quantity: 1, price: 1 }] } }, { breakpoints: [{ line: 18 }, { line: 24 }], filters: { filters: ['raised'] } });
    await client.stopped();
    const [execution] = engine.list({ pageSize: 1 }).executions;
    const ended = endOf(engine, execution!.id);
    await client.request('disconnect', { terminateDebuggee: false });
    client.note(`the execution is ${await ended}`);
  });

  transcript('disconnect before configurationDone cancels what has not begun', async (client, { engine }) => {
    await client.initialize();
    await client.request('launch', { program: resolve(fixtures, comments) });
    const [execution] = engine.list({ pageSize: 1 }).executions;
    const ended = endOf(engine, execution!.id);
    await client.request('disconnect');
    client.note(`the execution is ${await ended}`);
  });

  transcript('terminate before configurationDone ends the session', async (client) => {
    await client.initialize();
    await client.request('launch', { program: resolve(fixtures, comments) });
    await client.request('terminate');
    await client.terminated();
  });
});

/** The same execution, as one that can only be looked at: what a recording of a past one will be. */
function readOnly(debuggee: Debuggee): Debuggee {
  return new Proxy(debuggee, {
    get(target, key) {
      if (key === 'capabilities') return { ...target.capabilities, setVariable: false };
      const member: unknown = Reflect.get(target, key, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

function endOf(engine: Engine, id: string): Promise<string> {
  return new Promise((ended) => {
    engine.watch((change) => {
      if (change.kind === 'updated' && change.execution.id === id && change.execution.end_time !== undefined) ended(change.execution.state);
    });
  });
}
