import { resourceLimitsCatchable } from './switches.ts';
import { list, map, type Value } from './value.ts';

/** Tags of google-workflows 4.2, and the general second tags seen there. */
export const errorTags = [
  'AuthError',
  'ConnectionError',
  'ConnectionFailedError',
  'ExecutionError',
  'HttpError',
  'IndexError',
  'KeyError',
  'LookupError',
  'OperationError',
  'OSError',
  'ParallelNestingError',
  'RecursionError',
  'ResourceLimitError',
  'ResponseTypeError',
  'RuntimeError',
  'SystemError',
  'TimeoutError',
  'TypeError',
  'UnhandledBranchError',
  'ValueError',
  'ZeroDivisionError',
] as const;

export type ErrorTag = (typeof errorTags)[number];

/**
 * An error on its way through a workflow. Deliberately not a JavaScript `Error`: it is thrown for control flow and
 * must not pay for a JavaScript stack trace; its own trace is made of steps.
 */
export class Raised {
  readonly value: Value;
  /** First line of the context, such as `KeyError: key not found: x`. */
  readonly headline: string;

  constructor(value: Value, headline: string) {
    this.value = value;
    this.headline = headline;
  }
}

/** An error that no handler takes: after it every further step would fail in the same way. */
export class Fatal extends Raised {
  constructor({ value, headline }: Raised) {
    super(value, headline);
  }
}

/** An engine error: a map of `message` and `tags`, the message led by the first tag (google-workflows 4.6). */
export function raised(tag: ErrorTag, message: string, moreTags: readonly ErrorTag[] = [], fields: Iterable<readonly [string, Value]> = []): Raised {
  const text = `${tag}: ${message}`;
  const error = new Raised(map([['message', text], ['tags', list([tag, ...moreTags])], ...fields]), text);
  return tag === 'ResourceLimitError' && !resourceLimitsCatchable ? new Fatal(error) : error;
}
