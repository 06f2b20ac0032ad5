import { invalid } from './apiError.ts';

/**
 * Filters of lists (AIP-160): comparisons of fields, AND, OR, NOT (or `-`), parentheses, quoted texts, keys of maps
 * such as `labels.team`. As the rule says, OR binds closer than AND, and terms side by side are joined by AND.
 */
export type Filter<T> = (item: T) => boolean;

/** What a filter may ask for, by name. */
export type FilterFields<T> = ReadonlyMap<string, FilterField<T>>;

export type FilterField<T> =
  | { readonly kind: 'text' | 'time' | 'duration'; readonly of: (item: T) => string | undefined }
  | { readonly kind: 'bool'; readonly of: (item: T) => boolean }
  | { readonly kind: 'int'; readonly of: (item: T) => number | undefined }
  /** Any of several texts. */
  | { readonly kind: 'texts'; readonly of: (item: T) => readonly string[] }
  | { readonly kind: 'map'; readonly of: (item: T) => Readonly<Record<string, string>> };

/** Characters of a filter, and parentheses in parentheses. */
const lengthLimit = 4096;
const depthLimit = 50;

/** Reads a filter; an empty one takes everything. Throws `ApiError` (INVALID_ARGUMENT) that names the place. */
export function parseFilter<T>(text: string, fields: FilterFields<T>): Filter<T> {
  if (text.length > lengthLimit) throw invalid(`filter has at most ${lengthLimit} characters; got ${text.length}.`);
  return new FilterParser(text, fields).parse();
}

/** The text that a field must have for a filter to take anything, where that is plain: `state = "FAILED" AND …`. */
export function requiredText(text: string, field: string): string | undefined {
  const tokens = tokensOf(text);
  if (tokens.some(({ kind, text: word }) => kind === '(' || kind === '-' || (kind === 'word' && (word === 'OR' || word === 'NOT')))) return undefined;
  const at = tokens.findIndex(({ kind, text: word }, i) => kind === 'word' && word === field && tokens[i + 1]?.text === '=' && tokens[i - 1]?.kind !== 'comparator');
  const value = at < 0 ? undefined : tokens[at + 2]?.text;
  return value?.includes('*') === true ? undefined : value;
}

type Comparator = '=' | '!=' | '<' | '<=' | '>' | '>=' | ':';

interface Token {
  readonly kind: 'word' | 'string' | 'comparator' | '(' | ')' | '-' | 'end';
  readonly text: string;
  readonly at: number;
}

/** A colon between digits belongs to a time. */
const tokenPattern = /\s*(?:(?<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<comparator>!=|<=|>=|[=<>:])|(?<mark>[()])|(?<minus>-(?=[A-Za-z_(]))|(?<word>(?:[^\s()"'=<>!:]|(?<=\d):(?=\d))+))/suy;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(tokenPattern);
  while (pattern.lastIndex < text.trimEnd().length) {
    const from = pattern.lastIndex;
    const groups: Readonly<Record<string, string | undefined>> | undefined = pattern.exec(text)?.groups;
    if (!groups) throw invalid(`filter: ${JSON.stringify(text.slice(from).trimStart()[0])} at character ${text.length - text.slice(from).trimStart().length + 1} does not belong there.`);
    const [kind, found = ''] = Object.entries(groups).find(([, part]) => part !== undefined)!;
    const at = pattern.lastIndex - found.length;
    if (kind === 'string') tokens.push({ kind, text: found.slice(1, -1).replace(/\\(.)/gsu, '$1'), at });
    else if (kind === 'mark') tokens.push({ kind: found as '(' | ')', text: found, at });
    else tokens.push({ kind: kind === 'minus' ? '-' : (kind as 'comparator' | 'word'), text: found, at });
  }
  tokens.push({ kind: 'end', text: 'the end', at: text.length });
  return tokens;
}

class FilterParser<T> {
  readonly #tokens: readonly Token[];
  readonly #fields: FilterFields<T>;
  #next = 0;
  #depth = 0;

  constructor(text: string, fields: FilterFields<T>) {
    this.#tokens = tokensOf(text);
    this.#fields = fields;
  }

  parse(): Filter<T> {
    if (this.#peek().kind === 'end') return () => true;
    const filter = this.#expression();
    if (this.#peek().kind !== 'end') throw this.#unexpected('AND, OR or the end');
    return filter;
  }

  #peek(): Token {
    return this.#tokens[this.#next]!;
  }

  #take(): Token {
    return this.#tokens[this.#next++]!;
  }

  #isWord(word: string): boolean {
    return this.#peek().kind === 'word' && this.#peek().text === word;
  }

  #expression(): Filter<T> {
    const parts = [this.#alternatives()];
    for (;;) {
      if (this.#isWord('AND')) this.#take();
      else if (this.#peek().kind === 'end' || this.#peek().kind === ')') break;
      parts.push(this.#alternatives());
    }
    return (item) => parts.every((part) => part(item));
  }

  #alternatives(): Filter<T> {
    const parts = [this.#term()];
    while (this.#isWord('OR')) {
      this.#take();
      parts.push(this.#term());
    }
    return (item) => parts.some((part) => part(item));
  }

  #term(): Filter<T> {
    if (this.#isWord('NOT') || this.#peek().kind === '-') {
      this.#take();
      const inner = this.#simple();
      return (item) => !inner(item);
    }
    return this.#simple();
  }

  #simple(): Filter<T> {
    if (this.#peek().kind !== '(') return this.#comparison();
    if (++this.#depth > depthLimit) throw invalid(`filter: parentheses stand at most ${depthLimit} deep.`);
    this.#take();
    const inner = this.#expression();
    if (this.#peek().kind !== ')') throw this.#unexpected(')');
    this.#take();
    this.#depth--;
    return inner;
  }

  #comparison(): Filter<T> {
    const name = this.#peek();
    if (name.kind !== 'word' || ['AND', 'OR', 'NOT'].includes(name.text)) throw this.#unexpected('the name of a field');
    this.#take();
    const dot = name.text.indexOf('.');
    const field = this.#fields.get(dot < 0 ? name.text : name.text.slice(0, dot));
    if (!field || (dot >= 0 && field.kind !== 'map')) {
      throw invalid(`filter: ${JSON.stringify(name.text)} at character ${name.at + 1} is not a field to filter by; there are ${[...this.#fields.keys()].join(', ')}.`);
    }
    if (this.#peek().kind !== 'comparator') throw this.#unexpected(`a comparison such as ${name.text} = "…"`);
    const comparator = this.#take().text as Comparator;
    const value = this.#peek();
    if (value.kind !== 'string' && value.kind !== 'word') throw this.#unexpected('a value');
    this.#take();
    return compareField(field, dot < 0 ? undefined : name.text.slice(dot + 1), comparator, value);
  }

  #unexpected(wanted: string): Error {
    const { kind, text, at } = this.#peek();
    return invalid(`filter: expected ${wanted} at character ${at + 1}; found ${kind === 'end' ? text : JSON.stringify(text)}.`);
  }
}

function compareField<T>(field: FilterField<T>, key: string | undefined, comparator: Comparator, { text, at }: Token): Filter<T> {
  const wrong = (wanted: string): Error => invalid(`filter: expected ${wanted} at character ${at + 1}; found ${JSON.stringify(text)}.`);
  switch (field.kind) {
    case 'text': {
      const holds = compareText(comparator, text);
      return (item) => holds(field.of(item));
    }
    case 'texts': {
      const holds = compareText(comparator === '!=' ? '=' : comparator, text);
      return (item) => field.of(item).some(holds) !== (comparator === '!=');
    }
    case 'bool': {
      if ((text !== 'true' && text !== 'false') || !['=', '!=', ':'].includes(comparator)) throw wrong('= true or = false');
      const wanted = (text === 'true') !== (comparator === '!=');
      return (item) => field.of(item) === wanted;
    }
    case 'int': {
      if (!/^-?\d{1,15}$/.test(text)) throw wrong('a whole number');
      const holds = compareNumber(comparator, Number(text));
      return (item) => {
        const value = field.of(item);
        return value === undefined ? comparator === '!=' : holds(value);
      };
    }
    case 'time':
    case 'duration': {
      const read = field.kind === 'time' ? Date.parse : secondsOf;
      const wanted = read(text);
      if (Number.isNaN(wanted)) throw wrong(field.kind === 'time' ? 'a time such as "2026-01-31T08:00:00Z"' : 'a duration such as 1.5s');
      const holds = compareNumber(comparator, wanted);
      return (item) => {
        const value = field.of(item);
        return value === undefined ? comparator === '!=' : holds(read(value));
      };
    }
    case 'map': {
      if (key !== undefined) {
        const holds = compareText(comparator, text);
        return (item) => holds(Object.hasOwn(field.of(item), key) ? field.of(item)[key] : undefined);
      }
      // `labels:team`: the map has the key.
      if (comparator !== ':') throw wrong('a key, as in labels.team = "blue" or labels:team');
      return (item) => Object.hasOwn(field.of(item), text);
    }
  }
}

function secondsOf(text: string): number {
  return /^\d+(\.\d+)?s?$/.test(text) ? Number.parseFloat(text) : Number.NaN;
}

function compareNumber(comparator: Comparator, wanted: number): (value: number) => boolean {
  switch (comparator) {
    case '=':
    case ':':
      return (value) => value === wanted;
    case '!=':
      return (value) => value !== wanted;
    case '<':
      return (value) => value < wanted;
    case '<=':
      return (value) => value <= wanted;
    case '>':
      return (value) => value > wanted;
    case '>=':
      return (value) => value >= wanted;
  }
}

/** `*` at the ends of a text stands for anything; alone, with `:`, it asks whether there is a value. */
function compareText(comparator: Comparator, wanted: string): (value: string | undefined) => boolean {
  const matches = textPattern(wanted);
  switch (comparator) {
    case '=':
    case ':':
      return (value) => value !== undefined && matches(value);
    case '!=':
      return (value) => value === undefined || !matches(value);
    case '<':
      return (value) => value !== undefined && value < wanted;
    case '<=':
      return (value) => value !== undefined && value <= wanted;
    case '>':
      return (value) => value !== undefined && value > wanted;
    case '>=':
      return (value) => value !== undefined && value >= wanted;
  }
}

function textPattern(wanted: string): (value: string) => boolean {
  if (wanted === '*') return () => true;
  const [open, close] = [wanted.startsWith('*'), wanted.endsWith('*')];
  const part = wanted.slice(open ? 1 : 0, close ? -1 : undefined);
  if (open && close) return (value) => value.includes(part);
  if (open) return (value) => value.endsWith(part);
  return close ? (value) => value.startsWith(part) : (value) => value === part;
}
