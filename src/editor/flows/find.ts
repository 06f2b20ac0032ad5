import * as vscode from 'vscode';
import { isFlow } from '../../flow/language/flow.ts';
import { flowLimit } from '../../flow/language/syntax.ts';
import { excludedGlob } from '../files.ts';
import { EditorFiles } from '../inputs/files.ts';

/** Python files that are looked into, at most. */
const fileLimit = 2000;

const pythonGlob = '**/*.py';
const otherPythonGlob = '**/{node_modules,.git,.venv,venv,__pycache__,site-packages}/**';

/** The flows of the workspace, or of one folder of it, with their texts, as the editor has them. */
export async function findFlows(folder?: vscode.WorkspaceFolder): Promise<{ readonly uri: vscode.Uri; readonly text: string }[]> {
  const found = await vscode.workspace.findFiles(folder ? new vscode.RelativePattern(folder, pythonGlob) : pythonGlob, `{${excludedGlob},${otherPythonGlob}}`, fileLimit);
  const flows: { readonly uri: vscode.Uri; readonly text: string }[] = [];
  for (const uri of found) {
    const text = await new EditorFiles(uri).readText(uri.path);
    if (text !== undefined && text.length <= flowLimit && isFlow(text)) flows.push({ uri, text });
  }
  return flows;
}
