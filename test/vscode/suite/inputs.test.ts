import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ours, replace, write as writeInWorkspace } from './documents.ts';

const folder = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'inputs');

const schema = {
  type: 'object',
  required: ['customer', 'lines'],
  additionalProperties: false,
  properties: {
    customer: { type: 'object', required: ['name'], properties: { name: { type: 'string', description: 'Full name. ![x](https://example.com/x.png)' }, vip: { type: 'boolean' } } },
    lines: { type: 'array', items: { $ref: './line.schema.json' } },
  },
};
const line = { type: 'object', required: ['sku'], properties: { sku: { type: 'string' }, count: { type: 'integer', minimum: 1 } } };

const write = (name: string, text: string): Promise<vscode.Uri> => writeInWorkspace(`inputs/${name}`, text);

async function open(name: string, text: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(await write(name, text));
  await vscode.window.showTextDocument(document);
  return document;
}

/** Each problem as `code text`. */
function shown(document: vscode.TextDocument): string[] {
  return ours(document.uri).map((problem) => `${typeof problem.code === 'string' ? problem.code : '?'} ${document.getText(problem.range)}`);
}

/** Waits for the problems to be these; says which there are if they never are. */
async function eventually(document: vscode.TextDocument, expected: readonly string[]): Promise<void> {
  for (let tries = 0; tries < 1000 && shown(document).join() !== expected.join(); tries++) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(shown(document), expected);
}

async function fixes(document: vscode.TextDocument, at: vscode.Range): Promise<vscode.CodeAction[]> {
  return await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, at, vscode.CodeActionKind.QuickFix.value);
}

describe('input files in the editor', () => {
  before(async () => {
    await vscode.extensions.getExtension('stepthrough.stepthrough')!.activate();
    await write('shop.workflows.yaml', 'main:\n  params: [input]\n  steps:\n    - done:\n        return: ${input.customer}\n');
    await write('shop.input.schema.json', JSON.stringify(schema));
    await write('line.schema.json', JSON.stringify(line));
  });
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  for (const [format, text, expected] of [
    ['yaml', 'customer:\n  name: 5\nlines:\n  - sku: a\n    count: 0\nlins: 1\n', ['input/type 5', 'input/minimum 0', 'input/additionalProperties lins']],
    ['json', '{"customer": {"name": 5}, "lines": [{"sku": "a", "count": 0}], "lins": 1}', ['input/type 5', 'input/minimum 0', 'input/additionalProperties "lins"']],
  ] as const) {
    it(`are checked in ${format} as they are typed, each problem at its value`, async () => {
      const document = await open(`shop.${format}-case.input.${format}`, text);
      await eventually(document, expected);
      await replace(document, '{"customer": {"name": "Ada"}, "lines": []}');
      await eventually(document, []);
    });
  }

  it('get all their missing keys by one quick fix, and are clean then', async () => {
    const document = await open('shop.missing.input.yaml', '# an order\nlines:\n  - count: 2\n  - {}\n');
    await eventually(document, ['input/required lines', 'input/required count', 'input/required {']);
    const actions = await fixes(document, ours(document.uri)[0]!.range);
    assert.ok(actions.some(({ title }) => title === 'Add the missing key "customer"'), actions.map(({ title }) => title).join());
    const all = actions.find(({ title }) => title === 'Add all missing keys of this file');
    await vscode.workspace.applyEdit(all!.edit!);
    assert.equal(document.getText(), '# an order\nlines:\n  - count: 2\n    sku: ""\n  - { sku: "" }\ncustomer:\n  name: ""\n');
    await eventually(document, []);
  });

  it('follow their schema and what it refers to, open or on disk', async () => {
    const document = await open('shop.follow.input.yaml', 'customer: { name: Ada }\nlines: [{ sku: 5 }]\n');
    await eventually(document, ['input/type 5']);
    const referenced = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder, 'line.schema.json'));
    await replace(referenced, JSON.stringify({ ...line, properties: { sku: { type: 'integer' } } }));
    await eventually(document, []);
    await vscode.window.showTextDocument(referenced);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await eventually(document, ['input/type 5']);
  });

  it('say that their schema is invalid, and the schema says where', async () => {
    await write('bad.input.schema.yaml', 'properties:\n  id: { type: strin }\n');
    const input = await open('bad.input.json', '{"id": 1}');
    await eventually(input, ['input/invalid-schema {"id": 1}']);
    const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder, 'bad.input.schema.yaml'));
    await eventually(document, ['schema/type strin']);
    const [fix] = await fixes(document, ours(document.uri)[0]!.range);
    await vscode.workspace.applyEdit(fix!.edit!);
    await eventually(document, []);
    await eventually(input, ['input/type 1']);
  });

  it('explain keys on hover, as text that cannot load anything', async () => {
    const document = await open('shop.hover.input.yaml', 'customer:\n  name: Ada\nlines: []\n');
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, new vscode.Position(1, 4));
    const text = hovers.flatMap(({ contents }) => contents.map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))).join('\n');
    assert.match(text, /Full name\\\./);
    assert.match(text, /string · required/);
    assert.match(text, /\/inputs\/shop\.input\.schema\.json#L1/);
    assert.doesNotMatch(text, /!\[x\]|https:\/\//);
  });

  it('complete keys and values, in YAML and JSON', async () => {
    const complete = async (document: vscode.TextDocument, position: vscode.Position): Promise<string[]> => {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, position);
      return list.items.filter((item) => item.kind === vscode.CompletionItemKind.Property || item.kind === vscode.CompletionItemKind.Value).map((item) => (typeof item.label === 'string' ? item.label : item.label.label));
    };
    const yaml = await open('shop.complete.input.yaml', 'customer:\n  name: Ada\n  \nlines: []\n');
    assert.deepEqual(await complete(yaml, new vscode.Position(2, 2)), ['vip']);
    const json = await open('shop.complete.input.json', '{"customer": {"name": "Ada", "vip": }}');
    assert.deepEqual(await complete(json, new vscode.Position(0, 36)), ['true', 'false']);
  });

  it('know what their program reads where there is no schema', async () => {
    await write('plain.workflows.yaml', 'main:\n  params: [input]\n  steps:\n    - done:\n        return: ${input.who}\n');
    const document = await open('plain.input.yaml', 'what: 1\n');
    await eventually(document, ['input/required what']);
    assert.equal(ours(document.uri)[0]!.message, 'Expected the key "who", found a map without it.');
  });

  it('of broken text or 10 MB are refused with one clear problem', async () => {
    const broken = await open('shop.broken.input.yaml', 'customer: [\n');
    await eventually(broken, ['yaml/bad-indent ']);
    const large = await vscode.workspace.openTextDocument(await write('shop.large.input.json', `{"customer": "${'x'.repeat(10 * 1024 * 1024)}"}`));
    await eventually(large, ['source/too-large ']);
    assert.equal(ours(large.uri)[0]!.message, 'The text has 10.0 MB; at most 2 MB are read.');
  });

  it('link to their schema', async () => {
    const document = await open('shop.link.input.json', '{"$schema": "./line.schema.json", "sku": "a"}');
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', document.uri);
    assert.ok(links.some(({ target }) => target?.path.endsWith('/inputs/line.schema.json')));
  });
});

describe('execution files in the editor', () => {
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('are checked by the field table and the program\'s schema, and completed', async () => {
    const document = await open('shop.execution.yaml', 'program: shop.workflows.yaml\nlabls: {}\nargument:\n  lines: []\n');
    await eventually(document, ['execution/unknown-field labls', 'input/required lines']);
    const list = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, new vscode.Position(1, 3));
    assert.ok(list.items.some((item) => (typeof item.label === 'string' ? item.label : item.label.label) === 'labels'));
  });
});
