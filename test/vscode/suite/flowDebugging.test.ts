import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import { folder, ours, replace, write } from './documents.ts';
import { until } from './executions.ts';
import { SessionWatch } from './session.ts';

const flow = (...body: string[]): string => ['import flow_api', '', '', 'def handler(system: flow_api.System, this: flow_api.Execution, inputs: dict):', ...body.map((line) => `    ${line}`), ''].join('\n');

const launch = (name: string, more: object = {}): Thenable<boolean> =>
  vscode.debug.startDebugging(vscode.workspace.workspaceFolders![0], { type: 'stepthrough', request: 'launch', name: 'test', program: vscode.Uri.joinPath(folder, name).fsPath, ...more });

describe('debugging flows from the editor', () => {
  let watch: SessionWatch;
  const sessions: vscode.DebugSession[] = [];
  const started = vscode.debug.onDidStartDebugSession((session) => {
    sessions.push(session);
  });

  before(async () => {
    await vscode.extensions.getExtension('stepthrough.stepthrough')!.activate();
    for (const name of ['wrapped_leaf', 'entered']) {
      await write(`${name}.py`, flow(`this.log('${name}')`, "return this.success('done')"));
      await write(`${name}.flow.yaml`, `flow:\n  name: ${name}\n  wrappers:\n    - wrapper_name: timeout\n      params: {timeout_sec: 60}\n`);
    }
  });
  after(() => {
    started.dispose();
  });
  beforeEach(() => {
    watch = new SessionWatch();
    sessions.length = 0;
  });
  afterEach(async () => {
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    await vscode.debug.stopDebugging();
    watch.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  /** The next stop of whichever session was opened last: its line in its file. */
  const stop = async (): Promise<string> => {
    const { threadId } = (await watch.event<DebugProtocol.StoppedEvent>('stopped')).body;
    const { stackFrames } = await watch.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId });
    const [frame] = stackFrames;
    return `${frame!.source!.name} ${frame!.line}`;
  };

  it('steps into the flow that a call starts, in a session below the first one, and not into the next', async () => {
    await write('leaf.py', flow("this.log('leaf')", "return this.success('done')"));
    await write('root.py', flow("this.log('root')", "this.flow('leaf')", "this.flow('leaf')", "return this.success('done')"));
    await launch('root.py', { stopOnEntry: true });
    assert.equal(await stop(), 'root.py 5');
    await watch.request('next', { threadId: 1 });
    assert.equal(await stop(), 'root.py 6');
    await watch.request('stepIn', { threadId: 1 });
    assert.equal(await stop(), 'leaf.py 5');
    assert.equal(sessions.length, 2);
    assert.equal(sessions[1]!.parentSession?.id, sessions[0]!.id);
    await watch.request('continue', { threadId: 1 });
    const after = (await watch.event<DebugProtocol.StoppedEvent>('stopped')).body;
    assert.equal(after.reason, 'step');
    await sessions[0]!.customRequest('next', { threadId: 1 });
    await watch.event('stopped');
    const { stackFrames } = (await sessions[0]!.customRequest('stackTrace', { threadId: 1 })) as DebugProtocol.StackTraceResponse['body'];
    assert.equal(stackFrames[0]!.line, 8);
    assert.equal(sessions.length, 2);
  });

  it('steps through standard wrappers into the flow that they are around, in a session below the first one', async () => {
    await write('wrapping_root.py', flow("this.log('root')", "this.flow('wrapped_leaf', wrappers=[{'wrapper_name': 'retry', 'params': {}}])", "return this.success('done')"));
    await launch('wrapping_root.py', { stopOnEntry: true });
    assert.equal(await stop(), 'wrapping_root.py 5');
    await watch.request('next', { threadId: 1 });
    assert.equal(await stop(), 'wrapping_root.py 6');
    await watch.request('stepIn', { threadId: 1 });
    assert.equal(await stop(), 'wrapped_leaf.py 5', watch.output);
    assert.equal(sessions.length, 2);
    assert.equal(sessions[1]!.parentSession?.id, sessions[0]!.id);
  });

  it('stops on entry of a flow that is started with its wrappers in the flow itself', async () => {
    await launch('entered.py', { stopOnEntry: true });
    assert.equal(await stop(), 'entered.py 5');
    assert.equal(sessions[1]!.parentSession?.id, sessions[0]!.id);
  });

  it("steps into a wrapper of the user's first, and from there into the flow", async () => {
    await write('around.py', flow("this.start(inputs['child_execution'])", "return this.success('done')"));
    await write('around.wrapper.yaml', 'wrapper:\n  name: around\n');
    await write('inside.py', flow("this.log('inside')", "return this.success('done')"));
    await write('outside.py', flow("this.flow('inside', wrappers=[{'wrapper_name': 'around'}])", "return this.success('done')"));
    await launch('outside.py', { stopOnEntry: true });
    assert.equal(await stop(), 'outside.py 5');
    await watch.request('stepIn', { threadId: 1 });
    assert.equal(await stop(), 'around.py 5');
    await watch.request('stepIn', { threadId: 1 });
    assert.equal(await stop(), 'inside.py 5');
    assert.equal(sessions[2]!.parentSession?.id, sessions[1]!.id);
  });

  it('attaches to a flow that runs, and again after it was left', async () => {
    const uri = await write('ticking.py', flow('n = 0', 'while n >= 0:', '    n += 1', '    this.sleep(0.01)', "return this.success('done')"));
    const execution = await vscode.commands.executeCommand<string>('stepthrough.workflow.run', uri);
    assert.ok(execution);
    vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(new vscode.Location(uri, new vscode.Position(6, 0)))]);
    for (let time = 0; time < 2; time++) {
      await vscode.commands.executeCommand('stepthrough.execution.attach', execution);
      const { body } = await watch.response<DebugProtocol.InitializeResponse>('initialize');
      assert.deepEqual(body!.exceptionBreakpointFilters!.map(({ filter }) => filter), ['raised', 'uncaught', 'userUnhandled']);
      assert.equal(await stop(), 'ticking.py 7');
      await sessions.at(-1)!.customRequest('disconnect', { terminateDebuggee: false });
    }
    await vscode.commands.executeCommand('stepthrough.execution.cancel', execution);
  });

  it('offers the exception filters of flows for an execution file that names one', async () => {
    await write('named.py', flow("return this.success('done')"));
    await write('named.execution.yaml', 'flow_name: named\n');
    await launch('named.execution.yaml', { stopOnEntry: true });
    const { body } = await watch.response<DebugProtocol.InitializeResponse>('initialize');
    assert.deepEqual(body!.exceptionBreakpointFilters!.map(({ filter }) => filter), ['raised', 'uncaught', 'userUnhandled']);
  });

  it('goes on to the next call of the Flow-API by its command', async () => {
    await write('calls.py', flow('total = 1', 'total += 1', "this.log('total', total=total)", "return this.success('done')"));
    await launch('calls.py', { stopOnEntry: true });
    assert.equal(await stop(), 'calls.py 5');
    // The command is for the active session, which VS Code tells a little after the stop.
    await until(() => vscode.debug.activeDebugSession?.id === sessions.at(-1)!.id);
    await vscode.commands.executeCommand('stepthrough.debug.stepToNextCall');
    await watch.event('continued');
    assert.equal(await stop(), 'calls.py 7');
  });

  it('offers the exception filters of flows before they run', async () => {
    await write('filters.py', flow("return this.success('done')"));
    await launch('filters.py', { stopOnEntry: true });
    const { body } = await watch.response<DebugProtocol.InitializeResponse>('initialize');
    assert.deepEqual(body!.exceptionBreakpointFilters!.map(({ filter }) => filter), ['raised', 'uncaught', 'userUnhandled']);
  });

  it('refuses a flow that Python cannot read, and marks the place while it is typed', async () => {
    const uri = await write('broken.py', flow('x = = 1', "return this.success('done')"));
    const document = await vscode.workspace.openTextDocument(uri);
    await until(() => ours(uri).some(({ code, range }) => typeof code === 'string' && code.startsWith('python/') && range.start.line === 4));
    void launch('broken.py');
    const response = await watch.response('launch');
    assert.equal(response.success, false);
    assert.match((response.body as DebugProtocol.ErrorResponse['body']).error!.format, /broken\.py:5:/);
    await replace(document, flow("return this.success('done')"));
    await until(() => ours(uri).length === 0);
  });

  it('refuses a flow whose handler is missing', async () => {
    await write('headless.py', 'import flow_api\n\nvalue = 1\n');
    void launch('headless.py');
    const response = await watch.response('launch');
    assert.equal(response.success, false);
    assert.match((response.body as DebugProtocol.ErrorResponse['body']).error!.format, /handler/);
  });

  it('refuses inputs that break the schema beside the flow', async () => {
    void launch('shipping.py', { argument: { parcels: [{ to: 'Vienna', weight: 31 }] } });
    const response = await watch.response('launch');
    assert.equal(response.success, false);
    assert.match((response.body as DebugProtocol.ErrorResponse['body']).error!.format, /30/);
  });

  it('stops at what JSON cannot hold, and fails with it', async () => {
    await write('unspeakable.py', flow("this.set_output('value', object())", "return this.success('done')"));
    await launch('unspeakable.py');
    const { body } = await watch.event<DebugProtocol.StoppedEvent>('stopped');
    assert.equal(body.reason, 'exception');
    assert.match(`${body.description} ${body.text}`, /JSON/);
    await watch.request('continue', { threadId: 1 });
    const exited = await watch.event<DebugProtocol.ExitedEvent>('exited');
    assert.equal(exited.body.exitCode, 1, watch.output);
    assert.match(watch.output, /JSON/);
  });

  it('says which Python is missing, and what to set', async () => {
    await write('snakeless.py', flow("return this.success('done')"));
    const configuration = vscode.workspace.getConfiguration('stepthrough');
    await configuration.update('python', '/nowhere/python', vscode.ConfigurationTarget.Global);
    try {
      void launch('snakeless.py');
      const response = await watch.response('launch');
      assert.equal(response.success, false);
      assert.match((response.body as DebugProtocol.ErrorResponse['body']).error!.format, /setting stepthrough\.python .*\/nowhere\/python.* Python 3\.9 or newer/);
    } finally {
      await configuration.update('python', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
