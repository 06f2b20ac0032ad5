import type { JsonText } from './record.ts';

/** Beyond this the text moves no further to the right: indenting what is nested 100,000 deep would fill the memory. */
const deepestIndent = 50;

/**
 * Lays out one JSON value over lines, two blanks a level. Works on the text itself, so that every number is shown as
 * it is kept: 1.0 is not 1, and integers go beyond 2^53. Letters that were escaped (as Python does with all beyond ASCII)
 * are shown as they are. Text that is not JSON comes back unharmed.
 */
export function prettyJson(json: JsonText): string {
  const parts: string[] = [];
  let depth = 0;
  const line = (): void => void parts.push('\n', '  '.repeat(Math.min(Math.max(depth, 0), deepestIndent)));
  const tokens = /[{[]\s*[}\]]|[{}[\],:"]|[^\s{}[\],:"]+/g;
  for (let found = tokens.exec(json); found; found = tokens.exec(json)) {
    let [token] = found;
    if (token === '"') {
      tokens.lastIndex = endOfString(json, found.index);
      token = readable(json.slice(found.index, tokens.lastIndex));
    }
    switch (token) {
      case '{':
      case '[':
        depth++;
        parts.push(token);
        line();
        break;
      case '}':
      case ']':
        depth--;
        line();
        parts.push(token);
        break;
      case ',':
        parts.push(token);
        line();
        break;
      case ':':
        parts.push(': ');
        break;
      default:
        parts.push(/^[{[]/.test(token) ? token[0]! + token.at(-1)! : token);
    }
  }
  return parts.join('');
}

/** JavaScript escapes only what cannot be shown: control characters and halves of characters. */
function readable(string: string): string {
  if (!string.includes('\\u')) return string;
  try {
    return JSON.stringify(JSON.parse(string));
  } catch {
    return string;
  }
}

/** Not by the expression: one that remembers every escape runs out of stack where a string has millions. */
function endOfString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    if (json[at] === '\\') at++;
    else if (json[at] === '"') return at + 1;
  }
  return json.length;
}
