import * as vscode from 'vscode';
import type { LocalExecutionService } from '../../service/local/localService.ts';
import { withoutLinks } from '../links.ts';

/** Milliseconds to wait for another window that is writing. The extension host stands still meanwhile. */
const busyTimeout = 500;

/**
 * The executions of this window: the local service over a database in the workspace's storage, or in the global one
 * where no folder is open. Opened on first use; a failure is not kept, so that the next use tries again.
 */
export class Store implements vscode.Disposable {
  readonly #place: vscode.Uri;
  readonly #opened = new vscode.EventEmitter<LocalExecutionService>();
  readonly onDidOpen = this.#opened.event;
  #service: Promise<LocalExecutionService> | undefined;

  constructor(context: Pick<vscode.ExtensionContext, 'storageUri' | 'globalStorageUri'>) {
    this.#place = context.storageUri ?? context.globalStorageUri;
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

  async dispose(): Promise<void> {
    this.#opened.dispose();
    const service = await this.#service?.catch(() => undefined);
    await service?.dispose();
  }

  async #start(): Promise<LocalExecutionService> {
    await vscode.workspace.fs.createDirectory(this.#place);
    const [{ openLocalService }, { editorFiles }] = await Promise.all([import('../../service/local/localService.ts'), import('../run/texts.ts')]);
    return openLocalService(this.#place.fsPath, {
      files: editorFiles,
      busyTimeout,
      notice: (message) => void vscode.window.showWarningMessage(withoutLinks(message)),
      workspace: () => (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
      seed: () => vscode.workspace.getConfiguration('stepthrough').get<number | null>('parallel.seed') ?? undefined,
    });
  }
}
