import * as vscode from 'vscode';
import { isStoredProgram } from '../../execution/program.ts';
import type { App } from '../app.ts';
import { fits, pickExecution } from '../executions/pick.ts';
import { baseName, excludedGlob, programGlob } from '../files.ts';
import { findFlows } from '../flows/find.ts';
import { programPath } from '../programs.ts';
import { debugConfiguration, inputOf } from '../run/start.ts';
import { inputFiles, usualInput } from '../run/usualInput.ts';

/** How many programs *Select and Start Debugging* offers; more is a wall of names. */
const offeredPrograms = 30;

/** The program is often the file in the editor, so both ways to name another one are told. */
const notWorkflow = (program: string): string =>
  vscode.l10n.t('{0} is no workflow or flow. Open one in the editor, or give "program" the path of one, such as {1} or {2}.', baseName(program), 'order.workflows.yaml', 'ship.py');

/** F5 without a launch.json: debugs the active editor's workflow with the input it was run with last. */
export class ActiveProgramConfigurations implements vscode.DebugConfigurationProvider {
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  /** The content of a new launch.json: the active workflow, with each of its input files. */
  async provideDebugConfigurations(): Promise<vscode.DebugConfiguration[]> {
    const general = { type: 'stepthrough', request: 'launch', name: vscode.l10n.t('Debug the open workflow or flow'), program: '${file}' };
    const program = await this.#activeProgram();
    if (program === undefined) return [general];
    const own = (await inputFiles(program)).map(({ path, case: name }) => ({
      type: 'stepthrough',
      request: 'launch',
      name: vscode.l10n.t('Debug {0} with {1}', baseName(program), name ?? baseName(path)),
      program: variablePath(program),
      input: variablePath(path),
    }));
    return [general, ...own];
  }

  async resolveDebugConfiguration(_folder: vscode.WorkspaceFolder | undefined, configuration: vscode.DebugConfiguration): Promise<vscode.DebugConfiguration | undefined> {
    // Without a launch.json VS Code asks with an empty configuration; types promise keys that are not there.
    const given: Partial<vscode.DebugConfiguration> = configuration;
    if (given.request === 'attach') return await this.#withExecution(configuration);
    if (given.type !== undefined || given.request !== undefined) {
      return { ...configuration, request: given.request ?? 'launch', program: (given['program'] as unknown) ?? '${file}' };
    }
    const program = await this.#activeProgram();
    if (program === undefined) {
      await vscode.window.showErrorMessage(vscode.l10n.t('Open a workflow or flow to debug it: a YAML or JSON file named like {0}, or a Python file with {1}.', 'order.workflows.yaml', 'def handler(system, this, inputs)'));
      return undefined;
    }
    return { ...configuration, ...debugConfiguration(program, undefined) };
  }

  /**
   * Paths are real here, so what cannot work is said before a session is opened, and a configuration that says
   * nothing about the input gets what a plain run of the program gets.
   */
  async resolveDebugConfigurationWithSubstitutedVariables(folder: vscode.WorkspaceFolder | undefined, given: vscode.DebugConfiguration): Promise<vscode.DebugConfiguration | undefined | null> {
    if (given.request === 'attach') return given;
    const configuration = folder ? withAbsolutePaths(folder, given) : given;
    const program: unknown = configuration['program'];
    const problem = await this.#problem(program);
    if (problem === undefined) return await this.#withInput(configuration, program as string);
    const openConfiguration = vscode.l10n.t('Open launch.json');
    const answer = await vscode.window.showErrorMessage(problem, { modal: true }, openConfiguration);
    // null opens launch.json, undefined gives up silently.
    return answer === openConfiguration ? null : undefined;
  }

  async #withInput(configuration: vscode.DebugConfiguration, program: string): Promise<vscode.DebugConfiguration> {
    if (['input', 'argument', '__argument'].some((key) => key in configuration)) return configuration;
    const choice = await usualInput(program, this.#app.inputs);
    return { ...configuration, ...inputOf(choice) };
  }

  /** An attach configuration that names no execution asks for one that lives. */
  async #withExecution(configuration: vscode.DebugConfiguration): Promise<vscode.DebugConfiguration | undefined> {
    if (configuration['execution'] !== undefined) return configuration;
    const picked = await pickExecution(await this.#app.store.open(), vscode.l10n.t('Attach Debugger'), fits.live);
    return picked && { ...configuration, execution: picked.id };
  }

  async #problem(program: unknown): Promise<string | undefined> {
    if (typeof program !== 'string' || program.trim() === '') return vscode.l10n.t('The launch configuration names no program: give "program" the path of a workflow or flow.');
    const open = vscode.workspace.textDocuments.find(({ uri }) => programPath(uri) === program);
    if (open) {
      if (this.#app.programs.kindOf(open) !== undefined || ['yaml', 'json', 'python'].includes(open.languageId)) return undefined;
      return notWorkflow(program);
    }
    if (!/\.(ya?ml|json|py)$/i.test(program)) return notWorkflow(program);
    if (isStoredProgram(program) && (await this.#app.stored.text(program)) !== undefined) return undefined;
    try {
      await vscode.workspace.fs.stat(vscode.Uri.file(program));
      return undefined;
    } catch {
      return vscode.l10n.t('The program {0} does not exist. Give "program" the path of a workflow or flow.', program);
    }
  }

  async #activeProgram(): Promise<string | undefined> {
    const document = vscode.window.activeTextEditor?.document;
    return document && (await this.#app.programs.lookAt(document)) !== undefined ? programPath(document.uri) : undefined;
  }
}

/** The entries of *Select and Start Debugging*: each workflow, flow and execution file of the folder. */
export class WorkspaceConfigurations implements vscode.DebugConfigurationProvider {
  async provideDebugConfigurations(folder: vscode.WorkspaceFolder | undefined): Promise<vscode.DebugConfiguration[]> {
    const pattern = folder ? new vscode.RelativePattern(folder, programGlob) : programGlob;
    const [named, flows] = await Promise.all([vscode.workspace.findFiles(pattern, excludedGlob, offeredPrograms), findFlows(folder)]);
    return [...named, ...flows.map(({ uri }) => uri)]
      .slice(0, offeredPrograms)
      .map((uri) => ({ ...debugConfiguration(programPath(uri), undefined), name: vscode.workspace.asRelativePath(uri, false) }))
      .sort((a, b) => a.name.localeCompare(b.name));
  }
}

/** Relative paths begin at the folder that the launch.json is for. */
function withAbsolutePaths(folder: vscode.WorkspaceFolder, configuration: vscode.DebugConfiguration): vscode.DebugConfiguration {
  const absolute = { ...configuration };
  for (const key of ['program', 'input', 'mocks']) {
    const path: unknown = configuration[key];
    if (typeof path === 'string' && path.trim() !== '' && !isStoredProgram(path) && !/^([/\\]|[A-Za-z]:[/\\]|untitled:)/.test(path)) absolute[key] = vscode.Uri.joinPath(folder.uri, path).fsPath;
  }
  return absolute;
}

function variablePath(path: string): string {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path));
  return folder ? `\${workspaceFolder}/${vscode.workspace.asRelativePath(path, false)}` : path;
}
