import * as vscode from 'vscode';
import { dayOf, type ExecutionGroup, type Grouping } from '../../execution/grouping.ts';
import { liveStates, type ExecutionState } from '../../execution/state.ts';
import { baseName } from '../files.ts';
import { stateLooks } from './words.ts';

/** Executions that have something in common. */
export interface GroupNode {
  readonly kind: 'group';
  readonly grouping: Grouping;
  readonly key: string | undefined;
}

/** The same object for the same group, as long as the view lives. */
export class GroupNodes {
  readonly #nodes = new Map<string, GroupNode>();

  node(grouping: Grouping, key: string | undefined): GroupNode {
    const id = groupId({ grouping, key });
    let node = this.#nodes.get(id);
    if (!node) {
      node = { kind: 'group', grouping, key };
      this.#nodes.set(id, node);
    }
    return node;
  }
}

export function groupId({ grouping, key }: Pick<GroupNode, 'grouping' | 'key'>): string {
  return `group/${JSON.stringify([grouping.by, 'key' in grouping ? grouping.key : null, key ?? null])}`;
}

export function groupItem(node: GroupNode, { count }: ExecutionGroup): vscode.TreeItem {
  const { grouping, key } = node;
  // What goes on now is what people look for first.
  const isOpen = key !== undefined && ((grouping.by === 'state' && liveStates.some((state) => state === key)) || (grouping.by === 'day' && key === dayOf(new Date())));
  const label = groupTitle(grouping, key);
  const item = new vscode.TreeItem(label, isOpen ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed);
  item.id = groupId(node);
  item.description = String(count);
  item.iconPath = groupIcon(grouping, key);
  item.contextValue = 'group';
  item.tooltip = grouping.by === 'program' && key !== undefined ? new vscode.MarkdownString().appendText(key) : undefined;
  const many = count === 1 ? vscode.l10n.t('1 execution') : vscode.l10n.t('{0} executions', count);
  item.accessibilityInformation = { label: `${label}, ${many}` };
  return item;
}

/** What a group is called. */
export function groupTitle(grouping: Grouping, key: string | undefined): string {
  if (key === undefined) return noKey(grouping);
  switch (grouping.by) {
    case 'program':
      return baseName(key.replaceAll('\\', '/'));
    case 'state':
      return stateLooks[key as ExecutionState].word;
    case 'place':
      return key.slice(key.indexOf(' ') + 1);
    case 'day':
      return dayTitle(key);
    case 'type':
    case 'label':
      return key;
  }
}

function noKey(grouping: Grouping): string {
  switch (grouping.by) {
    case 'program':
      return vscode.l10n.t('No program');
    case 'place':
      return vscode.l10n.t('No project or bundle');
    case 'label':
      return vscode.l10n.t('No label {0}', grouping.key);
    case 'state':
    case 'type':
    case 'day':
      return vscode.l10n.t('Unknown');
  }
}

function dayTitle(day: string): string {
  const now = new Date();
  if (day === dayOf(now)) return vscode.l10n.t('Today');
  if (day === dayOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1))) return vscode.l10n.t('Yesterday');
  return new Date(`${day}T12:00:00`).toLocaleDateString(vscode.env.language, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
}

/** How a group looks. */
export function groupIcon({ by }: Grouping, key: string | undefined): vscode.ThemeIcon {
  switch (by) {
    case 'program':
      return new vscode.ThemeIcon(key?.endsWith('.py') === true ? 'symbol-method' : 'file-code');
    case 'state': {
      const look = stateLooks[(key ?? 'UNAVAILABLE') as ExecutionState];
      // A group stands for many, of which each turns by itself.
      return new vscode.ThemeIcon(look.icon.replace('~spin', ''), look.color === undefined ? undefined : new vscode.ThemeColor(look.color));
    }
    case 'place':
      return new vscode.ThemeIcon(key?.startsWith('bundle ') === true ? 'package' : 'root-folder');
    case 'type':
      return new vscode.ThemeIcon('symbol-class');
    case 'label':
      return new vscode.ThemeIcon('tag');
    case 'day':
      return new vscode.ThemeIcon('calendar');
  }
}
