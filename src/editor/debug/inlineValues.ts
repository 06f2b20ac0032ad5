import * as vscode from 'vscode';
import { formatOf } from '../../source/parse.ts';
import { parseWorkflow } from '../../workflow/parse.ts';
import { toEditorRange } from '../problems.ts';
import { variablesAround } from './pointed.ts';

/**
 * Values at the ends of lines while stopped: the variables that the visible steps of the running routine set, up to
 * the line it stands at. What has no value yet is looked up, not found, and so not shown.
 */
export function inlineValuesOf(document: vscode.TextDocument, viewPort: vscode.Range, stopped: vscode.Range): vscode.InlineValue[] {
  const parsed = parseWorkflow(document.getText(), formatOf(document.uri.path));
  const { lines } = parsed.source;
  const shown = new Set<string>();
  const values: vscode.InlineValue[] = [];
  for (const { name, range } of variablesAround(parsed, lines.offset({ line: stopped.start.line + 1, column: stopped.start.character + 1 }))) {
    const place = toEditorRange(range, lines);
    const once = `${place.start.line} ${name}`;
    if (place.start.line > stopped.start.line || !viewPort.contains(place) || shown.has(once)) continue;
    shown.add(once);
    values.push(new vscode.InlineValueVariableLookup(place, name, true));
  }
  return values;
}
