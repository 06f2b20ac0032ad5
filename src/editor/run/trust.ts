import * as vscode from 'vscode';

/** Runs call whatever their files name, so they wait for the user's trust; says so where it is missing. */
export async function isTrustedToRun(): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const message = vscode.l10n.t('Workflows and flows run only in a trusted workspace, because they do whatever their files say. Editing and checking work as they are.');
  if ((await vscode.window.showWarningMessage(message, manage)) === manage) await vscode.commands.executeCommand('workbench.trust.manage');
  return vscode.workspace.isTrusted;
}
