import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from './executions.ts';

const folder = vscode.workspace.workspaceFolders![0]!.uri;

async function write(name: string, text: string): Promise<vscode.Uri> {
  const uri = vscode.Uri.joinPath(folder, name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

async function run(uri: vscode.Uri): Promise<string> {
  const id = await vscode.commands.executeCommand<string | undefined>('stepthrough.workflow.run', uri);
  assert.ok(id, 'an execution was started');
  return id;
}

/** The document a command opens about an execution, once it holds what is waited for. */
async function opened(command: string, id: string, awaited: RegExp): Promise<vscode.TextDocument> {
  await vscode.commands.executeCommand(`stepthrough.execution.${command}`, id);
  const document = vscode.window.activeTextEditor!.document;
  await until(() => awaited.test(document.getText()));
  return document;
}

const echo = 'main:\n  params: [given]\n  steps:\n    - say:\n        call: sys.log\n        args: {text: "heard"}\n    - end:\n        return: ${given}\n';

describe('running from the editor', () => {
  before(() => vscode.extensions.getExtension('stepthrough.stepthrough')!.activate());
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('runs a workflow with its plain input file, and opens what came of it', async () => {
    await write('echo.input.json', '{"amount": 1.0, "list": []}');
    const id = await run(await write('echo.workflows.yaml', echo));
    const result = await opened('openResult', id, /amount/);
    assert.equal(result.getText(), '{\n  "amount": 1.0,\n  "list": []\n}\n');
    assert.equal(result.languageId, 'json');
    assert.equal((await opened('openArgument', id, /amount/)).getText(), result.getText());
    assert.match((await opened('openLog', id, /heard/)).getText(), /main\/say: heard/);
    assert.equal((await opened('openSource', id, /main/)).getText(), echo);
  });

  it('runs what the editor shows, saved or not', async () => {
    const uri = await write('unsaved.workflows.yaml', '- end:\n    return: saved\n');
    const document = await vscode.workspace.openTextDocument(uri);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri, new vscode.Range(0, 0, document.lineCount, 0), '- end:\n    return: typed\n');
    await vscode.workspace.applyEdit(edit);
    assert.match((await opened('openResult', await run(uri), /"/)).getText(), /typed/);
  });

  it('runs a workflow that was never saved', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'yaml', content: 'main:\n  steps:\n    - end:\n        return: untitled\n' });
    assert.match((await opened('openResult', await run(document.uri), /"/)).getText(), /untitled/);
  });

  it('runs an execution file with its own argument', async () => {
    await write('saved.workflows.yaml', echo);
    const id = await run(await write('big.execution.yaml', 'program: saved.workflows.yaml\nargument: [1, 2]\n'));
    assert.equal((await opened('openResult', id, /\[/)).getText(), '[\n  1,\n  2\n]\n');
  });

  it('runs again with the same argument and the program as it is now', async () => {
    const uri = await write('again.workflows.yaml', '- end:\n    return: first\n');
    const id = await run(uri);
    await opened('openResult', id, /first/);
    await write('again.workflows.yaml', '- end:\n    return: second\n');
    const again = await vscode.commands.executeCommand<string>('stepthrough.execution.runAgain', id);
    await opened('openResult', again, /second/);
    await opened('openSource', id, /first/);
  });

  it('opens the source at the step that failed', async () => {
    const uri = await write('failing.workflows.yaml', 'main:\n  steps:\n    - a:\n        assign: [{m: {}}]\n    - b:\n        return: ${m.x}\n');
    const id = await run(uri);
    assert.match((await opened('openError', id, /KeyError/)).getText(), /in step "b", routine "main"/);
    await vscode.commands.executeCommand('stepthrough.execution.goToStep', id);
    const editor = vscode.window.activeTextEditor!;
    assert.equal(editor.document.uri.fsPath, uri.fsPath);
    assert.equal(editor.selection.active.line, 5);
  });

  it('opens the source as executed where the file has changed since', async () => {
    const uri = await write('changed.workflows.yaml', '- b:\n    return: ${1 / 0}\n');
    const id = await run(uri);
    await opened('openError', id, /ZeroDivisionError/);
    await write('changed.workflows.yaml', '# new\n- b:\n    return: 1\n');
    await vscode.commands.executeCommand('stepthrough.execution.goToStep', id);
    assert.equal(vscode.window.activeTextEditor!.document.uri.scheme, 'stepthrough');
  });
});
