/** Lexical grammar (google-workflows 2.2). Offsets count UTF-16 units of the expression's text. */
export interface Token {
  readonly kind: 'name' | 'integer' | 'double' | 'string' | 'symbol' | 'word' | 'end' | 'error';
  /** The symbol, the word operator in lower case, the name, or for errors what is wrong. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The decoded value of a string. */
  readonly value?: string;
  /** The quote of a string that is not closed. */
  readonly open?: string;
  /** A word operator as it is written: after a dot it is a name. */
  readonly spelled?: string;
}

const symbols = ['//', '<=', '>=', '==', '!=', '(', ')', '[', ']', ',', '.', '+', '-', '*', '/', '%', '<', '>'];
const words = new Set(['and', 'or', 'not', 'in', 'AND', 'OR', 'NOT', 'IN']);
const hints = new Map([
  ['{', ': a map cannot be written in one, assign it to a variable first'],
  ['$', ': ${…} stands around the whole expression once'],
  ['=', ': values are compared with =='],
  ['&', ': write and'],
  ['|', ': write or'],
  ['!', ': write not'],
]);
const escapes: Readonly<Record<string, string>> = { '"': '"', "'": "'", '\\': '\\', '/': '/', n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text[at]!;
    if (char === ' ' || char === '\t' || char === '\n' || char === '\r') {
      at++;
      continue;
    }
    const token = next(text, at);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: 'end', text: '', start: text.length, end: text.length });
  return tokens;
}

function next(text: string, start: number): Token {
  const rest = text.slice(start, start + 400);
  const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(rest)?.[0];
  if (name !== undefined) {
    const end = start + name.length;
    return words.has(name) ? { kind: 'word', text: name.toLowerCase(), spelled: name, start, end } : { kind: 'name', text: name, start, end };
  }
  const number = /^(?:\d+\.\d+|\d+|\.\d+)(?:[eE][+-]?\d+)?/.exec(rest)?.[0];
  if (number !== undefined) {
    return { kind: /^\d+$/.test(number) ? 'integer' : 'double', text: number, start, end: start + number.length };
  }
  if (rest[0] === '"' || rest[0] === "'") return string(text, start, rest[0]);
  const symbol = symbols.find((candidate) => rest.startsWith(candidate));
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, start, end: start + symbol.length };
  const char = String.fromCodePoint(text.codePointAt(start)!);
  return { kind: 'error', text: `${JSON.stringify(char)} has no meaning in an expression${hints.get(char) ?? ''}`, start, end: start + char.length };
}

function string(text: string, start: number, quote: string): Token {
  let value = '';
  let at = start + 1;
  while (at < text.length) {
    const char = text[at]!;
    if (char === quote) return { kind: 'string', text: 'string', start, end: at + 1, value };
    if (char !== '\\') {
      value += char;
      at++;
      continue;
    }
    const unicode = /^u([0-9a-fA-F]{4})/.exec(text.slice(at + 1, at + 6));
    const escaped = escapes[text[at + 1] ?? ''];
    if (unicode) {
      value += String.fromCharCode(Number.parseInt(unicode[1]!, 16));
      at += 6;
    } else {
      // An escape the documents do not list keeps its backslash, as in a regular expression written without care.
      value += escaped ?? text.slice(at, at + 2);
      at += 2;
    }
  }
  return { kind: 'error', text: `this string has no closing ${quote}`, start, end: text.length, open: quote };
}
