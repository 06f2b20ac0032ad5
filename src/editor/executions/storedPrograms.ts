import * as vscode from 'vscode';
import type { TextLimit } from '../../engine/textFile.ts';
import { isStoredProgram, storedScheme } from '../../execution/program.ts';
import { ShownDocuments } from './shownDocuments.ts';
import type { Store } from './store.ts';

/** Read-only documents of the programs that only the store has: as deployed now, else as last executed. */
export class StoredPrograms implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #store: Store;
  readonly #shown = new ShownDocuments(storedScheme);
  readonly onDidChange = this.#shown.onDidChange;
  readonly #watching: vscode.Disposable;

  constructor(store: Store) {
    this.#store = store;
    this.#watching = store.watch((change) => {
      // A new revision shows when something runs it.
      if (change.kind === 'created' && isStoredProgram(change.execution.program)) this.#shown.change((uri) => uri.toString() === change.execution.program);
    });
  }

  dispose(): void {
    this.#watching.dispose();
    this.#shown.dispose();
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    this.#shown.reads(uri);
    return (await this.text(uri.toString())) ?? vscode.l10n.t('There is no such workflow any more.');
  }

  /** The text of a program or of what belongs to one: as the editor shows it, from the disk, or from the store. Throws `FileRefused`. */
  async readFile(path: string, limit: TextLimit): Promise<string> {
    if (!isStoredProgram(path)) return await (await import('../run/texts.ts')).readFile(path, limit);
    const text = await this.text(path);
    if (text !== undefined) return text;
    const { FileRefused } = await import('../../engine/textFile.ts');
    throw new FileRefused(path, vscode.l10n.t('There is no such workflow any more.'));
  }

  /** Undefined where neither is known. */
  async text(program: string): Promise<string | undefined> {
    const service = await this.#store.open();
    const [{ WorkflowStore }, { workflowId }] = await Promise.all([import('../../engine/workflowStore.ts'), import('../../engine/environment.ts')]);
    const workflows = new WorkflowStore(this.#store.file);
    try {
      const deployed = workflows.get('', workflowId(program));
      if (deployed) return deployed.source;
    } finally {
      workflows.close();
    }
    const { executions } = await service.list({ pageSize: 1, program, everywhere: true });
    return executions[0]?.script;
  }
}
