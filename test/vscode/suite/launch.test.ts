import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import { SessionWatch } from './session.ts';

const folder = vscode.workspace.workspaceFolders![0]!;

async function write(name: string, text: string): Promise<vscode.Uri> {
  const uri = vscode.Uri.joinPath(folder.uri, name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

async function show(name: string): Promise<vscode.TextEditor> {
  return await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, name));
}

function breakAt(uri: vscode.Uri, line: number): void {
  vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(new vscode.Location(uri, new vscode.Position(line - 1, 0)))]);
}

async function topFrame(watch: SessionWatch, threadId: number): Promise<DebugProtocol.StackFrame> {
  const { stackFrames } = await watch.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId });
  return stackFrames[0]!;
}

/** VS Code turns paths into addresses on their way to an extension. */
function pathOf({ source }: DebugProtocol.StackFrame): string {
  return vscode.Uri.parse(source!.path!).path;
}

/** The values of all scopes. */
async function variables(watch: SessionWatch, frameId: number): Promise<Map<string, string>> {
  const { scopes } = await watch.request<DebugProtocol.ScopesResponse['body']>('scopes', { frameId });
  const all = await Promise.all(scopes.map(({ variablesReference }) => watch.request<DebugProtocol.VariablesResponse['body']>('variables', { variablesReference })));
  return new Map(all.flatMap(({ variables: found }) => found.map(({ name, value }) => [name, value])));
}

describe('debugging from the editor', () => {
  let watch: SessionWatch;

  before(() => vscode.extensions.getExtension('stepthrough.stepthrough')!.activate());
  beforeEach(() => {
    watch = new SessionWatch();
  });
  afterEach(async () => {
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    await vscode.debug.stopDebugging();
    watch.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('debugs the active workflow without any configuration, with its plain input file', async () => {
    const { document } = await show('order.workflows.yaml');
    breakAt(document.uri, 25);
    assert.ok(await vscode.debug.startDebugging(folder, { type: 'stepthrough', request: 'launch', name: 'test' }));
    const { body } = await watch.event<DebugProtocol.StoppedEvent>('stopped');
    assert.equal(body.reason, 'breakpoint');
    const frame = await topFrame(watch, body.threadId!);
    assert.equal(frame.line, 23);
    assert.equal(pathOf(frame), document.uri.path);
    const values = await variables(watch, frame.id);
    assert.equal(values.get('price'), '10.0');
    assert.match(values.get('order')!, /Ada Lovelace/);
  });

  it('steps over, into and out of a subworkflow', async () => {
    const { document } = await show('order.workflows.yaml');
    breakAt(document.uri, 18);
    await vscode.debug.startDebugging(folder, { type: 'stepthrough', request: 'launch', name: 'test', program: document.uri.fsPath });
    const { threadId } = (await watch.event<DebugProtocol.StoppedEvent>('stopped')).body;
    const step = async (command: string): Promise<number> => {
      await watch.request(command, { threadId });
      await watch.event('stopped');
      return (await topFrame(watch, threadId!)).line;
    };
    const lines = document.getText().split('\n');
    assert.match(lines[(await step('stepIn')) - 1]!, /- unit:/);
    assert.match(lines[(await step('next')) - 1]!, /- known:/);
    assert.match(lines[(await step('stepOut')) - 1]!, /- (price|add):/);
  });

  it('runs without debugging through every breakpoint', async () => {
    const { document } = await show('hello.workflows.yaml');
    breakAt(document.uri, 5);
    await vscode.debug.startDebugging(folder, { type: 'stepthrough', request: 'launch', name: 'test', program: document.uri.fsPath, argument: 'Ada' }, { noDebug: true });
    await watch.event('terminated');
    assert.ok(!watch.messages.some((message) => message.type === 'event' && (message as DebugProtocol.Event).event === 'stopped'));
    assert.match(watch.output, /Hello, Ada!/);
  });

  it('debugs what the editor shows, saved or not', async () => {
    const uri = await write('typed.workflows.yaml', '- a:\n    return: 1\n');
    const editor = await vscode.window.showTextDocument(uri);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '# one line more\n'));
    await vscode.debug.startDebugging(folder, { type: 'stepthrough', request: 'launch', name: 'test', program: uri.fsPath, stopOnEntry: true });
    const { body } = await watch.event<DebugProtocol.StoppedEvent>('stopped');
    assert.equal((await topFrame(watch, body.threadId!)).line, 2);
  });

  it('debugs a workflow that was never saved', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'yaml', content: 'main:\n  steps:\n    - a:\n        return: 1\n' });
    await vscode.window.showTextDocument(document);
    breakAt(document.uri, 3);
    await vscode.commands.executeCommand('stepthrough.workflow.debug', document.uri);
    const { body } = await watch.event<DebugProtocol.StoppedEvent>('stopped');
    const frame = await topFrame(watch, body.threadId!);
    assert.equal(frame.line, 3);
    assert.equal(frame.source!.path, document.uri.toString());
  });

  it('finds what a configuration names by relative paths', async () => {
    assert.ok(await vscode.debug.startDebugging(folder, { type: 'stepthrough', request: 'launch', name: 'test', program: 'order.workflows.yaml', input: 'order.refused.input.yaml', stopOnEntry: true }));
    const { body } = await watch.event<DebugProtocol.StoppedEvent>('stopped');
    const frame = await topFrame(watch, body.threadId!);
    assert.equal(pathOf(frame), vscode.Uri.joinPath(folder.uri, 'order.workflows.yaml').path);
    assert.match([...(await variables(watch, frame.id)).values()].join('\n'), /customer/);
  });

  it('debugs an execution file', async () => {
    await show('order.execution.yaml');
    await vscode.debug.startDebugging(folder, { type: 'stepthrough', request: 'launch', name: 'test', stopOnEntry: true });
    const { body } = await watch.event<DebugProtocol.StoppedEvent>('stopped');
    const frame = await topFrame(watch, body.threadId!);
    assert.equal(pathOf(frame), vscode.Uri.joinPath(folder.uri, 'order.workflows.yaml').path);
    assert.match((await variables(watch, frame.id)).get('order')!, /Grace Hopper/);
  });

  it('debugs an earlier execution again, with its argument', async () => {
    const uri = await write('again2.workflows.yaml', 'main:\n  params: [given]\n  steps:\n    - a:\n        return: ${given}\n');
    await write('again2.input.json', '{"amount": 2.0}');
    const id = await vscode.commands.executeCommand<string>('stepthrough.workflow.run', uri);
    breakAt(uri, 4);
    await vscode.commands.executeCommand('stepthrough.execution.debugAgain', id);
    const { body } = await watch.event<DebugProtocol.StoppedEvent>('stopped');
    assert.match((await variables(watch, (await topFrame(watch, body.threadId!)).id)).get('given')!, /2\.0/);
  });

  it('keeps a typed argument exact', async () => {
    const uri = await write('exact.workflows.yaml', 'main:\n  params: [given]\n  steps:\n    - a:\n        return: ${given}\n');
    await vscode.debug.startDebugging(folder, { type: 'stepthrough', request: 'launch', name: 'test', program: uri.fsPath, stopOnEntry: true, __argument: '[1.0,9007199254740993]' });
    const { body } = await watch.event<DebugProtocol.StoppedEvent>('stopped');
    assert.match((await variables(watch, (await topFrame(watch, body.threadId!)).id)).get('given')!, /1\.0.*9007199254740993/);
  });

  it('refuses an input with mistakes, naming its place', async () => {
    const program = vscode.Uri.joinPath(folder.uri, 'order.workflows.yaml').fsPath;
    const input = vscode.Uri.joinPath(folder.uri, 'order.mistakes.input.yaml').fsPath;
    void vscode.debug.startDebugging(folder, { type: 'stepthrough', request: 'launch', name: 'test', program, input });
    const response = await watch.response('launch');
    assert.equal(response.success, false);
    const error = (response.body as DebugProtocol.ErrorResponse['body']).error!;
    assert.match(error.format, /order\.mistakes\.input\.yaml:2:11/);
    assert.equal(error.showUser, false);
  });

  it('hovers evaluate the path they point to', async () => {
    const { document } = await show('order.workflows.yaml');
    breakAt(document.uri, 25);
    await vscode.debug.startDebugging(folder, { type: 'stepthrough', request: 'launch', name: 'test' });
    const { body } = await watch.event<DebugProtocol.StoppedEvent>('stopped');
    const frame = await topFrame(watch, body.threadId!);
    const { result } = await watch.request<DebugProtocol.EvaluateResponse['body']>('evaluate', { expression: 'order.lines[1].article', frameId: frame.id, context: 'hover' });
    assert.equal(result, '"lamp"');
  });
});
