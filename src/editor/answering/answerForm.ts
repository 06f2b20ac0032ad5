import * as vscode from 'vscode';
import type { OpenMessage } from '../../engine/flows/messages/messages.ts';
import { described, valueOfText, type Answer } from '../../flow/forms/answer.ts';
import type { Form, FormField } from '../../flow/forms/form.ts';

/** One question of a form: a field, or at the end (or, where it decides what has to be given, the beginning) the button. */
type Step = { readonly kind: 'field'; readonly field: FormField; readonly notes: string } | { readonly kind: 'buttons' };

type Given = { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'back' } | undefined;

/** Asks for the fields of a form one after the other; undefined where the user went away. `before` is what was filled in already. */
export async function askForm(message: OpenMessage, before?: Answer): Promise<Answer | undefined> {
  const { form } = message;
  const steps = stepsOf(form);
  const values = new Map(Object.entries(before?.values ?? {}));
  let button = before?.button;
  for (let at = 0; at < steps.length; ) {
    const step = steps[at]!;
    const place = { title: message.subject, step: at + 1, totalSteps: steps.length, back: at > 0 };
    const given = step.kind === 'buttons' ? await askButton(form, place) : await askField(needed(step.field, form, button), step.notes, values.get(step.field.name), place);
    if (!given) return undefined;
    if (given.kind === 'back') {
      at--;
      continue;
    }
    if (step.kind === 'buttons') button = given.value as string | undefined;
    else values.set(step.field.name, given.value);
    at++;
  }
  return { values: Object.fromEntries([...values].filter(([, value]) => value !== null)), button };
}

function stepsOf({ fields, buttons }: Form): Step[] {
  let notes: string[] = [];
  const steps: Step[] = [];
  for (const field of fields) {
    if (field.kind === 'note') {
      notes.push(withoutEmphasis(field.description));
      continue;
    }
    steps.push({ kind: 'field', field, notes: notes.join(' ') });
    notes = [];
  }
  if (buttons.length === 1) return steps;
  const choice: Step = { kind: 'buttons' };
  return buttons.some(({ required }) => required !== undefined) ? [choice, ...steps] : [...steps, choice];
}

/** What has to be given may depend on the button. */
function needed(field: FormField, { buttons }: Form, button: string | undefined): FormField {
  const required = buttons.find(({ name }) => name !== undefined && name === button)?.required;
  return required ? { ...field, required: required.includes(field.name) } : field;
}

interface Position {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
  readonly back: boolean;
}

function askField(field: FormField, notes: string, before: unknown, place: Position): Promise<Given> {
  if (field.choices) return askChoice(field, notes, field.choices.map((choice) => ({ label: textOf(choice), value: JSON.parse(choice) as unknown })), before, place);
  if (field.kind === 'boolean') return askChoice(field, notes, [{ label: vscode.l10n.t('Yes'), value: true }, { label: vscode.l10n.t('No'), value: false }], before, place);
  return askText(field, notes, before, place);
}

async function askChoice(field: FormField, notes: string, choices: readonly { readonly label: string; readonly value: unknown }[], before: unknown, place: Position): Promise<Given> {
  const initial = before ?? (field.initial === undefined ? undefined : (JSON.parse(field.initial) as unknown));
  const items = [...choices, ...(field.required || field.initial !== undefined ? [] : [{ label: vscode.l10n.t('(leave out)'), value: null }])];
  const active = items.find(({ value }) => JSON.stringify(value) === JSON.stringify(initial));
  const placeholder = [field.label, field.description, notes].filter((text) => text !== '').join(' · ');
  return await pick(items, active, placeholder, place);
}

async function askButton({ buttons }: Form, place: Position): Promise<Given> {
  return await pick(buttons.map(({ name, label }) => ({ label, value: name })), undefined, vscode.l10n.t('How to answer'), place);
}

function pick(items: readonly { readonly label: string; readonly value: unknown }[], active: { readonly label: string } | undefined, placeholder: string, place: Position): Promise<Given> {
  const input = vscode.window.createQuickPick<{ readonly label: string; readonly value: unknown }>();
  input.items = items;
  input.placeholder = placeholder;
  input.activeItems = items.filter((item) => item === active);
  return asked(input, place, () => {
    const [item] = input.selectedItems;
    return item && { kind: 'value', value: item.value };
  });
}

function askText(field: FormField, notes: string, before: unknown, place: Position): Promise<Given> {
  const input = vscode.window.createInputBox();
  const initial = before === undefined || before === null ? field.initial : JSON.stringify(before);
  input.value = initial === undefined ? '' : textOf(initial);
  input.password = field.secret;
  input.placeholder = field.example ?? '';
  const takes = field.required ? described(field.kind) : vscode.l10n.t('{0}, or nothing', described(field.kind));
  input.prompt = [notes, `${field.label} (${takes})`, field.description].filter((text) => text !== '').join(' · ');
  const check = (): Given => {
    const read = valueOfText(field, input.value);
    input.validationMessage = 'problem' in read ? read.problem : undefined;
    return 'problem' in read ? undefined : { kind: 'value', value: read.value };
  };
  // What is not yet typed is not yet wrong.
  input.onDidChangeValue(() => void check());
  return asked(input, place, check);
}

/** Shows an input until it is accepted with something, left, or gone back from. */
function asked(input: vscode.QuickPick<{ readonly label: string; readonly value: unknown }> | vscode.InputBox, { title, step, totalSteps, back }: Position, accept: () => Given): Promise<Given> {
  input.title = title;
  input.step = step;
  input.totalSteps = totalSteps;
  input.ignoreFocusOut = true;
  input.buttons = back ? [vscode.QuickInputButtons.Back] : [];
  return new Promise((resolve) => {
    let given: Given;
    const end = (result: Given): void => {
      given = result;
      input.hide();
    };
    input.onDidAccept(() => {
      const result = accept();
      if (result) end(result);
    });
    input.onDidTriggerButton(() => end({ kind: 'back' }));
    input.onDidHide(() => {
      input.dispose();
      resolve(given);
    });
    input.show();
  });
}

/** Quick inputs show Markdown as it is written; its commonest signs are left out of what stands in them. */
export function withoutEmphasis(markdown: string): string {
  return markdown.replace(/\*\*([^*]+)\*\*/g, '$1').replace(/`([^`]+)`/g, '$1');
}

/** A JSON value as it is typed: texts without quotes. */
function textOf(json: string): string {
  const value: unknown = JSON.parse(json);
  return typeof value === 'string' ? value : json;
}
