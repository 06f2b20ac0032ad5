import { raised } from './error.ts';
import { hugeIntegers, integerOverflow, wholeDoubles } from './switches.ts';
import { Double, integer } from './value.ts';

/** The one form of an exact integer result, with what overflow means (switch `integerOverflow`). */
export function wrapInteger(exact: bigint): number | bigint {
  const value = integer(exact);
  if (value !== undefined) return value;
  if (integerOverflow === 'raise') throw raised('ValueError', `integer overflow: ${exact} does not fit into 64 bits`);
  return integer(BigInt.asIntN(64, exact))!;
}

/** The integer of a whole JavaScript number; undefined outside int64 and for NaN and the infinities. */
export function wholeToInteger(whole: number): number | bigint | undefined {
  // Adding 0 turns -0 into 0.
  if (Number.isSafeInteger(whole)) return whole + 0;
  return Number.isFinite(whole) ? integer(BigInt(whole)) : undefined;
}

/** An integer literal of a data file or JSON text; undefined where it is refused (switch `hugeIntegers`). */
export function integerLiteral(digits: string): number | bigint | Double | undefined {
  if (digits.length < 16) return Number(digits) + 0;
  // Hundreds of digits need no exact arithmetic to be known as too many.
  const exact = digits.length <= 21 ? integer(BigInt(digits)) : undefined;
  if (exact !== undefined) return exact;
  const double = Number(digits);
  return hugeIntegers === 'double' && Number.isFinite(double) ? new Double(double) : undefined;
}

/** A double as the language writes it. Also JSON, except for NaN and the infinities. */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  const text = Object.is(value, -0) ? '-0' : String(value);
  // An exponent already says that it is a double.
  return wholeDoubles === '5.0' && Number.isInteger(value) && !text.includes('e') ? `${text}.0` : text;
}
