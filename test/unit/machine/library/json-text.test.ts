import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { fromData, JsonError, parseJson, printJson } from '../../../../src/machine/json.ts';
import { list, map, type Value } from '../../../../src/machine/value.ts';
import type { DataNode, Scalar } from '../../../../src/source/data.ts';
import { d, entries, expectOutcome, failure, show, toValue, type Plain } from './values.ts';

const readable: readonly (readonly [text: string, expected: Plain])[] = [
  ['null', null],
  ['true', true],
  ['false', false],
  ['0', 0],
  ['-0', 0],
  ['-5', -5],
  ['1.0', d(1)],
  ['-0.0', d(-0)],
  ['1e2', d(100)],
  ['1E-2', d(0.01)],
  ['1.5e+3', d(1500)],
  ['9007199254740991', 9007199254740991],
  ['9007199254740992', 9007199254740992n],
  ['9223372036854775807', 2n ** 63n - 1n],
  ['-9223372036854775808', -(2n ** 63n)],
  ['9223372036854775808', d(2 ** 63)],
  ['-1000000000000000000000000', d(-1e24)],
  ['""', ''],
  ['"a"', 'a'],
  ['"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t'],
  ['"\\u00e9\\u20AC"', 'é€'],
  ['"\\ud83d\\ude00"', '😀'],
  ['"😀"', '😀'],
  ['"\\ud83d"', '\ufffd'],
  ['"\\ude00x"', '\ufffdx'],
  ['"\\ud83d\\u0041"', '\ufffdA'],
  ['"\\ud83d\\ud83d\\ude00"', '\ufffd😀'],
  ['"\u007f\u2028"', '\u007f\u2028'],
  ['[]', []],
  [' [ 1 , [ ] , { } ] ', [1, [], {}]],
  ['{"a":{"b":[1]}}', { a: { b: [1] } }],
  ['{"b":1,"a":2,"b":3}', entries(['b', 3], ['a', 2])],
  ['{"2":1,"1":2}', entries(['2', 1], ['1', 2])],
  ['{"__proto__":{"x":1},"constructor":2}', entries(['__proto__', { x: 1 }], ['constructor', 2])],
  ['\t\r\n1\n', 1],
];

const unreadable: readonly (readonly [text: string, offset: number, message: string])[] = [
  ['', 0, 'the JSON text ends too early'],
  ['  ', 2, 'the JSON text ends too early'],
  ['nul', 0, 'expected a value'],
  ['nulls', 4, 'expected the end of the JSON text'],
  ['True', 0, 'expected a value'],
  ['01', 1, 'expected the end of the JSON text'],
  ['1.', 1, 'expected the end of the JSON text'],
  ['.5', 0, 'expected a value'],
  ['+1', 0, 'expected a value'],
  ['-', 0, 'expected a value'],
  ['1e', 1, 'expected the end of the JSON text'],
  ['NaN', 0, 'expected a value'],
  ['1e999', 0, 'the number is too large for a double'],
  ['9'.repeat(400), 0, 'the integer does not fit into 64 bits'],
  ["'a'", 0, 'expected a value'],
  ['"a', 2, 'the string is not closed'],
  ['"\\', 2, 'unknown escape in a string'],
  ['"\\x41"', 2, 'unknown escape in a string'],
  ['"\\u12"', 2, '"\\u" needs four hexadecimal digits'],
  ['"a\nb"', 2, 'a control character in a string must be escaped'],
  ['[', 1, 'the JSON text ends too early'],
  ['[1', 2, 'expected "," or "]"'],
  ['[1,]', 3, 'expected a value'],
  ['[1 2]', 3, 'expected "," or "]"'],
  ['{', 1, 'expected a key in double quotes'],
  ['{a:1}', 1, 'expected a key in double quotes'],
  ['{"a" 1}', 5, 'expected ":" after the key'],
  ['{"a":1,}', 7, 'expected a key in double quotes'],
  ['{"a":1 "b":2}', 7, 'expected "," or "}"'],
  ['{"a":}', 5, 'expected a value'],
  ['1 // x', 2, 'expected the end of the JSON text'],
  ['\ufeff1', 0, 'expected a value'],
  ['[1]x', 3, 'expected the end of the JSON text'],
];

const values = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Value>(null, true, false),
    fc.maxSafeInteger().map((value) => value + 0),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(d),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('value')).map(list),
    // Keys are written in order.
    fc.array(fc.tuple(fc.oneof(fc.string(), fc.constant('__proto__')), tie('value'))).map((entries) => map(entries.sort(([a], [b]) => (a < b ? -1 : 1)))),
  ),
})).value;

describe('JSON', () => {
  for (const [text, expected] of readable) {
    it(`reads ${JSON.stringify(text)}`, () => assert.equal(show(parseJson(text)), show(toValue(expected))));
  }

  for (const [text, offset, message] of unreadable) {
    it(`refuses ${JSON.stringify(text.slice(0, 20))}: ${message} at ${offset}`, () => {
      assert.throws(() => parseJson(text), (error) => error instanceof JsonError && error.offset === offset && error.message === message);
    });
  }

  it('gives back every value it writes, doubles and integers apart', () => {
    fc.assert(
      fc.property(values, (value) => {
        assert.equal(show(parseJson(printJson(value))), show(value));
        assert.equal(show(parseJson(printJson(value, { prefix: ' ', indent: '\t' }))), show(value));
      }),
      { numRuns: 500 },
    );
  });

  it('accepts and refuses what JSON.parse does', () => {
    const alphabet = fc.constantFrom(...'{}[]",:\\u09afeE+-. truenl\n'.split(''));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: alphabet, maxLength: 8 }), fc.json()), (text) => {
        const accepts = (read: (text: string) => unknown): boolean => {
          try {
            read(text);
            return true;
          } catch {
            return false;
          }
        };
        assert.equal(accepts(parseJson), accepts(JSON.parse), text);
      }),
      { numRuns: 3000 },
    );
  });

  it('nests 1000 levels and refuses deeper texts, however deep', () => {
    assert.equal(printJson(parseJson('['.repeat(1000) + ']'.repeat(1000))).length, 2000);
    for (const depth of [1002, 1_000_000]) {
      for (const open of ['[', '{"a":']) {
        assert.throws(() => parseJson(open.repeat(depth)), { name: 'JsonError', message: 'the JSON value is nested more than 1000 levels deep' });
      }
    }
  });

  it('refuses to write what nests too deep, instead of running out of stack', () => {
    let value: Value = map([['x', 1]]);
    for (let i = 0; i < 100_000; i++) value = i % 2 === 0 ? list([value]) : map([['a', value]]);
    expectOutcome(() => printJson(value), failure('ResourceLimitError', 'cannot write JSON: nested more than 1000 levels deep'));
  });

  it('refuses to write what holds one part so often that the text would fill the memory', () => {
    let value: Value = 'x';
    for (let i = 0; i < 60; i++) value = list([value, value]);
    expectOutcome(() => printJson(value), failure('ResourceLimitError', 'the JSON text has more than 12582912 characters'));
  });

  it('reads a string of 10 MB', () => assert.equal((parseJson(JSON.stringify('a'.repeat(10_000_000))) as string).length, 10_000_000));

  describe('of a data tree', () => {
    const range = { start: 3, end: 4 };
    const scalar = (value: Scalar): DataNode => ({ kind: 'scalar', range, value, style: 'plain' });
    const mapping = (...pairs: (readonly [string, DataNode])[]): DataNode => ({
      kind: 'map',
      range,
      flow: true,
      entries: pairs.map(([key, value]) => ({ key, keyNode: { kind: 'scalar', range, value: key, style: 'plain' }, value, range })),
    });
    const sequence = (...items: DataNode[]): DataNode => ({ kind: 'list', range, flow: true, items });
    const rows: readonly (readonly [DataNode, Plain])[] = [
      [scalar(1n), 1],
      [scalar(1), d(1)],
      [scalar(2n ** 60n), 2n ** 60n],
      [scalar(2n ** 64n), d(2 ** 64)],
      [scalar('1'), '1'],
      [scalar(null), null],
      [scalar(true), true],
      [sequence(scalar(1n), sequence()), [1, []]],
      [mapping(['b', scalar('x')], ['__proto__', scalar(1n)], ['b', scalar('y')]), entries(['b', 'y'], ['__proto__', 1])],
    ];
    for (const [node, expected] of rows) it(`is ${show(toValue(expected))}`, () => assert.equal(show(fromData(node)), show(toValue(expected))));

    it('is refused where an integer is beyond every number', () => {
      assert.throws(() => fromData(scalar(10n ** 400n)), { name: 'JsonError', offset: 3, message: 'the integer does not fit into 64 bits' });
    });

    it('is refused where it nests too deep, at the place', () => {
      let node = scalar(1n);
      for (let i = 0; i < 5000; i++) node = sequence(node);
      assert.throws(() => fromData(node), { name: 'JsonError', offset: 3, message: 'nested more than 1000 levels deep' });
    });
  });
});
