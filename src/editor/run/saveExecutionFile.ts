import * as path from 'node:path';
import * as vscode from 'vscode';
import { programNames } from '../../schema/association.ts';
import { executionFileText } from '../../execution/settingText.ts';
import { baseName, programKindOf } from '../files.ts';
import { keepInGit } from './gitTracking.ts';
import type { InputChoice } from './inputMemory.ts';

export interface SavedForm {
  readonly program: string;
  readonly input: InputChoice;
  readonly texts: ReadonlyMap<string, string>;
}

/** Writes an execution file where the user wants it, and opens it; false where the user went away. */
export async function saveExecutionFile(form: SavedForm): Promise<boolean> {
  const { program } = form;
  const isFile = programKindOf(program) === 'execution';
  const folder = program.startsWith('untitled:') ? vscode.workspace.workspaceFolders?.[0]?.uri : vscode.Uri.joinPath(vscode.Uri.file(program), '..');
  const name = isFile ? baseName(program) : `${programNames(baseName(program)).at(-1) ?? 'new'}.execution.yaml`;
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save as Execution File'),
    filters: { [vscode.l10n.t('Execution file')]: ['execution.yaml'] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
  if (!uri) return false;
  await writeExecutionFile(uri, form);
  await vscode.window.showTextDocument(uri);
  await keepInGit(uri, await textIn(uri));
  return true;
}

/** Paths are written relative to the file, so that it can move with its folder. */
export async function writeExecutionFile(uri: vscode.Uri, { program, input, texts }: SavedForm): Promise<void> {
  const relative = (target: string): string => path.relative(path.dirname(uri.fsPath), target).replaceAll('\\', '/');
  const written = input.kind === 'none' ? undefined : input.kind === 'file' ? { path: relative(input.path) } : { json: input.json };
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(executionFileText(relative(program), written, texts)));
}

async function textIn(uri: vscode.Uri): Promise<string> {
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}
