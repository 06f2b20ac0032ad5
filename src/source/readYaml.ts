import { parseDocument, visit, type Document, type Scalar as YamlScalar, type YAMLError } from 'yaml';
import type { Range } from './text.ts';

/** Integers must not become doubles; `!!binary` and its like, which belong to YAML 1.1, would become values that are no data. */
const options = { intAsBigInt: true, prettyErrors: false, uniqueKeys: false, logLevel: 'error', resolveKnownTags: false } as const;

/** UTF-16 units that are read again at most because of covered expressions: a small text often, a large one a few times. */
const rereadLimit = 512 * 1024;
/** UTF-16 units of the longest expression that is looked for: far beyond what is allowed. */
const longest = 4000;

export interface ReadText {
  readonly document: Document.Parsed;
  /** What the text says where another one was given to the YAML parser. */
  readonly covered: ReadonlyMap<YamlScalar, string>;
}

/**
 * Reads YAML. Workflows takes two things that YAML 1.2 does not, both in samples that Google runs: an unquoted `${…}`
 * in a flow list or map (`[${key}]`), and a quoted one whose further lines are indented as little as its key. Where the
 * parser stumbles over one of them, it is given the text again with harmless characters in that place.
 */
export function readYaml(text: string): ReadText {
  const document = parseDocument(text, options);
  const covered = document.errors.length === 0 ? undefined : readCovered(text, document);
  return covered ?? { document, covered: new Map() };
}

function readCovered(text: string, first: Document.Parsed): ReadText | undefined {
  let document = first;
  let given = text;
  for (let reread = text.length; document.errors.length > 0; reread += text.length) {
    const next = cover(given, document.errors.flatMap((error) => stumblingBlock(given, error) ?? []));
    if (next === given || reread > rereadLimit) return undefined;
    given = next;
    document = parseDocument(given, options);
  }
  const covered = new Map<YamlScalar, string>();
  let readable = true as boolean;
  visit(document, {
    Scalar: (_key, scalar) => {
      const [start = 0, end = 0] = scalar.range ?? [];
      const own = text.slice(start, end);
      if (own === given.slice(start, end)) return;
      const alone = parseDocument(own, options);
      const value: unknown = alone.errors.length === 0 ? alone.toJS() : undefined;
      if (typeof value === 'string') covered.set(scalar, value);
      else readable = false;
    },
  });
  return readable ? { document, covered } : undefined;
}

interface Block extends Range {
  /** The characters to cover, and what covers them. */
  readonly what: RegExp;
  readonly by: string;
}

/** The expression that an error stands at; undefined where the error is another one. */
function stumblingBlock(text: string, { code, pos: [at] }: YAMLError): Block | undefined {
  if (code !== 'MISSING_CHAR' && code !== 'UNEXPECTED_TOKEN') return undefined;
  if (text.startsWith('${', at - 1)) {
    const close = closingBrace(text, at + 1, at + longest);
    return close === undefined ? undefined : { start: at, end: close + 1, what: /[{}[\],]/g, by: 'x' };
  }
  const start = quoteBefore(text, at);
  const end = start === undefined ? undefined : closingQuote(text, start);
  // Line by line they are folded to one space; here they only have to stand on one line.
  return start === undefined || end === undefined ? undefined : { start, end, what: /[\r\n]/g, by: ' ' };
}

function cover(text: string, blocks: readonly Block[]): string {
  const parts: string[] = [];
  let done = 0;
  for (const { start, end, what, by } of blocks) {
    if (start < done) continue;
    parts.push(text.slice(done, start), text.slice(start, end).replace(what, by));
    done = end;
  }
  return parts.join('') + text.slice(done);
}

/** The quote of a quoted expression that begins on the line that ends at a place and does not end on it. */
function quoteBefore(text: string, at: number): number | undefined {
  if (text[at] !== '\n' && text[at] !== '\r') return undefined;
  const line = text.lastIndexOf('\n', at - 1) + 1;
  for (let i = text.indexOf('${', line); i > 0 && i < at; i = text.indexOf('${', i + 2)) {
    const isQuoted = text[i - 1] === '"' || text[i - 1] === "'";
    if (isQuoted && !/(?:^|\s)#/.test(text.slice(line, i)) && (closingQuote(text, i - 1) ?? 0) > at) return i - 1;
  }
  return undefined;
}

/** Where the quoted scalar that begins at a place ends: its closing quote. */
function closingQuote(text: string, from: number): number | undefined {
  const quote = text[from];
  for (let i = from + 1; i < Math.min(text.length, from + longest); i++) {
    if (quote === '"' && text[i] === '\\') i++;
    else if (text[i] === quote && quote === "'" && text[i + 1] === "'") i++;
    else if (text[i] === quote) return i;
  }
  return undefined;
}

/** The `}` of a `${` whose text begins at `from`, before `limit` and outside strings. Braces within are counted: expressions have none of their own. */
export function closingBrace(text: string, from: number, limit = text.length): number | undefined {
  let quote: string | undefined;
  let open = 1;
  for (let i = from; i < Math.min(text.length, limit); i++) {
    const char = text[i]!;
    if (quote !== undefined) {
      if (char === '\\') i++;
      else if (char === quote) quote = undefined;
    } else if (char === '"' || char === "'") {
      quote = char;
    } else if (char === '{') {
      open++;
    } else if (char === '}' && --open === 0) {
      return i;
    }
  }
  return undefined;
}
