import * as vscode from 'vscode';
import type { LocalApi } from '../server/localApi.ts';
import type { WorkspaceAutomation } from '../run/automation.ts';
import { isTrustedToRun } from '../run/trust.ts';
import { automationPlaces, enablingEdit } from './places.ts';

/** Writes into its file whether a schedule or webhook acts. A file without other changes is saved, so that it counts at once. */
export async function enable(uri: vscode.Uri, type: string, name: string, enabled: boolean): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const text = document.getText();
  const place = automationPlaces(uri.path, text).find((one) => one.type === type && one.name === name);
  const change = place && enablingEdit(place, enabled, text, uri.path);
  if (!change) throw new Error(vscode.l10n.t('There is no {0} {1} in this file any more.', type, name));
  const wasDirty = document.isDirty;
  const edit = new vscode.WorkspaceEdit();
  edit.replace(uri, new vscode.Range(document.positionAt(change.range.start), document.positionAt(change.range.end)), change.newText);
  await vscode.workspace.applyEdit(edit);
  if (!wasDirty) await document.save();
}

/** Starts at once what a schedule starts; gives the execution's id. */
export async function startNow(automation: WorkspaceAutomation, id: string): Promise<string | undefined> {
  if (!(await isTrustedToRun())) return undefined;
  const { execution } = await automation.startSchedule(id);
  await vscode.commands.executeCommand('stepthrough.execution.show', execution.id);
  return execution.id;
}

/** Copies a call of a webhook; the local API server takes it, so it is started. */
export async function copyCurl(automation: WorkspaceAutomation, api: LocalApi, name: string): Promise<string | undefined> {
  const rule = automation.webhook(name);
  if (!rule?.enabled) throw new Error(vscode.l10n.t('The webhook {0} is disabled, or not right.', name));
  const origin = await api.start();
  if (origin === undefined) return undefined;
  const method = rule.methods.length === 0 || rule.methods.includes('POST') ? 'POST' : rule.methods[0]!;
  const key = rule.key === undefined ? '' : ` -H ${quoted(`X-Webhook-Key: ${rule.key}`)}`;
  const body = method === 'GET' || method === 'HEAD' ? '' : ` -H "Content-Type: application/json" -d "{}"`;
  await api.copy(`curl -X ${method} ${origin}/webhook/${encodeURIComponent(name)}${key}${body}`);
  return origin;
}

/** As shells of all systems take it. */
function quoted(text: string): string {
  return `"${text.replaceAll(/["\\$`]/g, '\\$&')}"`;
}
