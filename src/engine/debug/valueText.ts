import { DebugError } from '../../debuggee/debuggee.ts';
import { Raised } from '../../machine/error.ts';
import { printJson } from '../../machine/json.ts';
import { doubleText } from '../../machine/number.ts';
import { Bytes, Double, FunctionValue, ListValue, MapValue, type Value } from '../../machine/value.ts';

/** Characters of a string, and of a preview of a list or map, that fit a line of the variables view or a hover. */
const stringLength = 400;
const previewLength = 120;
const previewBytes = 16;

/** A value on one line. Strings are quoted, doubles have a point or exponent, and what is long is cut with `…`. */
export function displayText(value: Value): string {
  if (value instanceof ListValue || value instanceof MapValue) return preview(value, previewLength, 2);
  return scalarText(value, stringLength);
}

/** What a log message prints: strings as they are. */
export function plainText(value: Value): string {
  return typeof value === 'string' ? value : value instanceof ListValue || value instanceof MapValue ? preview(value, stringLength, 4) : scalarText(value, stringLength);
}

/**
 * The whole value as indented JSON. Bytes, which JSON lacks, are written as Base64 text, functions by their name.
 * Throws `DebugError` for a value whose text would be too long.
 */
export function fullText(value: Value): string {
  try {
    return printJson(jsonForm(value), { prefix: '', indent: '  ' }, 'insertion');
  } catch (error) {
    if (error instanceof Raised) throw new DebugError(error.headline);
    throw error;
  }
}

function jsonForm(value: Value): Value {
  if (value instanceof ListValue) return new ListValue(value.items.map(jsonForm));
  if (value instanceof MapValue) return new MapValue(new Map([...value.entries].map(([key, item]) => [key, jsonForm(item)])));
  if (value instanceof Bytes) return btoa(Array.from(value.data, (byte) => String.fromCharCode(byte)).join(''));
  if (value instanceof FunctionValue) return value.name;
  return value instanceof Double && !Number.isFinite(value.value) ? doubleText(value.value) : value;
}

function scalarText(value: Exclude<Value, ListValue | MapValue>, limit: number): string {
  if (typeof value === 'string') return JSON.stringify(cut(value, limit));
  if (value === null || typeof value !== 'object') return String(value);
  if (value instanceof Double) return doubleText(value.value);
  return value instanceof Bytes ? bytesText(value) : `function ${value.name}`;
}

function bytesText({ data }: Bytes): string {
  const shown = Array.from(data.subarray(0, previewBytes), (byte) => byte.toString(16).padStart(2, '0'));
  if (data.length > previewBytes) shown.push('…');
  return ['bytes', `(${data.length})`, ...shown].join(' ');
}

function preview(value: ListValue | MapValue, limit: number, depth: number): string {
  const isList = value instanceof ListValue;
  const size = isList ? value.items.length : value.entries.size;
  const head = isList ? `(${size}) ` : '';
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (size === 0) return `${head}${open}${close}`;
  if (depth === 0) return `${head}${open}…${close}`;
  const parts: string[] = [];
  let length = 0;
  for (const [key, item] of isList ? value.items.entries() : value.entries) {
    const inner = item instanceof ListValue || item instanceof MapValue ? preview(item, Math.floor(limit / 2), depth - 1) : scalarText(item, 40);
    const part = typeof key === 'number' ? inner : `${keyText(key)}: ${inner}`;
    length += part.length + 2;
    if (length > limit && parts.length > 0) {
      parts.push('…');
      break;
    }
    parts.push(part);
  }
  return `${head}${open}${parts.join(', ')}${close}`;
}

function keyText(key: string): string {
  return isName(key) ? key : JSON.stringify(cut(key, 40));
}

function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  // Half a surrogate pair would show as a broken character.
  const end = /[\ud800-\udbff]/.test(text.charAt(limit - 1)) ? limit - 1 : limit;
  return `${text.slice(0, end)}…`;
}

const words = new Set(['and', 'or', 'not', 'in', 'true', 'false', 'null']);

/** Whether a key can stand after a point, and a variable anywhere. */
function isName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) && !words.has(text.toLowerCase());
}

/** The expression that reads a part of what another expression gives. */
export function partExpression(container: string, key: string | number): string {
  if (typeof key === 'number') return `${container}[${key}]`;
  return isName(key) ? `${container}.${key}` : `${container}[${JSON.stringify(key)}]`;
}
