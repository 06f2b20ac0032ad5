import * as vscode from 'vscode';
import type { Problem } from '../../source/problem.ts';
import { isInputDocument, type CheckedDocument, type CheckedDocuments } from './checkedDocuments.ts';

const maxNoteLength = 140;
/** Whether notes are shown; the marks in the gutter stay either way. */
const notesSetting = 'stepthrough.inputFiles.notes';

/**
 * Says at the end of a line what was expected there, with a mark in the gutter. Text and shape carry the meaning,
 * colour only supports them. Notes stay where they are while the text is newer than they are.
 */
export class InputDecorations implements vscode.Disposable {
  readonly #errors: vscode.TextEditorDecorationType;
  readonly #warnings: vscode.TextEditorDecorationType;
  readonly #disposables: readonly { dispose(): unknown }[];

  constructor(documents: CheckedDocuments, extensionUri: vscode.Uri) {
    const icon = (name: string): vscode.Uri => vscode.Uri.joinPath(extensionUri, 'media', name);
    this.#errors = noteType('editorError.foreground', icon('problem-dark.svg'), icon('problem-light.svg'));
    this.#warnings = noteType('editorWarning.foreground', icon('notice-dark.svg'), icon('notice-light.svg'));
    const showAll = (editors: readonly vscode.TextEditor[]): void => editors.forEach((editor) => this.#show(editor, documents.get(editor.document.uri)));
    this.#disposables = [
      this.#errors,
      this.#warnings,
      documents.onDidChange(({ uri, checked }) => this.#update(uri, checked)),
      vscode.window.onDidChangeVisibleTextEditors((editors) => showAll(editors)),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(notesSetting)) showAll(vscode.window.visibleTextEditors);
      }),
    ];
    showAll(vscode.window.visibleTextEditors);
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #update(uri: vscode.Uri, checked: CheckedDocument | undefined): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.uri.toString() === uri.toString()) this.#show(editor, checked);
    }
  }

  #show(editor: vscode.TextEditor, checked: CheckedDocument | undefined): void {
    // The check of the present version is under way and will come here again.
    if (checked && checked.version !== editor.document.version) return;
    if (!checked && !isInputDocument(editor.document)) return;
    const notes = lineNotes(checked);
    editor.setDecorations(this.#errors, decorations(editor.document, notes, 'error'));
    editor.setDecorations(this.#warnings, decorations(editor.document, notes, 'warning'));
  }
}

function noteType(color: string, dark: vscode.Uri, light: vscode.Uri): vscode.TextEditorDecorationType {
  const themeColor = new vscode.ThemeColor(color);
  return vscode.window.createTextEditorDecorationType({
    gutterIconSize: 'contain',
    overviewRulerColor: themeColor,
    overviewRulerLane: vscode.OverviewRulerLane.Right,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    after: { color: themeColor, margin: '0 0 0 2em', fontStyle: 'italic' },
    dark: { gutterIconPath: dark },
    light: { gutterIconPath: light },
  });
}

export interface LineNote {
  /** 1-based. */
  readonly line: number;
  readonly severity: 'error' | 'warning';
  readonly text: string;
}

/** One note for each line that has errors or warnings; the worst comes first. */
function lineNotes(checked: CheckedDocument | undefined): LineNote[] {
  const lines = new Map<number, Problem[]>();
  for (const problem of checked?.problems ?? []) {
    if (problem.severity !== 'error' && problem.severity !== 'warning') continue;
    const { line } = checked!.source.lines.position(problem.range.start);
    lines.set(line, [...(lines.get(line) ?? []), problem]);
  }
  return [...lines].map(([line, problems]) => {
    problems.sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));
    const more = problems.length > 1 ? vscode.l10n.t(' (and {0} more)', problems.length - 1) : '';
    return { line, severity: problems[0]!.severity === 'error' ? 'error' : 'warning', text: clip(problems[0]!.message) + more };
  });
}

function decorations(document: vscode.TextDocument, notes: readonly LineNote[], severity: LineNote['severity']): vscode.DecorationOptions[] {
  const withText = vscode.workspace.getConfiguration().get<boolean>(notesSetting, true);
  return notes
    .filter((note) => note.severity === severity && note.line <= document.lineCount)
    .map((note) => {
      const { end } = document.lineAt(note.line - 1).range;
      return { range: new vscode.Range(end, end), ...(withText && { renderOptions: { after: { contentText: note.text } } }) };
    });
}

function clip(message: string): string {
  const line = message.replaceAll(/\s+/g, ' ');
  return line.length > maxNoteLength ? `${line.slice(0, maxNoteLength - 1)}…` : line;
}
