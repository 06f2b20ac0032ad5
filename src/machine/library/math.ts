import { raised } from '../error.ts';
import { doubleText, wholeToInteger } from '../number.ts';
import { greater, less } from '../operators.ts';
import { Double, integer, type Value } from '../value.ts';
import { define } from './define.ts';

type Numeric = number | bigint | Double;

/** The module `math` (google-workflows 3). */
export const mathFunctions = [
  define('math.abs', abs),
  define('math.floor', (x: Numeric) => {
    if (!(x instanceof Double)) return x;
    const floor = wholeToInteger(Math.floor(x.value));
    if (floor === undefined) throw raised('ValueError', `math.floor: ${doubleText(x.value)} does not fit into an integer`);
    return floor;
  }),
  define('math.max', (x: Numeric, y: Numeric) => mixed(less(x, y) ? y : x, x, y)),
  define('math.min', (x: Numeric, y: Numeric) => mixed(greater(x, y) ? y : x, x, y)),
];

function abs(x: Numeric): Value {
  if (typeof x === 'number') return Math.abs(x);
  if (x instanceof Double) return new Double(Math.abs(x.value));
  const result = integer(x < 0n ? -x : x);
  if (result === undefined) throw raised('ValueError', `math.abs: the distance of ${x} from 0 does not fit into an integer`);
  return result;
}

/** The chosen number as a double where either was one. */
function mixed(chosen: Numeric, x: Numeric, y: Numeric): Numeric {
  return (x instanceof Double || y instanceof Double) && !(chosen instanceof Double) ? new Double(Number(chosen)) : chosen;
}
