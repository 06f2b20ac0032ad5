import { withArticle } from './describe.ts';
import { raised } from './error.ts';
import { boundedString } from './limits.ts';
import { doubleText, wholeToInteger, wrapInteger } from './number.ts';
import { floorDivisionOfDoubles, moduloOfDoubles, moduloSign } from './switches.ts';
import { Double, type Value } from './value.ts';

/**
 * The operators (google-workflows 2.5). Each tries two safe integers first: that path allocates nothing. A result
 * of doubles that is no safe integer is computed again exactly, because rounding may have happened.
 */

export { contains, index, property } from './access.ts';
export { equals, greater, greaterOrEqual, less, lessOrEqual, notEquals } from './comparison.ts';

type Numeric = number | bigint | Double;

const MAX = Number.MAX_SAFE_INTEGER;

export function add(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    return sum <= MAX && sum >= -MAX ? sum : wrapInteger(BigInt(a) + BigInt(b));
  }
  if (typeof a === 'string') {
    if (typeof b === 'string') return boundedString(a + b);
    if (typeof b === 'boolean' || isNumeric(b)) return boundedString(a + scalarText(b));
  } else if (typeof b === 'string') {
    if (typeof a === 'boolean' || isNumeric(a)) return boundedString(scalarText(a) + b);
  } else if (isNumeric(a) && isNumeric(b)) {
    return typeof a === 'object' || typeof b === 'object' ? new Double(toNumber(a) + toNumber(b)) : wrapInteger(BigInt(a) + BigInt(b));
  }
  throw unsupported('+', a, b);
}

export function subtract(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    return difference <= MAX && difference >= -MAX ? difference : wrapInteger(BigInt(a) - BigInt(b));
  }
  if (!isNumeric(a) || !isNumeric(b)) throw unsupported('-', a, b);
  return typeof a === 'object' || typeof b === 'object' ? new Double(toNumber(a) - toNumber(b)) : wrapInteger(BigInt(a) - BigInt(b));
}

export function multiply(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') {
    // Adding 0 turns the -0 of `0 * -1` into 0.
    const product = a * b + 0;
    return product <= MAX && product >= -MAX ? product : wrapInteger(BigInt(a) * BigInt(b));
  }
  if (!isNumeric(a) || !isNumeric(b)) throw unsupported('*', a, b);
  return typeof a === 'object' || typeof b === 'object' ? new Double(toNumber(a) * toNumber(b)) : wrapInteger(BigInt(a) * BigInt(b));
}

/** Always a double. */
export function divide(a: Value, b: Value): Value {
  if (!isNumeric(a) || !isNumeric(b)) throw unsupported('/', a, b);
  const divisor = toNumber(b);
  if (divisor === 0) throw divisionByZero();
  return new Double(toNumber(a) / divisor);
}

/** Rounds towards minus infinity. */
export function floorDivide(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') {
    if (b === 0) throw divisionByZero();
    const remainder = a % b;
    const quotient = (a - remainder) / b + 0;
    return remainder !== 0 && remainder < 0 !== b < 0 ? quotient - 1 : quotient;
  }
  if (!isNumeric(a) || !isNumeric(b)) throw unsupported('//', a, b);
  if (toNumber(b) === 0) throw divisionByZero();
  if (typeof a === 'object' || typeof b === 'object') {
    const floor = Math.floor(toNumber(a) / toNumber(b));
    if (floorDivisionOfDoubles === 'double') return new Double(floor);
    const whole = wholeToInteger(floor);
    if (whole === undefined) throw raised('ValueError', `${doubleText(floor)} does not fit into an integer`);
    return whole;
  }
  const x = BigInt(a);
  const y = BigInt(b);
  const remainder = x % y;
  return wrapInteger(remainder !== 0n && remainder < 0n !== y < 0n ? x / y - 1n : x / y);
}

export function modulo(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') {
    if (b === 0) throw divisionByZero();
    const remainder = (a % b) + 0;
    return moduloSign === 'divisor' && remainder !== 0 && remainder < 0 !== b < 0 ? remainder + b : remainder;
  }
  if (!isNumeric(a) || !isNumeric(b)) throw unsupported('%', a, b);
  if (toNumber(b) === 0) throw divisionByZero();
  if (typeof a === 'object' || typeof b === 'object') {
    if (moduloOfDoubles === 'raise') throw unsupported('%', a, b);
    const divisor = toNumber(b);
    const remainder = toNumber(a) % divisor;
    return new Double(moduloSign === 'divisor' && remainder !== 0 && remainder < 0 !== divisor < 0 ? remainder + divisor : remainder);
  }
  const y = BigInt(b);
  const remainder = BigInt(a) % y;
  return wrapInteger(moduloSign === 'divisor' && remainder !== 0n && remainder < 0n !== y < 0n ? remainder + y : remainder);
}

export function negate(value: Value): Value {
  // Subtracting from 0 keeps -0 out.
  if (typeof value === 'number') return 0 - value;
  if (value instanceof Double) return new Double(-value.value);
  if (typeof value === 'bigint') return wrapInteger(-value);
  throw raised('TypeError', `'-' needs a number; got ${withArticle(value)}`);
}

export function not(value: Value): boolean {
  if (typeof value === 'boolean') return !value;
  throw raised('TypeError', `'not' needs a boolean; got ${withArticle(value)}`);
}

function isNumeric(value: Value): value is Numeric {
  return typeof value === 'number' || value instanceof Double || typeof value === 'bigint';
}

function toNumber(value: Numeric): number {
  return value instanceof Double ? value.value : Number(value);
}

/** What concatenation writes for a number or boolean; also the helper `string`. */
export function scalarText(value: Numeric | boolean): string {
  return value instanceof Double ? doubleText(value.value) : String(value);
}

function unsupported(operator: string, a: Value, b: Value) {
  return raised('TypeError', `'${operator}' is not defined for ${withArticle(a)} and ${withArticle(b)}`);
}

function divisionByZero() {
  return raised('ZeroDivisionError', 'division by zero');
}
