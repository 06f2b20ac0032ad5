import * as vscode from 'vscode';
import { dayOf } from '../../execution/grouping.ts';
import { filterValue, readFilter } from '../../service/filter.ts';
import { ServiceError, type ExecutionService } from '../../service/service.ts';
import type { App } from '../app.ts';
import { programPath } from '../programs.ts';
import { groupIcon, groupTitle } from './groupNodes.ts';

interface FilterItem extends vscode.QuickPickItem {
  /** What it shows; undefined for an item that cannot be chosen. */
  readonly choice?: { readonly filter: string | undefined } | { readonly deleted: boolean };
}

/** Programs, places, types and labels that are offered, each. */
const offered = 12;

/** Asks what the tree shows: one of what there is, or a filter that is typed. */
export async function filterTree(app: App): Promise<void> {
  const { tree } = app;
  const ready = await readyItems(app, await app.store.open());
  const pick = vscode.window.createQuickPick<FilterItem>();
  pick.title = vscode.l10n.t('Filter Executions');
  pick.placeholder = 'state = FAILED AND labels.team = blue AND create_time > "2026-01-31T08:00:00Z"';
  pick.matchOnDescription = true;
  pick.value = tree.filter ?? '';
  // The filter as it is now narrows nothing down before it is changed. New items each time tell those of an earlier text apart.
  const show = (): void => {
    const typed = pick.value.trim();
    pick.items = [...typedItems(typed, tree.filter), ...ready.map((item) => ({ ...item, alwaysShow: typed === (tree.filter ?? '') }))];
  };
  pick.onDidChangeValue(show);
  show();
  const item = await new Promise<FilterItem | undefined>((resolve) => {
    pick.onDidAccept(() => {
      // Who types fast is ahead of the items; then the text counts.
      const active = pick.activeItems.find((candidate) => pick.items.includes(candidate)) ?? pick.items[0];
      if (active?.choice) resolve(active);
    });
    pick.onDidHide(() => resolve(undefined));
    pick.show();
  });
  pick.dispose();
  if (!item?.choice) return;
  if ('deleted' in item.choice) await tree.showDeleted(item.choice.deleted);
  else await tree.setFilter(item.choice.filter);
}

/** What is typed, as a filter or with what is wrong with it. */
function typedItems(typed: string, filter: string | undefined): FilterItem[] {
  const clear: readonly FilterItem[] = filter === undefined ? [] : [{ label: `$(clear-all) ${vscode.l10n.t('Clear Filter')}`, alwaysShow: true, choice: { filter: undefined } }];
  if (typed === '') return [...clear];
  if (typed === filter) return [{ label: `$(filter) ${typed}`, description: vscode.l10n.t('as now'), alwaysShow: true, choice: { filter } }, ...clear];
  try {
    readFilter(typed);
    return [{ label: `$(filter) ${typed}`, detail: vscode.l10n.t('Show only what this filter takes, with all that it started'), alwaysShow: true, choice: { filter: typed } }];
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return [...wordItems(typed), { label: `$(warning) ${vscode.l10n.t('Not a filter yet')}`, detail: error.message.replace(/^filter: /, ''), alwaysShow: true }];
  }
}

/** Who knows no fields types what a name has in it. */
function wordItems(typed: string): FilterItem[] {
  if (/[=<>:"*()]/.test(typed)) return [];
  const value = filterValue(`*${typed}*`);
  const filter = `name = ${value} OR program = ${value}`;
  return [{ label: `$(search) ${typed}`, detail: vscode.l10n.t('Show only what has this in its name or program'), alwaysShow: true, choice: { filter } }];
}

/** Filters for what is stored, with how many executions they take. */
async function readyItems(app: App, service: ExecutionService): Promise<FilterItem[]> {
  const [states, programs, places, types, days, labels] = await Promise.all([
    service.groups({ grouping: { by: 'state' } }),
    service.groups({ grouping: { by: 'program' } }),
    service.groups({ grouping: { by: 'place' } }),
    service.groups({ grouping: { by: 'type' } }),
    service.groups({ grouping: { by: 'day' } }),
    service.labels(offered),
  ]);
  const item = (label: string, filter: string, count: number, icon?: vscode.ThemeIcon): FilterItem => ({ label, description: `${filter} · ${count}`, choice: { filter }, ...(icon && { iconPath: icon }) });
  const byCount = <T extends { readonly count: number }>(groups: readonly T[]): readonly T[] => [...groups].sort((left, right) => right.count - left.count).slice(0, offered);
  const section = (label: string, items: readonly FilterItem[]): FilterItem[] => (items.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items]);
  const document = vscode.window.activeTextEditor?.document;
  const current = document && app.programs.kindOf(document) ? programPath(document.uri) : undefined;
  const ofGroups = (by: 'state' | 'type' | 'program', groups: typeof states): FilterItem[] =>
    groups.flatMap(({ key, count }) => (key === undefined ? [] : [item(groupTitle({ by }, key), `${by} = ${filterValue(key)}`, count, groupIcon({ by }, key))]));
  const ofPlaces = byCount(places).flatMap(({ key, count }) => {
    const [, kind, name] = /^(project|bundle) (.*)$/su.exec(key ?? '') ?? [];
    return kind === undefined || name === undefined ? [] : [item(name, `${kind}_name = ${filterValue(name)}`, count, groupIcon({ by: 'place' }, key))];
  });
  const ofToday = days.find(({ key }) => key === dayOf(new Date()))?.count ?? 0;
  const currentCount = programs.find(({ key }) => key === current)?.count ?? 0;
  return [
    ...section(vscode.l10n.t('state'), ofGroups('state', states)),
    ...section(vscode.l10n.t('time and place'), [
      ...(ofToday > 0 ? [item(vscode.l10n.t('Today'), 'create_time >= today', ofToday, new vscode.ThemeIcon('calendar'))] : []),
      ...(current !== undefined && currentCount > 0 ? [item(vscode.l10n.t('This Program'), `program = ${filterValue(current)}`, currentCount, new vscode.ThemeIcon('file-code'))] : []),
      ...ofPlaces,
    ]),
    ...section(vscode.l10n.t('label'), labels.map(({ key, value, count }) => item(`${key}=${value}`, `labels.${key} = ${filterValue(value)}`, count, new vscode.ThemeIcon('tag')))),
    ...section(vscode.l10n.t('type'), ofGroups('type', types)),
    ...section(vscode.l10n.t('program'), ofGroups('program', byCount(programs))),
    ...section(vscode.l10n.t('deleted'), [app.tree.showsDeleted ? { label: `$(arrow-left) ${vscode.l10n.t('Leave Deleted Executions')}`, choice: { deleted: false } } : { label: `$(trash) ${vscode.l10n.t('Deleted Executions')}`, choice: { deleted: true } }]),
  ];
}
