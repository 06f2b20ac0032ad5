import * as vscode from 'vscode';
import type { InterpreterChoice } from '../../flow/host/interpreter.ts';

/** What of the Python extension's interface is asked (ms-python.python, "environments"). */
interface PythonExtension {
  readonly environments?: { getActiveEnvironmentPath?(resource?: vscode.Uri): { readonly path: string } | undefined };
}

/** The Python for flows: of the setting, else the one that the Python extension has chosen for the first folder; undefined where nobody chose one. */
export function chosenPython(): InterpreterChoice | undefined {
  const path = vscode.workspace.getConfiguration('stepthrough').get<string>('python', '').trim();
  if (path !== '') return { path, from: 'the setting stepthrough.python' };
  const extension = vscode.extensions.getExtension<PythonExtension | undefined>('ms-python.python');
  // Where it has not been needed yet, it is not started for this.
  const chosen = extension?.isActive === true ? extension.exports?.environments?.getActiveEnvironmentPath?.(vscode.workspace.workspaceFolders?.[0]?.uri) : undefined;
  return chosen === undefined || chosen.path === '' ? undefined : { path: chosen.path, from: 'the Python extension' };
}

/** Bytes that a flow may use; undefined for the usual number. */
export function flowMemory(): number | undefined {
  const megabytes = vscode.workspace.getConfiguration('stepthrough').get<number | null>('flows.memory') ?? undefined;
  return megabytes === undefined ? undefined : megabytes * 1024 * 1024;
}
