import * as vscode from 'vscode';
import type { Execution, ExecutionOptions, JsonText } from '../../execution/record.ts';
import type { LaunchFiles } from '../../service/local/startRequest.ts';
import type { App } from '../app.ts';
import { openDocument } from '../executions/documents.ts';
import { headline } from '../executions/words.ts';
import { baseName, shortName } from '../files.ts';
import { withoutLinks } from '../links.ts';
import { showFailure } from '../messages.ts';
import { programUri } from '../programs.ts';
import { confirmProductive } from './productive.ts';
import { showRefusal } from './refusal.ts';
import type { InputChoice } from './inputMemory.ts';

/** Runs without a debugger. What happens is seen in the tree and the status bar; only a failure speaks up. */
export async function startRun(app: App, launch: LaunchFiles): Promise<Execution | undefined> {
  try {
    const { startRequestOf } = await import('../../service/local/startRequest.ts');
    const request = await startRequestOf(launch, (path, limit) => app.stored.readFile(path, limit));
    if (!(await confirmProductive(request))) return undefined;
    const service = await app.store.open();
    const execution = await service.start({ ...request, withoutDebugging: true });
    app.progress.follow(service, execution, (ended) => void tellEnd(app, ended).catch(showFailure));
    return execution;
  } catch (error) {
    await showRefusal(error, launch.program);
    return undefined;
  }
}

async function tellEnd(app: App, execution: Execution): Promise<void> {
  if (execution.state !== 'FAILED') return;
  const openError = vscode.l10n.t('Open Error');
  const show = vscode.l10n.t('Show Execution');
  const message = vscode.l10n.t('{0} failed: {1}', execution.name, headline(execution) ?? execution.message);
  const answer = await vscode.window.showErrorMessage(withoutLinks(message), openError, show);
  if (answer === openError) await openDocument(execution, 'error');
  if (answer === show) await app.tree.reveal(execution.id);
}

/** A debug configuration of our own making. `__argument` is JSON text, which keeps 1.0 and big integers as they were typed. */
export interface OwnConfiguration extends vscode.DebugConfiguration {
  readonly input?: string;
  readonly __argument?: JsonText;
}

/** `input` undefined leaves the input to what the program was last run with. */
export function debugConfiguration(program: string, input: InputChoice | undefined): OwnConfiguration {
  return { type: 'stepthrough', request: 'launch', name: shortName(baseName(program)), program, ...(input && inputOf(input)) };
}

/** The part of a configuration that says the input. No input says nothing, which an execution file then fills. */
export function inputOf(choice: InputChoice): Pick<OwnConfiguration, 'input' | '__argument'> {
  switch (choice.kind) {
    case 'file':
      return { input: choice.path };
    case 'json':
      return { __argument: choice.json };
    case 'none':
      return {};
  }
}

/** Options as a launch configuration says them: the record keeps JSON as text. */
export function configuredOptions({ input_schema, output_schema, wrappers, ...others }: ExecutionOptions): Record<string, unknown> {
  const parse = (json: JsonText): unknown => JSON.parse(json);
  return {
    ...others,
    ...(input_schema !== undefined && { input_schema: parse(input_schema) }),
    ...(output_schema !== undefined && { output_schema: parse(output_schema) }),
    ...(wrappers && { wrappers: wrappers.map(({ params, ...named }) => ({ ...named, params: parse(params) })) }),
  };
}

/** Starts a debug session; the adapter itself tells why where it cannot. */
export async function startDebugging(launch: { readonly program: string; readonly input?: InputChoice | undefined; readonly values?: Readonly<Record<string, unknown>> }): Promise<void> {
  const untitled = launch.program.startsWith('untitled:');
  const folder = vscode.workspace.getWorkspaceFolder(programUri(launch.program));
  // VS Code would ask for a file name first; what was never saved can run as it is.
  await vscode.debug.startDebugging(folder, { ...debugConfiguration(launch.program, launch.input), ...launch.values }, { suppressSaveBeforeStart: untitled });
}
