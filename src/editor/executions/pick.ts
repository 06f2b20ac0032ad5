import * as vscode from 'vscode';
import type { Execution } from '../../execution/record.ts';
import { liveStates, type ExecutionState } from '../../execution/state.ts';
import type { ExecutionService } from '../../service/service.ts';
import { executionTitle, stateLooks, summary } from './words.ts';

/** What an action can be done to; the palette offers only those. Without states there is no need to look at any other. */
export interface Fits {
  readonly states?: readonly ExecutionState[];
  readonly holds?: (execution: Execution) => boolean;
}

export const fits = {
  any: {},
  live: { states: liveStates },
  running: { states: ['ACTIVE'] },
  paused: { states: ['PAUSED'] },
  readable: { states: [...liveStates, 'SUCCEEDED', 'FAILED', 'CANCELLED'] },
  withResult: { holds: (execution) => execution.output_value !== undefined },
  withError: { states: ['FAILED', 'CANCELLED', 'UNAVAILABLE'], holds: (execution) => execution.error !== undefined || execution.state_error !== undefined },
} satisfies Record<string, Fits>;

/** Executions that are offered at once, and that are read at once to find them. */
const pageSize = 200;

interface ExecutionItem extends vscode.QuickPickItem {
  /** Undefined for the item that offers older ones. */
  readonly execution?: Execution;
}

/** Asks which execution an action is for; undefined where the user went away or none fits (which is then said). */
export async function pickExecution(service: ExecutionService, title: string, fit: Fits, deleted = false): Promise<Execution | undefined> {
  const pages = fitting(service, fit, deleted);
  const first = await pages.next();
  if (first.done === true) {
    await vscode.window.showInformationMessage(await noneText(service, title, deleted));
    return undefined;
  }
  const pick = vscode.window.createQuickPick<ExecutionItem>();
  pick.title = title;
  pick.placeholder = vscode.l10n.t('Which execution');
  pick.matchOnDescription = true;
  const older: ExecutionItem = { label: `$(ellipsis) ${vscode.l10n.t('Older Executions')}`, alwaysShow: true };
  let items: readonly ExecutionItem[] = [];
  const add = ({ executions, isLast }: Page): void => {
    const now = Date.now();
    const added = executions.map((execution) => itemOf(execution, now));
    items = [...items, ...added];
    pick.items = isLast ? items : [...items, older];
    // What was asked for is what comes next.
    const [next] = added;
    if (next && items.length > added.length) pick.activeItems = [next];
  };
  add(first.value);
  const addOlder = async (): Promise<void> => {
    pick.busy = true;
    const next = await pages.next();
    pick.busy = false;
    if (next.done === true) pick.items = items;
    else add(next.value);
  };
  try {
    return await new Promise<Execution | undefined>((resolve, reject) => {
      pick.onDidAccept(() => {
        const [item] = pick.selectedItems;
        if (item?.execution) resolve(item.execution);
        else if (item && !pick.busy) addOlder().catch(reject);
      });
      pick.onDidHide(() => resolve(undefined));
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}

interface Page {
  readonly executions: readonly Execution[];
  readonly isLast: boolean;
}

/** Those that fit, newest first; no page is empty. */
async function* fitting(service: ExecutionService, { states, holds = () => true }: Fits, deleted: boolean): AsyncGenerator<Page, undefined> {
  let pageToken: string | undefined;
  let executions: readonly Execution[] = [];
  do {
    const page = await service.list({ pageSize, pageToken, states, ...(deleted && { deleted }) });
    pageToken = page.nextPageToken;
    executions = [...executions, ...page.executions.filter(holds)];
    if (executions.length === 0 || (executions.length < pageSize && pageToken !== undefined)) continue;
    yield { executions, isLast: pageToken === undefined };
    executions = [];
  } while (pageToken !== undefined);
  return undefined;
}

async function noneText(service: ExecutionService, title: string, deleted: boolean): Promise<string> {
  if (deleted) return vscode.l10n.t('No deleted execution can be restored.');
  const { executions } = await service.list({ pageSize: 1 });
  return executions.length === 0 ? vscode.l10n.t('There are no executions yet.') : vscode.l10n.t('No execution fits: {0}', title);
}

function itemOf(execution: Execution, now: number): ExecutionItem {
  const look = stateLooks[execution.state];
  return { label: executionTitle(execution), description: summary(execution, now, vscode.env.language), iconPath: new vscode.ThemeIcon(look.icon, look.color === undefined ? undefined : new vscode.ThemeColor(look.color)), execution };
}
