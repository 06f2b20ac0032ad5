import * as vscode from 'vscode';

const folderName = 'stepthrough-samples';

/** Copies the samples to a folder of the user's choice and opens them; what stands there already is never overwritten. */
export async function openSamples(extension: vscode.Uri): Promise<void> {
  const [parent] = (await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    title: vscode.l10n.t('Where to put the samples'),
    openLabel: vscode.l10n.t('Put Samples Here'),
  })) ?? [];
  if (!parent) return;
  const target = vscode.Uri.joinPath(parent, folderName);
  try {
    await vscode.workspace.fs.copy(vscode.Uri.joinPath(extension, 'samples'), target, { overwrite: false });
  } catch (error) {
    if (!(error instanceof vscode.FileSystemError) || error.code !== 'FileExists') {
      await vscode.window.showErrorMessage(vscode.l10n.t('The samples could not be copied: {0}', error instanceof Error ? error.message : String(error)));
      return;
    }
  }
  await vscode.commands.executeCommand('vscode.openFolder', target, { forceNewWindow: (vscode.workspace.workspaceFolders ?? []).length > 0 });
}
