import * as vscode from 'vscode';
import { isTerminal } from '../../execution/state.ts';
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
  readonly #more: MoreNode = { kind: 'more' };
  readonly #history = new HistoryTree();

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

  /** Shows more of a long list of steps. */
  showMore(node: MoreEntriesNode): void {
    this.#changed.fire(this.#history.showMore(node));
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
    if (node.kind === 'more') return undefined;
    return 'within' in node ? node.within : node.parent;
  }

  async getChildren(node?: ExecutionsNode): Promise<ExecutionsNode[]> {
    if (node === undefined) return await this.#roots();
    if (node.kind === 'more' || node.kind === 'step') return [];
    const model = await this.#source.model();
    if (node.kind !== 'execution') return await this.#history.children(node, model.steps);
    return [...this.#steps(model, node), ...this.#historyOf(model, node), ...(await model.children(node.id)).map((id) => this.node(id, node))];
  }

  async getTreeItem(node: ExecutionsNode): Promise<vscode.TreeItem> {
    if (node.kind === 'more') return moreItem();
    const model = await this.#source.model();
    const execution = model.known(node.kind === 'execution' ? node.id : node.parent.id);
    // Deleted between two draws: the next one leaves it out.
    if (!execution) return new vscode.TreeItem('');
    if (node.kind === 'step') return stepItem(node, execution);
    if (node.kind !== 'execution') return await this.#history.item(node, model.steps, execution);
    const expandable = this.#steps(model, node).length > 0 || this.#historyOf(model, node).length > 0 || (await model.children(node.id)).length > 0;
    return executionItem(node, execution, expandable, Date.now());
  }

  async resolveTreeItem(item: vscode.TreeItem, node: ExecutionsNode): Promise<vscode.TreeItem> {
    const tooltip = node.kind === 'entry' ? await this.#history.tooltip(node, (await this.#source.model()).steps) : undefined;
    if (tooltip) item.tooltip = tooltip;
    const execution = node.kind === 'execution' ? (await this.#source.model()).known(node.id) : undefined;
    if (execution) item.tooltip = executionTooltip(execution);
    return item;
  }

  async #roots(): Promise<ExecutionsNode[]> {
    try {
      const model = await this.#source.model();
      const ids = await model.roots();
      await this.#source.loaded(model, ids.length);
      const nodes: ExecutionsNode[] = ids.map((id) => this.node(id, undefined));
      return model.hasMore ? [...nodes, this.#more] : nodes;
    } catch (error) {
      this.#source.failed(error);
      return [];
    }
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
