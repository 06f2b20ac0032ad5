import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import { folder, replace, write } from './documents.ts';
import { until } from './executions.ts';
import { SessionWatch } from './session.ts';

const watched = ['main:', '  params: [args]', '  steps:', '    - first:', '        assign:', '          - n: ${args.n}', '    - last:', '        return: ${n + 1}', ''].join('\n');
const parent = ['main:', '  steps:', '    - ask:', '        call: googleapis.workflowexecutions.v1.projects.locations.workflows.executions.run', '        args:', '          workflow_id: api-watched', '          argument: {n: 10}', '        result: answer', '    - last:', '        return: ${answer}', ''].join('\n');
/** Of the step `last`. */
const lastLine = 7;

interface Resource {
  readonly name: string;
  readonly state: string;
  readonly result?: string;
}

describe('the API server of a window', () => {
  const settings = vscode.workspace.getConfiguration('stepthrough');
  let watch: SessionWatch;
  let address: string;
  let program: vscode.Uri;

  const call = async (method: string, path: string, body?: object): Promise<Response> =>
    await fetch(path.startsWith('projects/') ? `${address}/v1/${path}` : `${address}/v1/projects/p/locations/l/${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
  const start = async (id: string, argument: object = { n: 1 }): Promise<Resource> => (await (await call('POST', `workflows/${id}/executions`, { argument: JSON.stringify(argument) })).json()) as Resource;
  const get = async ({ name }: Resource): Promise<Resource> => (await (await call('GET', name)).json()) as Resource;
  const ended = async (execution: Resource): Promise<Resource> => {
    await until(async () => (await get(execution)).state !== 'ACTIVE');
    return await get(execution);
  };
  const served = async (): Promise<string[]> => ((await (await call('GET', 'workflows')).json()) as { workflows: Resource[] }).workflows.map(({ name }) => name.split('/').at(-1)!);
  const breakAt = (uri: vscode.Uri, line: number): void => vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(new vscode.Location(uri, new vscode.Position(line - 1, 0)))]);
  const command = async <T>(name: string): Promise<T> => (await vscode.commands.executeCommand<T>(`stepthrough.server.${name}`));

  before(async () => {
    await vscode.extensions.getExtension('stepthrough.stepthrough')!.activate();
    program = await write('api-watched.workflows.yaml', watched);
    await write('api-parent.workflows.yaml', parent);
    await settings.update('server.port', 0);
    address = await command<string>('start');
  });
  after(async () => {
    await command('stop');
    await settings.update('server.port', undefined);
    for (const name of ['api-watched.workflows.yaml', 'api-parent.workflows.yaml', 'api-watched.input.json']) await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder, name));
  });
  beforeEach(() => {
    watch = new SessionWatch();
  });
  afterEach(async () => {
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    await vscode.debug.stopDebugging();
    await settings.update('server.debug', undefined);
    watch.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('runs the workflows of the window', async () => {
    assert.ok((await served()).includes('order'));
    const { state, result } = await ended(await start('api-watched'));
    assert.deepEqual([state, result], ['SUCCEEDED', '2']);
    assert.deepEqual(watch.messages, []);
  });

  it('stops an execution that a call starts at a breakpoint of the editor, and lets it go on when the debugger leaves', async () => {
    breakAt(program, lastLine);
    const execution = await start('api-watched');
    assert.equal(execution.state, 'ACTIVE');
    const { body } = await watch.event<DebugProtocol.StoppedEvent>('stopped');
    assert.equal(body.reason, 'breakpoint');
    const { stackFrames } = await watch.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId: body.threadId });
    assert.equal(stackFrames[0]!.line, lastLine);
    assert.equal(vscode.Uri.parse(stackFrames[0]!.source!.path!).path, program.path);
    assert.equal((await get(execution)).state, 'ACTIVE');
    await vscode.commands.executeCommand('workbench.action.debug.disconnect');
    assert.equal((await ended(execution)).result, '2');
  });

  it('runs and debugs again what was made through the API, which no file has', async () => {
    const workflow = 'main:\n  params: [args]\n  steps:\n    - last:\n        return: ${args.n + 1}\n';
    await call('POST', 'workflows?workflowId=api-made', { sourceContents: workflow });
    await until(async () => (await served()).includes('api-made'));
    const id = (await ended(await start('api-made'))).name.split('/').at(-1)!;
    const again = await vscode.commands.executeCommand<string>('stepthrough.execution.runAgain', id);
    assert.equal((await ended({ name: `projects/p/locations/l/workflows/api-made/executions/${again}`, state: '' })).result, '2');
    breakAt(vscode.Uri.parse('stepthrough-workflow:/api-made.workflows.yaml'), 5);
    await vscode.commands.executeCommand('stepthrough.execution.debugAgain', id);
    const { body } = await watch.event<DebugProtocol.StoppedEvent>('stopped');
    const { stackFrames } = await watch.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId: body.threadId });
    assert.equal(stackFrames[0]!.source!.name, 'api-made.workflows.yaml');
    await call('DELETE', 'workflows/api-made');
  });

  it('passes breakpoints that are off, and those of other programs', async () => {
    vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(new vscode.Location(program, new vscode.Position(lastLine - 1, 0)), false)]);
    breakAt(vscode.Uri.joinPath(folder, 'order.workflows.yaml'), 20);
    assert.equal((await ended(await start('api-watched'))).result, '2');
    assert.deepEqual(watch.messages, []);
  });

  it('passes every breakpoint where stepthrough.server.debug is never', async () => {
    await settings.update('server.debug', 'never');
    breakAt(program, lastLine);
    assert.equal((await ended(await start('api-watched'))).result, '2');
    assert.deepEqual(watch.messages, []);
  });

  it('runs without a debugger what is run without one', async () => {
    breakAt(program, lastLine);
    await write('api-watched.input.json', '{"n": 1}');
    const id = await vscode.commands.executeCommand<string>('stepthrough.workflow.run', program);
    const { state } = await ended({ name: `projects/p/locations/l/workflows/api-watched/executions/${id}`, state: '' });
    assert.equal(state, 'SUCCEEDED');
    assert.deepEqual(watch.messages, []);
  });

  it('debugs a child execution in a session of its own below that of its parent', async () => {
    const parents: (string | undefined)[] = [];
    const opened = vscode.debug.onDidStartDebugSession(({ parentSession }) => parents.push(parentSession?.configuration.request));
    breakAt(program, lastLine);
    breakAt(vscode.Uri.joinPath(folder, 'api-parent.workflows.yaml'), 3);
    const execution = await start('api-parent');
    const atParent = await watch.event<DebugProtocol.StoppedEvent>('stopped');
    await watch.request('continue', { threadId: atParent.body.threadId });
    const atChild = await watch.event<DebugProtocol.StoppedEvent>('stopped');
    const { stackFrames } = await watch.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId: atChild.body.threadId });
    assert.equal(stackFrames[0]!.source!.name, 'api-watched.workflows.yaml');
    await watch.request('continue', { threadId: atChild.body.threadId });
    assert.equal((await ended(execution)).result, '11');
    opened.dispose();
    assert.deepEqual(parents, [undefined, 'attach']);
  });

  it('serves a file as it was saved last', async () => {
    const document = await vscode.workspace.openTextDocument(program);
    await vscode.window.showTextDocument(document);
    await replace(document, watched.replace('n + 1', 'n + 100'));
    assert.equal((await ended(await start('api-watched'))).result, '2');
    await document.save();
    await until(async () => (await ended(await start('api-watched'))).result === '101');
    await replace(document, watched);
    await document.save();
    await until(async () => (await ended(await start('api-watched'))).result === '2');
  });

  it('keeps workflows that are made through the API beside the files, and shows them', async () => {
    const made = await call('POST', 'workflows?workflowId=only-stored', { sourceContents: watched });
    assert.equal(made.status, 200);
    assert.ok((await served()).includes('only-stored'));
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse('stepthrough-workflow:/only-stored.workflows.yaml'));
    assert.equal(document.getText(), watched);
    breakAt(document.uri, lastLine);
    const execution = await start('only-stored');
    const { body } = await watch.event<DebugProtocol.StoppedEvent>('stopped');
    const { stackFrames } = await watch.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId: body.threadId });
    assert.equal(stackFrames[0]!.line, lastLine);
    await watch.request('continue', { threadId: body.threadId });
    assert.equal((await ended(execution)).result, '2');
    assert.equal((await call('DELETE', 'workflows/only-stored')).status, 200);
  });

  it('refuses to change a file through the API', async () => {
    const answer = await call('DELETE', 'workflows/api-watched');
    assert.deepEqual([answer.status, ((await answer.json()) as { error: { status: string } }).error.status], [400, 'FAILED_PRECONDITION']);
  });

  it('copies its address and a call that can be tried', async () => {
    await command('copyAddress');
    assert.equal(await vscode.env.clipboard.readText(), address);
    await vscode.window.showTextDocument(program);
    await command('copyCurl');
    assert.ok((await vscode.env.clipboard.readText()).startsWith(`curl -X POST ${address}/v1/projects/local-project/locations/local/workflows/api-watched/executions -H `));
  });

  it('takes another port where its own is taken, and none when it has been stopped', async () => {
    await command('stop');
    await assert.rejects(call('GET', 'workflows'));
    const other: Server = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await settings.update('server.port', port);
    address = await command<string>('start');
    assert.notEqual(new URL(address).port, String(port));
    assert.ok((await served()).includes('order'));
    other.close();
  });
});
