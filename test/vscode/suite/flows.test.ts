import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ours, replace, write } from './documents.ts';
import { until } from './executions.ts';

const flow = (body: string): string => `import flow_api\n\n\ndef handler(system: flow_api.System, this: flow_api.Execution, inputs: dict):\n    ${body}\n    return this.success('done')\n`;

describe('flows in the editor', () => {
  before(async () => {
    await vscode.extensions.getExtension('stepthrough.stepthrough')!.activate();
    await write('parcel.py', flow('pass'));
    await write('limits.setting.yaml', 'value: {most: 3}\n');
    await write('plain.py', 'def handler(event, context):\n    pass\n');
  });
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('have problems for names that do not exist, with the nearest one as fix', async () => {
    const document = await vscode.workspace.openTextDocument(await write('caller.py', flow("this.flow('parcl')")));
    await until(() => ours(document.uri).length === 1);
    const [problem] = ours(document.uri);
    assert.equal(problem!.code, 'flow/unknown-flow');
    assert.equal(document.getText(problem!.range), 'parcl');
    // The problem may be there before all files are known that could be meant.
    let fix: vscode.CodeAction | undefined;
    await until(async () => {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, problem!.range);
      fix = actions.find(({ title }) => title.includes('"parcel"'));
      return fix !== undefined;
    });
    await vscode.workspace.applyEdit(fix!.edit!);
    await until(() => ours(document.uri).length === 0);
  });

  it('lose a problem when the missing resource gets a file', async () => {
    const document = await vscode.workspace.openTextDocument(await write('reader.py', flow("this.log(system.setting('rates').get('value'))")));
    await until(() => ours(document.uri).length === 1);
    await write('rates.setting.yaml', 'value: 1\n');
    await until(() => ours(document.uri).length === 0);
  });

  it('report deprecated calls', async () => {
    const document = await vscode.workspace.openTextDocument(await write('old.py', flow("this.task('REST', url='https://example.com')")));
    await until(() => ours(document.uri).some(({ code }) => code === 'flow/deprecated'));
  });

  it('complete names inside the strings that stand for them', async () => {
    const document = await vscode.workspace.openTextDocument(await write('typing.py', flow("this.flow('')")));
    const labels = async (): Promise<string[]> => {
      const at = document.positionAt(document.getText().indexOf("''") + 1);
      const list = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, at);
      return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    };
    let found: string[] = [];
    await until(async () => (found = await labels()).includes('parcel'));
    assert(!found.includes('plain'), found.join());
    await replace(document, flow("system.setting('').get('value')"));
    await until(async () => (found = await labels()).includes('limits'));
  });

  it('have Run and Debug above their handler, other Python has not', async () => {
    const lenses = async (name: string, text: string): Promise<string[]> => {
      const document = await vscode.workspace.openTextDocument(await write(name, text));
      const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri);
      return found.map(({ command }) => command!.title);
    };
    await until(async () => (await lenses('lens.py', flow('pass'))).join() === 'Run,Debug');
    assert.deepEqual(await lenses('other.py', 'def handler(event, context):\n    pass\n'), []);
  });
});
