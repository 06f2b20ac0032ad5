import type { JsonText } from '../../execution/record.ts';

/** A value that is JSON text already: within an answer it is written as it is, so that 1.0 and large integers survive. */
export class ExactJson {
  readonly text: JsonText;

  constructor(text: JsonText) {
    this.text = text;
  }
}

/** The JSON text of an answer. What has no JSON form (undefined, functions) is null, or left out of an object. */
export function exactText(value: unknown): JsonText {
  if (value instanceof ExactJson) return value.text;
  if (Array.isArray(value)) return `[${value.map(exactText).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined && typeof member !== 'function');
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${exactText(member)}`).join(',')}}`;
  }
  return value === undefined || typeof value === 'function' ? 'null' : JSON.stringify(value);
}

/** The members of a JSON object as texts, so that every number stays as it is written; undefined for any other value. The text must be JSON. */
export function membersOf(text: JsonText): Map<string, JsonText> | undefined {
  let at = afterBlanks(text, 0);
  if (text[at] !== '{') return undefined;
  const members = new Map<string, JsonText>();
  at = afterBlanks(text, at + 1);
  while (text[at] === '"') {
    const keyEnd = afterString(text, at);
    const key = JSON.parse(text.slice(at, keyEnd)) as string;
    // A colon is between them.
    const start = afterBlanks(text, afterBlanks(text, keyEnd) + 1);
    const end = afterValue(text, start);
    members.set(key, text.slice(start, end));
    at = afterBlanks(text, end);
    if (text[at] === ',') at = afterBlanks(text, at + 1);
  }
  return members;
}

/** The items of a JSON list as texts; the text must be one. */
export function itemsOf(text: JsonText): JsonText[] {
  const items: JsonText[] = [];
  let at = afterBlanks(text, afterBlanks(text, 0) + 1);
  while (at < text.length && text[at] !== ']') {
    const end = afterValue(text, at);
    items.push(text.slice(at, end));
    at = afterBlanks(text, end);
    if (text[at] === ',') at = afterBlanks(text, at + 1);
  }
  return items;
}

/** The text of a member of a member … of a JSON object; undefined where there is none. */
export function exactMember(text: JsonText, ...path: readonly string[]): JsonText | undefined {
  let value: JsonText | undefined = text;
  for (const name of path) value = value === undefined ? undefined : membersOf(value)?.get(name);
  return value;
}

/** An object with the members of another put over its own; where the first is no object, the second. */
export function mergedObjects(under: JsonText | undefined, over: JsonText): JsonText {
  const base = under === undefined ? undefined : membersOf(under);
  const top = membersOf(over);
  return base && top ? objectOf([...base, ...top]) : over;
}

/** A JSON object of members that are JSON texts; the last of a name counts. */
export function objectOf(members: readonly (readonly [string, JsonText])[]): JsonText {
  return `{${[...new Map(members)].map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
}

function afterBlanks(text: string, at: number): number {
  while (at < text.length && ' \t\r\n'.includes(text[at]!)) at++;
  return at;
}

/** After the string that begins here. */
function afterString(text: string, at: number): number {
  for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++;
  return at + 1;
}

/** After the value that begins here. */
function afterValue(text: string, at: number): number {
  if (text[at] === '"') return afterString(text, at);
  let depth = 0;
  while (at < text.length) {
    const character = text[at]!;
    if (character === '"') {
      at = afterString(text, at);
      continue;
    }
    if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    if (depth < 0) return at;
    if (depth === 0 && (character === ',' || ' \t\r\n'.includes(character))) return at;
    at++;
    if (depth === 0 && (character === '}' || character === ']')) return at;
  }
  return at;
}
