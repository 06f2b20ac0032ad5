import * as vscode from 'vscode';
import type { AutomationStatus } from '../../engine/automations.ts';
import type { Execution } from '../../execution/record.ts';
import { workspaceFileNames } from '../../execution/workspaceFileNames.ts';
import { filterValue, readFilter } from '../../service/filter.ts';
import { lookOf, timeText } from '../executions/words.ts';
import type { Store } from '../executions/store.ts';
import { withoutFolders, type WorkspaceAutomation } from '../run/automation.ts';
import { automationPlaces, type AutomationPlace } from './places.ts';

/** Changes that come faster than this many milliseconds are shown once. */
const drawInterval = 300;

/** Characters of a reason that stand in a lens; its hover has all of it. */
const reasonLength = 80;

/** Above each schedule and webhook: what it does, when it starts next, how it went last, and what can be done with it. */
export class AutomationLenses implements vscode.CodeLensProvider, vscode.Disposable {
  static readonly files: vscode.DocumentSelector = ['schedule', 'webhook'].map((type) => ({ scheme: 'file', pattern: `**/*.${type}.{yaml,yml,json}` })).concat({ scheme: 'file', pattern: `**/{${workspaceFileNames.join(',')}}` });
  readonly #automation: WorkspaceAutomation;
  readonly #store: Store;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #disposables: readonly vscode.Disposable[];
  #drawing: NodeJS.Timeout | undefined;

  constructor(automation: WorkspaceAutomation, store: Store) {
    this.#automation = automation;
    this.#store = store;
    const soon = (): void => void (this.#drawing ??= setTimeout(() => this.#draw(), drawInterval));
    this.#disposables = [
      automation.onDidChange(soon),
      vscode.workspace.onDidGrantWorkspaceTrust(soon),
      // A dirty file says what is not so yet.
      vscode.workspace.onDidSaveTextDocument(soon),
      store.watch((change) => {
        if ('execution' in change && (change.execution.schedule_id !== undefined || change.execution.webhook_id !== undefined)) soon();
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.#drawing);
    this.#changed.dispose();
    for (const disposable of this.#disposables) disposable.dispose();
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const folder = vscode.workspace.getWorkspaceFolder(document.uri);
    if (!folder) return [];
    const places = automationPlaces(document.uri.path, document.getText());
    const lenses = await Promise.all(places.map(async (place) => {
      const start = document.positionAt(place.start);
      const range = new vscode.Range(start, start);
      return (await this.#commands(document, place)).map((command) => new vscode.CodeLens(range, command));
    }));
    return lenses.flat();
  }

  #draw(): void {
    this.#drawing = undefined;
    this.#changed.fire();
  }

  async #commands(document: vscode.TextDocument, place: AutomationPlace): Promise<vscode.Command[]> {
    const { type, name, enabled } = place;
    if (!vscode.workspace.isTrusted) return [{ title: vscode.l10n.t('Starts nothing in an untrusted workspace'), command: 'workbench.trust.manage' }];
    const status = this.#automation.statusOf(type, document.uri.fsPath, name);
    const toggle: vscode.Command = enabled
      ? { title: vscode.l10n.t('Disable'), command: 'stepthrough.automation.enable', arguments: [document.uri, type, name, false] }
      : { title: vscode.l10n.t('Enable'), command: 'stepthrough.automation.enable', arguments: [document.uri, type, name, true] };
    if (!enabled) return [said(document.isDirty && status?.on === true ? vscode.l10n.t('Disabled once it is saved') : vscode.l10n.t('Disabled')), toggle];
    if (!status) return [said(document.isDirty ? vscode.l10n.t('Starts nothing before it is saved') : vscode.l10n.t('Starts nothing: see the problems of this file'))];
    const last = await this.#last(type, status.id);
    const acts: vscode.Command[] = !status.on
      ? []
      : type === 'webhook'
        ? [{ title: vscode.l10n.t('Copy curl Example'), command: 'stepthrough.automation.copyCurl', arguments: [name] }]
        : status.next
          ? [{ title: vscode.l10n.t('Start Now'), command: 'stepthrough.automation.startNow', arguments: [status.id] }]
          : [];
    return [said(stateTitle(place, status, document.isDirty)), ...failureOrLast(status, last), ...acts, toggle];
  }

  /** The newest execution that it started. */
  async #last(type: AutomationPlace['type'], id: string): Promise<Execution | undefined> {
    const service = await this.#store.open();
    const { executions } = await service.list({ pageSize: 1, everywhere: true, criterion: readFilter(`${type}_id = ${filterValue(id)}`) });
    return executions[0];
  }
}

/** A lens that is only read. */
function said(title: string, tooltip?: string): vscode.Command {
  return { title, command: '', ...(tooltip !== undefined && { tooltip }) };
}

function stateTitle({ type, name }: AutomationPlace, { on, next }: AutomationStatus, dirty: boolean): string {
  if (!on) return dirty ? vscode.l10n.t('Starts nothing before it is saved') : vscode.l10n.t('Starts nothing: disabled by a flow, or not right');
  if (type === 'webhook') return vscode.l10n.t('Called at {0}', `/webhook/${encodeURIComponent(name)}`);
  if (!next) return vscode.l10n.t('Its scheduler decides when');
  return vscode.l10n.t('Next start {0}', timeText(next.getTime(), Date.now(), vscode.env.language));
}

function failureOrLast({ failure }: AutomationStatus, last: Execution | undefined): vscode.Command[] {
  const time = (moment: number): string => timeText(moment, Date.now(), vscode.env.language);
  const started = last && Date.parse(last.create_time);
  if (failure && (started === undefined || failure.time.getTime() > started)) {
    const message = withoutFolders(failure.message);
    const reason = message.length > reasonLength ? `${message.slice(0, reasonLength - 1)}…` : message;
    return [said(vscode.l10n.t('Could not start {0}: {1}', time(failure.time.getTime()), reason), message)];
  }
  if (!last || started === undefined) return [];
  return [{ title: vscode.l10n.t('Last {0}: {1}', time(started), lookOf(last).word), command: 'stepthrough.execution.show', arguments: [last.id] }];
}
