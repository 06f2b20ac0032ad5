import * as vscode from 'vscode';

/** A number of the settings; undefined where it is left empty. */
export function configuredNumber(name: string): number | undefined {
  return vscode.workspace.getConfiguration('stepthrough').get<number | null>(name) ?? undefined;
}
