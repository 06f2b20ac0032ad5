import { filterOf, secondsOf, type Comparator, type Criterion, type FieldCriterion, type Filter, type FilterField, type FilterFields } from '../execution/criterion.ts';
import { nearest } from '../execution/nearest.ts';
import { invalid } from './apiError.ts';

/**
 * Filters of lists (AIP-160): comparisons of fields, AND, OR, NOT (or `-`), parentheses, quoted texts, keys of maps
 * such as `labels.team`. As the rule says, OR binds closer than AND, and terms side by side are joined by AND.
 */

/** Characters of a filter, and parentheses in parentheses. */
const lengthLimit = 4096;
const depthLimit = 50;
const listedNames = 12;

/**
 * Reads a filter; undefined for an empty one, which takes everything. With `now`, times may also be days: `today` is its
 * beginning on this machine, `today-7` that of a week before. Throws `ApiError` (INVALID_ARGUMENT) that names the place.
 */
export function parseCriterion<T>(text: string, fields: FilterFields<T>, now?: Date): Criterion | undefined {
  if (text.length > lengthLimit) throw invalid(`filter has at most ${lengthLimit} characters; got ${text.length}.`);
  return new FilterParser(text, fields, now).parse();
}

/** As `parseCriterion`, for items that are in memory. */
export function parseFilter<T>(text: string, fields: FilterFields<T>): Filter<T> {
  const criterion = parseCriterion(text, fields);
  return criterion ? filterOf(criterion, fields) : () => true;
}

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
  readonly #now: Date | undefined;
  #next = 0;
  #depth = 0;

  constructor(text: string, fields: FilterFields<T>, now: Date | undefined) {
    this.#tokens = tokensOf(text);
    this.#fields = fields;
    this.#now = now;
  }

  parse(): Criterion | undefined {
    if (this.#peek().kind === 'end') return undefined;
    const criterion = this.#expression();
    if (this.#peek().kind !== 'end') throw this.#unexpected('AND, OR or the end');
    return criterion;
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

  #expression(): Criterion {
    const parts = [this.#alternatives()];
    for (;;) {
      if (this.#isWord('AND')) this.#take();
      else if (this.#peek().kind === 'end' || this.#peek().kind === ')') break;
      parts.push(this.#alternatives());
    }
    return parts.length === 1 ? parts[0]! : { kind: 'all', parts };
  }

  #alternatives(): Criterion {
    const parts = [this.#term()];
    while (this.#isWord('OR')) {
      this.#take();
      parts.push(this.#term());
    }
    return parts.length === 1 ? parts[0]! : { kind: 'any', parts };
  }

  #term(): Criterion {
    if (this.#isWord('NOT') || this.#peek().kind === '-') {
      this.#take();
      return { kind: 'not', part: this.#simple() };
    }
    return this.#simple();
  }

  #simple(): Criterion {
    if (this.#peek().kind !== '(') return this.#comparison();
    if (++this.#depth > depthLimit) throw invalid(`filter: parentheses stand at most ${depthLimit} deep.`);
    this.#take();
    const inner = this.#expression();
    if (this.#peek().kind !== ')') throw this.#unexpected(')');
    this.#take();
    this.#depth--;
    return inner;
  }

  #comparison(): Criterion {
    const name = this.#peek();
    if (name.kind !== 'word' || ['AND', 'OR', 'NOT'].includes(name.text)) throw this.#unexpected('the name of a field');
    this.#take();
    const dot = name.text.indexOf('.');
    const field = this.#fields.get(dot < 0 ? name.text : name.text.slice(0, dot));
    if (!field || (dot >= 0 && field.kind !== 'map')) {
      const meant = nearest(name.text, this.#fields.keys());
      const hint = meant === undefined ? `there are ${listed([...this.#fields.keys()])}.` : `did you mean ${meant}?`;
      throw invalid(`filter: ${JSON.stringify(name.text)} at character ${name.at + 1} is not a field to filter by; ${hint}`);
    }
    if (this.#peek().kind !== 'comparator') throw this.#unexpected(`a comparison such as ${name.text} = "…"`);
    const comparator = this.#take().text as Comparator;
    const value = this.#peek();
    if (value.kind !== 'string' && value.kind !== 'word') throw this.#unexpected('a value');
    this.#take();
    const [path, key] = dot < 0 ? [name.text, undefined] : [name.text.slice(0, dot), name.text.slice(dot + 1)];
    return comparison(path, field.kind, key, comparator, value, this.#now);
  }

  #unexpected(wanted: string): Error {
    const { kind, text, at } = this.#peek();
    return invalid(`filter: expected ${wanted} at character ${at + 1}; found ${kind === 'end' ? text : JSON.stringify(text)}.`);
  }
}

/** A comparison with a field of this kind. Throws `ApiError` for a value that no such field has. */
function comparison<T>(field: string, kind: FilterField<T>['kind'], key: string | undefined, comparator: Comparator, { text, at }: Token, now: Date | undefined): FieldCriterion {
  const wrong = (wanted: string): Error => invalid(`filter: expected ${wanted} at character ${at + 1}; found ${JSON.stringify(text)}.`);
  switch (kind) {
    case 'text':
    case 'texts':
      return { kind, field, comparator, wanted: text };
    case 'bool':
      if ((text !== 'true' && text !== 'false') || !['=', '!=', ':'].includes(comparator)) throw wrong('= true or = false');
      return { kind, field, wanted: (text === 'true') !== (comparator === '!=') };
    case 'int':
      if (!/^-?\d{1,15}$/.test(text)) throw wrong('a whole number');
      return { kind, field, comparator, wanted: Number(text) };
    case 'time':
    case 'duration': {
      const wanted = kind === 'time' ? (now && dayTime(text, now)) ?? Date.parse(text) : secondsOf(text);
      if (Number.isNaN(wanted)) throw wrong(kind === 'time' ? `a time such as "2026-01-31T08:00:00Z"${now ? ', today or today-7' : ''}` : 'a duration such as 1.5s');
      return { kind, field, comparator, wanted };
    }
    case 'map':
      if (key !== undefined) return { kind: 'entry', field, key, comparator, wanted: text };
      // `labels:team`: the map has the key.
      if (comparator !== ':') throw wrong('a key, as in labels.team = "blue" or labels:team');
      return { kind: 'key', field, key: text };
  }
}

/** The beginning of `today`, or of so many days before, in milliseconds since the epoch. */
function dayTime(text: string, now: Date): number | undefined {
  const found = /^today(?:-(?<days>\d{1,5}))?$/.exec(text);
  return found ? new Date(now.getFullYear(), now.getMonth(), now.getDate() - Number(found.groups?.['days'] ?? 0)).getTime() : undefined;
}

/** More than a few names are nothing to read. */
function listed(names: readonly string[]): string {
  return names.length <= listedNames ? names.join(', ') : `${names.slice(0, listedNames).join(', ')} and others`;
}
