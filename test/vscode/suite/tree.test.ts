import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ExecutionsModel } from '../../../src/editor/executions/model.ts';
import type { ExecutionNode, ExecutionsNode } from '../../../src/editor/executions/nodes.ts';
import { ExecutionsProvider } from '../../../src/editor/executions/provider.ts';
import { readFilter } from '../../../src/service/filter.ts';
import { ownService, reached, request, until, type OwnService } from './executions.ts';

const sleeping = '- first:\n    call: sys.sleep\n    args: {seconds: 3600}\n';
const succeeding = '- end:\n    return: {total: 12}\n';
const failing = 'main:\n  steps:\n    - lookUp:\n        assign:\n          - m: {}\n          - x: ${m.missing}\n';

describe('the executions tree', () => {
  let own: OwnService;
  let model: ExecutionsModel;
  let provider: ExecutionsProvider;
  let changes: string[];

  beforeEach(async () => {
    own = await ownService();
    changes = [];
    model = new ExecutionsModel(own.service, (change) => {
      changes.push(change.kind === 'execution' ? change.id : change.kind);
      provider.redraw(change.kind === 'execution' ? change.id : undefined);
    });
    provider = new ExecutionsProvider({
      model: () => Promise.resolve(model),
      loaded: () => undefined,
      failed: (error) => assert.fail(String(error)),
    });
  });

  afterEach(async () => {
    model.dispose();
    provider.dispose();
    await own.dispose();
  });

  const roots = async (): Promise<ExecutionNode[]> => (await provider.getChildren()).filter((node) => node.kind === 'execution');
  const item = async (node: ExecutionsNode | undefined): Promise<vscode.TreeItem> => await provider.getTreeItem(node!);
  const icon = (shown: vscode.TreeItem): string => (shown.iconPath as vscode.ThemeIcon).id;

  it('is empty while nothing has run', async () => {
    assert.deepEqual(await provider.getChildren(), []);
  });

  it('shows the newest execution first', async () => {
    const first = await own.service.start(request(succeeding));
    const second = await own.service.start(request(succeeding));
    assert.deepEqual((await roots()).map(({ id }) => id), [second.id, first.id]);
  });

  it('shows a running execution with its current step, and both anew when it is cancelled', async () => {
    await roots();
    const { id, name } = await own.service.start(request(sleeping));
    await until(() => model.known(id)?.current_steps.length === 1);
    const [node] = await roots();
    const running = await item(node);
    assert.equal(running.label, name.replace(` ${id.slice(0, 8)}`, ''));
    assert.equal(icon(running), 'sync~spin');
    assert.match(String(running.description), /^Running · /);
    assert.match(running.contextValue!, /\blive\b.*\brunning\b/);
    const [step] = await provider.getChildren(node);
    assert.equal((await item(step)).label, 'first');

    await own.service.cancel(id);
    await until(() => model.known(id)?.state === 'CANCELLED');
    assert.ok(changes.includes(id));
    const cancelled = await item(node);
    assert.equal(icon(cancelled), 'circle-slash');
    assert.match(cancelled.contextValue!, /\bended\b/);
    assert.equal(model.liveCount, 0);
  });

  it('counts what is running, also before it was ever shown', async () => {
    await own.service.start(request(sleeping));
    await model.roots();
    assert.equal(model.liveCount, 1);
  });

  it('shows a failed execution with the step it failed at, which opens its place', async () => {
    const { id } = await own.service.start(request(failing));
    await reached(own.service, id, 'FAILED');
    const [node] = await roots();
    const shown = await item(node);
    assert.equal(icon(shown), 'error');
    assert.equal(shown.collapsibleState, vscode.TreeItemCollapsibleState.Collapsed);
    assert.match(shown.accessibilityInformation!.label, /KeyError/);
    const [step] = await provider.getChildren(node);
    const stepShown = await item(step);
    assert.equal(stepShown.label, 'lookUp');
    assert.match(String(stepShown.description), /main, line 4 · KeyError/);
    assert.equal(stepShown.command?.command, 'stepthrough.execution.goToStep');
  });

  it('gives each item an id that stays', async () => {
    const { id } = await own.service.start(request(succeeding));
    await reached(own.service, id, 'SUCCEEDED');
    const [before] = await roots();
    model.refresh();
    const [after] = await roots();
    assert.equal(before, after);
    assert.equal((await item(after)).id, id);
  });

  it('writes nothing of a workflow as Markdown', async () => {
    const { id } = await own.service.start({ ...request(succeeding), options: { description: '[run](command:evil) <b>x</b>' } });
    await reached(own.service, id, 'SUCCEEDED');
    const [node] = await roots();
    const { tooltip } = await provider.resolveTreeItem(await item(node), node!);
    assert.ok(tooltip instanceof vscode.MarkdownString);
    assert.ok(!tooltip.isTrusted && !tooltip.supportHtml);
    assert.match(tooltip.value, /\\\[run\\\]/);
  });

  it('shows the states of a filter only, as they change', async () => {
    const done = await own.service.start(request(succeeding));
    await reached(own.service, done.id, 'SUCCEEDED');
    const running = await own.service.start(request(sleeping));
    model.show({ criterion: readFilter('state = ACTIVE') });
    await until(async () => (await roots()).map(({ id }) => id).join() === running.id);
    await own.service.cancel(running.id);
    await until(async () => (await roots()).length === 0);
    model.show({ criterion: undefined });
    assert.equal((await roots()).length, 2);
  });

  it('shows groups with their sizes, and their executions with what is below them', async () => {
    const { id } = await own.service.start({ ...request(failing), options: { labels: { team: 'blue' } } });
    await reached(own.service, id, 'FAILED');
    const other = await own.service.start(request(succeeding, '/work/other.workflows.yaml'));
    await reached(own.service, other.id, 'SUCCEEDED');
    model.show({ grouping: { by: 'label', key: 'team' } });
    const groups = await provider.getChildren();
    const shown = await Promise.all(groups.map(item));
    assert.deepEqual(shown.map(({ label, description }) => [label, description]), [['blue', '1'], ['No label team', '1']]);
    const [execution] = await provider.getChildren(groups[0]);
    assert.equal(execution?.kind === 'execution' && execution.id, id);
    assert.equal(provider.getParent(execution!), groups[0]);
    assert.ok((await provider.getChildren(execution)).some(({ kind }) => kind === 'step'));
    assert.equal((await item(groups[0])).id, (await item((await provider.getChildren())[0])).id);
  });

  it('moves an execution between groups as its state changes, and counts again', async () => {
    const { id } = await own.service.start(request(sleeping));
    await reached(own.service, id, 'ACTIVE');
    model.show({ grouping: { by: 'state' } });
    const seen = async (): Promise<string> => {
      const lines = (await provider.getChildren()).map(async (group) => {
        const { label, description } = await item(group);
        const ids = (await provider.getChildren(group)).map((node) => (node.kind === 'execution' ? node.id : node.kind));
        return `${label as string} ${String(description)}: ${ids.join()}`;
      });
      return (await Promise.all(lines)).join('; ');
    };
    await until(async () => (await seen()) === `Running 1: ${id}`);
    const done = await own.service.start(request(succeeding));
    await until(async () => (await seen()) === `Running 1: ${id}; Succeeded 1: ${done.id}`);
    await own.service.pause(id);
    await until(async () => (await seen()) === `Paused 1: ${id}; Succeeded 1: ${done.id}`);
    await own.service.cancel(id);
    await until(async () => (await seen()) === `Succeeded 1: ${done.id}; Cancelled 1: ${id}`);
    await own.service.delete(done.id);
    await until(async () => (await seen()) === `Cancelled 1: ${id}`);
  });

  it('pages through a group by itself', async () => {
    for (let i = 0; i < 55; i++) await own.service.start(request(succeeding));
    await own.service.start(request(succeeding, '/work/other.workflows.yaml'));
    model.show({ grouping: { by: 'program' } });
    const groups = await provider.getChildren();
    assert.deepEqual((await Promise.all(groups.map(item))).map(({ label, description }) => [label, description]), [['order.workflows.yaml', '55'], ['other.workflows.yaml', '1']]);
    const first = await provider.getChildren(groups[0]);
    assert.equal(first.length, 51);
    assert.equal((await item(first.at(-1))).label, 'Load more');
    assert.equal(provider.getParent(first.at(-1)!), groups[0]);
    await model.loadMore('/work/order.workflows.yaml');
    assert.equal((await provider.getChildren(groups[0])).length, 55);
    assert.equal((await provider.getChildren(groups[1])).length, 1);
  });

  it('loads further pages when asked', async () => {
    for (let i = 0; i < 55; i++) await own.service.start(request(succeeding));
    const first = await provider.getChildren();
    assert.equal(first.length, 51);
    assert.equal(first.at(-1)!.kind, 'more');
    await model.loadMore();
    const all = await provider.getChildren();
    assert.equal(all.length, 55);
    assert.equal(new Set(await roots().then((nodes) => nodes.map(({ id }) => id))).size, 55);
  });

  it('drops an execution that is deleted', async () => {
    const { id } = await own.service.start(request(succeeding));
    await reached(own.service, id, 'SUCCEEDED');
    assert.equal((await roots()).length, 1);
    await own.service.delete(id);
    assert.equal((await roots()).length, 0);
  });
});
