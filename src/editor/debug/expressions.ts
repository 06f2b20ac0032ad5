import * as vscode from 'vscode';
import { pointedExpression as pointedInFlow } from '../../flow/language/pointed.ts';
import { formatOf } from '../../source/parse.ts';
import { parseWorkflow } from '../../workflow/parse.ts';
import { pointedExpression } from './pointed.ts';

/** What a hover in a stopped session evaluates. */
export function evaluatableAt(document: vscode.TextDocument, position: vscode.Position): vscode.EvaluatableExpression | undefined {
  const [text, offset] = [document.getText(), document.offsetAt(position)];
  const pointed = document.languageId === 'python' ? pointedInFlow(text, offset) : pointedExpression(parseWorkflow(text, formatOf(document.uri.path)), offset);
  if (!pointed) return undefined;
  const range = new vscode.Range(document.positionAt(pointed.range.start), document.positionAt(pointed.range.end));
  return new vscode.EvaluatableExpression(range, pointed.text);
}
