import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ExecutionsModel } from '../../../src/editor/executions/model.ts';
import type { ExecutionsNode } from '../../../src/editor/executions/nodes.ts';
import { ExecutionsProvider } from '../../../src/editor/executions/provider.ts';
import { ownService, reached, request, until, type OwnService } from './executions.ts';

const looping = '- loop:\n    for:\n      value: v\n      range: [1, 10000]\n      steps:\n        - add:\n            assign: [{x: "${v}"}]\n- end:\n    raise: {message: "[boom](command:evil)"}\n';
const sleeping = '- first:\n    assign: [{x: 1}]\n- nap:\n    call: sys.sleep\n    args: {seconds: 3600}\n';

describe('the steps below an execution', () => {
  let own: OwnService;
  let model: ExecutionsModel;
  let provider: ExecutionsProvider;

  beforeEach(async () => {
    own = await ownService();
    model = new ExecutionsModel(own.service, (change) => provider.redraw(change.kind === 'execution' ? change.id : undefined));
    provider = new ExecutionsProvider({ model: () => Promise.resolve(model), loaded: () => undefined, failed: (error) => assert.fail(String(error)) });
  });

  afterEach(async () => {
    model.dispose();
    provider.dispose();
    await own.dispose();
  });

  const item = (node: ExecutionsNode): Promise<vscode.TreeItem> => provider.getTreeItem(node);
  const icon = (shown: vscode.TreeItem): string => (shown.iconPath as vscode.ThemeIcon).id;

  async function stepsOf(id: string): Promise<ExecutionsNode> {
    const root = (await provider.getChildren()).find((node) => node.kind === 'execution' && node.id === id);
    const steps = (await provider.getChildren(root)).find((node) => node.kind === 'history');
    assert.ok(steps);
    return steps;
  }

  async function labels(node: ExecutionsNode): Promise<string[]> {
    return await Promise.all((await provider.getChildren(node)).map(async (child) => (await item(child)).label as string));
  }

  it('are there one beside the other, with their states, what is in them and where they are', async () => {
    const { id } = await own.service.start(request(looping));
    await reached(own.service, id, 'FAILED');
    const steps = await stepsOf(id);
    assert.deepEqual(await labels(steps), ['loop', 'end']);
    const [loop, end] = await provider.getChildren(steps);
    assert.ok(loop && end);
    const [loopItem, endItem] = [await item(loop), await item(end)];
    assert.equal(icon(loopItem), 'pass');
    assert.equal(loopItem.collapsibleState, vscode.TreeItemCollapsibleState.Collapsed);
    assert.match(String(loopItem.description), /^for, 10000 iterations · \d/);
    assert.equal(icon(endItem), 'error');
    assert.equal(endItem.collapsibleState, vscode.TreeItemCollapsibleState.None);
    assert.match(String(endItem.description), /^raise · \d+ ms · \[boom\]\(command:evil\)$/);
    assert.equal(endItem.command?.command, 'stepthrough.execution.goToStep');
    assert.deepEqual(endItem.command.arguments, [end]);
    assert.ok(end.kind === 'entry');
    assert.deepEqual(end.step.position, { line: 8, column: 3, length: 0 });
  });

  it('come a hundred at a time', async () => {
    const { id } = await own.service.start(request(looping));
    await reached(own.service, id, 'FAILED');
    const [loop] = await provider.getChildren(await stepsOf(id));
    const first = await provider.getChildren(loop);
    assert.equal(first.length, 101);
    const more = first.at(-1)!;
    assert.equal((await item(more)).description, '100 of 10000');
    assert.ok(more.kind === 'moreEntries');
    const drawn: unknown[] = [];
    const listening = provider.onDidChangeTreeData((node) => drawn.push(node));
    provider.showMore(more);
    listening.dispose();
    assert.deepEqual(drawn, [loop]);
    const all = await provider.getChildren(loop);
    assert.equal(all.length, 201);
    assert.deepEqual(all.slice(0, 100), first.slice(0, 100));
    assert.equal((await item(all[150]!)).label, 'iteration 151');
    assert.deepEqual(await labels(all[150]!), ['add']);
  });

  it('move on while it runs, and end with it', async () => {
    const { id } = await own.service.start(request(sleeping));
    await until(() => model.known(id)?.current_steps[0]?.step === 'nap');
    const steps = await stepsOf(id);
    const icons = async (): Promise<string[]> => await Promise.all((await provider.getChildren(steps)).map(async (node) => icon(await item(node))));
    assert.deepEqual(await icons(), ['pass', 'sync~spin']);
    await own.service.cancel(id);
    await until(() => model.known(id)?.state === 'CANCELLED');
    assert.deepEqual(await icons(), ['pass', 'circle-slash']);
  });

  it('are the same elements with the same ids after everything was read anew', async () => {
    const { id } = await own.service.start(request(looping));
    await reached(own.service, id, 'FAILED');
    const before = await provider.getChildren(await stepsOf(id));
    model.refresh();
    assert.deepEqual(await provider.getChildren(await stepsOf(id)), before);
    for (const node of before) assert.ok((await item(node)).id!.startsWith(`${id}/steps/`));
  });

  it('tell errors as text, never as Markdown of the workflow', async () => {
    const { id } = await own.service.start(request(looping));
    await reached(own.service, id, 'FAILED');
    const end = (await provider.getChildren(await stepsOf(id))).at(-1)!;
    const { tooltip } = await provider.resolveTreeItem(await item(end), end);
    assert.ok(tooltip instanceof vscode.MarkdownString && !tooltip.isTrusted && !tooltip.supportHtml);
    assert.match(tooltip.value, /```json[^]*\[boom\]\(command:evil\)[^]*```/);
  });
});
