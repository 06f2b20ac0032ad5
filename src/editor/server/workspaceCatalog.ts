import * as vscode from 'vscode';
import { WorkflowStore } from '../../engine/workflowStore.ts';
import { LayeredCatalog, StoredCatalog, type Catalog } from '../../server/catalog.ts';
import { FileCatalog } from '../../server/fileCatalog.ts';
import { excludedGlob } from '../files.ts';

/** Workflows by their names lie anywhere; what is one by its content alone is looked for only in the open folders themselves. */
const namedGlob = '**/{workflow,workflows,*.workflow,*.workflows,*.env}.{yaml,yml,json}';
const openGlob = '*.{yaml,yml,json}';

/**
 * The workflows of the window: the files of its folders, followed as they are saved, and below them those made through
 * the API, in the file of the executions' store. Rejects with `StoreError` where that cannot be opened.
 */
export async function openWorkspaceCatalog(store: string, notice: (message: string) => void): Promise<Catalog> {
  const files = new FileCatalog(new WorkflowStore(store), { list: 'workspace', place: vscode.workspace.name ?? vscode.l10n.t('this window'), find: findFiles, shown: (path) => vscode.workspace.asRelativePath(path) }, notice);
  const watcher = vscode.workspace.createFileSystemWatcher('**/*.{yaml,yml,json}');
  const disposables = [
    watcher,
    ...[watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete].map((event) => event(() => files.changed())),
    // Where the system tells of no changes, the window's own are known all the same.
    vscode.workspace.onDidSaveTextDocument(() => files.changed()),
    vscode.workspace.onDidDeleteFiles(() => files.changed()),
    vscode.workspace.onDidRenameFiles(() => files.changed()),
    vscode.workspace.onDidChangeWorkspaceFolders(() => files.changed()),
  ];
  files.closing(() => disposables.forEach((disposable) => void disposable.dispose()));
  try {
    await files.load();
    return new LayeredCatalog(files, new StoredCatalog(new WorkflowStore(store)));
  } catch (error) {
    await files.close();
    throw error;
  }
}

async function findFiles(): Promise<readonly string[]> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const patterns = folders.flatMap((folder) => [namedGlob, openGlob].map((glob) => new vscode.RelativePattern(folder, glob)));
  const found = await Promise.all(patterns.map((pattern) => vscode.workspace.findFiles(pattern, excludedGlob)));
  return [...new Set(found.flat().map(({ fsPath }) => fsPath))];
}
