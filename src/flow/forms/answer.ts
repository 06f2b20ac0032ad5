import { nearest } from '../../execution/nearest.ts';
import type { JsonText } from '../../execution/record.ts';
import { loadSchema } from '../../schema/compile.ts';
import { checkInput } from '../../schema/checkInput.ts';
import type { Files } from '../../schema/files.ts';
import { parseSource } from '../../source/parse.ts';
import type { Fields } from '../flowCalls.ts';
import type { FieldKind, Form, FormField } from './form.ts';

/** What somebody filled in: values by the names of fields, and the button that was chosen. */
export interface Answer {
  readonly values: Fields;
  /** By name; undefined for the first one. */
  readonly button?: string | undefined;
}

export type CheckedAnswer =
  /** What `message.get('response')` gives, as JSON. */
  | { readonly kind: 'response'; readonly json: JsonText }
  /** Sentences, each naming a field. */
  | { readonly kind: 'wrong'; readonly problems: readonly string[] };

/** Holds an answer against its form, and adds what was left at its default. */
export async function checkAnswer(form: Form, answer: Answer): Promise<CheckedAnswer> {
  const problems: string[] = [];
  const known = new Map(form.fields.map((field) => [field.name, field]));
  const chosen = chosenButton(form, answer, problems);
  for (const name of Object.keys(answer.values)) {
    if (known.get(name)?.kind !== 'note' && (known.has(name) || form.buttons.some((button) => button.name === name))) continue;
    const meant = nearest(name, known.keys());
    problems.push(`The form has no field ${JSON.stringify(name)}${meant === undefined ? `; there are ${[...known.keys()].join(', ') || 'none'}.` : `; did you mean ${meant}?`}`);
  }
  const entries: (readonly [string, JsonText])[] = [];
  const needed = form.buttons.find(({ name }) => name === chosen)?.required;
  for (const given of form.fields) {
    if (given.kind === 'note') continue;
    const field = needed ? { ...given, required: needed.includes(given.name) } : given;
    const filled = normal(field.kind, Object.hasOwn(answer.values, field.name) ? answer.values[field.name] : undefined);
    const text = filled === undefined ? field.initial : JSON.stringify(filled);
    const value: unknown = filled ?? (text === undefined ? undefined : JSON.parse(text));
    const problem = value === undefined || value === null || (value === '' && field.required) ? missing(field) : wrongValue(field, value);
    if (problem !== undefined) problems.push(problem);
    else if (text !== undefined && value !== null) entries.push([field.name, text]);
  }
  for (const { name } of form.buttons) if (name !== undefined) entries.push([name, String(name === chosen)]);
  const json = `{${entries.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
  if (problems.length === 0 && form.schema !== undefined) problems.push(...(await schemaProblems(form.schema, json)));
  return problems.length > 0 ? { kind: 'wrong', problems } : { kind: 'response', json };
}

/** The value of a text as people type it, into a prompt; an empty one is none. */
export function valueOfText(field: FormField, text: string): { readonly value: unknown } | { readonly problem: string } {
  if (text === '' && !(field.kind === 'string' || field.kind === 'text')) return { value: null };
  const value = field.kind === 'string' || field.kind === 'text' || isMoment(field.kind) ? text : parsed(field.kind, text.trim());
  if (value === undefined) return { problem: `${field.label} takes ${described(field.kind)}; got ${JSON.stringify(text)}.` };
  if (value === '' && !field.required) return { value: null };
  const problem = value === '' ? missing(field) : wrongValue(field, value);
  return problem === undefined ? { value } : { problem };
}

/** What a field takes, for messages and prompts. */
export function described(kind: FieldKind): string {
  return descriptions[kind];
}

const descriptions: Readonly<Record<FieldKind, string>> = {
  string: 'a text', text: 'a text', integer: 'an integer', number: 'a number', boolean: 'true or false',
  date: 'a date such as 2026-11-21', time: 'a time such as 14:30', datetime: 'a date and time such as 2026-11-21T14:30:00Z',
  list: 'a list such as [1, 2]', map: 'a map such as {"a": 1}', any: 'a JSON value', note: 'nothing',
};

const moments: Readonly<Partial<Record<FieldKind, RegExp>>> = {
  date: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
  time: /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/i,
  datetime: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/i,
};

/** A time of day has seconds and a zone in an answer; people leave them out, and mean their own zone. */
function normal(kind: FieldKind, value: unknown): unknown {
  if (kind !== 'time' || typeof value !== 'string') return value;
  const [, clock, seconds, zone] = /^(\d\d:\d\d)(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/i.exec(value) ?? [];
  return clock === undefined ? value : `${clock}${seconds ?? ':00'}${zone ?? localZone()}`;
}

function localZone(): string {
  const minutes = -new Date().getTimezoneOffset();
  const part = (number: number): string => String(Math.trunc(Math.abs(number))).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${part(minutes / 60)}:${part(minutes % 60)}`;
}

function isMoment(kind: FieldKind): boolean {
  return moments[kind] !== undefined;
}

/** Undefined for what is none of the kind. */
function parsed(kind: FieldKind, text: string): unknown {
  if (kind === 'boolean') return /^(true|yes|y)$/i.test(text) ? true : /^(false|no|n)$/i.test(text) ? false : undefined;
  try {
    return JSON.parse(text);
  } catch {
    return kind === 'any' ? text : undefined;
  }
}

function missing({ required, label, name, kind }: FormField): string | undefined {
  return required ? `${nameOf(label, name)} has to be given: ${described(kind)}.` : undefined;
}

function wrongValue({ kind, label, name, choices }: FormField, value: unknown): string | undefined {
  if (choices && !choices.includes(JSON.stringify(value))) return `${nameOf(label, name)} is one of ${choices.join(', ')}; got ${shown(value)}.`;
  return choices || isOfKind(kind, value) ? undefined : `${nameOf(label, name)} takes ${described(kind)}; got ${shown(value)}.`;
}

function isOfKind(kind: FieldKind, value: unknown): boolean {
  switch (kind) {
    case 'string':
    case 'text':
      return typeof value === 'string';
    case 'integer':
      return /^-?\d+(\.0+)?$/.test(JSON.stringify(value));
    case 'number':
      return /^-?\d/.test(JSON.stringify(value));
    case 'boolean':
      return typeof value === 'boolean';
    case 'date':
    case 'time':
    case 'datetime':
      return typeof value === 'string' && moments[kind]!.test(value);
    case 'list':
      return Array.isArray(value);
    case 'map':
      return JSON.stringify(value).startsWith('{');
    case 'any':
    case 'note':
      return true;
  }
}

function nameOf(label: string, name: string): string {
  return label.toLowerCase() === name.toLowerCase() ? label : `${label} (${name})`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** A button is chosen by its name, or by its own value in the answer. */
function chosenButton({ buttons }: Form, { button, values }: Answer, problems: string[]): string | undefined {
  const pressed = button ?? buttons.find(({ name }) => name !== undefined && Object.hasOwn(values, name) && values[name] === true)?.name;
  if (pressed === undefined) return buttons[0]?.name;
  if (!buttons.some(({ name }) => name === pressed)) problems.push(`The form has no button ${JSON.stringify(pressed)}; there are ${buttons.map(({ name, label }) => name ?? label).join(', ')}.`);
  return pressed;
}

/** A form's schema refers to nothing outside itself. */
const noFiles: Files = { readText: () => Promise.resolve(undefined), list: () => Promise.resolve([]) };

async function schemaProblems(schema: JsonText, json: JsonText): Promise<string[]> {
  const set = await loadSchema(noFiles, '', parseSource(schema, 'json'));
  const { problems } = checkInput(parseSource(json, 'json'), 'json', set);
  return problems.filter(({ severity }) => severity === 'error' || severity === 'warning').map(({ message }) => message);
}
