import * as vscode from 'vscode';
import type { Problem } from '../source/problem.ts';
import type { LineMap } from '../source/text.ts';
import type { Programs } from './programs.ts';

/** How long after the last key the text is checked, in milliseconds. */
const delay = 250;

interface Checked {
  readonly version: number;
  readonly lines: LineMap;
  readonly problems: readonly Problem[];
}

/** Problems of workflows as they are typed, with their quick fixes. */
export class WorkflowDiagnostics implements vscode.Disposable, vscode.CodeActionProvider {
  readonly #programs: Programs;
  readonly #collection = vscode.languages.createDiagnosticCollection('stepthrough.workflows');
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #checked = new Map<string, Checked>();
  readonly #disposables: readonly { dispose(): unknown }[];

  constructor(programs: Programs) {
    this.#programs = programs;
    this.#disposables = [
      this.#collection,
      vscode.workspace.onDidOpenTextDocument((document) => this.#schedule(document, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#schedule(document, delay)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)),
      programs.onDidDetect((document) => this.#schedule(document, 0)),
      vscode.languages.registerCodeActionsProvider(['yaml', 'json'], this, { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] }),
    ];
    for (const document of vscode.workspace.textDocuments) this.#schedule(document, 0);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  async provideCodeActions(document: vscode.TextDocument, range: vscode.Range, context: vscode.CodeActionContext): Promise<vscode.CodeAction[]> {
    const checked = this.#checked.get(document.uri.toString());
    // Fixes are edits of the text that was checked; of any other text they would be damage.
    if (checked?.version !== document.version) return [];
    const { fixToAction, problemsAt } = await import('./problems.ts');
    return problemsAt(checked.problems, checked.lines, range).flatMap((problem) =>
      (problem.fixes ?? []).map((fix) => fixToAction(fix, document.uri, checked.lines, context.diagnostics.filter((diagnostic) => diagnostic.code === problem.code))),
    );
  }

  #schedule(document: vscode.TextDocument, wait: number): void {
    const key = document.uri.toString();
    if (this.#programs.kindOf(document) !== 'workflow') {
      if (this.#checked.has(key)) this.#forget(document);
      return;
    }
    clearTimeout(this.#timers.get(key));
    this.#timers.set(key, setTimeout(() => void this.#check(document), wait));
  }

  async #check(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    this.#timers.delete(key);
    const [{ parseWorkflow }, { problemsToDiagnostics }, { formatOf }] = await Promise.all([import('../workflow/parse.ts'), import('./problems.ts'), import('../source/parse.ts')]);
    if (document.isClosed || this.#programs.kindOf(document) !== 'workflow') return;
    const { version } = document;
    const format = document.isUntitled ? (document.languageId === 'json' ? 'json' : 'yaml') : formatOf(document.uri.path);
    const { source, problems } = parseWorkflow(document.getText(), format);
    this.#checked.set(key, { version, lines: source.lines, problems });
    this.#collection.set(document.uri, problemsToDiagnostics(problems, source.lines));
  }

  #forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#checked.delete(key);
    this.#collection.delete(document.uri);
  }
}
