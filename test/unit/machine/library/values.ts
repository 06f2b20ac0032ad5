import { strict as assert } from 'node:assert';
import { Raised } from '../../../../src/machine/error.ts';
import { pureFunctions } from '../../../../src/machine/library/index.ts';
import { Bytes, Double, FunctionValue, ListValue, list, map, MapValue, type Value } from '../../../../src/machine/value.ts';

/** Values as fixtures write them: whole numbers are integers, everything with a type of its own has a short name. */
export type Plain = Value | Uint8Array | readonly Plain[] | { readonly [key: string]: Plain };

export const d = (value: number): Double => new Double(value);
export const bytes = (text: string): Bytes => new Bytes(new TextEncoder().encode(text));
export const hex = (digits: string): Bytes => new Bytes(Uint8Array.from(Buffer.from(digits, 'hex')));
export const fn = (name: string): FunctionValue => new FunctionValue(name);
/** For keys that are special in object literals. */
export const entries = (...pairs: (readonly [string, Plain])[]): MapValue => map(pairs.map(([key, value]) => [key, toValue(value)] as const));

export function toValue(plain: Plain): Value {
  if (plain === null || typeof plain !== 'object') return plain;
  if (plain instanceof Double || plain instanceof Bytes || plain instanceof ListValue || plain instanceof MapValue || plain instanceof FunctionValue) return plain;
  if (plain instanceof Uint8Array) return new Bytes(plain);
  if (Array.isArray(plain)) return list((plain as readonly Plain[]).map(toValue));
  return map(Object.entries(plain).map(([key, value]) => [key, toValue(value)] as const));
}

/** One text per value, different for different values: `1`, `1.0d`, `"1"`, `b:31`. */
export function show(value: Value): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Object.is(value, -0) ? 'the integer -0, which must not exist' : String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Double) return `${Object.is(value.value, -0) ? '-0' : value.value}d`;
  if (value instanceof Bytes) return `b:${Buffer.from(value.data).toString('hex')}`;
  if (value instanceof FunctionValue) return `function ${value.name}`;
  if (value instanceof ListValue) return `[${value.items.map(show).join(', ')}]`;
  return `{${[...value.entries].map(([key, item]) => `${JSON.stringify(key)}: ${show(item)}`).join(', ')}}`;
}

/** An expected error: its tags and message, class included; a pattern where the message comes from a library. */
export class Failure {
  readonly tags: readonly string[];
  readonly message: string | RegExp;
  constructor(tags: readonly string[], message: string | RegExp) {
    this.tags = tags;
    this.message = message;
  }
}

const general: Readonly<Record<string, string>> = { KeyError: 'LookupError', IndexError: 'LookupError' };

export function failure(tag: string, message: string | RegExp): Failure {
  return new Failure(general[tag] === undefined ? [tag] : [tag, general[tag]], message);
}

export const typeError = (message: string): Failure => failure('TypeError', message);
export const valueError = (message: string | RegExp): Failure => failure('ValueError', message);

export function expectOutcome(run: () => Value, expected: Plain | Failure): void {
  if (!(expected instanceof Failure)) {
    assert.equal(show(run()), show(toValue(expected)));
    return;
  }
  const raised = catchRaised(run);
  const fields = (raised.value as MapValue).entries;
  assert.equal(show(fields.get('tags')!), show(toValue(expected.tags)));
  const message = fields.get('message') as string;
  assert.equal(raised.headline, message);
  if (expected.message instanceof RegExp) assert.match(message, expected.message);
  else assert.equal(message, `${expected.tags[0]!}: ${expected.message}`);
}

export function catchRaised(run: () => unknown): Raised {
  try {
    run();
  } catch (error) {
    if (error instanceof Raised) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: 'nothing was raised' });
}

/** A call and what it gives. `undefined` among the arguments is an omitted optional one. */
export type Row = readonly [args: readonly (Plain | undefined)[], expected: Plain | Failure];

/** One test for each row of a function. */
export function describeFunction(name: string, rows: readonly Row[]): void {
  describe(name, () => {
    for (const [args, expected] of rows) {
      const values = args.map((arg) => (arg === undefined ? undefined : toValue(arg)));
      const call = values.map((value) => (value === undefined ? '…' : shorten(show(value)))).join(', ');
      it(`(${call}) ${expected instanceof Failure ? `raises ${expected.tags[0]!}: ${shorten(String(expected.message))}` : `is ${shorten(show(toValue(expected)))}`}`, () => {
        const implementation = pureFunctions.get(name);
        assert.ok(implementation);
        expectOutcome(() => implementation(values), expected);
      });
    }
  });
}

export function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
