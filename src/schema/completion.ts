import type { MapNode, ScalarNode } from '../source/data.ts';
import { parseSource, type SourceFormat } from '../source/parse.ts';
import type { Range } from '../source/text.ts';
import { applicable, placesAt, schemasOf } from './applicable.ts';
import { checkedValue } from './checkInput.ts';
import { Validator } from './validate.ts';
import { TooComplex, type Place } from './violation.ts';
import { describeSchemas, knownKeys, type SchemaInfo } from './model.ts';
import { mergedParts, placeholder, templateOf, type Template } from './placeholder.ts';
import type { Schema, SchemaSet } from './schema.ts';
import { keyText, writeFlow, writeInline, type Style } from './write.ts';

export interface Completion {
  readonly kind: 'key' | 'value';
  readonly label: string;
  /** In the editor's snippet syntax. */
  readonly snippet: string;
  /** What is replaced: the word at the cursor with its quotes. */
  readonly range: Range;
  readonly info: SchemaInfo | undefined;
  /** Required keys and defaults come first. */
  readonly preferred: boolean;
}

/** A key that no document has: it stands where the cursor is while the text is read. */
const marker = '\u{E000}';

/**
 * What the schema offers at an offset. The text is read with a marker in place of the word at the cursor, so that
 * half-written lines and texts that are broken elsewhere have a place in the tree.
 */
export function completionsAt(set: SchemaSet, text: string, format: SourceFormat, offset: number): Completion[] {
  try {
    const word = wordAt(text, offset, format);
    // In snippets a tab is one level of the editor's own indentation.
    const setting: Setting = { text, word, style: { format, unit: '\t', scalar: escapeSnippet, text: escapeSnippet } };
    const asKey = locate(text, word, 'key');
    const asValue = locate(text, word, 'value');
    // A line of its own in block style can be either: a key, or an item of a list.
    return [
      ...(asKey?.map ? keyCompletions(set, { ...asKey, map: asKey.map }, setting) : []),
      ...(asValue ? valueCompletions(set, asValue, setting) : []),
    ];
  } catch (error) {
    if (error instanceof TooComplex) return [];
    throw error;
  }
}

interface Word {
  readonly range: Range;
  /** Whether a comma must follow for the rest to stay readable (flow style). */
  readonly flow: boolean;
}

interface Setting {
  readonly text: string;
  readonly word: Word;
  readonly style: Style;
}

/** The word to replace: a quoted string around the cursor, else what stands before and after it without a break. */
function wordAt(text: string, offset: number, format: SourceFormat): Word {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = ((index) => (index < 0 ? text.length : index))(text.indexOf('\n', offset));
  const flow = format === 'json' || insideFlow(text, offset);
  const quoted = quotedAt(text.slice(lineStart, lineEnd), offset - lineStart);
  if (quoted) return { range: { start: lineStart + quoted.start, end: lineStart + quoted.end }, flow };
  const stop = flow ? /[\s,:[\]{}"']/ : /\s/;
  let start = offset;
  while (start > lineStart && !stop.test(text[start - 1]!)) start--;
  let end = offset;
  while (end < lineEnd && !stop.test(text[end]!) && text[end] !== ':') end++;
  return { range: { start, end }, flow };
}

function quotedAt(line: string, column: number): Range | undefined {
  for (const match of line.matchAll(/"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?/g)) {
    const end = match.index + match[0].length;
    const closed = match[0].length > 1 && match[0].endsWith(match[0][0]!);
    if (match.index < column && (column < end || (column === end && !closed))) return { start: match.index, end };
  }
  return undefined;
}

/** Whether brackets are open before an offset; those in strings and comments do not count. */
function insideFlow(text: string, offset: number): boolean {
  let open = 0;
  for (const [token] of text.slice(0, offset).matchAll(/"(?:[^"\\\n]|\\.)*"|(?<=[\s:[{,])'[^'\n]*'|(?<=^|\s)#.*|(?<=^|[\s:,[{-])[[{]|[\]}]/gm)) {
    if (token === '[' || token === '{') open++;
    else if (token === ']' || token === '}') open = Math.max(0, open - 1);
  }
  return open > 0;
}

interface Located {
  readonly places: readonly Place[];
  /** The map that the word is a key of. */
  readonly map: MapNode | undefined;
}

/** Reads the text with the marker as a key or as a value and finds it; undefined where it cannot be one. */
function locate(text: string, word: Word, as: 'key' | 'value'): Located | undefined {
  const { start, end } = word.range;
  const before = text.slice(0, start);
  const after = text.slice(end);
  const isKey = /^[ \t]*:(\s|$)/.test(after) && as === 'key';
  const comma = word.flow && /^\s*["'\w[{-]/.test(after) ? ',' : '';
  const inserted = as === 'key' ? (isKey ? `"${marker}"` : `"${marker}": 0${comma}`) : `"${marker}"${comma}`;
  // After "key: " a second key on the line would be read as a nested map, which block style does not allow.
  if (as === 'key' && (word.flow ? !/[{,]\s*$/.test(withoutComments(before)) : !/(^|\n)[ \t]*(- +)*$/.test(before))) return undefined;
  const document = parseSource(before + inserted + after, 'yaml');
  // Texts beyond the parser's limits are not worth a second look at every key.
  if (!document.root || document.problems.some((problem) => problem.code.startsWith('source/'))) return undefined;
  const root = checkedValue(document.root);
  const { places, onKey } = placesAt(root, start + 1);
  const last = places.at(-1)!;
  if (as === 'value') return last.node.kind === 'scalar' && last.node.value === marker ? { places, map: undefined } : undefined;
  if (!onKey || last.entry?.key !== marker || last.parent?.node.kind !== 'map') return undefined;
  // In a YAML list "[a, key: 1]" is a map too, but nobody means it.
  if (word.flow && !last.parent.node.flow) return undefined;
  if (word.flow && last.parent.node.range.start === start) return undefined;
  return { places: places.slice(0, -1), map: last.parent.node };
}

function withoutComments(text: string): string {
  return text.replaceAll(/(^|\s)#.*$/gm, '$1');
}

function keyCompletions(set: SchemaSet, { places, map }: Located & { readonly map: MapNode }, setting: Setting): Completion[] {
  const { text, word, style } = setting;
  const keyOnly = /^[ \t]*:/.test(text.slice(word.range.end));
  const comma = needsComma(text, word) ? ',' : '';
  return [...knownKeys(set, places, map)].map(([key, { schemas, required }]): Completion => {
    const parts = schemas.flatMap((schema) => mergedParts(schema));
    const name = keyText(key, style, word.flow);
    const snippet = keyOnly ? name : `${name}:${valueSnippet(parts[0], setting)}${comma}`;
    return { kind: 'key', label: key, snippet, range: word.range, info: parts.length > 0 ? describeSchemas(parts, required) : undefined, preferred: required };
  });
}

/** What follows a new key: its default or an empty value with the cursor in it. */
function valueSnippet(schema: Schema | undefined, { text, word, style: fixed }: Setting): string {
  if (!schema) return ' $0';
  const style = withTabStops(fixed);
  const template = placeholder(schema);
  if (word.flow) return ` ${writeFlow(template, style, '')}`;
  // The editor indents further lines like the line of the cursor, which may begin with dashes.
  const lineStart = text.lastIndexOf('\n', word.range.start - 1) + 1;
  const dashes = /^[ \t]*((?:- +)*)/.exec(text.slice(lineStart, word.range.start))![1]!.length;
  const next = `\n${' '.repeat(dashes)}\t`;
  if (template.kind === 'list') return template.items.length === 0 ? `${next}- $0` : template.items.map((item) => `${next}- ${writeInline(item, style)}`).join('');
  if (template.kind === 'scalar') return ` ${writeInline(template, style)}`;
  if (template.entries.length === 0) return `${next}$0`;
  return template.entries.map(([key, value]) => `${next}${keyText(key, style, false)}: ${writeInline(value, style)}`).join('');
}

function valueCompletions(set: SchemaSet, { places }: Located, { text, word, style }: Setting): Completion[] {
  const validator = new Validator(set);
  const place = places.at(-1)!;
  const unknown: Place = { ...place, node: { kind: 'scalar', value: null, style: 'missing', range: place.node.range } satisfies ScalarNode };
  const parts = applicable(schemasOf(set.root, places, validator, 'typing'), unknown, validator, 'any').filter((part) => part.verdict === undefined);
  const offered = new Map<string, Completion>();
  const comma = needsComma(text, word) ? ',' : '';
  const offer = (template: Template, part: Schema, preferred: boolean): void => {
    const label = writeInline(template, { format: style.format, unit: '  ' });
    if (offered.has(label)) return;
    const multi = word.flow && template.kind !== 'scalar';
    const snippet = (multi ? writeFlow(template, style, '') : writeInline(template, style)) + comma;
    offered.set(label, { kind: 'value', label, snippet, range: word.range, info: describeSchemas([part], false), preferred });
  };
  for (const part of parts) if (part.default) offer(templateOf(part.default), part, true);
  for (const part of parts) {
    const values = part.enum ?? (part.const ? [part.const] : (part.examples ?? []));
    for (const value of values) offer(templateOf(value), part, false);
    for (const type of part.enum || part.const ? [] : (part.types ?? [])) {
      if (type === 'boolean') for (const json of ['true', 'false']) offer({ kind: 'scalar', json }, part, false);
      else if (type === 'null') offer({ kind: 'scalar', json: 'null' }, part, false);
      else if (type === 'object' && word.flow) offer(placeholder(part), part, false);
      else if (type === 'array' && word.flow) offer({ kind: 'list', items: [] }, part, false);
    }
  }
  return [...offered.values()];
}

/** In flow style what is inserted before another entry needs a comma. */
function needsComma(text: string, word: Word): boolean {
  return word.flow && /^\s*["'\w[{-]/.test(text.slice(word.range.end));
}

/** A style that makes a numbered tab stop of every scalar; each snippet needs its own. */
function withTabStops(style: Style): Style {
  let stops = 0;
  const scalar = (value: string): string => {
    stops++;
    return value === '""' ? `"$${stops}"` : `\${${stops}:${escapeSnippet(value)}}`;
  };
  return { ...style, scalar };
}

function escapeSnippet(text: string): string {
  return text.replaceAll(/[\\$}]/g, '\\$&');
}

