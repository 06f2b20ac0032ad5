import * as vscode from 'vscode';
import type { Execution } from '../../execution/record.ts';
import { wholeCalls } from '../../execution/savepoint.ts';
import { isTerminal } from '../../execution/state.ts';
import type { App } from '../app.ts';
import { baseName } from '../files.ts';
import { isTrustedToRun } from '../run/trust.ts';

/** Asks for a savepoint and takes the execution back to it; gives the id of the execution that goes on. */
export async function restoreSavepoint(app: App, execution: Execution): Promise<string | undefined> {
  if (!(await isTrustedToRun())) return undefined;
  const service = await app.store.open();
  const savepoints = wholeCalls(await service.savepoints(execution.id));
  const title = vscode.l10n.t('Restore Savepoint of {0}', execution.name);
  if (savepoints.length === 0) {
    await vscode.window.showInformationMessage(vscode.l10n.t('{0} has no savepoint: there is one after each answer to a call, as far as they are kept.', execution.name));
    return undefined;
  }
  // The newest is what people mostly mean.
  const lines = execution.script.split(/\r\n|\r|\n/);
  const items = savepoints.toReversed().map(({ id, name, call, line, file, routine, time }) => ({
    label: name ?? shortened((file === undefined && lines[line - 1]?.trim()) || call),
    description: vscode.l10n.t('line {0} · {1}', line, callWord(call)),
    detail: `${file === undefined ? routine : `${baseName(file)} · ${routine}`} · ${new Date(time).toLocaleString(vscode.env.language)}`,
    id,
  }));
  const placeHolder = isTerminal(execution.state)
    ? vscode.l10n.t('A new execution goes on from there; what was done outside stays done')
    : vscode.l10n.t('The execution goes on from there; what was done outside stays done');
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true });
  return picked && (await service.goBackTo(execution.id, picked.id)).id;
}

/** Characters of a line of the program that an entry shows. */
const shownLength = 80;

function shortened(line: string): string {
  return line.length <= shownLength ? line : `${line.slice(0, shownLength - 1)}…`;
}

/** What has been done with a child after a call for it. */
const childWords: ReadonlyMap<string, string> = new Map([
  ['execution.create', vscode.l10n.t('child created')],
  ['execution.run', vscode.l10n.t('child started')],
  ['execution.wait', vscode.l10n.t('child ended')],
]);

/** The engine's names of a flow's calls begin with what they are of, which the line tells better: `record.get` is `get`. */
function callWord(call: string): string {
  return childWords.get(call) ?? call.replace(/^(execution|record|this)\./, '');
}
