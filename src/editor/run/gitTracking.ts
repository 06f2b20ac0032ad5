import * as vscode from 'vscode';
import { checkExecutionFile } from '../../execution/executionFile.ts';
import { formatOf, parseSource } from '../../source/parse.ts';
import { baseName } from '../files.ts';

/** What is used of the API of VS Code's own git extension (its git.d.ts, version 1). */
interface GitExtension {
  getAPI(version: 1): { getRepository(uri: vscode.Uri): Repository | null };
}

interface Repository {
  readonly state: { readonly indexChanges: readonly { readonly uri: vscode.Uri }[] };
  status(): Promise<void>;
  add(paths: string[]): Promise<void>;
  commit(message: string): Promise<void>;
}

/**
 * Does to an execution file that was saved what it says itself: `track_in_git` adds it to git, `commit` commits it.
 * Where that cannot be done, says why; the file is saved all the same.
 */
export async function keepInGit(uri: vscode.Uri, text: string): Promise<void> {
  const { git } = checkExecutionFile(parseSource(text, formatOf(uri.path)).root);
  if (!git.track) return;
  const problem = await keep(uri, git);
  if (problem !== undefined) await vscode.window.showWarningMessage(problem);
}

async function keep(uri: vscode.Uri, { commit, message }: { readonly commit: boolean; readonly message: string | undefined }): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
  const name = baseName(uri.path);
  if (!extension) return vscode.l10n.t('{0} is saved, but not added to git: the Git extension of VS Code is not there.', name);
  const api = extension.isActive ? extension.exports : await extension.activate();
  let repository: Repository | null;
  try {
    repository = api.getAPI(1).getRepository(uri);
  } catch (error) {
    return vscode.l10n.t('{0} is saved, but not added to git: {1}', name, error instanceof Error ? error.message : String(error));
  }
  if (!repository) return vscode.l10n.t('{0} is saved, but not added to git: it is in no repository.', name);
  try {
    await repository.add([uri.fsPath]);
    if (!commit) return undefined;
    await repository.status();
    const others = repository.state.indexChanges.filter((change) => change.uri.fsPath !== uri.fsPath);
    // A commit takes all that is staged, which nobody asked for.
    if (others.length > 0) return vscode.l10n.t('{0} is added to git, but not committed: other changes are staged too.', name);
    if (repository.state.indexChanges.length > 0) await repository.commit(message ?? vscode.l10n.t('Save {0}', name));
    return undefined;
  } catch (error) {
    return vscode.l10n.t('{0} is saved, but git refused: {1}', name, error instanceof Error ? error.message : String(error));
  }
}
