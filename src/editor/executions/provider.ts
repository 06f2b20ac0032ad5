import * as vscode from 'vscode';
import type { Grouping } from '../../execution/grouping.ts';
import type { Execution } from '../../execution/record.ts';
import { isTerminal } from '../../execution/state.ts';
import { DrawnRows, type RowLook } from './drawnRows.ts';
import { groupItem, GroupNodes, type GroupNode } from './groupNodes.ts';
import { HistoryTree, type HistoryTreeNode } from './historyTree.ts';
import type { MoreEntriesNode } from './entryNodes.ts';
import type { ExecutionsModel } from './model.ts';
import { executionItem, executionTooltip, moreItem, stepItem, type ExecutionNode, type ExecutionsNode, type MoreNode, type StepNode } from './nodes.ts';

/** Where the provider gets its executions, and whom it tells how the reading of the list went. */
export interface ExecutionsSource {
  readonly model: () => Promise<ExecutionsModel>;
  readonly loaded: (model: ExecutionsModel, count: number) => Promise<void> | void;
  readonly failed: (error: unknown) => void;
}

/** The nodes of the view over the model: roots, the steps and children below them. */
export class ExecutionsProvider implements vscode.TreeDataProvider<ExecutionsNode>, vscode.Disposable {
  readonly #source: ExecutionsSource;
  readonly #changed = new vscode.EventEmitter<ExecutionsNode | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #nodes = new Map<string, ExecutionNode>();
  readonly #groups = new GroupNodes();
  /** The group that an execution at the root was last shown in. */
  readonly #within = new Map<string, GroupNode>();
  readonly #more = new Map<GroupNode | undefined, MoreNode>();
  readonly #history = new HistoryTree();
  readonly #rows = new DrawnRows();
  /** Executions that have something below them. */
  readonly #expandable = new Set<string>();

  constructor(source: ExecutionsSource) {
    this.#source = source;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** Draws the whole tree anew, or one execution that has been shown. */
  redraw(id?: string): void {
    if (id === undefined) return this.#changed.fire(undefined);
    const node = this.#nodes.get(id);
    if (node) this.#changed.fire(node);
  }

  /** Draws an execution that has been shown, if that is to be seen; `changed` unless only time has gone by. */
  redrawIfOld(id: string, model: ExecutionsModel, changed: boolean): void {
    const node = this.#nodes.get(id);
    const execution = model.known(id);
    if (!node || !execution) return;
    const now = Date.now();
    if (this.#rows.isOld(id, lookOfRow(executionItem(node, execution, this.#expandable.has(id), now)), changed, now)) this.redraw(id);
  }

  /** To be told when a row is opened or closed. */
  toggled(node: ExecutionsNode, open: boolean): void {
    if (node.kind !== 'execution') return;
    if (!open) this.#rows.closed(node.id);
    else if (this.#rows.opened(node.id)) this.redraw(node.id);
  }

  /** Shows more of a long list of steps. */
  showMore(node: MoreEntriesNode): void {
    this.#changed.fire(this.#history.showMore(node));
  }

  /** Draws one group, if it has been shown. */
  redrawGroup(grouping: Grouping, key: string | undefined): void {
    this.#changed.fire(this.#groups.node(grouping, key));
  }

  /** The node of an execution at the root, in the group that it belongs to. */
  rootNode(model: ExecutionsModel, execution: Execution): ExecutionNode {
    this.#place(execution.id, model.grouping && this.#groups.node(model.grouping, model.groupOf(execution)));
    return this.node(execution.id, undefined);
  }

  node(id: string, parent: ExecutionNode | undefined): ExecutionNode {
    let node = this.#nodes.get(id);
    if (!node || (parent && node.parent !== parent)) {
      node = { kind: 'execution', id, parent };
      this.#nodes.set(id, node);
    }
    return node;
  }

  getParent(node: ExecutionsNode): ExecutionsNode | undefined {
    if (node.kind === 'more') return node.group;
    if (node.kind === 'group') return undefined;
    if (node.kind === 'execution' && !node.parent) return this.#within.get(node.id);
    return 'within' in node ? node.within : node.parent;
  }

  async getChildren(node?: ExecutionsNode): Promise<ExecutionsNode[]> {
    if (node === undefined) return await this.#top();
    if (node.kind === 'more' || node.kind === 'step') return [];
    const model = await this.#source.model();
    // A group of an earlier choice is not there any more.
    if (node.kind === 'group') return model.grouping && this.#groups.node(model.grouping, node.key) === node ? await this.#roots(model, node) : [];
    if (node.kind !== 'execution') return await this.#history.children(node, model.steps);
    return [...this.#steps(model, node), ...this.#historyOf(model, node), ...(await model.children(node.id)).map((id) => this.node(id, node))];
  }

  async getTreeItem(node: ExecutionsNode): Promise<vscode.TreeItem> {
    if (node.kind === 'more') return moreItem(node);
    const model = await this.#source.model();
    if (node.kind === 'group') return groupItem(node, (await model.groups()).find(({ key }) => key === node.key) ?? { key: node.key, count: 0 });
    const execution = model.known(node.kind === 'execution' ? node.id : node.parent.id);
    // Deleted between two draws: the next one leaves it out.
    if (!execution) return new vscode.TreeItem('');
    if (node.kind === 'step') return stepItem(node, execution);
    if (node.kind !== 'execution') return await this.#history.item(node, model.steps, execution);
    const expandable = this.#steps(model, node).length > 0 || this.#historyOf(model, node).length > 0 || (await model.children(node.id)).length > 0;
    const item = executionItem(node, execution, expandable, Date.now());
    if (expandable) this.#expandable.add(node.id);
    this.#rows.drawn(node.id, lookOfRow(item));
    return item;
  }

  async resolveTreeItem(item: vscode.TreeItem, node: ExecutionsNode): Promise<vscode.TreeItem> {
    const tooltip = node.kind === 'entry' ? await this.#history.tooltip(node, (await this.#source.model()).steps) : undefined;
    if (tooltip) item.tooltip = tooltip;
    const execution = node.kind === 'execution' ? (await this.#source.model()).known(node.id) : undefined;
    if (execution) {
      item.tooltip = executionTooltip(execution);
      this.#rows.read(execution.id, Date.now());
    }
    return item;
  }

  async #top(): Promise<ExecutionsNode[]> {
    try {
      const model = await this.#source.model();
      const { grouping } = model;
      const nodes = grouping ? (await model.groups()).map(({ key }) => this.#groups.node(grouping, key)) : await this.#roots(model, undefined);
      await this.#source.loaded(model, nodes.length);
      return nodes;
    } catch (error) {
      this.#source.failed(error);
      return [];
    }
  }

  async #roots(model: ExecutionsModel, group: GroupNode | undefined): Promise<ExecutionsNode[]> {
    const ids = await model.roots(group?.key);
    const nodes: ExecutionsNode[] = ids.map((id) => {
      this.#place(id, group);
      return this.node(id, undefined);
    });
    return model.hasMore(group?.key) ? [...nodes, this.#moreOf(group)] : nodes;
  }

  #place(id: string, group: GroupNode | undefined): void {
    if (group) this.#within.set(id, group);
    else this.#within.delete(id);
  }

  #moreOf(group: GroupNode | undefined): MoreNode {
    let node = this.#more.get(group);
    if (!node) {
      node = { kind: 'more', group };
      this.#more.set(group, node);
    }
    return node;
  }

  /** What has not begun has no steps, and of flows none are told. */
  #historyOf(model: ExecutionsModel, node: ExecutionNode): HistoryTreeNode[] {
    const execution = model.known(node.id);
    const hasSteps = execution?.type === 'WORKFLOW' && execution.start_time !== undefined && execution.deleted_at === undefined;
    return hasSteps ? [this.#history.history(node)] : [];
  }

  #steps(model: ExecutionsModel, node: ExecutionNode): StepNode[] {
    const execution = model.known(node.id);
    if (!execution || execution.deleted_at !== undefined) return [];
    const failed = execution.error?.stack_trace.elements[0];
    if (failed) return [{ kind: 'step', parent: node, index: 0, step: failed, failed: true }];
    if (isTerminal(execution.state)) return [];
    return execution.current_steps.map((step, index) => ({ kind: 'step', parent: node, index, step, failed: false }));
  }
}

function lookOfRow({ label, description, contextValue, iconPath, collapsibleState }: vscode.TreeItem): RowLook {
  return { text: JSON.stringify([label, description, contextValue, iconPath]), state: contextValue ?? '', expandable: collapsibleState !== vscode.TreeItemCollapsibleState.None };
}
