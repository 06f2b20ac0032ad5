import * as vscode from 'vscode';
import { durationText } from '../../execution/duration.ts';
import { prettyJson } from '../../execution/prettyJson.ts';
import type { Execution, StackTraceElement } from '../../execution/record.ts';
import type { ExecutionState } from '../../execution/state.ts';
import type { StepEntry, StepState } from '../../execution/stepEntry.ts';
import type { StepIndex } from '../../execution/stepIndex.ts';
import { attemptsOf, exceptionLine, stepKind, stepTitle } from '../../execution/stepWords.ts';
import type { ExecutionNode } from './nodes.ts';
import { stateLooks } from './words.ts';

/** All steps that an execution ran. */
export interface HistoryNode {
  readonly kind: 'history';
  readonly parent: ExecutionNode;
}

/** An entry of the history: a step, or a part of one. */
export interface EntryNode {
  readonly kind: 'entry';
  readonly parent: ExecutionNode;
  readonly within: HistoryNode | EntryNode;
  readonly id: number;
  readonly step: StackTraceElement;
}

/** Stands for the entries of a long list that are not shown yet. */
export interface MoreEntriesNode {
  readonly kind: 'moreEntries';
  readonly parent: ExecutionNode;
  readonly within: HistoryNode | EntryNode;
}

export function isMoreEntriesNode(value: unknown): value is MoreEntriesNode {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'moreEntries';
}

/** How an entry looks: as an execution of that state. */
const looks: Readonly<Record<StepState, ExecutionState>> = { STATE_IN_PROGRESS: 'ACTIVE', STATE_SUCCEEDED: 'SUCCEEDED', STATE_FAILED: 'FAILED', STATE_CANCELLED: 'CANCELLED' };

export function historyItem(node: HistoryNode): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Steps'), vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `${node.parent.id}/steps`;
  item.iconPath = new vscode.ThemeIcon('list-tree');
  item.contextValue = 'history';
  return item;
}

export function entryItem(node: EntryNode, entry: StepEntry, index: StepIndex, execution: Execution, now: number): vscode.TreeItem {
  const children = index.children(entry.id);
  const title = stepTitle(entry, execution.script);
  const item = new vscode.TreeItem(title, children.length > 0 ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None);
  const state = entry.state === 'STATE_IN_PROGRESS' && execution.state === 'PAUSED' ? 'PAUSED' : looks[entry.state];
  const look = stateLooks[state];
  const attempts = attemptsOf(entry.type, children);
  const took = durationText((entry.state === 'STATE_IN_PROGRESS' ? now : entry.updated) - entry.created);
  const error = exceptionLine(entry);
  const parts = [stepKind(entry), attempts === undefined ? '' : vscode.l10n.t('{0} attempts', attempts), took, error?.slice(0, 200) ?? ''];
  item.id = `${node.parent.id}/steps/${entry.id}`;
  item.description = parts.filter((part) => part !== '').join(' · ');
  item.iconPath = new vscode.ThemeIcon(look.icon, look.color === undefined ? undefined : new vscode.ThemeColor(look.color));
  item.contextValue = 'step entry';
  item.accessibilityInformation = { label: `${title}, ${look.word}, ${item.description}` };
  item.command = { command: 'stepthrough.execution.goToStep', title: vscode.l10n.t('Go to Step'), arguments: [node] };
  return item;
}

/** Everything in it may come from a workflow, so it is only ever appended as text. */
export function entryTooltip(entry: StepEntry): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendText(vscode.l10n.t('{0} in {1}, line {2}', entry.step, entry.routine, entry.line));
  if (entry.thread !== undefined) text.appendMarkdown('\n\n').appendText(vscode.l10n.t('Thread {0}', entry.thread));
  if (entry.exception !== undefined) text.appendMarkdown('\n\n').appendCodeblock(prettyJson(entry.exception).slice(0, 2000), 'json');
  if (entry.variables !== undefined) text.appendMarkdown(`\n\n**${vscode.l10n.t('Variables at its end')}**`).appendCodeblock(prettyJson(entry.variables).slice(0, 2000), 'json');
  return text;
}

export function moreEntriesItem(node: MoreEntriesNode, shown: number, all: number): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Load more'), vscode.TreeItemCollapsibleState.None);
  const within = node.within.kind === 'entry' ? node.within.id : '';
  item.id = `${node.parent.id}/more/${within}`;
  item.description = vscode.l10n.t('{0} of {1}', shown, all);
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.contextValue = 'more';
  item.command = { command: 'stepthrough.executions.loadMore', title: vscode.l10n.t('Load More'), arguments: [node] };
  return item;
}
