import * as vscode from 'vscode';
import { variablesAround as variablesOfFlow } from '../../flow/language/pointed.ts';
import { formatOf } from '../../source/parse.ts';
import type { Range } from '../../source/text.ts';
import { parseWorkflow } from '../../workflow/parse.ts';
import { variablesAround } from './pointed.ts';

/**
 * Values at the ends of lines while stopped: the variables that the visible steps or lines of what runs set or use, up
 * to the line it stands at. What has no value yet is looked up, not found, and so not shown.
 */
export function inlineValuesOf(document: vscode.TextDocument, viewPort: vscode.Range, stopped: vscode.Range): vscode.InlineValue[] {
  const shown = new Set<string>();
  const values: vscode.InlineValue[] = [];
  for (const { name, range } of variablesAt(document, document.offsetAt(stopped.start))) {
    const place = new vscode.Range(document.positionAt(range.start), document.positionAt(range.end));
    const once = `${place.start.line} ${name}`;
    if (place.start.line > stopped.start.line || !viewPort.contains(place) || shown.has(once)) continue;
    shown.add(once);
    values.push(new vscode.InlineValueVariableLookup(place, name, true));
  }
  return values;
}

/** A handler's parameters that hold no data: they would stand beside nearly every line. */
const ofEveryFlow: ReadonlySet<string> = new Set(['system', 'this']);

function variablesAt(document: vscode.TextDocument, offset: number): Iterable<{ readonly name: string; readonly range: Range }> {
  const text = document.getText();
  if (document.languageId === 'python') return variablesOfFlow(text, offset).filter(({ name }) => !ofEveryFlow.has(name));
  return variablesAround(parseWorkflow(text, formatOf(document.uri.path)), offset);
}
