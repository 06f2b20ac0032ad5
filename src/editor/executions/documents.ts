import * as vscode from 'vscode';
import { prettyJson } from '../../execution/prettyJson.ts';
import type { Execution } from '../../execution/record.ts';
import type { LogEntry } from '../../service/service.ts';
import { baseName } from '../files.ts';
import { ShownDocuments } from './shownDocuments.ts';
import type { Store } from './store.ts';

export const documentScheme = 'stepthrough';

export type DocumentKind = 'argument' | 'result' | 'error' | 'log' | 'source';

/**
 * The address of a part of an execution. The last segment is what the editor's tab shows, so it carries the
 * execution's name; for the source it keeps the program's ending, which gives the document its language.
 */
export function documentUri(execution: Execution, kind: DocumentKind): vscode.Uri {
  const name = execution.name.replaceAll(/[/\\]/g, '-');
  const files: Readonly<Record<DocumentKind, string>> = {
    argument: `${name} argument.json`,
    result: `${name} result.json`,
    error: `${name} error.log`,
    log: `${name}.log`,
    source: baseName(execution.program) || 'workflow.yaml',
  };
  return vscode.Uri.from({ scheme: documentScheme, path: `/${execution.id}/${kind}/${files[kind]}` });
}

/** Read-only documents of what executions took, gave, logged and ran. */
export class ExecutionDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #store: Store;
  readonly #shown = new ShownDocuments(documentScheme);
  readonly onDidChange = this.#shown.onDidChange;
  readonly #watching: vscode.Disposable;

  constructor(store: Store) {
    this.#store = store;
    this.#watching = store.watch((change) => {
      const id = 'execution' in change ? change.execution.id : change.id;
      this.#shown.change(({ path }) => path.startsWith(`/${id}/`));
    });
  }

  dispose(): void {
    this.#watching.dispose();
    this.#shown.dispose();
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    this.#shown.reads(uri);
    const [, id = '', kind] = uri.path.split('/');
    const service = await this.#store.open();
    const execution = await service.get(id);
    if (!execution) return vscode.l10n.t('This execution was deleted.');
    switch (kind) {
      case 'argument':
        return `${prettyJson(execution.input_value)}\n`;
      case 'result':
        return execution.output_value === undefined ? vscode.l10n.t('This execution has no result.') : `${prettyJson(execution.output_value)}\n`;
      case 'error':
        return errorText(execution);
      case 'log':
        return logText(await service.logs(id));
      default:
        return execution.script;
    }
  }
}

function errorText(execution: Execution): string {
  const { error, state_error: stateError } = execution;
  if (stateError) return `${stateError.type}: ${stateError.details}\n`;
  if (!error) return vscode.l10n.t('This execution has no error.');
  return `${error.context.trimEnd()}\n\n${vscode.l10n.t('The error as the workflow sees it:')}\n${prettyJson(error.payload)}\n`;
}

function logText(entries: readonly LogEntry[]): string {
  if (entries.length === 0) return vscode.l10n.t('Nothing was logged.');
  return entries.map((entry) => `${entry.time} [${entry.severity}] ${entry.routine}/${entry.step}: ${entry.text ?? (entry.json === undefined ? '' : prettyJson(entry.json))}\n`).join('');
}

export async function openDocument(execution: Execution, kind: DocumentKind): Promise<void> {
  await vscode.window.showTextDocument(documentUri(execution, kind), { preview: true });
}
