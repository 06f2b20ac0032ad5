import * as vscode from 'vscode';
import type { Grouping } from '../../execution/grouping.ts';
import type { App } from '../app.ts';

/** Label keys that are offered. */
const offered = 200;

/** Asks what the tree groups executions by. */
export async function groupTree(app: App): Promise<void> {
  const service = await app.store.open();
  const keys = [...new Set((await service.labels(offered)).map(({ key }) => key))];
  const shown = JSON.stringify(app.tree.grouping ?? null);
  const item = (label: string, grouping: Grouping | undefined): vscode.QuickPickItem & { readonly grouping: Grouping | undefined } => ({
    label,
    grouping,
    ...(JSON.stringify(grouping ?? null) === shown && { description: vscode.l10n.t('as now') }),
  });
  const items = [
    item(vscode.l10n.t('No Groups'), undefined),
    item(vscode.l10n.t('Program'), { by: 'program' }),
    item(vscode.l10n.t('State'), { by: 'state' }),
    item(vscode.l10n.t('Project or Bundle'), { by: 'place' }),
    item(vscode.l10n.t('Type'), { by: 'type' }),
    item(vscode.l10n.t('Day'), { by: 'day' }),
    ...keys.map((key) => item(vscode.l10n.t('Label {0}', key), { by: 'label', key })),
  ];
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Group Executions By') });
  if (picked) await app.tree.setGrouping(picked.grouping);
}
