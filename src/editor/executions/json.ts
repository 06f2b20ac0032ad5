import type { JsonText } from '../../execution/record.ts';

/** Beyond this the text moves no further to the right: indenting what is nested 100,000 deep would fill the memory. */
const deepestIndent = 50;

/**
 * Lays out one JSON value over lines, two blanks a level. Works on the text itself, because a parser would lose
 * what makes 1.0 and 1, or an integer beyond 2^53, different values. Text that is not JSON comes back unharmed.
 */
export function prettyJson(json: JsonText): string {
  const parts: string[] = [];
  let depth = 0;
  const line = (): void => void parts.push('\n', '  '.repeat(Math.min(Math.max(depth, 0), deepestIndent)));
  for (const { 0: token } of json.matchAll(/"(?:[^"\\]|\\.)*"|[{[]\s*[}\]]|[{}[\],:]|[^\s{}[\],:"]+|"/gs)) {
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
