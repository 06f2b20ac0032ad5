import * as vscode from 'vscode';
import type { Problem } from '../source/problem.ts';
import type { LineMap } from '../source/text.ts';
import type { ProgramKind } from './files.ts';
import type { Programs } from './programs.ts';

/** How long after the last key the text is usually checked, in milliseconds. */
const usualDelay = 250;

/** How programs of one kind are checked. */
export interface ProgramCheck {
  readonly kind: ProgramKind;
  readonly languages: readonly string[];
  /** Of the list of problems; VS Code shows it nowhere. */
  readonly collection: string;
  /** Milliseconds after the last key, for a check that costs more than others. */
  readonly delay?: number;
  check(document: vscode.TextDocument): Promise<Found>;
}

export interface Found {
  readonly lines: LineMap;
  readonly problems: readonly Problem[];
}

interface Checked extends Found {
  readonly version: number;
}

/** Problems of programs as they are typed, with their quick fixes. */
export class ProgramDiagnostics implements vscode.Disposable, vscode.CodeActionProvider {
  readonly #programs: Programs;
  readonly #check: ProgramCheck;
  readonly #collection: vscode.DiagnosticCollection;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #checked = new Map<string, Checked>();
  readonly #disposables: readonly { dispose(): unknown }[];

  constructor(programs: Programs, check: ProgramCheck) {
    this.#programs = programs;
    this.#check = check;
    this.#collection = vscode.languages.createDiagnosticCollection(check.collection);
    this.#disposables = [
      this.#collection,
      vscode.workspace.onDidOpenTextDocument((document) => this.#schedule(document, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#schedule(document, check.delay ?? usualDelay)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)),
      programs.onDidDetect((document) => this.#schedule(document, 0)),
      vscode.languages.registerCodeActionsProvider([...check.languages], this, { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] }),
    ];
    this.refresh();
  }

  /** Checks all open ones again: something that they refer to has changed. */
  refresh(): void {
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
    if (this.#programs.kindOf(document) !== this.#check.kind) {
      if (this.#checked.has(key)) this.#forget(document);
      return;
    }
    clearTimeout(this.#timers.get(key));
    this.#timers.set(key, setTimeout(() => void this.#look(document), wait));
  }

  async #look(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    this.#timers.delete(key);
    const { version } = document;
    const [{ lines, problems }, { problemsToDiagnostics }] = await Promise.all([this.#check.check(document), import('./problems.ts')]);
    if (document.isClosed || document.version !== version || this.#programs.kindOf(document) !== this.#check.kind) return;
    this.#checked.set(key, { version, lines, problems });
    this.#collection.set(document.uri, problemsToDiagnostics(problems, lines));
  }

  #forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#checked.delete(key);
    this.#collection.delete(document.uri);
  }
}
