import { raised } from '../error.ts';
import { boundedString } from '../limits.ts';
import { wholeToInteger } from '../number.ts';
import { scalarText } from '../operators.ts';
import { conversionsTakeOwnType } from '../switches.ts';
import { Double, integer, list, ListValue, typeName, type MapValue, type Value } from '../value.ts';
import { countCharacters } from './characters.ts';
import { define } from './define.ts';

/** The expression helpers (google-workflows 2.7). */
export const expressionHelpers = [
  define('default', (value: Value, fallback: Value) => value ?? fallback),
  define('if', (condition: boolean | null, ifTrue: Value, ifFalse: Value) => (condition === true ? ifTrue : ifFalse)),
  define('int', toInteger),
  define('double', toDouble),
  define('string', (value: string | number | bigint | Double | boolean) => (typeof value === 'string' ? value : boundedString(scalarText(value)))),
  define('len', (value: string | ListValue | MapValue) => {
    if (typeof value === 'string') return countCharacters(value);
    return value instanceof ListValue ? value.items.length : value.entries.size;
  }),
  define('keys', (map: MapValue) => list([...map.entries.keys()])),
  define('get_type', (value: Value) => typeName(value)),
];

function toInteger(value: string | number | bigint | Double): Value {
  if (value instanceof Double) {
    const result = wholeToInteger(Math.trunc(value.value));
    if (result === undefined) throw raised('ValueError', `int: ${scalarText(value)} does not fit into an integer`);
    return result;
  }
  if (typeof value !== 'string') return ownType('int', 'string or double', value);
  if (!/^[+-]?[0-9]+$/.test(value)) throw raised('ValueError', `int: ${quoted(value)} is not an integer`);
  const digits = value.replace(/^\+/, '');
  const result = integer(withinReach(digits) ? BigInt(digits) : 2n ** 64n);
  if (result === undefined) throw raised('ValueError', `int: ${quoted(value)} does not fit into an integer`);
  return result;
}

/** Whether reading the digits exactly is worth while: leading zeros aside, an integer has 19 digits at most. */
function withinReach(digits: string): boolean {
  return digits.replace(/^-?0*/, '').length <= 19;
}

function toDouble(value: string | number | bigint | Double): Value {
  if (value instanceof Double) return ownType('double', 'string or integer', value);
  if (typeof value !== 'string') return new Double(Number(value));
  const number = /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) throw raised('ValueError', `double: ${quoted(value)} is not a number`);
  return new Double(number);
}

function ownType(name: string, expected: string, value: Value): Value {
  if (conversionsTakeOwnType) return value;
  throw raised('TypeError', `${name}: expecting ${expected} for x; got ${typeName(value)}`);
}

/** A user's text within a message, shortened where it is long. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
