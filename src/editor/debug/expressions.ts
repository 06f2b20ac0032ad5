import * as vscode from 'vscode';
import { formatOf } from '../../source/parse.ts';
import { parseWorkflow } from '../../workflow/parse.ts';
import { toEditorRange } from '../problems.ts';
import { pointedExpression } from './pointed.ts';

/** What a hover in a stopped session evaluates. */
export function evaluatableAt(document: vscode.TextDocument, position: vscode.Position): vscode.EvaluatableExpression | undefined {
  const parsed = parseWorkflow(document.getText(), formatOf(document.uri.path));
  const { lines } = parsed.source;
  const pointed = pointedExpression(parsed, lines.offset({ line: position.line + 1, column: position.character + 1 }));
  return pointed && new vscode.EvaluatableExpression(toEditorRange(pointed.range, lines), pointed.text);
}
