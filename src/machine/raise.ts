import { share } from './assign.ts';
import { Raised } from './error.ts';
import { printJson } from './json.ts';
import { ListValue, MapValue, type Value } from './value.ts';

/** The error that a `raise` step raises: the value itself (google-workflows 1.11). */
export function raiseValue(value: Value): Raised {
  return new Raised(share(value), headline(value));
}

/** Values of the engine's own shape bring their message, led by the class; any other one is a RuntimeError. */
function headline(value: Value): string {
  if (value instanceof MapValue) {
    const message = value.entries.get('message');
    if (typeof message === 'string' && value.entries.get('tags') instanceof ListValue) return message;
  }
  try {
    return `RuntimeError: ${printJson(value)}`;
  } catch {
    return 'RuntimeError: a value that JSON cannot hold';
  }
}
