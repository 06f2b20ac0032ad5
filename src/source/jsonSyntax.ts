import type { Range } from './text.ts';

export interface JsonFault {
  readonly message: string;
  readonly range: Range;
}

/**
 * The first place at which a text is not JSON (RFC 8259), of what YAML forgives: comments, trailing commas, quotes left
 * out. The platform's own parser does not always tell the place. Recurses as deep as the text nests.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  try {
    new Checker(text).document();
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return { message: error.message, range: error.range };
    throw error;
  }
}

class Fault extends Error {
  readonly range: Range;
  constructor(message: string, range: Range) {
    super(message);
    this.range = range;
  }
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/y;
// Everything from the space on but the quote and the backslash stands for itself.
const string = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const word = /(?:true|false|null)(?!\w)/y;
const space = /[ \t\r\n]*/y;

class Checker {
  readonly #text: string;
  #at: number;

  constructor(text: string) {
    this.#text = text;
    // A byte order mark is no part of the text.
    this.#at = text.startsWith('\ufeff') ? 1 : 0;
  }

  document(): void {
    this.#value();
    if (this.#at < this.#text.length) this.#fail('nothing should follow the value');
  }

  #value(): void {
    this.#take(space);
    const first = this.#text[this.#at];
    if (first === '{') this.#items('}', () => this.#entry());
    else if (first === '[') this.#items(']', () => this.#value());
    else if (first === '"') this.#string('a string is not closed, or has a line break, a tab or an unknown escape in it');
    else if (!this.#take(number) && !this.#take(word)) this.#fail(this.#mistake());
    this.#take(space);
  }

  #entry(): void {
    this.#take(space);
    this.#string('a key in double quotes should stand here');
    this.#take(space);
    if (this.#text[this.#at] !== ':') this.#fail('":" should follow the key');
    this.#at++;
    this.#value();
  }

  #items(close: '}' | ']', item: () => void): void {
    this.#at++;
    this.#take(space);
    if (this.#text[this.#at] === close) {
      this.#at++;
      return;
    }
    for (;;) {
      item();
      const next = this.#text[this.#at];
      if (next !== ',' && next !== close) this.#fail(`"," or "${close}" should stand here`);
      const comma = this.#at++;
      if (next === close) return;
      this.#take(space);
      if (this.#text[this.#at] === close) throw new Fault(`no comma should stand before "${close}"`, { start: comma, end: comma + 1 });
    }
  }

  #string(message: string): void {
    if (!this.#take(string)) this.#fail(message);
  }

  #mistake(): string {
    const rest = this.#text.slice(this.#at, this.#at + 8);
    if (/^(?:true|false|null)(?!\w)/i.test(rest)) return 'true, false and null are written in lower case';
    if (rest.startsWith("'")) return 'strings stand in double quotes';
    if (/^[-+.]?\d/.test(rest)) return 'this is no JSON number';
    return rest === '' ? 'a value should stand here' : 'a value should stand here; strings stand in double quotes';
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }

  #fail(message: string): never {
    const start = Math.min(this.#at, Math.max(this.#text.length - 1, 0));
    const length = /^[\w.+'-]+/.exec(this.#text.slice(start, start + 100))?.[0].length ?? 1;
    const comment = /^(?:\/[/*]|#)/.test(this.#text.slice(start, start + 2));
    throw new Fault(comment ? 'JSON has no comments' : message, { start, end: Math.min(start + length, this.#text.length) });
  }
}
