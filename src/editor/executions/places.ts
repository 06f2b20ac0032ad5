import * as vscode from 'vscode';
import type { Execution } from '../../execution/record.ts';
import { findOpenDocument, programUri } from '../programs.ts';
import { documentUri } from './documents.ts';
import type { StepNode } from './nodes.ts';

/** Opens the source of an execution at a step: the user's file while it still is what ran, else the text that ran. */
export async function goToStep(execution: Execution, step: StepNode['step']): Promise<void> {
  const document = (await unchangedProgram(execution)) ?? (await vscode.workspace.openTextDocument(documentUri(execution, 'source')));
  const position = await positionOf(execution, step);
  const selection = position && new vscode.Range(position, position);
  await vscode.window.showTextDocument(document, { preview: true, ...(selection && { selection }) });
}

async function unchangedProgram(execution: Execution): Promise<vscode.TextDocument | undefined> {
  if (execution.program === '') return undefined;
  try {
    const document = findOpenDocument(execution.program) ?? (await vscode.workspace.openTextDocument(programUri(execution.program)));
    return document.getText() === execution.script ? document : undefined;
  } catch {
    return undefined; // Moved or deleted since.
  }
}

async function positionOf(execution: Execution, step: StepNode['step']): Promise<vscode.Position | undefined> {
  if ('position' in step && step.position.line > 0) return new vscode.Position(step.position.line - 1, step.position.column - 1);
  const [{ parseWorkflowFile }, { findStep }] = await Promise.all([import('../../workflow/parse.ts'), import('../../workflow/syntax.ts')]);
  const { workflow, source } = parseWorkflowFile(execution.program, execution.script);
  const found = findStep(workflow, step.routine, step.step);
  if (!found) return undefined;
  const { line, column } = source.lines.position(found.nameRange.start);
  return new vscode.Position(line - 1, column - 1);
}
