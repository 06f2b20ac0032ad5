import { RE2JS, RE2JSException } from 're2js';
import { raised } from '../error.ts';
import { boundedString, checkStringLength } from '../limits.ts';
import { emptySeparator, overlappingOccurrences, substringOutOfRange } from '../switches.ts';
import { Bytes, list, map, type Value } from '../value.ts';
import { characterIndices, characterOffset, characters, countCharacters } from './characters.ts';
import { decodeText, encodeText } from './charset.ts';
import { define } from './define.ts';
import { percentDecode, percentEncode } from './percent.ts';

/** The module `text` (google-workflows 3). Indices count characters. */
export const textFunctions = [
  define('text.decode', (data: Bytes, charset: string = 'UTF-8') => boundedString(decodeText(data.data, charset, 'text.decode'))),
  define('text.encode', (text: string, charset: string = 'UTF-8') => new Bytes(encodeText(text, charset, 'text.encode'))),
  define('text.find_all', (source: string, substr: string) => list(characterIndices(source, occurrences(source, substr)))),
  define('text.find_all_regex', (source: string, regexp: string) => {
    const found = matches('text.find_all_regex', source, regexp);
    const indices = characterIndices(source, found.map(([start]) => start));
    return list(found.map(([start, end], i) => map([['index', indices[i]!], ['match', source.slice(start, end)]])));
  }),
  define('text.match_regex', (source: string, regexp: string) => compiled('text.match_regex', regexp).test(source)),
  define('text.replace_all', (source: string, substr: string, repl: string) =>
    replace(source, occurrencesApart(source, substr).map((start) => [start, start + substr.length]), repl),
  ),
  define('text.replace_all_regex', (source: string, regexp: string, repl: string) => replace(source, matches('text.replace_all_regex', source, regexp), repl)),
  define('text.split', (source: string, separator: string) => {
    if (separator !== '') return list(source.split(separator));
    if (emptySeparator === 'raise') throw raised('ValueError', 'text.split: the separator is empty');
    return list(characters(source));
  }),
  define('text.substring', substring),
  define('text.to_lower', (source: string) => boundedString(source.toLowerCase())),
  define('text.to_upper', (source: string) => boundedString(source.toUpperCase())),
  define('text.url_decode', (source: string) => boundedString(percentDecode(source, 'text.url_decode'))),
  define('text.url_encode', (source: string) => boundedString(percentEncode(source, '%20'))),
  define('text.url_encode_plus', (source: string) => boundedString(percentEncode(source, '+'))),
];

type Span = readonly [start: number, end: number];

/** Offsets of a text in another, in UTF-16 units. An empty text occurs at every character and at the end. */
function occurrences(source: string, substr: string, step = overlappingOccurrences ? 1 : substr.length): number[] {
  const found: number[] = [];
  if (substr === '') {
    let offset = 0;
    for (const character of characters(source)) {
      found.push(offset);
      offset += character.length;
    }
    return [...found, offset];
  }
  for (let at = source.indexOf(substr); at >= 0; at = source.indexOf(substr, at + step)) found.push(at);
  return found;
}

function occurrencesApart(source: string, substr: string): number[] {
  return occurrences(source, substr, substr.length);
}

function replace(source: string, spans: readonly Span[], repl: string): string {
  const removed = spans.reduce((sum, [start, end]) => sum + end - start, 0);
  checkStringLength(source.length - removed + spans.length * repl.length);
  let result = '';
  let done = 0;
  for (const [start, end] of spans) {
    result += source.slice(done, start) + repl;
    done = end;
  }
  return boundedString(result + source.slice(done));
}

function substring(source: string, start: number | bigint, end: number | bigint): Value {
  const length = countCharacters(source);
  if (start < 0 || end > length || start > end) {
    const range = `${start} to ${end} is outside of the text, which has ${length} characters`;
    if (substringOutOfRange !== 'clamp') throw raised(substringOutOfRange, `text.substring: ${range}`, substringOutOfRange === 'IndexError' ? ['LookupError'] : []);
  }
  const from = characterOffset(source, clamp(start, length));
  return source.slice(from, Math.max(from, characterOffset(source, clamp(end, length))));
}

function clamp(index: number | bigint, length: number): number {
  return Math.max(0, Math.min(Number(index), length));
}

/** All matches apart from each other, in UTF-16 units: RE2's rules, the longest at each place. */
function matches(name: string, source: string, regexp: string): readonly Span[] {
  const all = compiled(name, regexp).re2().findAllIndex(source, -1) as Span[] | null;
  return all ?? [];
}

// Workflows apply few expressions to many texts; compiling costs far more than matching.
const cache = new Map<string, RE2JS>();
const cacheLimit = 100;

function compiled(name: string, regexp: string): RE2JS {
  const known = cache.get(regexp);
  if (known) return known;
  let fresh;
  try {
    fresh = RE2JS.compile(regexp, RE2JS.LONGEST_MATCH);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw raised('ValueError', `${name}: ${error.message}`);
  }
  if (cache.size >= cacheLimit) cache.clear();
  cache.set(regexp, fresh);
  return fresh;
}
