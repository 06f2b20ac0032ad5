import * as vscode from 'vscode';
import { programGlob, excludedGlob, programKindOf, type ProgramKind } from './files.ts';

/** Schemes whose documents are the user's own files, in contrast to views of old versions and of executions. */
const editableSchemes = new Set(['file', 'untitled', 'vscode-remote', 'vscode-userdata', 'memfs', 'vscode-vfs']);
const detectionDelay = 300;

/**
 * Which open documents can be run, by their names or, for other YAML and JSON, by their content. Kept in context
 * keys, so that menus and welcome views know: `stepthrough.programs`, `stepthrough.activeProgram`,
 * `stepthrough.hasWorkflow`.
 */
export class Programs implements vscode.Disposable {
  readonly #detected = new Set<string>();
  readonly #pending = new Map<string, NodeJS.Timeout>();
  readonly #changed = new vscode.EventEmitter<vscode.TextDocument>();
  /** A document became a program, or is one no more, because of its content. */
  readonly onDidDetect = this.#changed.event;
  readonly #disposables: readonly { dispose(): unknown }[];

  constructor() {
    this.#disposables = [
      this.#changed,
      vscode.window.onDidChangeActiveTextEditor(() => this.#setActive()),
      vscode.workspace.onDidOpenTextDocument((document) => this.#schedule(document, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#schedule(document, detectionDelay)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)),
    ];
    for (const document of vscode.workspace.textDocuments) this.#schedule(document, 0);
    this.#setActive();
  }

  dispose(): void {
    for (const timer of this.#pending.values()) clearTimeout(timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  kindOf(document: vscode.TextDocument): ProgramKind | undefined {
    if (!editableSchemes.has(document.uri.scheme)) return undefined;
    return programKindOf(document.uri.path) ?? (this.#detected.has(document.uri.toString()) ? 'workflow' : undefined);
  }

  /** The same, but looks at the content now: right after activation nobody has yet. */
  async lookAt(document: vscode.TextDocument): Promise<ProgramKind | undefined> {
    if (this.kindOf(document) === undefined && this.#isCandidate(document)) await this.#detect(document);
    return this.kindOf(document);
  }

  /** Looks for programs in the workspace: the welcome view's advice depends on there being one. */
  async lookAround(): Promise<void> {
    const found = await vscode.workspace.findFiles(programGlob, excludedGlob, 1);
    await vscode.commands.executeCommand('setContext', 'stepthrough.hasWorkflow', found.length > 0);
  }

  #schedule(document: vscode.TextDocument, delay: number): void {
    if (!this.#isCandidate(document)) return;
    const key = document.uri.toString();
    clearTimeout(this.#pending.get(key));
    this.#pending.set(key, setTimeout(() => void this.#detect(document), delay));
  }

  #isCandidate({ uri, languageId }: vscode.TextDocument): boolean {
    return editableSchemes.has(uri.scheme) && programKindOf(uri.path) === undefined && (languageId === 'yaml' || languageId === 'json');
  }

  async #detect(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    this.#pending.delete(key);
    const text = document.getText();
    // Cheap first: nearly all YAML and JSON in the world has neither.
    const isOne = /\bmain\b|\b(call|assign|return)\b/.test(text) && (await import('./detect.ts')).isWorkflow(text, document.languageId === 'json' ? 'json' : 'yaml');
    if (document.isClosed || isOne === this.#detected.has(key)) return;
    if (isOne) this.#detected.add(key);
    else this.#detected.delete(key);
    this.#publish();
    this.#changed.fire(document);
  }

  #forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.#pending.get(key));
    this.#pending.delete(key);
    if (this.#detected.delete(key)) this.#publish();
  }

  #publish(): void {
    void vscode.commands.executeCommand('setContext', 'stepthrough.programs', [...this.#detected]);
    this.#setActive();
  }

  #setActive(): void {
    const document = vscode.window.activeTextEditor?.document;
    void vscode.commands.executeCommand('setContext', 'stepthrough.activeProgram', document !== undefined && this.kindOf(document) !== undefined);
  }
}

/** An open document by its path, or by its address where it has none: what a launch calls its program. */
export function findOpenDocument(program: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(({ uri }) => editableSchemes.has(uri.scheme) && programPath(uri) === program);
}

/** How a launch names a document. Untitled ones have no path, so their address stands for it. */
export function programPath(uri: vscode.Uri): string {
  return uri.scheme === 'untitled' ? uri.toString() : uri.fsPath;
}
