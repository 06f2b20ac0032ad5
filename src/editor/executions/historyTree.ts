import type * as vscode from 'vscode';
import type { Execution } from '../../execution/record.ts';
import type { StepEntry } from '../../execution/stepEntry.ts';
import type { StepIndexes } from './stepIndexes.ts';
import { entryItem, entryTooltip, historyItem, moreEntriesItem, type EntryNode, type HistoryNode, type MoreEntriesNode } from './entryNodes.ts';
import type { ExecutionNode } from './nodes.ts';

export type HistoryTreeNode = HistoryNode | EntryNode | MoreEntriesNode;

/** Entries of one list that are shown at first, and more each time. */
const pageSize = 100;

/** The steps below executions in the tree, a page at a time: a loop may have gone round ten thousand times. */
export class HistoryTree {
  readonly #histories = new WeakMap<ExecutionNode, HistoryNode>();
  readonly #entries = new WeakMap<HistoryNode, Map<number, EntryNode>>();
  readonly #more = new WeakMap<HistoryNode | EntryNode, MoreEntriesNode>();
  readonly #shown = new WeakMap<HistoryNode | EntryNode, number>();

  /** The same object for the same execution. */
  history(parent: ExecutionNode): HistoryNode {
    let node = this.#histories.get(parent);
    if (!node) {
      node = { kind: 'history', parent };
      this.#histories.set(parent, node);
      this.#entries.set(node, new Map());
    }
    return node;
  }

  async children(node: HistoryTreeNode, steps: StepIndexes): Promise<HistoryTreeNode[]> {
    if (node.kind === 'moreEntries') return [];
    const index = await steps.get(node.parent.id);
    const all = index.children(node.kind === 'entry' ? node.id : undefined);
    const limit = this.#limit(node);
    const nodes: HistoryTreeNode[] = all.slice(0, limit).map((entry) => this.#entry(node, entry));
    if (all.length > limit) nodes.push(this.#moreOf(node));
    return nodes;
  }

  async item(node: HistoryTreeNode, steps: StepIndexes, execution: Execution): Promise<vscode.TreeItem> {
    if (node.kind === 'history') return historyItem(node);
    const index = await steps.get(node.parent.id);
    if (node.kind === 'moreEntries') return moreEntriesItem(node, this.#limit(node.within), index.children(node.within.kind === 'entry' ? node.within.id : undefined).length);
    const entry = index.entry(node.id);
    return entry ? entryItem(node, entry, index, execution, Date.now()) : historyItem(this.history(node.parent));
  }

  async tooltip(node: EntryNode, steps: StepIndexes): Promise<vscode.MarkdownString | undefined> {
    const entry = (await steps.get(node.parent.id)).entry(node.id);
    return entry && entryTooltip(entry);
  }

  /** Shows more of a list; gives the node whose children are then others. */
  showMore({ within }: MoreEntriesNode): HistoryNode | EntryNode {
    this.#shown.set(within, this.#limit(within) + pageSize);
    return within;
  }

  #limit(node: HistoryNode | EntryNode): number {
    return this.#shown.get(node) ?? pageSize;
  }

  #entry(within: HistoryNode | EntryNode, { id, step, routine, line, column }: StepEntry): EntryNode {
    const nodes = this.#entries.get(this.history(within.parent))!;
    let node = nodes.get(id);
    if (!node) {
      node = { kind: 'entry', parent: within.parent, within, id, step: { step, routine, position: { line, column, length: 0 } } };
      nodes.set(id, node);
    }
    return node;
  }

  #moreOf(within: HistoryNode | EntryNode): MoreEntriesNode {
    let node = this.#more.get(within);
    if (!node) {
      node = { kind: 'moreEntries', parent: within.parent, within };
      this.#more.set(within, node);
    }
    return node;
  }
}
