import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import * as operators from '../../../../src/machine/operators.ts';
import { list, map, typeName, type Value } from '../../../../src/machine/value.ts';
import { bytes, d, entries, expectOutcome, Failure, failure, fn, show, toValue, typeError, type Plain } from './values.ts';

const binary = {
  '+': operators.add,
  '-': operators.subtract,
  '*': operators.multiply,
  '/': operators.divide,
  '//': operators.floorDivide,
  '%': operators.modulo,
  '==': operators.equals,
  '!=': operators.notEquals,
  '<': operators.less,
  '<=': operators.lessOrEqual,
  '>': operators.greater,
  '>=': operators.greaterOrEqual,
  in: operators.contains,
} satisfies Record<string, (a: Value, b: Value) => Value>;

type Operator = keyof typeof binary;
type Row = readonly [a: Plain, operator: Operator, b: Plain, expected: Plain | Failure];

const max = 2n ** 63n - 1n;
const min = -(2n ** 63n);
const safe = Number.MAX_SAFE_INTEGER;
const byZero = failure('ZeroDivisionError', 'division by zero');

const rows: readonly Row[] = [
  [1, '+', 2, 3],
  [1, '+', d(2), d(3)],
  [d(1), '+', 2, d(3)],
  [d(0.1), '+', d(0.2), d(0.30000000000000004)],
  [safe, '+', 1, 2n ** 53n],
  [2n ** 53n, '+', -1, safe],
  [2n ** 53n, '+', 2n ** 53n, 2n ** 54n],
  [max, '+', 1, min],
  [min, '+', -1, max],
  [2n ** 53n, '+', d(1), d(2 ** 53)],
  ['a', '+', 'b', 'ab'],
  ['a', '+', 1, 'a1'],
  [1, '+', 'a', '1a'],
  ['a', '+', max, 'a9223372036854775807'],
  ['a', '+', d(1.5), 'a1.5'],
  [d(5), '+', 'a', '5.0a'],
  ['a', '+', true, 'atrue'],
  [false, '+', 'a', 'falsea'],
  ['', '+', '', ''],
  ['x'.repeat(262_144), '+', '', 'x'.repeat(262_144)],
  ['x'.repeat(262_144), '+', 'y', failure('ResourceLimitError', 'a string may have 262144 bytes at most')],
  ['€'.repeat(87_381), '+', '€', failure('ResourceLimitError', 'a string may have 262144 bytes at most')],
  ['😀'.repeat(65_535), '+', '😀', '😀'.repeat(65_536)],
  ['😀'.repeat(65_536), '+', 1, failure('ResourceLimitError', 'a string may have 262144 bytes at most')],

  [1, '-', 2, -1],
  [1, '-', 1, 0],
  [-safe, '-', 1, -(2n ** 53n)],
  [min, '-', 1, max],
  [d(1), '-', 1, d(0)],

  [6, '*', 7, 42],
  [0, '*', -1, 0],
  [2 ** 40, '*', 2 ** 20, 2n ** 60n],
  [2 ** 40, '*', 2 ** 40, 0],
  [max, '*', 2, -2],
  [min, '*', -1, min],
  [3_037_000_500, '*', 3_037_000_500, -9223372036709301616n],
  [2, '*', d(1.5), d(3)],
  [94906267, '*', 94906267, 9007199515875289n],

  [4, '/', 2, d(2)],
  [1, '/', 4, d(0.25)],
  [-1, '/', d(2), d(-0.5)],
  [max, '/', 2, d(2 ** 62)],
  [1, '/', 0, byZero],
  [1, '/', d(0), byZero],
  [d(1), '/', d(-0), byZero],

  [7, '//', 2, 3],
  [-7, '//', 2, -4],
  [7, '//', -2, -4],
  [-7, '//', -2, 3],
  [-10, '//', 3, -4],
  [0, '//', -5, 0],
  [6, '//', -3, -2],
  [safe, '//', -1, -safe],
  [min, '//', -1, min],
  [max, '//', 2, 2n ** 62n - 1n],
  [min, '//', 3, -3074457345618258603n],
  [7, '//', d(2), d(3)],
  [d(-7.5), '//', 2, d(-4)],
  [1, '//', 0, byZero],
  [max, '//', 0, byZero],
  [1, '//', d(0), byZero],

  [7, '%', 3, 1],
  [-7, '%', 3, 2],
  [7, '%', -3, -2],
  [-7, '%', -3, -1],
  [-6, '%', 3, 0],
  [6, '%', -3, 0],
  [min, '%', 10, 2],
  [max, '%', -10, -3],
  [d(7.5), '%', 2, d(1.5)],
  [d(-7.5), '%', 2, d(0.5)],
  [1, '%', 0, byZero],
  [d(1), '%', 0, byZero],

  [1, '==', 1, true],
  [1, '==', 2, false],
  [1, '==', d(1), true],
  [d(1.5), '==', 1, false],
  [max, '==', max, true],
  [max, '==', d(2 ** 63), false],
  [2n ** 62n, '==', d(2 ** 62), true],
  [2n ** 62n + 1n, '==', d(2 ** 62), false],
  [d(2 ** 62), '==', 2n ** 62n, true],
  [d(0), '==', d(-0), true],
  [d(NaN), '==', d(NaN), false],
  ['a', '==', 'a', true],
  ['a', '==', 'A', false],
  ['e\u0301', '==', 'é', false],
  [true, '==', true, true],
  [true, '==', false, false],
  [null, '==', null, true],
  [null, '==', 0, false],
  [null, '==', '', false],
  [null, '==', [], false],
  [false, '==', null, false],
  [1, '==', '1', false],
  [1, '==', true, false],
  [[], '==', {}, false],
  [bytes('a'), '==', 'a', false],
  [bytes('a'), '==', bytes('a'), true],
  [bytes('a'), '==', bytes('b'), false],
  [bytes('a'), '==', bytes('ab'), false],
  [[1, [2]], '==', [1, [d(2)]], true],
  [[1], '==', [1, 2], false],
  [{ a: 1, b: [{}] }, '==', { b: [{}], a: 1 }, true],
  [{ a: 1 }, '==', { a: 1, b: 2 }, false],
  [{ a: 1 }, '==', { b: 1 }, false],
  [{ a: null }, '==', { b: null }, false],
  [entries(['__proto__', 1]), '==', {}, false],
  [fn('f'), '==', fn('f'), true],
  [fn('f'), '==', fn('g'), false],
  [1, '!=', 2, true],
  [1, '!=', 1, false],
  [null, '!=', 1, true],
  [null, '!=', null, false],

  [1, '<', 2, true],
  [2, '<', 2, false],
  [1, '<', d(1.5), true],
  [max, '<', d(2 ** 63), true],
  [max, '<', min, false],
  [d(NaN), '<', 1, false],
  [1, '>=', d(NaN), false],
  ['a', '<', 'b', true],
  ['a', '<', 'ab', true],
  ['', '<', 'a', true],
  ['B', '<', 'a', true],
  ['\uffff', '<', '😀', true],
  ['😀', '<', '\uffff', false],
  ['😀', '<', '😁', true],
  [2, '<=', 2, true],
  [d(2), '<=', 2, true],
  ['a', '<=', 'a', true],
  [3, '<=', 2, false],
  [3, '>', 2, true],
  [d(2), '>', 2, false],
  ['b', '>', 'a', true],
  [2, '>=', 2, true],
  [1, '>=', max, false],
  ['a', '>=', 'b', false],

  ['a', 'in', { a: null }, true],
  ['b', 'in', { a: 1 }, false],
  ['__proto__', 'in', {}, false],
  ['constructor', 'in', {}, false],
  ['__proto__', 'in', entries(['__proto__', 1]), true],
  [1, 'in', { 1: 'x' }, true],
  [1, 'in', [1, 2], true],
  [d(1), 'in', [1, 2], true],
  ['1', 'in', [1, 2], false],
  [null, 'in', [null], true],
  [[1], 'in', [[1]], true],
  [null, 'in', [], false],
  ['a', 'in', null, typeError("The argument of 'in' must be a dict or an array; got: null")],
  ['a', 'in', 'abc', typeError("The argument of 'in' must be a dict or an array; got: string")],
  ['a', 'in', 5, typeError("The argument of 'in' must be a dict or an array; got: integer")],
  [null, 'in', {}, typeError('a map key must be a string; got null')],
  [[1], 'in', {}, typeError('a map key must be a string; got a list')],
];

describe('operators', () => {
  for (const [a, operator, b, expected] of rows) {
    const [left, right] = [toValue(a), toValue(b)];
    const short = (value: Value): string => show(value).slice(0, 40);
    it(`${short(left)} ${operator} ${short(right)} ${expected instanceof Failure ? `raises ${expected.tags[0]!}` : `is ${short(toValue(expected))}`}`, () => {
      expectOutcome(() => binary[operator](left, right), expected);
    });
  }

  describe('of every pair of types', () => {
    const samples: readonly Value[] = [1, max, d(1.5), 'a', true, null, list([1]), map([]), bytes('a'), fn('f')];
    const isNumber = (value: Value): boolean => ['integer', 'double'].includes(typeName(value));
    const isScalar = (value: Value): boolean => isNumber(value) || typeof value === 'boolean';
    const both = (test: (value: Value) => boolean) => (a: Value, b: Value): boolean => test(a) && test(b);
    const text = (value: Value): boolean => typeof value === 'string';
    const defined: readonly (readonly [operators: readonly Operator[], (a: Value, b: Value) => boolean])[] = [
      [['+'], (a, b) => both(isNumber)(a, b) || both(text)(a, b) || (text(a) && isScalar(b)) || (isScalar(a) && text(b))],
      [['-', '*', '/', '//', '%'], both(isNumber)],
      [['<', '<=', '>', '>='], (a, b) => both(isNumber)(a, b) || both(text)(a, b)],
      [['==', '!='], () => true],
    ];
    for (const [names, isDefined] of defined) {
      for (const name of names) {
        it(`${name} gives a value where it is defined and a TypeError elsewhere`, () => {
          for (const a of samples) {
            for (const b of samples) {
              const outcome = (): string => {
                try {
                  binary[name](a, b);
                  return 'value';
                } catch (error) {
                  return (error as { headline: string }).headline;
                }
              };
              if (isDefined(a, b)) assert.equal(outcome(), 'value', `${show(a)} ${name} ${show(b)}`);
              else assert.match(outcome(), /^TypeError: /, `${show(a)} ${name} ${show(b)}`);
            }
          }
        });
      }
    }
  });

  it('name the operator and both types in the message', () => {
    expectOutcome(() => operators.add('a', null), typeError("'+' is not defined for a string and null"));
    expectOutcome(() => operators.subtract(1, list([])), typeError("'-' is not defined for an integer and a list"));
    expectOutcome(() => operators.less(1, 'a'), typeError("'<' cannot order an integer and a string"));
    expectOutcome(() => operators.greaterOrEqual(null, null), typeError("'>=' cannot order null and null"));
  });

  const unary: readonly (readonly [operator: '-' | 'not', value: Plain, expected: Plain | Failure])[] = [
    ['-', 5, -5],
    ['-', 0, 0],
    ['-', d(1.5), d(-1.5)],
    ['-', d(0), d(-0)],
    ['-', 2n ** 53n, -(2n ** 53n)],
    ['-', max, min + 1n],
    ['-', min, min],
    ['-', 'a', typeError("'-' needs a number; got a string")],
    ['-', null, typeError("'-' needs a number; got null")],
    ['-', true, typeError("'-' needs a number; got a boolean")],
    ['not', true, false],
    ['not', false, true],
    ['not', null, typeError("'not' needs a boolean; got null")],
    ['not', 0, typeError("'not' needs a boolean; got an integer")],
    ['not', '', typeError("'not' needs a boolean; got a string")],
    ['not', [], typeError("'not' needs a boolean; got a list")],
  ];
  for (const [operator, value, expected] of unary) {
    it(`${operator} ${show(toValue(value))}`, () => expectOutcome(() => (operator === '-' ? operators.negate : operators.not)(toValue(value)), expected));
  }

  describe('access', () => {
    const data = toValue({ a: 1, n: null, l: ['x', 'y'], 1: 'one' });
    const reads: readonly (readonly [container: Plain, key: Plain, expected: Plain | Failure])[] = [
      [data, 'a', 1],
      [data, 'n', null],
      [data, 1, 'one'],
      [data, 'b', failure('KeyError', 'key not found: b')],
      [data, 2n ** 60n, failure('KeyError', 'key not found: 1152921504606846976')],
      [data, '__proto__', failure('KeyError', 'key not found: __proto__')],
      [data, 'size', failure('KeyError', 'key not found: size')],
      [entries(['__proto__', 7]), '__proto__', 7],
      [data, d(1), typeError('a map key must be a string; got a double')],
      [data, null, typeError('a map key must be a string; got null')],
      [['x', 'y'], 0, 'x'],
      [['x', 'y'], 1, 'y'],
      [[null], 0, null],
      [['x', 'y'], 2, failure('IndexError', 'list index out of range: 2; the list has 2 elements')],
      [['x'], -1, failure('IndexError', 'list index out of range: -1; the list has 1 element')],
      [[], 0, failure('IndexError', 'list index out of range: 0; the list has 0 elements')],
      [['x'], max, failure('IndexError', 'list index out of range: 9223372036854775807; the list has 1 element')],
      [['x'], d(0), typeError('a list index must be an integer; got a double')],
      [['x'], '0', typeError('a list index must be an integer; got a string')],
      [['x'], 'length', typeError('a list index must be an integer; got a string')],
      ['text', 0, typeError('cannot index a string: only lists and maps have elements')],
      [null, 'a', typeError('cannot index null: only lists and maps have elements')],
    ];
    for (const [container, key, expected] of reads) {
      it(`${show(toValue(container))}[${show(toValue(key))}]`, () => expectOutcome(() => operators.index(toValue(container), toValue(key)), expected));
    }
    const properties: readonly (readonly [container: Plain, key: string, expected: Plain | Failure])[] = [
      [data, 'a', 1],
      [data, 'n', null],
      [data, 'b', failure('KeyError', 'key not found: b')],
      [{}, 'constructor', failure('KeyError', 'key not found: constructor')],
      [null, 'a', typeError('cannot read "a" of null: only maps have keys')],
      [[1], 'length', typeError('cannot read "length" of a list: only maps have keys')],
      ['text', 'length', typeError('cannot read "length" of a string: only maps have keys')],
    ];
    for (const [container, key, expected] of properties) {
      it(`${show(toValue(container))}.${key}`, () => expectOutcome(() => operators.property(toValue(container), key), expected));
    }
  });

  describe('agree with exact arithmetic', () => {
    const edge = fc.constantFrom(0n, 1n, -1n, max, min, 2n ** 53n, -(2n ** 53n), 2n ** 53n - 1n, 2n ** 31n, 2n ** 32n);
    const int64 = fc.oneof(fc.bigInt({ min, max }), fc.bigInt({ min: -(2n ** 54n), max: 2n ** 54n }), fc.bigInt({ min: -1000n, max: 1000n }), edge);
    const wrap = (exact: bigint): Value => toInteger(BigInt.asIntN(64, exact));
    const toInteger = (exact: bigint): Value => (exact >= -BigInt(safe) && exact <= BigInt(safe) ? Number(exact) : exact);
    const floor = (a: bigint, b: bigint): bigint => (a - (((a % b) + b) % b)) / b;
    const checks: readonly (readonly [Operator, (a: bigint, b: bigint) => Value])[] = [
      ['+', (a, b) => wrap(a + b)],
      ['-', (a, b) => wrap(a - b)],
      ['*', (a, b) => wrap(a * b)],
      ['//', (a, b) => wrap(floor(a, b))],
      ['%', (a, b) => wrap(a - floor(a, b) * b)],
      ['==', (a, b) => a === b],
      ['!=', (a, b) => a !== b],
      ['<', (a, b) => a < b],
      ['<=', (a, b) => a <= b],
      ['>', (a, b) => a > b],
      ['>=', (a, b) => a >= b],
    ];
    for (const [operator, exact] of checks) {
      it(`${operator} of integers`, () => {
        fc.assert(
          fc.property(int64, int64, (a, b) => {
            fc.pre(b !== 0n || (operator !== '//' && operator !== '%'));
            assert.equal(show(binary[operator](toInteger(a), toInteger(b))), show(exact(a, b)));
          }),
          { numRuns: 2000 },
        );
      });
    }

    it('order strings as their UTF-8 bytes', () => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
          assert.equal(operators.less(a, b), Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0);
        }),
      );
    });
  });

  it('refuse to compare what nests too deep, instead of running out of stack', () => {
    const nest = (): Value => {
      let value: Value = 1;
      for (let i = 0; i < 100_000; i++) value = list([value]);
      return value;
    };
    const [a, b] = [nest(), nest()];
    expectOutcome(() => operators.equals(a, b), failure('ResourceLimitError', 'cannot compare values nested more than 1000 levels deep'));
    assert.equal(operators.equals(a, a), true);
  });
});
