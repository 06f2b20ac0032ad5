import * as vscode from 'vscode';
import type { CurrentStep, Execution, StackTraceElement } from '../../execution/record.ts';
import { groupId, type GroupNode } from './groupNodes.ts';
import type { HistoryTreeNode } from './historyTree.ts';
import { contextWords, executionTitle, headline, lookOf, stateLooks, summary, timeText } from './words.ts';

/** Elements of the tree. The same object stands for the same thing as long as the view lives: VS Code refreshes by identity. */
export type ExecutionsNode = GroupNode | ExecutionNode | StepNode | MoreNode | HistoryTreeNode;

export interface ExecutionNode {
  readonly kind: 'execution';
  readonly id: string;
  readonly parent: ExecutionNode | undefined;
}

/** A step worth seeing: where an execution failed, or where it is now. */
export interface StepNode {
  readonly kind: 'step';
  readonly parent: ExecutionNode;
  readonly index: number;
  readonly step: CurrentStep | StackTraceElement;
  readonly failed: boolean;
}

/** Stands for the executions of a list, or of a group, that are not shown yet. */
export interface MoreNode {
  readonly kind: 'more';
  readonly group: GroupNode | undefined;
}

export function isMoreNode(value: unknown): value is MoreNode {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'more';
}

export function isExecutionNode(value: unknown): value is ExecutionNode {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'execution';
}

export function executionItem(node: ExecutionNode, execution: Execution, expandable: boolean, now: number): vscode.TreeItem {
  const look = lookOf(execution);
  const item = new vscode.TreeItem(executionTitle(execution), expandable ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None);
  item.id = node.id;
  item.description = summary(execution, now, vscode.env.language);
  item.iconPath = new vscode.ThemeIcon(look.icon, look.color === undefined ? undefined : new vscode.ThemeColor(look.color));
  item.contextValue = contextWords(execution);
  const error = headline(execution);
  item.accessibilityInformation = { label: [executionTitle(execution), item.description, ...(error === undefined ? [] : [error])].join(', ') };
  return item;
}

/** Everything in it may come from a workflow, so it is only ever appended as text, never read as Markdown. */
export function executionTooltip(execution: Execution): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  const line = (label: string, value: string): void => {
    text.appendMarkdown(`\n\n**${label}** `).appendText(value);
  };
  text.appendText(execution.name);
  if (execution.description !== '') text.appendMarkdown('\n\n').appendText(execution.description);
  line(vscode.l10n.t('State'), stateLooks[execution.state].word);
  if (execution.program !== '') line(vscode.l10n.t('Program'), execution.program);
  const time = (moment: string): string => timeText(Date.parse(moment), Date.now(), vscode.env.language);
  line(vscode.l10n.t('Created'), time(execution.create_time));
  if (execution.scheduled_for !== undefined) line(vscode.l10n.t('Waits until'), time(execution.scheduled_for));
  if (execution.end_time !== undefined) line(vscode.l10n.t('Ended'), time(execution.end_time));
  if (execution.deleted_at !== undefined) line(vscode.l10n.t('Deleted'), time(execution.deleted_at));
  const place = execution.project_name ?? execution.bundle_name;
  if (place !== undefined) line(execution.project_name === undefined ? vscode.l10n.t('Bundle') : vscode.l10n.t('Project'), place);
  if (execution.priority !== 0) line(vscode.l10n.t('Priority'), String(execution.priority));
  const connector = execution.connector_name ?? execution.connector_type;
  if (connector !== undefined) line(vscode.l10n.t('Connector'), connector);
  if (execution.wrapper_name !== undefined) line(vscode.l10n.t('Wrapper'), execution.wrapper_name);
  if (execution.schedule_name !== undefined) line(vscode.l10n.t('Schedule'), execution.schedule_name);
  if (execution.webhook_id !== undefined) line(vscode.l10n.t('Webhook'), execution.webhook_id);
  if (execution.plugin_action_id !== undefined) line(vscode.l10n.t('Plugin action'), execution.plugin_action_id);
  if (execution.roles.length > 0) line(vscode.l10n.t('Roles'), execution.roles.join(', '));
  const labels = Object.entries(execution.labels);
  if (labels.length > 0) line(vscode.l10n.t('Labels'), labels.map(([key, value]) => `${key}=${value}`).join(', '));
  const why = execution.error?.context ?? execution.state_error?.details ?? execution.message;
  if (why !== '') text.appendMarkdown('\n\n').appendCodeblock(why.slice(0, 2000), 'text');
  return text;
}

export function stepItem(node: StepNode, execution: Execution): vscode.TreeItem {
  const { step, failed } = node;
  const item = new vscode.TreeItem(step.step === '' ? vscode.l10n.t('(no step)') : step.step, vscode.TreeItemCollapsibleState.None);
  item.id = `${node.parent.id}/step/${node.index}`;
  const place = 'position' in step && step.position.line > 0 ? vscode.l10n.t('{0}, line {1}', step.routine, step.position.line) : step.routine;
  // A message is the execution's: it says what this step does only where no other one goes on beside it.
  const why = failed ? headline(execution) : execution.current_steps.length === 1 ? execution.message : '';
  item.description = why === undefined || why === '' ? place : `${place} · ${why}`;
  item.iconPath = failed
    ? new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'))
    : new vscode.ThemeIcon('debug-stackframe', new vscode.ThemeColor('debugIcon.continueForeground'));
  item.contextValue = failed ? 'step failed' : 'step current';
  const what = failed ? vscode.l10n.t('Failed at step {0}', step.step) : vscode.l10n.t('Now at step {0}', step.step);
  item.accessibilityInformation = { label: `${what}, ${item.description}` };
  item.tooltip = new vscode.MarkdownString().appendText(failed ? (execution.error?.context ?? what) : [what, why].filter(Boolean).join('\n'));
  item.command = { command: 'stepthrough.execution.goToStep', title: vscode.l10n.t('Go to Step'), arguments: [node] };
  return item;
}

export function moreItem(node: MoreNode): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Load more'), vscode.TreeItemCollapsibleState.None);
  item.id = node.group ? `more/${groupId(node.group)}` : 'more';
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.contextValue = 'more';
  item.command = { command: 'stepthrough.executions.loadMore', title: vscode.l10n.t('Load More'), arguments: [node] };
  return item;
}
