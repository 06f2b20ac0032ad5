import * as vscode from 'vscode';
import { isStoredProgram, storedScheme } from '../../execution/program.ts';
import type { Store } from './store.ts';

/** Read-only documents of the programs that only the store has: as deployed now, else as last executed. */
export class StoredPrograms implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #store: Store;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #watching: vscode.Disposable;

  constructor(store: Store) {
    this.#store = store;
    this.#watching = store.watch((change) => {
      // A new revision shows when something runs it.
      if (change.kind === 'created' && isStoredProgram(change.execution.program)) this.#touch(change.execution.program);
    });
  }

  dispose(): void {
    this.#watching.dispose();
    this.#changed.dispose();
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    return (await this.text(uri.toString())) ?? vscode.l10n.t('There is no such workflow any more.');
  }

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

  #touch(program: string): void {
    for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === storedScheme && uri.toString() === program) this.#changed.fire(uri);
  }
}
