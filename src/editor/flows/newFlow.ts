import * as vscode from 'vscode';

const template = `import flow_api


def handler(system: flow_api.System, this: flow_api.Execution, inputs: dict):
    this.log('Hello', inputs=inputs)
    this.set_output('greeting', f"Hello {(inputs or {}).get('name', 'world')}")
    return this.success('all done')
`;

/** *New Flow…*: a Python file that runs as it is, with the cursor in its handler. */
export async function newFlow(): Promise<void> {
  const folder = await folderForNew();
  if (folder === null) return;
  if (!folder) {
    await showNew(await vscode.workspace.openTextDocument({ language: 'python', content: template }));
    return;
  }
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('New Flow'),
    prompt: vscode.l10n.t('The name of the flow'),
    placeHolder: 'ship',
    validateInput: (value) => nameProblem(folder, value),
  });
  if (name === undefined) return;
  const uri = vscode.Uri.joinPath(folder, `${name.trim()}.py`);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(template));
  await showNew(await vscode.workspace.openTextDocument(uri));
}

/** Beside the file in the editor, else the workspace's folder; undefined where there is none, null where none was picked. */
async function folderForNew(): Promise<vscode.Uri | undefined | null> {
  const open = vscode.window.activeTextEditor?.document.uri;
  if (open && vscode.workspace.getWorkspaceFolder(open)) return vscode.Uri.joinPath(open, '..');
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length <= 1) return folders[0]?.uri;
  return (await vscode.window.showWorkspaceFolderPick())?.uri ?? null;
}

async function nameProblem(folder: vscode.Uri, value: string): Promise<string | undefined> {
  const name = value.trim();
  if (name === '' || name.length > 128) return vscode.l10n.t('A name has 1 to 128 characters.');
  if (/[\\/:*?"<>|]/.test(name) || name.startsWith('.')) return vscode.l10n.t('The name becomes a file name, which {0} cannot be part of.', '\\ / : * ? " < > |');
  try {
    await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder, `${name}.py`));
    return vscode.l10n.t('There is already a file {0}.', `${name}.py`);
  } catch {
    return undefined;
  }
}

async function showNew(document: vscode.TextDocument): Promise<void> {
  const editor = await vscode.window.showTextDocument(document);
  const first = document.positionAt(template.indexOf('this.log'));
  editor.selection = new vscode.Selection(first, first);
}
