import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { folder, write } from './documents.ts';
import { until } from './executions.ts';

const flow = 'def handler(system, this, inputs):\n    return inputs\n';

async function titles(document: vscode.TextDocument): Promise<string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri);
  return lenses.map(({ command }) => command?.title ?? '');
}

async function click(document: vscode.TextDocument, title: string): Promise<unknown> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri);
  const { command } = lenses.find((lens) => lens.command?.title === title)!;
  return await vscode.commands.executeCommand(command!.command, ...((command!.arguments ?? []) as readonly unknown[]));
}

describe('schedules and webhooks in the editor', () => {
  before(() => vscode.extensions.getExtension('stepthrough.stepthrough')!.activate());
  after(async () => {
    await vscode.commands.executeCommand('stepthrough.server.stop');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder, 'automations'), { recursive: true });
  });

  it('say when they start next, how it went last, and rest when they are disabled', async () => {
    await write('automations/yearly-report.py', flow);
    const document = await vscode.workspace.openTextDocument(await write('automations/yearly.schedule.yaml', 'flow_name: yearly-report\ncron: "0 9 1 1 *"\n'));
    await vscode.window.showTextDocument(document);
    await document.save();
    await until(async () => (await titles(document)).some((title) => title.startsWith('Next start ')));
    assert.deepEqual((await titles(document)).slice(1), ['Start Now', 'Disable']);
    assert.match(String(await click(document, 'Start Now')), /^[0-9a-f-]{36}$/);
    await until(async () => (await titles(document)).some((title) => /^Last .*: Succeeded$/.test(title)));
    await click(document, 'Disable');
    assert.equal(document.getText(), 'is_enabled: false\nflow_name: yearly-report\ncron: "0 9 1 1 *"\n');
    assert.equal(document.isDirty, false);
    assert.deepEqual(await titles(document), ['Disabled', 'Enable']);
    await click(document, 'Enable');
    await until(async () => (await titles(document)).some((title) => title.startsWith('Next start ')));
  });

  it('say why nothing starts', async () => {
    const document = await vscode.workspace.openTextDocument(await write('automations/lost.schedule.yaml', 'flow_name: no-such-flow\ncron: "* * * * * *"\n'));
    await vscode.window.showTextDocument(document);
    await vscode.workspace.applyEdit(insertion(document, '# lost\n'));
    assert.deepEqual(await titles(document).then((all) => all.length > 0), true);
    await document.save();
    await until(async () => (await titles(document)).some((title) => /^Could not start .*: There is no flow with the name "no-such-flow"\.$/.test(title)));
    await click(document, 'Disable');
  });

  it('give a call of a webhook, for which the API server is started', async () => {
    await write('automations/hook-flow.py', flow);
    const document = await vscode.workspace.openTextDocument(await write('automations/hook.webhook.yaml', 'flow_name: hook-flow\nkey: "a\\"b"\n'));
    await vscode.window.showTextDocument(document);
    await vscode.workspace.applyEdit(insertion(document, '# hook\n'));
    await document.save();
    await until(async () => (await titles(document)).includes('Called at /webhook/hook'));
    await click(document, 'Copy curl Example');
    assert.match(await vscode.env.clipboard.readText(), /^curl -X POST http:\/\/127\.0\.0\.1:\d+\/webhook\/hook -H "X-Webhook-Key: a\\"b" /);
  });
});

function insertion({ uri }: vscode.TextDocument, text: string): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  edit.insert(uri, new vscode.Position(0, 0), text);
  return edit;
}
