import type { DataNode } from '../source/data.ts';
import { compareCodePoints } from './comparison.ts';
import { raised } from './error.ts';
import { checkNesting, jsonTextLimit, nestingLimit } from './limits.ts';
import { doubleText, integerLiteral } from './number.ts';
import { jsonKeyOrder } from './switches.ts';
import { Bytes, Double, integer, ListValue, MapValue, type FunctionValue, type Value } from './value.ts';

/**
 * JSON as the language has it: `1` is an integer and `1.0` a double, integers are exact to 64 bits, keys that are read
 * keep their order and the last of equal keys wins. JSON.parse can do none of this.
 */

/** A text that is no JSON. `offset` counts UTF-16 units from the text's start. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Reads one JSON value. Throws `JsonError`, also for values nested deeper than `nestingLimit`. */
export function parseJson(text: string): Value {
  return new Reader(text).document();
}

/** Lines of JSON: `indent` once per level, `prefix` first on each line but the first. */
export interface JsonLayout {
  readonly prefix: string;
  readonly indent: string;
}

/**
 * Writes JSON, on one line without spaces unless a layout is given. Another `order` of keys is for texts that no
 * workflow sees. Raises ValueError for bytes, functions and doubles without a JSON form, ResourceLimitError for what is
 * nested too deep or too long.
 */
export function printJson(value: Value, layout?: JsonLayout, order = jsonKeyOrder): string {
  return new Printer(layout, order === 'sorted').print(value);
}

/** The value of a data tree. Integers beyond int64 follow the switch `hugeIntegers`. Throws `JsonError` at the place. */
export function fromData(node: DataNode): Value {
  return fromNode(node, 0);
}

function fromNode(node: DataNode, depth: number): Value {
  if (depth > nestingLimit) throw new JsonError(`nested more than ${nestingLimit} levels deep`, node.range.start);
  switch (node.kind) {
    case 'list':
      return new ListValue(node.items.map((item) => fromNode(item, depth + 1)));
    case 'map':
      return new MapValue(new Map(node.entries.map((entry) => [entry.key, fromNode(entry.value, depth + 1)])));
    case 'scalar': {
      const { value } = node;
      if (typeof value === 'number') return new Double(value);
      if (typeof value !== 'bigint') return value;
      const result = integer(value) ?? integerLiteral(String(value));
      if (result === undefined) throw new JsonError('the integer does not fit into 64 bits', node.range.start);
      return result;
    }
  }
}

const numberPattern = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
// Everything a JSON string may hold as it is: no quote, no backslash, no control character.
const plainPattern = /[ !#-[\]-\uffff]*/y;

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Value {
    this.#skipSpace();
    const value = this.#value(0);
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail('expected the end of the JSON text');
    return value;
  }

  #value(depth: number): Value {
    if (depth > nestingLimit) this.#fail(`the JSON value is nested more than ${nestingLimit} levels deep`);
    switch (this.#text.charCodeAt(this.#at)) {
      case 0x7b:
        return this.#map(depth);
      case 0x5b:
        return this.#list(depth);
      case 0x22:
        return this.#string();
      case 0x74:
        return this.#word('true', true);
      case 0x66:
        return this.#word('false', false);
      case 0x6e:
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #map(depth: number): Value {
    const entries = new Map<string, Value>();
    this.#at++;
    this.#skipSpace();
    if (this.#take('}')) return new MapValue(entries);
    for (;;) {
      if (this.#text[this.#at] !== '"') this.#fail('expected a key in double quotes');
      const key = this.#string();
      this.#skipSpace();
      if (!this.#take(':')) this.#fail('expected ":" after the key');
      this.#skipSpace();
      entries.set(key, this.#value(depth + 1));
      this.#skipSpace();
      if (this.#take('}')) return new MapValue(entries);
      if (!this.#take(',')) this.#fail('expected "," or "}"');
      this.#skipSpace();
    }
  }

  #list(depth: number): Value {
    const items: Value[] = [];
    this.#at++;
    this.#skipSpace();
    if (this.#take(']')) return new ListValue(items);
    for (;;) {
      items.push(this.#value(depth + 1));
      this.#skipSpace();
      if (this.#take(']')) return new ListValue(items);
      if (!this.#take(',')) this.#fail('expected "," or "]"');
      this.#skipSpace();
    }
  }

  #string(): string {
    this.#at++;
    let result = this.#plain();
    while (!this.#take('"')) {
      if (!this.#take('\\')) this.#fail(this.#at < this.#text.length ? 'a control character in a string must be escaped' : 'the string is not closed');
      result += this.#escape() + this.#plain();
    }
    return result;
  }

  #plain(): string {
    const start = this.#at;
    plainPattern.lastIndex = start;
    plainPattern.test(this.#text);
    this.#at = plainPattern.lastIndex;
    return this.#text.slice(start, this.#at);
  }

  #escape(): string {
    const letter = this.#text[this.#at] ?? '';
    if (letter !== 'u') {
      const character = escapes.get(letter);
      if (character === undefined) this.#fail('unknown escape in a string');
      this.#at++;
      return character;
    }
    const unit = this.#unit();
    if (unit < 0xd800 || unit > 0xdfff) return String.fromCharCode(unit);
    // Half a surrogate pair is no character: strings are UTF-8 in the language.
    if (unit >= 0xdc00 || !this.#text.startsWith('\\u', this.#at)) return '\ufffd';
    const back = this.#at++;
    const low = this.#unit();
    if (low >= 0xdc00 && low <= 0xdfff) return String.fromCharCode(unit, low);
    this.#at = back;
    return '\ufffd';
  }

  /** The four digits after the `u` at the current place. */
  #unit(): number {
    const digits = this.#text.slice(this.#at + 1, this.#at + 5);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.#fail('"\\u" needs four hexadecimal digits');
    this.#at += 5;
    return Number.parseInt(digits, 16);
  }

  #number(): Value {
    numberPattern.lastIndex = this.#at;
    const match = numberPattern.exec(this.#text);
    if (!match) this.#fail(this.#at < this.#text.length ? 'expected a value' : 'the JSON text ends too early');
    const [digits, fraction, exponent] = match;
    const value = fraction === undefined && exponent === undefined ? integerLiteral(digits) : new Double(Number(digits));
    if (value === undefined) this.#fail('the integer does not fit into 64 bits');
    if (value instanceof Double && !Number.isFinite(value.value)) this.#fail('the number is too large for a double');
    this.#at += digits.length;
    return value;
  }

  #word(word: string, value: boolean | null): Value {
    if (!this.#text.startsWith(word, this.#at)) this.#fail('expected a value');
    this.#at += word.length;
    return value;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  #fail(message: string): never {
    throw new JsonError(message, this.#at);
  }
}

class Printer {
  readonly #layout: JsonLayout | undefined;
  readonly #colon: string;
  readonly #sorted: boolean;
  #length = 0;

  constructor(layout: JsonLayout | undefined, sorted: boolean) {
    this.#layout = layout;
    this.#sorted = sorted;
    this.#colon = layout ? ': ' : ':';
  }

  print(value: Value): string {
    return this.#print(value, 0);
  }

  #print(value: Value, depth: number): string {
    if (value === null) return this.#count('null');
    switch (typeof value) {
      case 'string':
        return this.#count(JSON.stringify(value));
      case 'number':
      case 'bigint':
      case 'boolean':
        return this.#count(String(value));
      default:
        if (value instanceof MapValue) return this.#map(value, depth + 1);
        if (value instanceof ListValue) return this.#list(value, depth + 1);
        if (value instanceof Double && Number.isFinite(value.value)) return this.#count(doubleText(value.value));
        throw noJson(value);
    }
  }

  #map(map: MapValue, depth: number): string {
    if (map.entries.size === 0) return this.#count('{}');
    checkNesting(depth, 'cannot write JSON:');
    const line = this.#line(depth);
    let text = '';
    for (const [key, value] of this.#sorted ? inOrder(map.entries) : map.entries) {
      text += (text === '' ? '{' : ',') + this.#count(line + JSON.stringify(key) + this.#colon) + this.#print(value, depth);
    }
    return text + this.#line(depth - 1) + '}';
  }

  #list(list: ListValue, depth: number): string {
    if (list.items.length === 0) return this.#count('[]');
    checkNesting(depth, 'cannot write JSON:');
    const line = this.#line(depth);
    let text = '';
    for (const item of list.items) text += (text === '' ? '[' : ',') + this.#count(line) + this.#print(item, depth);
    return text + this.#line(depth - 1) + ']';
  }

  #line(depth: number): string {
    return this.#layout ? `\n${this.#layout.prefix}${this.#layout.indent.repeat(depth)}` : '';
  }

  /** Values may hold one part many times: the text can be far longer than what is in memory. */
  #count(text: string): string {
    this.#length += text.length + 1;
    if (this.#length > jsonTextLimit) throw raised('ResourceLimitError', `the JSON text has more than ${jsonTextLimit} characters`);
    return text;
  }
}

function inOrder(entries: ReadonlyMap<string, Value>): Iterable<readonly [string, Value]> {
  return entries.size > 1 ? [...entries].sort(([a], [b]) => compareCodePoints(a, b)) : entries;
}

function noJson(value: Bytes | Double | FunctionValue) {
  if (value instanceof Double) return raised('ValueError', `${doubleText(value.value)} has no JSON form`);
  return raised('ValueError', value instanceof Bytes ? 'bytes have no JSON form; encode them with base64.encode first' : `the function ${value.name} has no JSON form`);
}
