import * as vscode from 'vscode';
import type { Secrets } from '../engine/flows/connections/secrets.ts';

/** Secrets of connectors, in VS Code's secret storage: the same in all windows of a user. */
export function editorSecrets(storage: vscode.SecretStorage): Secrets {
  return {
    get: (path, key) => Promise.resolve(storage.get(storageKey(path, key))),
    set: (path, key, value) => Promise.resolve(storage.store(storageKey(path, key), value)),
    describe: () => 'set it with the command Stepthrough: Set Secret',
  };
}

/** `Stepthrough: Set Secret…`. True where something was set or removed. */
export async function setSecret(storage: vscode.SecretStorage): Promise<boolean> {
  const title = vscode.l10n.t('Set Secret');
  const named = (text: string): string | undefined => (text.trim() === '' ? vscode.l10n.t('A name is needed.') : undefined);
  const path = await vscode.window.showInputBox({ title, prompt: vscode.l10n.t('Path: the first part of vault.secret(path, key)'), ignoreFocusOut: true, validateInput: named });
  if (path === undefined) return false;
  const key = await vscode.window.showInputBox({ title, prompt: vscode.l10n.t('Key: the second part'), value: 'value', ignoreFocusOut: true, validateInput: named });
  if (key === undefined) return false;
  const value = await vscode.window.showInputBox({ title, prompt: vscode.l10n.t('The secret. Empty: it is removed.'), password: true, ignoreFocusOut: true });
  if (value === undefined) return false;
  if (value === '') await storage.delete(storageKey(path.trim(), key.trim()));
  else await storage.store(storageKey(path.trim(), key.trim()), value);
  return true;
}

function storageKey(path: string, key: string): string {
  return `stepthrough.secret.${JSON.stringify([path, key])}`;
}
