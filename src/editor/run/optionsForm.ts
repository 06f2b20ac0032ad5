import * as vscode from 'vscode';
import { checkExecutionFile } from '../../execution/executionFile.ts';
import type { ProgramKind } from '../../execution/fieldRules.ts';
import { jsonOf } from '../../execution/json.ts';
import { describeType, settableFields, type Field } from '../../execution/fields.ts';
import type { ExecutionOptions } from '../../execution/record.ts';
import { checkTexts, settingEntry, textOf, textProblem } from '../../execution/settingText.ts';
import { usualFields } from '../../execution/usualFields.ts';
import { parseSource, formatOf } from '../../source/parse.ts';
import type { App } from '../app.ts';
import { baseName, programKindOf, shortName } from '../files.ts';
import { askForInput } from './inputChoice.ts';
import type { InputChoice } from './inputMemory.ts';
import { programOf } from './commands.ts';
import { saveExecutionFile } from './saveExecutionFile.ts';
import { startDebugging, startRun } from './start.ts';
import { readText } from './texts.ts';
import { isTrustedToRun } from './trust.ts';
import { usualInput } from './usualInput.ts';

/** What the form is filled with. */
interface Form {
  readonly program: string;
  readonly kind: ProgramKind;
  input: InputChoice;
  /** What was set, as it would be typed, by the fields' names. */
  readonly texts: Map<string, string>;
}

type Choice = { readonly kind: 'run' | 'debug' | 'save' | 'input' } | { readonly kind: 'field'; readonly field: Field };

interface FormItem extends vscode.QuickPickItem {
  readonly choice?: Choice;
}

/** What says what runs, and is the form's own business. */
const notOffered = new Set(['type', 'program', 'input_value', 'flow_id', 'flow_name', 'connector_id', 'connector_name', 'connector_type', 'wrapper_id', 'wrapper_name']);

/** The fields' groups, each from one field on: they stand in the table's order. */
const groups: ReadonlyMap<string, string> = new Map([
  ['name', vscode.l10n.t('Identity and place')],
  ['input_schema', vscode.l10n.t('Data')],
  ['priority', vscode.l10n.t('Life')],
  ['use_breakpoints', vscode.l10n.t('Debugging')],
  ['wrappers', vscode.l10n.t('Origin and wrapping')],
  ['plugin_action_id', vscode.l10n.t('Origin and wrapping')],
]);

/** *Run with Options…*: every field of the new execution, then run, debug, or keep it all as an execution file. */
export async function runWithOptions(app: App, target: unknown): Promise<string | undefined> {
  if (!(await isTrustedToRun())) return undefined;
  const program = await programOf(app, target);
  if (program === undefined) return undefined;
  const form: Form = { program, kind: program.endsWith('.py') ? 'flow' : 'workflow', input: await usualInput(program, app.inputs), texts: await textsOf(program) };
  let last: string | undefined;
  for (;;) {
    const choice = await choose(form, last);
    if (!choice) return undefined;
    last = choice.kind === 'field' ? choice.field.name : choice.kind;
    if (choice.kind === 'input') form.input = (await askForInput(program, app.inputs)) ?? form.input;
    else if (choice.kind === 'field') await edit(form, choice.field);
    else if (choice.kind === 'save') {
      if (await saveExecutionFile(form)) return undefined;
    } else return await begin(app, form, choice.kind);
  }
}

async function begin(app: App, form: Form, mode: 'run' | 'debug'): Promise<string | undefined> {
  const { program, input } = form;
  const options = launchOptions(form);
  await app.inputs.remember(program, input);
  if (mode === 'run') return (await startRun(app, { program, input: input.kind === 'none' ? undefined : input, options }))?.id;
  await startDebugging({ program, input, values: launchValues(form, options) });
  return undefined;
}

/** An execution file begins with what it says. */
async function textsOf(program: string): Promise<Map<string, string>> {
  const text = programKindOf(program) === 'execution' ? await readText(program) : undefined;
  if (text === undefined) return new Map();
  const { options } = checkExecutionFile(parseSource(text, formatOf(program)).root);
  return new Map(Object.entries(options).filter(([name]) => !notOffered.has(name)).map(([name, value]) => [name, textOf(name, value)]));
}

function launchOptions(form: Form): ExecutionOptions {
  return checkTexts(form.texts, form.kind).options;
}

/** The same for a launch configuration, where values are JSON and the configuration has a name of its own. */
function launchValues({ texts }: Form, options: ExecutionOptions): Record<string, unknown> {
  const given = [...texts].filter(([name]) => name in options);
  return Object.fromEntries(given.map(([name, text]) => [name === 'name' ? 'execution_name' : name, JSON.parse(jsonOf(settingEntry(name, text).value)) as unknown]));
}

function choose(form: Form, last: string | undefined): Promise<Choice | undefined> {
  const items = formItems(form);
  return new Promise((resolve) => {
    const pick = vscode.window.createQuickPick<FormItem>();
    pick.title = vscode.l10n.t('Run {0} with Options', shortName(form.program));
    pick.placeholder = vscode.l10n.t('Choose a field to set it, then run or debug');
    pick.matchOnDescription = true;
    pick.matchOnDetail = true;
    pick.keepScrollPosition = true;
    pick.items = items;
    const before = items.filter(({ choice }) => choice && (choice.kind === 'field' ? choice.field.name : choice.kind) === last);
    if (before.length > 0 && last !== 'run' && last !== 'debug') pick.activeItems = before;
    let chosen: Choice | undefined;
    pick.onDidAccept(() => {
      const choice = pick.selectedItems[0]?.choice;
      if (!choice) return;
      chosen = choice;
      pick.hide();
    });
    pick.onDidHide(() => {
      pick.dispose();
      resolve(chosen);
    });
    pick.show();
  });
}

function formItems(form: Form): FormItem[] {
  const { problems } = checkTexts(form.texts, form.kind);
  const actions: FormItem[] =
    problems.length > 0
      ? problems.map(({ message }) => ({ label: `$(error) ${message}`, alwaysShow: true }))
      : [
          { label: `$(play) ${vscode.l10n.t('Run')}`, choice: { kind: 'run' }, alwaysShow: true },
          { label: `$(debug-alt) ${vscode.l10n.t('Debug')}`, choice: { kind: 'debug' }, alwaysShow: true },
          { label: `$(save) ${vscode.l10n.t('Save as Execution File…')}`, choice: { kind: 'save' }, alwaysShow: true },
        ];
  const input: FormItem = { label: 'input', description: inputText(form.input), detail: vscode.l10n.t('The argument of this run.'), choice: { kind: 'input' } };
  return [...actions, { label: vscode.l10n.t('Input'), kind: vscode.QuickPickItemKind.Separator }, input, ...offered(form).flatMap((field) => fieldItems(field, form))];
}

function offered({ kind }: Form): readonly Field[] {
  return settableFields('file').filter(({ name, setting }) => !notOffered.has(name) && (kind === 'flow' || setting.by !== 'start' || setting.programs === 'all'));
}

function fieldItems(field: Field, form: Form): FormItem[] {
  const group = groups.get(field.name);
  const item: FormItem = { label: field.name, description: shown(field, form), detail: field.documentation.replaceAll('`', ''), choice: { kind: 'field', field } };
  return group === undefined ? [item] : [{ label: group, kind: vscode.QuickPickItemKind.Separator }, item];
}

/** What a field is set to, with a mark, or what it is without being set. */
function shown({ name }: Field, { texts }: Form): string {
  const text = texts.get(name);
  if (text !== undefined) return `$(edit) ${oneLine(text)}`;
  const usual: unknown = (usualFields as Readonly<Record<string, unknown>>)[name];
  return typeof usual === 'string' || typeof usual === 'number' || typeof usual === 'boolean' ? String(usual) : '';
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

function inputText(input: InputChoice): string {
  switch (input.kind) {
    case 'file':
      return baseName(input.path);
    case 'json':
      return oneLine(input.json);
    case 'none':
      return vscode.l10n.t('none: the argument is null');
  }
}

/** Asks for a field's value; it is the old one where the user goes away, and the usual one where nothing is left. */
async function edit(form: Form, field: Field): Promise<void> {
  const { type, name } = field;
  const values = type.kind === 'bool' ? ['true', 'false'] : type.kind === 'enum' ? type.values : undefined;
  const text = values ? await pickValue(field, values, form.texts.get(name)) : await typeValue(field, form.texts.get(name));
  if (text === undefined) return;
  if (text === '') form.texts.delete(name);
  else form.texts.set(name, text);
}

async function pickValue({ name, documentation }: Field, values: readonly string[], set: string | undefined): Promise<string | undefined> {
  const items = [...values.map((value) => ({ label: value, value, ...(value === set && { description: vscode.l10n.t('set') }) })), { label: `$(discard) ${vscode.l10n.t('As usual')}`, value: '' }];
  return (await vscode.window.showQuickPick(items, { title: name, placeHolder: documentation.replaceAll('`', '') }))?.value;
}

async function typeValue({ name, type, documentation }: Field, set: string | undefined): Promise<string | undefined> {
  return await vscode.window.showInputBox({
    title: name,
    prompt: vscode.l10n.t('{0} Takes {1}. Empty: as usual.', documentation.replaceAll('`', ''), describeType(type)),
    value: set ?? '',
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? undefined : textProblem(name, text)),
  });
}
