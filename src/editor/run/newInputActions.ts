import * as vscode from 'vscode';
import type { Programs } from '../programs.ts';
import { programPath } from '../programs.ts';
import { inputFiles } from './usualInput.ts';

/** Offers *Create Input File* on the line where a program says what it takes, as long as it has no input file. */
export class NewInputActions implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = { providedCodeActionKinds: [vscode.CodeActionKind.RefactorRewrite] };
  readonly #programs: Programs;
  readonly #kind: 'workflow' | 'flow';
  readonly #line: RegExp;

  constructor(programs: Programs, kind: 'workflow' | 'flow', line: RegExp) {
    this.#programs = programs;
    this.#kind = kind;
    this.#line = line;
  }

  async provideCodeActions(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.CodeAction[]> {
    if (document.isUntitled || this.#programs.kindOf(document) !== this.#kind || !this.#line.test(document.lineAt(range.start.line).text)) return [];
    if ((await inputFiles(programPath(document.uri))).length > 0) return [];
    const title = vscode.l10n.t('Create Input File');
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.RefactorRewrite);
    action.command = { command: 'stepthrough.input.create', title, arguments: [document.uri] };
    return [action];
  }
}
