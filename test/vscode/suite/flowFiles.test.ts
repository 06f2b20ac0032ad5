import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ours, replace, write } from './documents.ts';
import { until } from './executions.ts';

const flow = (body: string): string => `import flow_api\n\n\ndef handler(system: flow_api.System, this: flow_api.Execution, inputs: dict):\n    ${body}\n    return this.success('done')\n`;

/** A name of its own, since folders below `flow-files` are looked through too. */
const open = async (name: string, text: string): Promise<vscode.TextDocument> => vscode.workspace.openTextDocument(await write(`flow-files/${name}`, text));

const shown = (document: vscode.TextDocument): string[] => ours(document.uri).map(({ code, range }) => `${typeof code === 'string' ? code : '?'} ${document.getText(range)}`);

async function eventually(document: vscode.TextDocument, expected: readonly string[]): Promise<void> {
  await until(() => shown(document).join() === expected.join()).catch(() => undefined);
  assert.deepEqual(shown(document), expected);
}

async function labels(document: vscode.TextDocument, at: vscode.Position): Promise<string[]> {
  const list = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, at);
  return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
}

async function hoverText(document: vscode.TextDocument, word: string): Promise<string> {
  const at = document.positionAt(document.getText().indexOf(word) + 1);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, at);
  return hovers.flatMap(({ contents }) => contents.map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))).join('\n').replaceAll('&nbsp;', ' ');
}

describe('the files around flows in the editor', () => {
  before(() => vscode.extensions.getExtension('stepthrough.stepthrough')!.activate());
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('are checked as they are typed, each document of them, and fixed', async () => {
    const document = await open('post.connector.yaml', 'connector_type: REST\nvalue: {url: https://example.com}\n---\nconnector:\n  connector_type: REST\n  value: {metod: get}\n');
    await eventually(document, ['connector/unknown-input metod']);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, ours(document.uri)[0]!.range, vscode.CodeActionKind.QuickFix.value);
    await vscode.workspace.applyEdit(actions.find(({ title }) => title === 'Change to method')!.edit!);
    await eventually(document, []);
  });

  for (const [name, text, expected] of [
    ['rate.setting.yaml', 'value: 1\nvaluee: 2\n', ['resource/unknown-field valuee']],
    ['night.schedule.yaml', 'is_enabled: often\n', ['execution/wrong-type often']],
    ['ask.answers.yaml', '- subjekt: x\n  subject: x\n', ['answers/not-right subjekt']],
    ['ask.mocks.yaml', '- connector: x\n  reslt: 1\n  result: 1\n', ['mocks/unknown-key reslt']],
    ['ask.env.yaml', 'A: 1\n', ['env/wrong-type 1']],
    ['ask.flow.yaml', 'priority: high\n', ['execution/wrong-type high']],
  ] as const) {
    it(`have problems: ${name}`, async () => eventually(await open(name, text), expected));
  }

  it('have keys and values completed and explained, also in a further document', async () => {
    const document = await open('two.connector.yaml', 'connector_type: SSH\n---\nconnector_type: REST\nvalue:\n  read_timeout: 5\n  \n');
    await eventually(document, []);
    assert.ok((await labels(document, new vscode.Position(5, 2))).includes('hostname'));
    assert.ok((await labels(document, new vscode.Position(0, 16))).includes('REST'));
    assert.match(await hoverText(document, 'read_timeout'), /Seconds for the answer/);
    const answers = await open('two.answers.yaml', '- subject: x\n  \n');
    await eventually(answers, []);
    assert.ok((await labels(answers, new vscode.Position(1, 2))).includes('button'));
  });

  it('are no workflows, whatever they hold', async () => {
    const document = await open('steps.setting.yaml', '- a:\n    assign: [{x: 1}]\n- b:\n    return: 1\n');
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri);
    assert.deepEqual(lenses.map(({ command }) => command?.title), []);
  });

  it('give flows their input schema', async () => {
    await write('flow-files/weigh.py', flow('pass'));
    await write('flow-files/weigh.flow.yaml', 'input_schema:\n  type: object\n  required: [parcel]\n  properties:\n    parcel: {type: string, format: uuid, form-label: Parcel, description: Which parcel.}\n');
    const document = await open('weigh.input.yaml', 'parcel: five\n');
    await eventually(document, ['input/format five']);
    assert.match(await hoverText(document, 'parcel'), /Which parcel/);
    await replace(document, '\n');
    await until(() => shown(document).join() !== 'input/format five');
    assert.ok((await labels(document, new vscode.Position(0, 0))).includes('parcel'));
  });

  it('are where the names in flows lead', async () => {
    await write('flow-files/goal.py', flow('pass'));
    await write('flow-files/far away.connector.yaml', 'connector_type: REST\ndescription: A long way\n');
    const document = await open('leads.py', flow("this.flow('goal'); this.connect('far away')"));
    const target = async (word: string): Promise<string> => {
      const at = document.positionAt(document.getText().indexOf(word) + 1);
      const found = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>('vscode.executeDefinitionProvider', document.uri, at);
      return found.map((one) => ('targetUri' in one ? `${one.targetUri.path.split('/').at(-1)!}:${one.targetRange.start.line}` : `${one.uri.path.split('/').at(-1)!}:${one.range.start.line}`)).join();
    };
    await until(async () => (await target('goal')) === 'goal.py:3');
    await until(async () => (await target('far away')) === 'far away.connector.yaml:0');
    assert.match(await hoverText(document, 'far away'), /connector far away · REST\s+A long way\s+flow-files\/far away/);
  });

  it('name records that flows may use, by the names in their documents', async () => {
    await write('flow-files/all.setting.yaml', 'setting: {name: named inside, value: 1}\n');
    const document = await open('uses.py', flow("system.setting('named inside').get('value'); system.setting('all').get('value')"));
    await eventually(document, ['flow/unknown-setting all']);
  });
});
