import * as vscode from 'vscode';
import type { Execution } from '../../execution/record.ts';
import { isTerminal } from '../../execution/state.ts';
import type { App } from '../app.ts';
import { isTrustedToRun } from '../run/trust.ts';

/** Asks for a savepoint and takes the execution back to it; gives the id of the execution that goes on. */
export async function restoreSavepoint(app: App, execution: Execution): Promise<string | undefined> {
  if (!(await isTrustedToRun())) return undefined;
  const service = await app.store.open();
  const savepoints = await service.savepoints(execution.id);
  const title = vscode.l10n.t('Restore Savepoint of {0}', execution.name);
  if (savepoints.length === 0) {
    await vscode.window.showInformationMessage(vscode.l10n.t('{0} has no savepoint: there is one after each answer to a call, as far as they are kept.', execution.name));
    return undefined;
  }
  // The newest is what people mostly mean.
  const items = savepoints.toReversed().map(({ id, name, call, line, file, routine, time }) => ({
    label: name ?? call,
    description: vscode.l10n.t('{0}, line {1}', file ?? routine, line),
    detail: `${name === undefined ? '' : `${call}, `}${new Date(time).toLocaleString(vscode.env.language)}`,
    id,
  }));
  const placeHolder = isTerminal(execution.state)
    ? vscode.l10n.t('A new execution goes on from there; what was done outside stays done')
    : vscode.l10n.t('The execution goes on from there; what was done outside stays done');
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true });
  return picked && (await service.goBackTo(execution.id, picked.id)).id;
}
