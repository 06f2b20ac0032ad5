import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { excludedGlob, programGlob, programKindOf } from '../files.ts';
import { findFlows } from '../flows/find.ts';
import { programPath } from '../programs.ts';
import { askForInput } from './inputChoice.ts';
import type { InputChoice } from './inputMemory.ts';
import { startDebugging, startRun } from './start.ts';
import { isTrustedToRun } from './trust.ts';
import { usualInput } from './usualInput.ts';

export type RunMode = 'run' | 'debug';

/** *Run Workflow* and *Debug Workflow*, from the palette, an editor's title or the explorer. Returns the id of an execution that runs without a debugger. */
export async function runProgram(app: App, mode: RunMode, target: unknown, options: { askInput: boolean }): Promise<string | undefined> {
  if (!(await isTrustedToRun())) return undefined;
  const program = await programOf(app, target);
  if (program === undefined) return undefined;
  const choice = await chooseInput(app, program, options.askInput);
  if (choice === undefined) return undefined;
  if (mode === 'run') return (await startRun(app, { program, input: choice.kind === 'none' ? undefined : choice, options: {} }))?.id;
  await startDebugging({ program, input: choice });
  return undefined;
}

async function chooseInput(app: App, program: string, ask: boolean): Promise<InputChoice | undefined> {
  if (!ask) return await usualInput(program, app.inputs);
  const choice = await askForInput(program, app.inputs);
  if (choice) await app.inputs.remember(program, choice);
  return choice;
}

/** *Choose Input…*: what plain runs of the program get from now on. */
export async function chooseProgramInput(app: App, target: unknown): Promise<void> {
  const program = await programOf(app, target);
  const choice = program === undefined ? undefined : await askForInput(program, app.inputs);
  if (program !== undefined && choice) await app.inputs.remember(program, choice);
}

/** The program a command was called on: the file clicked, else the active editor's, else one that is picked. */
export async function programOf(app: App, target: unknown): Promise<string | undefined> {
  if (target instanceof vscode.Uri) return programPath(target);
  const document = vscode.window.activeTextEditor?.document;
  if (document && (await app.programs.lookAt(document)) !== undefined) return programPath(document.uri);
  return await pickProgram();
}

/** Asks for one of the workspace's workflows, flows and execution files. */
export async function pickProgram(): Promise<string | undefined> {
  const [named, flows] = await Promise.all([vscode.workspace.findFiles(programGlob, excludedGlob), findFlows()]);
  const files = [...named, ...flows.map(({ uri }) => uri)];
  if (files.length === 0) {
    await vscode.window.showInformationMessage(vscode.l10n.t('There is no workflow or flow here. A workflow is a YAML or JSON file named like {0}, a flow a Python file with {1}.', 'order.workflows.yaml', 'def handler(system, this, inputs)'));
    return undefined;
  }
  const items = files
    .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri, iconPath: new vscode.ThemeIcon(programKindOf(uri.path) === 'execution' ? 'rocket' : 'file-code') }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Workflows and Flows'), placeHolder: vscode.l10n.t('The workflow, flow or execution file to run') });
  return picked && programPath(picked.uri);
}

/** The path of an input file for `${command:PickInput}` in a launch configuration. */
export async function pickInputFile(app: App, configuration: unknown): Promise<string | undefined> {
  const given = typeof configuration === 'object' && configuration !== null && 'program' in configuration ? configuration.program : undefined;
  const document = vscode.window.activeTextEditor?.document;
  const program = typeof given === 'string' && !given.includes('${') ? given : document && programPath(document.uri);
  if (program === undefined) return undefined;
  const choice = await askForInput(program, app.inputs, { filesOnly: true });
  return choice?.kind === 'file' ? choice.path : undefined;
}
