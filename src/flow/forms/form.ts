import type { JsonText } from '../../execution/record.ts';
import type { Fields } from '../flowCalls.ts';

/** What a message asks for, in whichever dialect the flow wrote it (cloudomation 4). */
export interface Form {
  /** In the order in which they are asked. */
  readonly fields: readonly FormField[];
  /** One of them ends the form; at least one. */
  readonly buttons: readonly FormButton[];
  /** The JSON Schema that an answer has to satisfy beside what the fields say. */
  readonly schema: JsonText | undefined;
}

export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly kind: FieldKind;
  readonly required: boolean;
  /** As JSON; undefined where there is none. */
  readonly initial: JsonText | undefined;
  readonly example: string | undefined;
  /** The only values there are, as JSON. */
  readonly choices: readonly JsonText[] | undefined;
  /** What is typed is not shown. */
  readonly secret: boolean;
}

/** `note` only shows its description; `text` may have several lines; `list`, `map` and `any` are written as JSON. */
export type FieldKind = 'string' | 'text' | 'integer' | 'number' | 'boolean' | 'date' | 'time' | 'datetime' | 'list' | 'map' | 'any' | 'note';

export interface FormButton {
  /** What is true in the answer where it was chosen; undefined for the button of a form that has none of its own. */
  readonly name: string | undefined;
  readonly label: string;
  /** The names of the fields that have to be given with this button; undefined: those that are required anyway. */
  readonly required: readonly string[] | undefined;
}

/** A body that is no form; the message says why. */
export class FormError extends Error {
  override readonly name = 'FormError';
}

/** What `request` is answered with: `response['string']` (cloudomation 3.3). */
const requestName = 'string';

const fieldLimit = 500;

/** The kinds of the older dialect by `element`, and of JSON Schema by `format` and `type`. */
const elements: ReadonlyMap<string, FieldKind> = new Map([
  ['string', 'string'], ['password', 'string'], ['text', 'text'], ['textarea', 'text'], ['code', 'text'],
  ['integer', 'integer'], ['number', 'number'], ['float', 'number'], ['boolean', 'boolean'], ['checkbox', 'boolean'], ['toggle', 'boolean'],
  ['date', 'date'], ['time', 'time'], ['datetime', 'datetime'], ['date-time', 'datetime'],
  ['array', 'list'], ['list', 'list'], ['object', 'map'], ['markdown', 'note'], ['separator', 'note'],
]);

/** The form of a message's fields: of `body`, else of `request`, else a button that says it was read. Throws `FormError`. */
export function readForm(fields: Fields): Form {
  const body = fields['body'] ?? fields['form'] ?? undefined;
  if (body !== undefined) return formOfSchema(mapOf(body, 'body'));
  const request = fields['request'] ?? undefined;
  if (request === undefined) return { fields: [], buttons: [acknowledged], schema: undefined };
  if (typeof request === 'object') return formOfSchema(mapOf(request, 'request'));
  const label = textOf(request) ?? 'Answer';
  const field: FormField = { name: requestName, label, description: '', kind: 'string', required: true, initial: undefined, example: undefined, choices: undefined, secret: false };
  return { fields: [field], buttons: [acknowledged], schema: undefined };
}

const acknowledged: FormButton = { name: undefined, label: 'OK', required: undefined };

type Schema = ReadonlyMap<string, unknown>;

function formOfSchema(schema: Schema): Form {
  const properties = schema.get('properties');
  if (properties === undefined) throw new FormError('The body of a message is a schema of an object with properties; it has none.');
  const required = schema.get('required');
  const names: readonly unknown[] = Array.isArray(required) ? required : [];
  const parts = [...mapOf(properties, 'properties')].map(([name, part]) => ({ name, part: mapOf(part, `properties.${name}`) }));
  if (parts.length > fieldLimit) throw new FormError(`A form has ${fieldLimit} fields at most; this one has ${parts.length}.`);
  // The sort keeps the order of equal ones, which is that of writing.
  parts.sort((left, right) => compare(orderOf(left.part), orderOf(right.part)));
  const isButton = ({ part }: { readonly part: Schema }): boolean => part.get('element') === 'submit' || part.get('element') === 'button';
  const fields = parts.filter((one) => !isButton(one)).map(({ name, part }) => fieldOf(name, part, names.includes(name)));
  const buttons = parts.filter(isButton).map(({ name, part }) => buttonOf(name, part));
  const older = parts.some(({ part }) => part.has('element'));
  return { fields, buttons: buttons.length > 0 ? buttons : [acknowledged], schema: older ? undefined : JSON.stringify(Object.fromEntries(schema)) };
}

function buttonOf(name: string, part: Schema): FormButton {
  const required = part.get('required');
  const names = Array.isArray(required) ? required.filter((one) => typeof one === 'string') : undefined;
  return { name, label: textOf(part.get('label')) ?? textOf(part.get('title')) ?? name, required: names };
}

function fieldOf(name: string, part: Schema, required: boolean): FormField {
  const element = part.get('element');
  const choices = part.get('enum') ?? part.get('options') ?? part.get('values');
  const initial = part.get('default');
  return {
    name,
    label: textOf(part.get('label')) ?? textOf(part.get('title')) ?? name,
    description: textOf(part.get('description')) ?? (kindOf(part) === 'note' ? textOf(part.get('example')) : undefined) ?? '',
    kind: kindOf(part),
    required: required || part.get('required') === true,
    initial: initial === undefined ? undefined : JSON.stringify(initial),
    example: textOf(part.get('example')) ?? (Array.isArray(part.get('examples')) ? textOf((part.get('examples') as unknown[])[0]) : undefined),
    choices: Array.isArray(choices) ? choices.map((choice) => JSON.stringify(choice)) : undefined,
    secret: element === 'password' || part.get('format') === 'password',
  };
}

function kindOf(part: Schema): FieldKind {
  for (const key of ['element', 'format', 'type']) {
    const value = part.get(key);
    const word: unknown = Array.isArray(value) ? value.find((type) => type !== 'null') : value;
    const kind = typeof word === 'string' ? elements.get(word) : undefined;
    if (kind) return kind;
  }
  return part.has('element') || part.get('type') === 'string' ? 'string' : 'any';
}

function orderOf(part: Schema): number {
  const order = part.get('order');
  return typeof order === 'number' && Number.isFinite(order) ? order : Infinity;
}

/** A map of an object's own keys. Throws `FormError`. */
function mapOf(value: unknown, what: string): Schema {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return new Map(Object.entries(value));
  throw new FormError(`The ${what} of a message's form is a map; found ${Array.isArray(value) ? 'a list' : JSON.stringify(value).slice(0, 80)}.`);
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** Infinity minus itself is no number. */
function compare(left: number, right: number): number {
  return left === right ? 0 : left - right;
}
