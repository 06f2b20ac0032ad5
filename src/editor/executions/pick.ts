import * as vscode from 'vscode';
import type { Execution } from '../../execution/record.ts';
import { isTerminal } from '../../execution/state.ts';
import type { ExecutionService } from '../../service/service.ts';
import { executionTitle, stateLooks, summary } from './words.ts';

/** What an action can be done to; the palette offers only those. */
export type Fits = (execution: Execution) => boolean;

export const fits = {
  any: () => true,
  live: (execution) => !isTerminal(execution.state) && execution.state !== 'UNAVAILABLE',
  running: (execution) => execution.state === 'ACTIVE',
  paused: (execution) => execution.state === 'PAUSED',
  readable: (execution) => execution.state !== 'UNAVAILABLE',
  withResult: (execution) => execution.output_value !== undefined,
  withError: (execution) => execution.error !== undefined || execution.state_error !== undefined,
} satisfies Record<string, Fits>;

const offered = 200;

/** Asks which execution an action is for; undefined where the user went away or none fits (which is then said). */
export async function pickExecution(service: ExecutionService, title: string, fit: Fits, deleted = false): Promise<Execution | undefined> {
  const { executions } = await service.list({ pageSize: offered, ...(deleted && { deleted }) });
  const now = Date.now();
  const items = executions.filter(fit).map((execution) => {
    const look = stateLooks[execution.state];
    return { label: executionTitle(execution), description: summary(execution, now, vscode.env.language), iconPath: new vscode.ThemeIcon(look.icon, look.color === undefined ? undefined : new vscode.ThemeColor(look.color)), execution };
  });
  if (items.length === 0) {
    await vscode.window.showInformationMessage(executions.length === 0 ? (deleted ? vscode.l10n.t('No deleted execution can be restored.') : vscode.l10n.t('There are no executions yet.')) : vscode.l10n.t('No execution fits: {0}', title));
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t('Which execution'), matchOnDescription: true });
  return picked?.execution;
}
