import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { folder, ours, write } from './documents.ts';
import { until } from './executions.ts';

const create = (uri: vscode.Uri): Thenable<vscode.Uri | undefined> => vscode.commands.executeCommand('stepthrough.input.create', uri);

async function actionTitles(document: vscode.TextDocument, line: number): Promise<string[]> {
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, new vscode.Range(line, 2, line, 2));
  return actions.map(({ title }) => title);
}

async function lenses(document: vscode.TextDocument): Promise<string[]> {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri);
  return found.map(({ range, command }) => `${range.start.line + 1} ${command?.title ?? ''} ${command?.command ?? ''}`);
}

describe('a new input file', () => {
  before(() => vscode.extensions.getExtension('stepthrough.stepthrough')!.activate());
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('is made from the schema, opened with its first value selected, and has nothing wrong', async () => {
    await write('new-input/pay.input.schema.json', '{"type": "object", "required": ["to"], "properties": {"to": {"type": "string", "examples": ["Ada"]}, "amount": {"type": "integer", "default": 5}}}');
    const made = await create(await write('new-input/pay.workflows.yaml', 'main:\n  params: [order]\n  steps:\n    - a:\n        return: ${order}\n'));
    assert.equal(made?.path, vscode.Uri.joinPath(folder, 'new-input/pay.input.yaml').path);
    const editor = vscode.window.activeTextEditor!;
    assert.equal(editor.document.getText(), 'to: Ada\namount: 5\n');
    assert.equal(editor.document.getText(editor.selection), 'Ada');
    assert.deepEqual(ours(editor.document.uri), []);
  });

  it('is JSON beside a workflow in JSON, with the keys that it reads', async () => {
    const made = await create(await write('new-input/read.workflows.json', '{"main": {"params": ["a"], "steps": [{"s": {"return": "${a.name}"}}]}}'));
    assert.match(made!.path, /read\.input\.json$/);
    assert.equal(vscode.window.activeTextEditor!.document.getText(), '{\n  "name": ""\n}\n');
  });

  it('is offered where a program says what it takes, as long as there is none', async () => {
    const uri = await write('new-input/offer.workflows.yaml', 'main:\n  params: [a]\n  steps:\n    - s:\n        return: ${a.name}\n');
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    for (let titles: string[] = []; !titles.includes('Create Input File'); ) titles = await actionTitles(document, 1);
    assert.ok(!(await actionTitles(document, 3)).includes('Create Input File'));
    await create(uri);
    assert.ok(!(await actionTitles(document, 1)).includes('Create Input File'));
  });
});

describe('Run and Debug above a workflow', () => {
  it('stand above main, or the first step', async () => {
    const cases: readonly (readonly [name: string, text: string, line: number])[] = [
      ['main.workflows.yaml', '# A workflow\nsub:\n  steps:\n    - a:\n        return: 1\nmain:\n  steps:\n    - b:\n        return: 1\n', 6],
      ['list.workflows.yaml', '# A workflow\n- b:\n    return: 1\n', 2],
      ['main.workflows.json', '{\n  "main": {"steps": [{"b": {"return": 1}}]}\n}\n', 2],
    ];
    for (const [name, text, line] of cases) {
      const document = await vscode.workspace.openTextDocument(await write(`lenses/${name}`, text));
      let found: string[] = [];
      for (const end = Date.now() + 10_000; found.length === 0 && Date.now() < end; ) found = await lenses(document);
      assert.deepEqual(found, [`${line} Run stepthrough.workflow.run`, `${line} Debug stepthrough.workflow.debug`], name);
    }
  });
});

describe('an execution that was started with mocks and schemas of its own', () => {
  it('has them when it is run again', async () => {
    await write('again/get.workflows.yaml', 'main:\n  params: [a]\n  steps:\n    - get:\n        call: http.get\n        args: {url: "http://127.0.0.1:9/"}\n        result: r\n    - end:\n        return: ${r.body}\n');
    await write('again/other.mocks.yaml', '- call: http.get\n  response: {code: 200, body: mocked}\n');
    const file = await write('again/get.execution.yaml', 'program: get.workflows.yaml\nmocks: other.mocks.yaml\nargument: 5\noutput_schema: {const: mocked}\nlabels: {team: a}\n');
    const result = async (id: string | undefined): Promise<string> => {
      assert.ok(id, 'an execution was started');
      await vscode.commands.executeCommand('stepthrough.execution.openResult', id);
      const { document } = vscode.window.activeTextEditor!;
      await until(() => document.getText().includes('mocked'));
      return document.getText();
    };
    const id = await vscode.commands.executeCommand<string>('stepthrough.workflow.run', file);
    assert.equal(await result(id), '"mocked"\n');
    assert.equal(await result(await vscode.commands.executeCommand<string>('stepthrough.execution.runAgain', id)), '"mocked"\n');
    const ended = new Promise((resolve) => vscode.debug.onDidTerminateDebugSession(resolve));
    let configuration: vscode.DebugConfiguration | undefined;
    const started = vscode.debug.onDidStartDebugSession((session) => (configuration = session.configuration));
    await vscode.commands.executeCommand('stepthrough.execution.debugAgain', id);
    await ended;
    started.dispose();
    assert.match(String(configuration!['mocks']), /other\.mocks\.yaml$/);
    assert.deepEqual([configuration!['output_schema'], configuration!['labels']], [{ const: 'mocked' }, { team: 'a' }]);
  });
});
