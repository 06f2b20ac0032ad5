import * as vscode from 'vscode';
import { isStoredProgram } from '../../execution/program.ts';
import type { Execution } from '../../execution/record.ts';
import { isTerminal } from '../../execution/state.ts';
import type { ExecutionService } from '../../service/service.ts';
import type { App } from '../app.ts';
import { attachConfiguration } from '../debug/attending.ts';
import { configuredOptions, startDebugging, startRun } from '../run/start.ts';
import { readText } from '../run/texts.ts';
import { isTrustedToRun } from '../run/trust.ts';
import { openDocument, type DocumentKind } from './documents.ts';
import type { EntryNode } from './entryNodes.ts';
import { isExecutionNode, type StepNode } from './nodes.ts';
import { fits, pickExecution, type Fits } from './pick.ts';
import { goToStep } from './places.ts';

/** What an action gets: the executions it is for (never none), their service, and the step clicked, if any. */
interface Call {
  readonly app: App;
  readonly service: ExecutionService;
  readonly executions: readonly Execution[];
  readonly step: StepNode | EntryNode | undefined;
}

interface Action {
  /** Titles the question when the action is called from the palette. */
  readonly title: string;
  readonly fit: Fits;
  /** Does it to each selected execution; others are for one alone. */
  readonly many?: boolean;
  /** It is for deleted executions. */
  readonly deleted?: boolean;
  /** What it returns is what the command returns: the id of a new execution, if it made one. */
  readonly run: (call: Call) => Promise<unknown>;
}

/** Every action on executions by the last part of its command. */
export const actions: Readonly<Record<string, Action>> = {
  openArgument: { title: vscode.l10n.t('Open Argument'), fit: fits.any, run: open('argument') },
  openResult: { title: vscode.l10n.t('Open Result'), fit: fits.withResult, run: open('result') },
  openError: { title: vscode.l10n.t('Open Error'), fit: fits.withError, run: open('error') },
  openLog: { title: vscode.l10n.t('Open Log'), fit: fits.any, run: open('log') },
  openSource: { title: vscode.l10n.t('Open Source as Executed'), fit: fits.any, run: open('source') },
  goToStep: { title: vscode.l10n.t('Go to Step'), fit: { holds: (execution) => stepOf(execution) !== undefined }, run: go },
  show: { title: vscode.l10n.t('Show Execution in Tree'), fit: fits.any, run: async ({ app, executions }) => await app.tree.reveal(executions[0]!.id) },
  runAgain: { title: vscode.l10n.t('Run Again'), fit: fits.any, run: again('run') },
  debugAgain: { title: vscode.l10n.t('Debug Again'), fit: fits.any, run: again('debug') },
  attach: { title: vscode.l10n.t('Attach Debugger'), fit: fits.live, run: attach },
  pause: { title: vscode.l10n.t('Pause Execution'), fit: fits.running, many: true, run: each((service, id) => service.pause(id)) },
  resume: { title: vscode.l10n.t('Resume Execution'), fit: fits.paused, many: true, run: async (call) => ((await isTrustedToRun()) ? await each((service, id) => service.resume(id))(call) : undefined) },
  restoreSavepoint: { title: vscode.l10n.t('Restore Savepoint'), fit: fits.readable, run: async ({ app, executions }) => await (await import('./restoreSavepoint.ts')).restoreSavepoint(app, executions[0]!) },
  cancel: { title: vscode.l10n.t('Cancel Execution'), fit: fits.live, many: true, run: each((service, id) => service.cancel(id)) },
  restore: { title: vscode.l10n.t('Restore Deleted Execution'), fit: fits.any, many: true, deleted: true, run: restore },
  delete: { title: vscode.l10n.t('Delete Execution'), fit: fits.any, many: true, run: remove },
};

/**
 * Runs an action on what it was called on: nodes of the tree, an id (from a message or the status bar), `selection`
 * (from a key in the tree), or, from the palette, an execution that is picked.
 */
export async function runAction(app: App, name: string, target: unknown, selected: unknown): Promise<unknown> {
  const action = actions[name]!;
  const service = await app.store.open();
  const step = isStepNode(target) ? target : undefined;
  const executions = await executionsOf(app, service, action, target, selected);
  return executions.length > 0 ? await action.run({ app, service, executions, step }) : undefined;
}

async function executionsOf(app: App, service: ExecutionService, action: Action, target: unknown, selected: unknown): Promise<readonly Execution[]> {
  const ids = idsOf(app, target, selected);
  if (ids === undefined) {
    const picked = await pickExecution(service, action.title, action.fit, action.deleted);
    return picked ? [picked] : [];
  }
  const get = (id: string): Promise<Execution | undefined> => (action.deleted ? service.getDeleted(id) : service.get(id));
  const found = (await Promise.all(ids.map(get))).filter((execution) => execution !== undefined);
  if (found.length === 0 && action.deleted) throw new Error(vscode.l10n.t('This execution is not deleted, or was removed for good.'));
  if (found.length === 0) throw new Error(vscode.l10n.t('This execution was deleted.'));
  return action.many ? found : found.slice(0, 1);
}

function idsOf(app: App, target: unknown, selected: unknown): string[] | undefined {
  if (isStepNode(target)) return [target.parent.id];
  if (isExecutionNode(target)) {
    const all = Array.isArray(selected) ? selected.filter(isExecutionNode) : [];
    return all.some((node) => node.id === target.id) ? all.map((node) => node.id) : [target.id];
  }
  if (target === 'selection') return app.tree.view.selection.filter(isExecutionNode).map((node) => node.id);
  return typeof target === 'string' ? [target] : undefined;
}

function isStepNode(value: unknown): value is StepNode | EntryNode {
  return typeof value === 'object' && value !== null && 'kind' in value && (value.kind === 'step' || value.kind === 'entry');
}

function open(kind: DocumentKind): Action['run'] {
  return async ({ executions }) => await openDocument(executions[0]!, kind);
}

async function go({ executions, step }: Call): Promise<void> {
  const execution = executions[0]!;
  const place = step?.step ?? stepOf(execution);
  if (place) await goToStep(execution, place);
}

function stepOf(execution: Execution): StepNode['step'] | undefined {
  return execution.error?.stack_trace.elements[0] ?? execution.current_steps[0];
}

function each(act: (service: ExecutionService, id: string) => Promise<void>): Action['run'] {
  return async ({ service, executions }) => {
    await Promise.all(executions.map((execution) => act(service, execution.id)));
  };
}

/** The same input and options once more, with the program as it is now. */
function again(mode: 'run' | 'debug'): Action['run'] {
  return async ({ app, service, executions }) => {
    if (!(await isTrustedToRun())) return undefined;
    const execution = executions[0]!;
    if (!(await isThere(app, execution.program))) {
      const message = vscode.l10n.t('The program {0} is not there any more. What it was can still be opened.', execution.program);
      const openSource = vscode.l10n.t('Open Source as Executed');
      if ((await vscode.window.showErrorMessage(message, openSource)) === openSource) await openDocument(execution, 'source');
      return undefined;
    }
    const { mocks, options } = (await service.relaunch(execution.id)) ?? { mocks: undefined, options: {} };
    const launch = { program: execution.program, input: { kind: 'json', json: execution.input_value } as const };
    if (mode === 'run') return (await startRun(app, { ...launch, mocks, options }))?.id;
    return await startDebugging({ ...launch, values: { ...configuredOptions(options), ...(mocks !== undefined && { mocks }) } });
  };
}

async function isThere(app: App, program: string): Promise<boolean> {
  return (isStoredProgram(program) ? await app.stored.text(program) : await readText(program)) !== undefined;
}

async function attach({ executions }: Call): Promise<void> {
  if (!(await isTrustedToRun())) return;
  await vscode.debug.startDebugging(undefined, attachConfiguration(executions[0]!), { suppressSaveBeforeStart: true });
}

/** Gives the new names, since other executions may have taken the old ones. */
async function restore({ service, executions }: Call): Promise<readonly string[]> {
  const names: string[] = [];
  for (const { id } of executions) names.push((await service.restore(id)).name);
  return names;
}

async function remove({ service, executions }: Call): Promise<void> {
  const [first] = executions;
  const alive = executions.some((execution) => !isTerminal(execution.state));
  const question = executions.length === 1 ? vscode.l10n.t('Delete the execution {0}?', first!.name) : vscode.l10n.t('Delete {0} executions?', executions.length);
  const detail = alive ? vscode.l10n.t('What still runs is cancelled first. It can be restored for a while, with Show Deleted Executions.') : vscode.l10n.t('It can be restored for a while, with Show Deleted Executions.');
  const yes = vscode.l10n.t('Delete');
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) !== yes) return;
  await Promise.all(executions.map((execution) => service.delete(execution.id)));
}
