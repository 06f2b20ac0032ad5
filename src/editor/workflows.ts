import * as vscode from 'vscode';
import { ProgramLenses, workflowStart } from './lenses.ts';
import { ProgramDiagnostics } from './programDiagnostics.ts';
import type { Programs } from './programs.ts';
import { NewInputActions } from './run/newInputActions.ts';
import { workflowCheck } from './workflowCheck.ts';

const languages = ['yaml', 'json'];

/** Everything the editor does for workflows while they are written. Wants to be called when the first one is open. */
export function registerWorkflows(programs: Programs): vscode.Disposable {
  const lenses = new ProgramLenses(programs, { kind: 'workflow', start: workflowStart });
  return vscode.Disposable.from(
    new ProgramDiagnostics(programs, workflowCheck),
    lenses,
    vscode.languages.registerCodeLensProvider(languages, lenses),
    vscode.languages.registerCodeActionsProvider(languages, new NewInputActions(programs, 'workflow', /^\s*["']?params["']?\s*:/), NewInputActions.metadata),
  );
}
