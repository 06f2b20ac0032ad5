import { withArticle } from '../describe.ts';
import { raised } from '../error.ts';
import { scalarText } from '../operators.ts';
import { Double, isInteger, ListValue, MapValue, typeName, type Value } from '../value.ts';

/** `connector_params`, how a connector call is made rather than what is asked for (google-workflows 7). */

/** One year, for long-running operations; which calls are such only the called service knows. */
const longestTimeout = 31_536_000;

const parameters = ['timeout', 'polling_policy', 'skip_polling', 'scopes'];
const pollingParameters = ['initial_delay', 'multiplier', 'max_delay'];

/** Raises TypeError and ValueError for what the service would not take. Null and nothing are the defaults. */
export function checkConnectorParams(call: string, params: Value | undefined): void {
  if (params === undefined || params === null) return;
  const what = `${call}: connector_params`;
  for (const [name, value] of entries(params, what, parameters)) {
    if (value === null) continue;
    const place = `${what}.${name}`;
    if (name === 'timeout') checkNumber(value, place, 0, longestTimeout);
    else if (name === 'skip_polling') checkType(value, typeof value === 'boolean', place, 'boolean');
    else if (name === 'scopes') checkType(value, typeof value === 'string' || isTextList(value), place, 'string or a list of strings');
    else for (const [part, number] of entries(value, place, pollingParameters)) checkNumber(number, `${place}.${part}`, 0, longestTimeout);
  }
}

function entries(value: Value, what: string, known: readonly string[]): Iterable<[string, Value]> {
  if (!(value instanceof MapValue)) throw raised('TypeError', `${what}: expecting map; got ${withArticle(value)}`);
  for (const name of value.entries.keys()) {
    if (!known.includes(name)) throw raised('ValueError', `${what} has no ${JSON.stringify(name)}; there are ${known.join(', ')}`);
  }
  return value.entries;
}

function checkNumber(value: Value, what: string, above: number, most: number): void {
  if (!isInteger(value) && !(value instanceof Double)) throw raised('TypeError', `${what}: expecting number; got ${withArticle(value)}`);
  const number = value instanceof Double ? value.value : Number(value);
  if (!(number > above && number <= most)) throw raised('ValueError', `${what} must be more than ${above} and at most ${most}; got ${scalarText(value)}`);
}

function checkType(value: Value, right: boolean, what: string, expected: string): void {
  if (!right) throw raised('TypeError', `${what}: expecting ${expected}; got ${withArticle(value)}`);
}

function isTextList(value: Value): boolean {
  return value instanceof ListValue && value.items.every((item) => typeName(item) === 'string');
}
