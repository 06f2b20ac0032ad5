import { unsupportedOperand } from './describe.ts';
import { raised } from './error.ts';
import { defaultMaxRetries } from './switches.ts';
import { Double, FunctionValue, isInteger, MapValue, typeName, type Value } from './value.ts';

/** A retry policy (google-workflows 1.10). Delays are in seconds. */
export interface RetryPolicy {
  readonly value: Value;
  readonly maxRetries: number;
  /** The function or subworkflow to ask; undefined: every error is retried. */
  readonly predicate: string | undefined;
  readonly initialDelay: number;
  readonly maxDelay: number;
  readonly multiplier: number;
}

/** Reads a policy. Raises TypeError or ValueError where it is none. */
export function retryPolicy(value: Value): RetryPolicy {
  if (!(value instanceof MapValue)) throw raised('TypeError', `a retry policy must be a map; got ${typeName(value)}`);
  const predicate = value.entries.get('predicate') ?? null;
  if (predicate !== null && !(predicate instanceof FunctionValue)) {
    throw raised('TypeError', unsupportedOperand('call', predicate, 'callable'));
  }
  const backoff = value.entries.get('backoff') ?? null;
  if (backoff !== null && !(backoff instanceof MapValue)) throw raised('TypeError', `"backoff" of a retry policy must be a map; got ${typeName(backoff)}`);
  const delay = (name: string, otherwise: number) => positive(backoff?.entries.get(name) ?? null, name, otherwise);
  return {
    value,
    maxRetries: positive(value.entries.get('max_retries') ?? null, 'max_retries', defaultMaxRetries),
    predicate: predicate?.name,
    initialDelay: delay('initial_delay', 1),
    maxDelay: delay('max_delay', 60),
    multiplier: delay('multiplier', 1.25),
  };
}

function positive(value: Value, name: string, otherwise: number): number {
  if (value === null) return otherwise;
  const number = value instanceof Double ? value.value : isInteger(value) ? Number(value) : undefined;
  if (number === undefined) throw raised('TypeError', `"${name}" of a retry policy must be a number; got ${typeName(value)}`);
  if (!(number >= 0)) throw raised('ValueError', `"${name}" of a retry policy must not be negative; got ${number}`);
  return number;
}

/** Seconds to wait before retry number `attempt`, counted from 0. */
export function retryDelay(policy: RetryPolicy, attempt: number): number {
  return Math.min(policy.initialDelay * policy.multiplier ** attempt, policy.maxDelay);
}

/** What the predicate said. Raises TypeError where that is no boolean. */
export function shouldRetry(verdict: Value): boolean {
  if (typeof verdict === 'boolean') return verdict;
  throw raised('TypeError', `a retry predicate must return a boolean; got ${typeName(verdict)}`);
}
