import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { folder, ours, replace, write } from './documents.ts';
import { until } from './executions.ts';

describe('problems of workflows in the editor', () => {
  before(() => vscode.extensions.getExtension('stepthrough.stepthrough')!.activate());
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('appear at their place with their code, and go when mended', async () => {
    const document = await vscode.workspace.openTextDocument(await write('broken.workflows.yaml', '- a:\n    return: ${x}\n'));
    await until(() => ours(document.uri).length === 1);
    const [problem] = ours(document.uri);
    assert.equal(problem!.code, 'name/undefined');
    assert.equal(document.getText(problem!.range), 'x');
    await replace(document, '- a:\n    return: ${1}\n');
    await until(() => ours(document.uri).length === 0);
  });

  it('offer their fixes, which mend them', async () => {
    const document = await vscode.workspace.openTextDocument(await write('fix.workflows.yaml', 'main:\n  step:\n    - a:\n        return: 1\n'));
    await until(() => ours(document.uri).length > 0);
    const at = ours(document.uri).find(({ code }) => code === 'routine/unknown-key')!.range;
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, at);
    const fix = actions.find(({ title }) => title.includes('steps'));
    assert.ok(fix?.edit, actions.map(({ title }) => title).join());
    await vscode.workspace.applyEdit(fix.edit);
    await until(() => ours(document.uri).length === 0);
  });

  it('are one for a file that is too big', async () => {
    const document = await vscode.workspace.openTextDocument(await write('big.workflows.yaml', `- a:\n    return: \${x}\n# ${'x'.repeat(130 * 1024)}\n`));
    await until(() => ours(document.uri).length > 0);
    assert.deepEqual(ours(document.uri).map(({ code }) => code), ['workflow/too-large']);
  });

  it('are silent for files that are no workflows', async () => {
    const other = await vscode.workspace.openTextDocument(await write('compose.yaml', 'services:\n  a:\n    image: ${IMAGE}\n'));
    const workflow = await vscode.workspace.openTextDocument(await write('last.workflows.yaml', '- a:\n    return: ${x}\n'));
    await until(() => ours(workflow.uri).length === 1);
    assert.deepEqual(ours(other.uri), []);
  });

  it('are found in a file that is a workflow by its content, and go when it is none any more', async () => {
    const document = await vscode.workspace.openTextDocument(await write('quiet.yaml', 'main:\n  steps:\n    - a:\n        return: ${x}\n'));
    await until(() => ours(document.uri).length === 1);
    await replace(document, 'main: 5\n');
    await until(() => ours(document.uri).length === 0);
  });

  it('stay away from the samples', async () => {
    const names = (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name).filter((name) => ['hello', 'order', 'weather', 'countdown'].some((sample) => name === `${sample}.workflows.yaml`));
    assert.equal(names.length, 4);
    const broken = await vscode.workspace.openTextDocument(await write('zz.workflows.yaml', '- a:\n    return: ${x}\n'));
    for (const name of names) {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder, name));
      await until(() => ours(broken.uri).length === 1);
      assert.deepEqual(ours(document.uri), [], name);
    }
  });
});
