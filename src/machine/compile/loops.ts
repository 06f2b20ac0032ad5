import type { Loop } from '../../workflow/syntax.ts';
import { share } from '../assign.ts';
import { raised } from '../error.ts';
import { add, subtract } from '../operators.ts';
import { Double, isInteger, ListValue, typeName, type Value } from '../value.ts';
import type { Evaluate } from './context.ts';

/** Computes what a loop goes through: the list of `in`, or the two bounds of `range`. */
export function loopSource(loop: Loop, evaluate: Evaluate): Evaluate {
  if (loop.source?.kind !== 'range') {
    return (frame, machine) => {
      const value = evaluate(frame, machine);
      if (!(value instanceof ListValue)) throw raised('TypeError', `a for loop goes through a list; got ${typeName(value)}${typeName(value) === 'map' ? '. Use keys() for the keys of a map' : ''}`);
      return share(value);
    };
  }
  return (frame, machine) => {
    const value = evaluate(frame, machine);
    const bounds = value instanceof ListValue ? value.items : [];
    if (bounds.length !== 2 || !bounds.every(isNumber)) throw raised('TypeError', 'the range of a for loop must be a list of two numbers');
    return share(value);
  };
}

function isNumber(value: Value): boolean {
  return isInteger(value) || value instanceof Double;
}

/** How many iterations there are; both bounds of a range are included (google-workflows 1.8). */
export function iterationCount(loop: Loop, items: ListValue): number {
  if (loop.source?.kind !== 'range') return items.items.length;
  const distance = subtract(items.items[1]!, items.items[0]!);
  const length = distance instanceof Double ? distance.value : Number(distance);
  return Math.max(0, Math.floor(length) + 1);
}

export function iterationValue(items: ListValue, i: number, isRange: boolean): Value {
  return isRange ? add(items.items[0]!, i) : items.items[i]!;
}
