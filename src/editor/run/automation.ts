import { sep } from 'node:path';
import * as vscode from 'vscode';
import type { Automations, AutomationStatus } from '../../engine/automations.ts';
import type { Run } from '../../engine/run.ts';
import type { JsonText } from '../../execution/record.ts';
import type { WebhookRule } from '../../execution/webhookFields.ts';
import { recordFile } from '../../execution/recordFiles.ts';
import { workspaceFileNames } from '../../execution/workspaceFileNames.ts';
import type { LocalExecutionService } from '../../service/local/localService.ts';
import type { Store } from '../executions/store.ts';
import { excludedRecordGlob } from '../files.ts';
import { withoutLinks } from '../links.ts';
import { configuredNumber } from './settings.ts';

/** Types of records that start executions, or say how. */
const actingTypes = ['schedule', 'webhook', 'scheduler'] as const;
const recordFiles = `**/*.{${actingTypes.join(',')}}.{yaml,yml,json}`;

/** Whether a file may hold schedules or webhooks, or says how schedules start. */
export function isActing(path: string): boolean {
  const name = path.replace(/.*[/\\]/s, '');
  return (workspaceFileNames as readonly string[]).includes(name) || actingTypes.some((type) => type === recordFile(name)?.type);
}

/**
 * What `stepthrough.yaml` and records of flows say, while this window is open and its workspace is trusted: schedules and
 * webhooks, how many executions run at once and how long they are kept. A file that is saved is taken up at once.
 */
export class WorkspaceAutomation implements vscode.Disposable {
  readonly #store: Store;
  readonly #disposables: readonly vscode.Disposable[];
  readonly #changed = new vscode.EventEmitter<void>();
  /** What `statusOf` gives may be something else now. */
  readonly onDidChange = this.#changed.event;
  #automations: Promise<Automations> | undefined;
  #ready: Automations | undefined;
  #service: LocalExecutionService | undefined;

  constructor(store: Store) {
    this.#store = store;
    const watchers = [`**/{${workspaceFileNames.join(',')}}`, recordFiles].map((pattern) => vscode.workspace.createFileSystemWatcher(pattern));
    const look = (): void => void this.look();
    this.#disposables = [
      ...watchers.flatMap((watcher) => [watcher, watcher.onDidCreate(look), watcher.onDidChange(look), watcher.onDidDelete(look)]),
      vscode.workspace.onDidSaveTextDocument(({ fileName }) => {
        if (isActing(fileName)) look();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(look),
      vscode.workspace.onDidChangeWorkspaceFolders(look),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('stepthrough.executions')) this.#service?.engine.letIn();
      }),
      store.onDidOpen((service) => {
        this.#service = service;
        look();
      }),
    ];
  }

  dispose(): void {
    this.#ready?.dispose();
    this.#changed.dispose();
    for (const disposable of this.#disposables) disposable.dispose();
  }

  /** How many executions may run at once, where a setting or a file says so. */
  get concurrency(): number | undefined {
    return configuredNumber('executions.concurrency') ?? this.#ready?.concurrency;
  }

  /** What the schedule or webhook of a file does; undefined for one that was not taken up. */
  statusOf(type: 'schedule' | 'webhook', path: string, name: string): AutomationStatus | undefined {
    return this.#ready?.statusOf(type, path, name);
  }

  /** Starts at once what a schedule starts. Rejects with what speaks against it. */
  async startSchedule(id: string): Promise<Run> {
    return await (await this.#start(await this.#store.open())).startSchedule(id);
  }

  webhook(name: string): WebhookRule | undefined {
    return this.#ready?.webhook(name);
  }

  async startWebhook(name: string, input: JsonText): Promise<Run> {
    const automations = this.#ready ?? (await this.#start(await this.#store.open()));
    return await automations.startWebhook(name, input);
  }

  /** Takes up what the files say now. Executions are opened for them only where there is a file. */
  async look(): Promise<void> {
    if (!vscode.workspace.isTrusted) return;
    if (!this.#service && !(await hasFile())) return;
    try {
      const service = this.#service ?? (await this.#store.open());
      await (await this.#start(service)).reload();
      service.engine.letIn();
    } catch (error) {
      void vscode.window.showWarningMessage(withoutLinks(vscode.l10n.t('Schedules and webhooks do not run: {0}', error instanceof Error ? error.message : String(error))));
    }
  }

  #start(service: LocalExecutionService): Promise<Automations> {
    this.#automations ??= this.#make(service);
    return this.#automations;
  }

  async #make(service: LocalExecutionService): Promise<Automations> {
    const [{ Automations }, { startRequestOf }, { editorFiles, readFile }] = await Promise.all([import('../../engine/automations.ts'), import('../../service/local/startRequest.ts'), import('./texts.ts')]);
    this.#ready = new Automations(service.engine, {
      folders: () => folders().map(({ fsPath }) => fsPath),
      readText: (path) => editorFiles.readText(path),
      requestOf: (launch) => startRequestOf(launch, readFile),
      retention: () => ({
        ...given('days', configuredNumber('executions.keepDays')),
        ...given('executions', configuredNumber('executions.keepCount')),
        ...given('deletedDays', configuredNumber('executions.keepDeletedDays')),
      }),
      notice: (message) => void vscode.window.showWarningMessage(withoutLinks(withoutFolders(message))),
      changed: () => this.#changed.fire(),
    });
    return this.#ready;
  }
}

function given<K extends string>(name: K, value: number | undefined): { readonly [key in K]?: number } {
  // A setting that says nothing leaves it to the files.
  return value === undefined ? {} : ({ [name]: value } as { readonly [key in K]: number });
}

function folders(): vscode.Uri[] {
  return (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
}

/** A message with the paths of files as the workspace's folders have them, which is what people know them by. */
export function withoutFolders(message: string): string {
  return folders().reduce((text, { fsPath }) => text.replaceAll(`${fsPath}${sep}`, ''), message);
}

async function hasFile(): Promise<boolean> {
  for (const folder of folders()) {
    for (const name of workspaceFileNames) {
      try {
        await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder, name));
        return true;
      } catch {
        // There is none of this name.
      }
    }
  }
  const [found] = await vscode.workspace.findFiles('**/*.{schedule,webhook}.{yaml,yml,json}', excludedRecordGlob, 1);
  return found !== undefined;
}
