import * as vscode from 'vscode';
import type { Fix, Problem, Severity } from '../source/problem.ts';
import type { LineMap, Range } from '../source/text.ts';

/** What the Problems view names as the origin. */
const diagnosticSource = 'stepthrough';

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

/** A range of the text that `lines` was made from, in the editor's 0-based positions. */
export function toEditorRange(range: Range, lines: LineMap): vscode.Range {
  const start = lines.position(range.start);
  const end = lines.position(range.end);
  return new vscode.Range(start.line - 1, start.column - 1, end.line - 1, end.column - 1);
}

function problemToDiagnostic(problem: Problem, lines: LineMap): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(toEditorRange(problem.range, lines), problem.message, severities[problem.severity]);
  diagnostic.source = diagnosticSource;
  diagnostic.code = problem.code;
  return diagnostic;
}

export function problemsToDiagnostics(problems: readonly Problem[], lines: LineMap): vscode.Diagnostic[] {
  return problems.map((problem) => problemToDiagnostic(problem, lines));
}

/** The problems whose fixes belong to a place: what a code action provider is asked for. */
export function problemsAt(problems: readonly Problem[], lines: LineMap, range: vscode.Range): Problem[] {
  return problems.filter((problem) => toEditorRange(problem.range, lines).intersection(range) !== undefined);
}

/** A quick fix as the editor applies it; valid while the document still has the text that `lines` was made from. */
export function fixToAction(fix: Fix, uri: vscode.Uri, lines: LineMap, diagnostics: vscode.Diagnostic[]): vscode.CodeAction {
  const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
  action.edit = new vscode.WorkspaceEdit();
  action.edit.set(uri, fix.edits.map((edit) => vscode.TextEdit.replace(toEditorRange(edit.range, lines), edit.newText)));
  action.diagnostics = diagnostics;
  return action;
}
