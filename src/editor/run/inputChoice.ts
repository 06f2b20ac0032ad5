import * as vscode from 'vscode';
import type { JsonText } from '../../execution/record.ts';
import { checkInput } from '../../schema/checkInput.ts';
import { SchemaLookup } from '../../schema/lookup.ts';
import type { SchemaSet } from '../../schema/schema.ts';
import { parseSource } from '../../source/parse.ts';
import { inferSchema } from '../../workflow/inferInput.ts';
import { baseName, programKindOf, shortName } from '../files.ts';
import { withoutLinks } from '../links.ts';
import type { InputChoice, InputMemory } from './inputMemory.ts';
import { editorFiles } from './texts.ts';
import { inputFiles } from './usualInput.ts';

interface ChoiceItem extends vscode.QuickPickItem {
  readonly choose?: () => Promise<InputChoice | undefined>;
}

/** Asks for the input of a run; undefined where the user went away. `filesOnly` where only a path can be used. */
export async function askForInput(program: string, memory: InputMemory, { filesOnly = false } = {}): Promise<InputChoice | undefined> {
  const last = memory.last(program);
  const files = await inputFiles(program);
  const lastMark = (choice: InputChoice): string => (last && sameChoice(last, choice) ? vscode.l10n.t('used last') : '');
  const items: ChoiceItem[] = files.map(({ path, case: name }) => {
    const choice: InputChoice = { kind: 'file', path };
    return { label: `$(file) ${baseName(path)}`, description: described(name === undefined ? '' : vscode.l10n.t('case {0}', name), lastMark(choice)), choose: () => Promise.resolve(choice) };
  });
  const recent = filesOnly ? [] : memory.recent(program);
  if (recent.length > 0) items.push({ label: vscode.l10n.t('Typed before'), kind: vscode.QuickPickItemKind.Separator });
  for (const json of recent) {
    const choice: InputChoice = { kind: 'json', json };
    items.push({ label: `$(history) ${oneLine(json)}`, description: lastMark(choice), choose: () => Promise.resolve(choice) });
  }
  items.push({ label: vscode.l10n.t('Other'), kind: vscode.QuickPickItemKind.Separator });
  if (!filesOnly) items.push({ label: `$(edit) ${vscode.l10n.t('Type JSON…')}`, choose: () => typeJson(program, recent[0]) });
  items.push({ label: `$(folder-opened) ${vscode.l10n.t('Choose a file…')}`, choose: () => browse(program) });
  if (!program.startsWith('untitled:') && programKindOf(program) !== 'execution') items.push({ label: `$(new-file) ${vscode.l10n.t('Create input file…')}`, description: vscode.l10n.t('filled in as its schema says; runs nothing'), choose: () => create(program) });
  if (!filesOnly) items.push({ label: `$(circle-slash) ${vscode.l10n.t('No input')}`, description: described(vscode.l10n.t('the argument is null'), lastMark({ kind: 'none' })), choose: () => Promise.resolve({ kind: 'none' }) });
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Input of {0}', shortName(program)), placeHolder: vscode.l10n.t('Where the argument of this run comes from') });
  return await picked?.choose?.();
}

function described(...parts: string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}

function sameChoice(a: InputChoice, b: InputChoice): boolean {
  if (a.kind === 'file') return b.kind === 'file' && a.path === b.path;
  return a.kind === 'json' ? b.kind === 'json' && a.json === b.json : b.kind === 'none';
}

function oneLine(json: JsonText): string {
  const text = json.replaceAll(/\s+/g, ' ');
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

async function typeJson(program: string, before: JsonText | undefined): Promise<InputChoice | undefined> {
  const schema = await inputSchema(program);
  const json = await vscode.window.showInputBox({
    title: vscode.l10n.t('Input of {0}', shortName(program)),
    prompt: vscode.l10n.t('The argument as JSON'),
    value: before ?? '{}',
    valueSelection: before === undefined ? [1, 1] : [0, before.length],
    ignoreFocusOut: true,
    validateInput: (text) => mistake(text, schema),
  });
  return json === undefined ? undefined : { kind: 'json', json };
}

/** The schema that a start will check the input against; none where it is not known before. */
async function inputSchema(program: string): Promise<SchemaSet | undefined> {
  if (programKindOf(program) === 'execution' || program.startsWith('untitled:')) return undefined;
  const { schema } = await new SchemaLookup(editorFiles, inferSchema).ofProgram(program, 'input', undefined);
  return schema;
}

/** What is wrong with a text that should be the input as JSON; undefined where nothing is. */
function mistake(text: string, schema: SchemaSet | undefined): string | undefined {
  const document = parseSource(text, 'json');
  const { problems } = checkInput(document, 'json', schema);
  const first = problems.find((problem) => problem.severity === 'error');
  if (first) return withoutLinks(first.message);
  return document.root ? undefined : vscode.l10n.t('Type a JSON value, such as {0}.', '{"name": "value"}');
}

/** What is created wants to be filled in first, so nothing is chosen yet. */
async function create(program: string): Promise<undefined> {
  await vscode.commands.executeCommand('stepthrough.input.create', vscode.Uri.file(program));
}

async function browse(program: string): Promise<InputChoice | undefined> {
  const folder = program.startsWith('untitled:') ? vscode.workspace.workspaceFolders?.[0]?.uri : vscode.Uri.joinPath(vscode.Uri.file(program), '..');
  const [file] = (await vscode.window.showOpenDialog({ ...(folder && { defaultUri: folder }), canSelectMany: false, filters: { 'JSON, YAML': ['json', 'yaml', 'yml'] } })) ?? [];
  return file && { kind: 'file', path: file.fsPath };
}
