import { sep } from 'node:path';
import * as vscode from 'vscode';
import type { InFlightRule } from '../../engine/effects/inFlight.ts';
import type { ExecutionChange } from '../../execution/listing.ts';
import type { LocalExecutionService, LocalServiceOptions } from '../../service/local/localService.ts';
import type { Attending } from '../debug/attending.ts';
import { chosenPython, flowMemory } from '../flows/python.ts';
import { withoutLinks } from '../links.ts';

/** Milliseconds to wait for another window that is writing. The extension host stands still meanwhile. */
const busyTimeout = 500;

/**
 * The executions of this window: the local service over a database in the workspace's storage, or in the global one
 * where no folder is open. Opened on first use; a failure is not kept, so that the next use tries again.
 */
export class Store implements vscode.Disposable {
  readonly #place: vscode.Uri;
  readonly #attending: Attending;
  readonly #concurrency: () => number | undefined;
  readonly #secrets: vscode.SecretStorage;
  readonly #opened = new vscode.EventEmitter<LocalExecutionService>();
  readonly onDidOpen = this.#opened.event;
  #service: Promise<LocalExecutionService> | undefined;

  constructor(context: Pick<vscode.ExtensionContext, 'storageUri' | 'globalStorageUri' | 'secrets'>, attending: Attending, concurrency: () => number | undefined = () => undefined) {
    this.#place = context.storageUri ?? context.globalStorageUri;
    this.#attending = attending;
    this.#concurrency = concurrency;
    this.#secrets = context.secrets;
  }

  /** Rejects with an error whose message can be shown as it is. */
  open(): Promise<LocalExecutionService> {
    if (!this.#service) {
      const service = this.#start();
      this.#service = service;
      service.then(
        (opened) => this.#opened.fire(opened),
        () => {
          if (this.#service === service) this.#service = undefined;
        },
      );
    }
    return this.#service;
  }

  /** The file of the database. */
  get file(): string {
    return vscode.Uri.joinPath(this.#place, 'executions.db').fsPath;
  }

  /** Opens what an earlier window left, so that it goes on; where nothing was kept, nothing is loaded. */
  async openExisting(): Promise<void> {
    try {
      await vscode.workspace.fs.stat(vscode.Uri.file(this.file));
    } catch {
      return;
    }
    // Who uses the executions is told why they cannot be opened.
    await this.open().catch(() => undefined);
  }

  /** Calls back on every change of executions, as soon as the store is open. */
  watch(listener: (change: ExecutionChange) => void): vscode.Disposable {
    let watching: { dispose(): void } | undefined;
    let ended = false;
    const begin = (service: LocalExecutionService): void => {
      watching?.dispose();
      if (!ended) watching = service.watch(listener);
    };
    const opened = this.onDidOpen(begin);
    this.#service?.then(begin, () => undefined);
    return new vscode.Disposable(() => {
      ended = true;
      opened.dispose();
      watching?.dispose();
    });
  }

  async dispose(): Promise<void> {
    this.#opened.dispose();
    const service = await this.#service?.catch(() => undefined);
    await service?.dispose();
  }

  async #start(): Promise<LocalExecutionService> {
    await vscode.workspace.fs.createDirectory(this.#place);
    const [{ openLocalService }, { editorFiles }, { editorSecrets }] = await Promise.all([import('../../service/local/localService.ts'), import('../run/texts.ts'), import('../secrets.ts')]);
    const options: LocalServiceOptions = {
      files: editorFiles,
      secrets: editorSecrets(this.#secrets),
      busyTimeout,
      notice: (message) => void this.#tell(message),
      workspace: () => (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
      attend: (execution) => this.#attending.attend(execution),
      python: () => chosenPython(),
      flowMemory: () => flowMemory(),
      concurrency: () => this.#concurrency(),
      seed: () => vscode.workspace.getConfiguration('stepthrough').get<number | null>('parallel.seed') ?? undefined,
      inFlight: () => vscode.workspace.getConfiguration('stepthrough').get<InFlightRule>('resume.inFlight') ?? 'error',
    };
    try {
      const service = openLocalService(this.#place.fsPath, options);
      this.#resume(service);
      return service;
    } catch (error) {
      throw new Error(this.#short(error instanceof Error ? error.message : String(error)), { cause: error });
    }
  }

  /** A message with the names of files alone: their folder is VS Code's own, and far too long to read. */
  #short(message: string): string {
    return message.replaceAll(`${this.#place.fsPath}${sep}`, '').replaceAll(`${this.#place.fsPath}/`, '');
  }

  async #tell(message: string): Promise<void> {
    const short = this.#short(message);
    const copy = vscode.l10n.t('Copy Path');
    // Where the files are is for those who want to save what is in them.
    const answer = await vscode.window.showWarningMessage(withoutLinks(short), ...(short === message ? [] : [copy]));
    if (answer === copy) await vscode.env.clipboard.writeText(this.#place.fsPath);
  }

  /** Goes on with what an earlier window began. Nothing runs in a workspace that is not trusted. */
  #resume(service: LocalExecutionService): void {
    if (!vscode.workspace.isTrusted) {
      const granted = vscode.workspace.onDidGrantWorkspaceTrust(() => {
        granted.dispose();
        this.#resume(service);
      });
      return;
    }
    service.engine.resumeAbandoned().catch((error: unknown) => void vscode.window.showWarningMessage(withoutLinks(error instanceof Error ? error.message : String(error))));
  }
}
