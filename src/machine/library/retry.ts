import { predicateNeedsHttpErrorTag } from '../switches.ts';
import { Double, FunctionValue, ListValue, map, MapValue, type Value } from '../value.ts';
import { define } from './define.ts';

/** Retry predicates, policies and the default backoff (google-workflows 3, `http` and `retry`). */

export const predicateFunctions = [
  define('http.default_retry_predicate', (error: Value) => matchesAny(error, [429, 502, 503, 504], ['ConnectionError', 'ConnectionFailedError', 'TimeoutError'])),
  define('http.default_retry_predicate_non_idempotent', (error: Value) => matchesAny(error, [429, 503], ['ConnectionFailedError'])),
  define('retry.always', () => true),
  define('retry.never', () => false),
];

const backoff = map([['initial_delay', 1], ['max_delay', 60], ['multiplier', new Double(1.25)]]);

function policy(predicate: string): MapValue {
  return map([['predicate', new FunctionValue(predicate)], ['max_retries', 5], ['backoff', backoff]]);
}

/** What may be read without a call. Predicates are functions whose name leads to their implementation. */
export const libraryConstants: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['http.default_retry', policy('http.default_retry_predicate')],
  ['http.default_retry_non_idempotent', policy('http.default_retry_predicate_non_idempotent')],
  ['retry.default_backoff', backoff],
  ...predicateFunctions.map(([name]) => [name, new FunctionValue(name)] as const),
]);

function matchesAny(error: Value, codes: readonly number[], tags: readonly string[]): boolean {
  if (!(error instanceof MapValue)) return false;
  const code = error.entries.get('code');
  if (typeof code === 'number' && codes.includes(code) && (!predicateNeedsHttpErrorTag || hasTag(error, 'HttpError'))) return true;
  return tags.some((tag) => hasTag(error, tag));
}

function hasTag(error: MapValue, tag: string): boolean {
  const tags = error.entries.get('tags');
  return tags instanceof ListValue && tags.items.includes(tag);
}
