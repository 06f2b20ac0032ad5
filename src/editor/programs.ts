import * as vscode from 'vscode';
import { isStoredProgram, storedScheme } from '../execution/program.ts';
import { fileRole } from '../schema/association.ts';
import { baseName, programGlob, excludedGlob, programKindOf, type ProgramKind } from './files.ts';

/** Schemes whose documents are the user's own files, in contrast to views of old versions and of executions. */
const editableSchemes = new Set(['file', 'untitled', 'vscode-remote', 'vscode-userdata', 'memfs', 'vscode-vfs']);
const detectionDelay = 300;

/**
 * Which open documents can be run, by their names or, for other YAML and JSON and for Python, by their content. Kept
 * in context keys, so that menus and welcome views know: `stepthrough.programs` (workflows by their content),
 * `stepthrough.flows`, `stepthrough.activeProgram`, `stepthrough.hasWorkflow`.
 */
export class Programs implements vscode.Disposable {
  readonly #detected = new Map<string, 'workflow' | 'flow'>();
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
    return programKindOf(document.uri.path) ?? this.#detected.get(document.uri.toString());
  }

  /** The same, but looks at the content now: right after activation nobody has yet. */
  async lookAt(document: vscode.TextDocument): Promise<ProgramKind | undefined> {
    if (this.kindOf(document) === undefined && this.#isCandidate(document)) await this.#detect(document);
    return this.kindOf(document);
  }

  /** Looks for programs in the workspace: the welcome view's advice depends on there being one. */
  async lookAround(): Promise<void> {
    const named = await vscode.workspace.findFiles(programGlob, excludedGlob, 1);
    const found = named.length > 0 || (await (await import('./flows/find.ts')).findFlows()).length > 0;
    await vscode.commands.executeCommand('setContext', 'stepthrough.hasWorkflow', found);
  }

  #schedule(document: vscode.TextDocument, delay: number): void {
    if (!this.#isCandidate(document)) return;
    const key = document.uri.toString();
    clearTimeout(this.#pending.get(key));
    this.#pending.set(key, setTimeout(() => void this.#detect(document), delay));
  }

  #isCandidate({ uri, languageId }: vscode.TextDocument): boolean {
    // A file whose name says that it belongs to a program is none, whatever it holds.
    return editableSchemes.has(uri.scheme) && programKindOf(uri.path) === undefined && fileRole(baseName(uri.path)) === undefined && ['yaml', 'json', 'python'].includes(languageId);
  }

  async #detect(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    this.#pending.delete(key);
    const kind = await kindOfContent(document);
    if (document.isClosed || kind === this.#detected.get(key)) return;
    if (kind) this.#detected.set(key, kind);
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
    const ofKind = (kind: ProgramKind): string[] => [...this.#detected].flatMap(([key, found]) => (found === kind ? [menuPath(vscode.Uri.parse(key))] : []));
    void vscode.commands.executeCommand('setContext', 'stepthrough.programs', ofKind('workflow'));
    void vscode.commands.executeCommand('setContext', 'stepthrough.flows', ofKind('flow'));
    this.#setActive();
  }

  #setActive(): void {
    const document = vscode.window.activeTextEditor?.document;
    void vscode.commands.executeCommand('setContext', 'stepthrough.activeProgram', document !== undefined && this.kindOf(document) !== undefined);
  }
}

/** What menus know as `resourcePath`: their `resource` has another scheme than here where the window is remote. */
function menuPath(uri: vscode.Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.path;
}

/** Cheap first: nearly all files in the world are neither. */
async function kindOfContent(document: vscode.TextDocument): Promise<'workflow' | 'flow' | undefined> {
  const { languageId } = document;
  const text = document.getText();
  if (languageId === 'python') return /^def handler\b/m.test(text) && (await import('../flow/language/flow.ts')).isFlow(text) ? 'flow' : undefined;
  return /\bmain\b|\b(call|assign|return)\b/.test(text) && (await import('./detect.ts')).isWorkflow(text, languageId === 'json' ? 'json' : 'yaml') ? 'workflow' : undefined;
}

/** An open document by its path, or by its address where it has none: what a launch calls its program. */
export function findOpenDocument(program: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(({ uri }) => editableSchemes.has(uri.scheme) && programPath(uri) === program);
}

/** How a launch names a document. Untitled ones and those of the store have no path, so their address stands for it. */
export function programPath(uri: vscode.Uri): string {
  return uri.scheme === 'untitled' || uri.scheme === storedScheme ? uri.toString() : uri.fsPath;
}

/** The document that a launch names so. */
export function programUri(program: string): vscode.Uri {
  return program.startsWith('untitled:') || isStoredProgram(program) ? vscode.Uri.parse(program) : vscode.Uri.file(program);
}
