import * as vscode from 'vscode';
import { LaunchRefused } from '../../execution/launch.ts';
import { baseName } from '../files.ts';
import { toEditorRange } from '../problems.ts';
import { findOpenDocument } from '../programs.ts';

/** Tells why nothing was started, with a way to the place that has to change. */
export async function showRefusal(error: unknown): Promise<void> {
  if (!(error instanceof LaunchRefused)) {
    await vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    return;
  }
  if (error.file === '') {
    await vscode.window.showErrorMessage(error.message);
    return;
  }
  const open = vscode.l10n.t('Show in File');
  const [first] = error.problems;
  const place = first ? vscode.l10n.t('{0}, line {1}', baseName(error.file), error.lines.position(first.range.start).line) : baseName(error.file);
  if ((await vscode.window.showErrorMessage(`${error.message} (${place})`, open)) === open) await showPlace(error);
}

async function showPlace(error: LaunchRefused): Promise<void> {
  const first = error.problems[0];
  const selection = first && toEditorRange(first.range, error.lines);
  const document = findOpenDocument(error.file) ?? (await vscode.workspace.openTextDocument(vscode.Uri.file(error.file)));
  await vscode.window.showTextDocument(document, { ...(selection && { selection }) });
}
