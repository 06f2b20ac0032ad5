import * as vscode from 'vscode';
import { LaunchRefused } from '../../execution/launch.ts';
import { isStoredProgram } from '../../execution/program.ts';
import { baseName, programKindOf } from '../files.ts';
import { withoutLinks } from '../links.ts';
import { showFailure } from '../messages.ts';
import { toEditorRange } from '../problems.ts';
import { findOpenDocument } from '../programs.ts';

/** Tells why nothing was started, with a way to the place that has to change. */
export async function showRefusal(error: unknown, program = ''): Promise<void> {
  if (error instanceof LaunchRefused && error.problems.some(({ code }) => code === 'python/missing')) {
    await showMissingPython(error);
    return;
  }
  if (error instanceof LaunchRefused && isAboutInput(error) && canHaveInputFile(program)) {
    await offerInputFile(error, program);
    return;
  }
  if (!(error instanceof LaunchRefused) || error.file === '') {
    showFailure(error);
    return;
  }
  const open = vscode.l10n.t('Show in File');
  if ((await vscode.window.showErrorMessage(withoutLinks(refusalText(error)), open)) === open) await showPlace(error);
}

/** The input was given in no file, so there is no place to show, but one can be made. */
function isAboutInput({ file, problems }: LaunchRefused): boolean {
  return file === '' && problems.some(({ code }) => /^(?:input|schema)\//.test(code));
}

function canHaveInputFile(program: string): boolean {
  return program !== '' && !program.startsWith('untitled:') && !isStoredProgram(program) && programKindOf(program) !== 'execution';
}

async function offerInputFile({ message }: LaunchRefused, program: string): Promise<void> {
  const create = vscode.l10n.t('Create Input File');
  const choose = vscode.l10n.t('Choose Input…');
  const uri = vscode.Uri.file(program);
  const answer = await vscode.window.showErrorMessage(withoutLinks(message), create, choose);
  if (answer === create) await vscode.commands.executeCommand('stepthrough.input.create', uri);
  if (answer === choose) await vscode.commands.executeCommand('stepthrough.workflow.chooseInput', uri);
}

async function showMissingPython({ message }: LaunchRefused): Promise<void> {
  const set = vscode.l10n.t('Set Python…');
  if ((await vscode.window.showErrorMessage(withoutLinks(message), set)) !== set) return;
  // The setting is the machine's, which a remote window keeps apart from the user's.
  const open = vscode.env.remoteName === undefined ? 'workbench.action.openSettings' : 'workbench.action.openRemoteSettings';
  await vscode.commands.executeCommand(open, { query: '@id:stepthrough.python' });
}

/** What was refused and where. A file is named once, by its short name: the button opens it. */
function refusalText(error: LaunchRefused): string {
  const name = baseName(error.file);
  const message = error.message.replaceAll(error.file, name);
  const [first] = error.problems;
  // Without a text there are no lines: it is no text, too much, or there is none.
  const line = first && error.lines.text !== '' ? vscode.l10n.t('line {0}', error.lines.position(first.range.start).line) : undefined;
  const place = [...(message.includes(name) ? [] : [name]), ...(line === undefined ? [] : [line])].join(', ');
  return place === '' ? message : `${message} (${place})`;
}

/** VS Code opens what it can show as text, and says of the rest why not. */
async function showPlace(error: LaunchRefused): Promise<void> {
  const [first] = error.problems;
  const selection = first && toEditorRange(first.range, error.lines);
  const uri = findOpenDocument(error.file)?.uri ?? vscode.Uri.file(error.file);
  await vscode.commands.executeCommand('vscode.open', uri, { ...(selection && { selection }) } satisfies vscode.TextDocumentShowOptions);
}
