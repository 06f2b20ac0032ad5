import * as vscode from 'vscode';
import { withoutLinks } from './links.ts';

/** Says that a command could not do what it is for. Does not wait until the message is read. */
export function showFailure(error: unknown): void {
  void vscode.window.showErrorMessage(withoutLinks(error instanceof Error ? error.message : String(error)));
}
