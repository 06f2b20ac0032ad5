import assert from 'node:assert/strict';
import fc from 'fast-check';
import { binaryOperators, childrenOf, type BinaryOperator, type Expression } from '../../../src/workflow/expression/ast.ts';
import { parseExpression } from '../../../src/workflow/expression/parse.ts';
import { printExpression } from './printExpression.ts';

const range = { start: 0, end: 0 };
const names = fc.constantFrom('a', 'b_1', 'order', 'X');

const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('name' as const), name: names, range: fc.constant(range) }),
    fc.record({
      kind: fc.constant('literal' as const),
      value: fc.oneof(fc.constantFrom(null, true, false), fc.string({ unit: 'binary' }), fc.bigInt(0n, 2n ** 63n - 1n), fc.double({ min: 0, max: 1e308, noNaN: true })),
      range: fc.constant(range),
    }),
    fc.record({ kind: fc.constant('member' as const), object: tie('expression'), name: names, nameRange: fc.constant(range), range: fc.constant(range) }),
    fc.record({ kind: fc.constant('index' as const), object: tie('expression'), index: tie('expression'), range: fc.constant(range) }),
    fc.record({ kind: fc.constant('call' as const), name: fc.constantFrom('f', 'text.split'), nameRange: fc.constant(range), args: fc.array(tie('expression'), { maxLength: 3 }), range: fc.constant(range) }),
    fc.record({ kind: fc.constant('list' as const), items: fc.array(tie('expression'), { maxLength: 3 }), range: fc.constant(range) }),
    fc.record({ kind: fc.constant('unary' as const), operator: fc.constantFrom('-' as const, 'not' as const), operand: tie('expression'), range: fc.constant(range) }),
    fc.record({ kind: fc.constant('binary' as const), operator: fc.constantFrom<BinaryOperator>(...binaryOperators), left: tie('expression'), right: tie('expression'), range: fc.constant(range) }),
  ),
}));

/** What a tree means, without its places. */
function meaning(node: Expression): unknown {
  const { kind } = node;
  const own = kind === 'literal' ? [typeof node.value, node.value] : kind === 'name' || kind === 'member' || kind === 'call' ? node.name : kind === 'unary' || kind === 'binary' ? node.operator : '';
  return [kind, own, childrenOf(node).map(meaning)];
}

describe('printing an expression', () => {
  it('reads back as the same tree, and prints the same again', () => {
    fc.assert(
      fc.property(expression, (tree) => {
        const text = printExpression(tree);
        const parsed = parseExpression(text);
        assert.deepEqual(parsed.problems, [], text);
        assert.deepEqual(meaning(parsed.expression), meaning(tree), text);
        assert.equal(printExpression(parsed.expression), text);
      }),
      { numRuns: 2000 },
    );
  });

  for (const [text, printed] of [
    ['a+b*c', 'a + b * c'],
    ['(a+b)*c', '(a + b) * c'],
    ['a-(b-c)', 'a - (b - c)'],
    ['(a - b) - c', 'a - b - c'],
    ['not(a == b)', 'not (a == b)'],
    ['- 9223372036854775808', '-9223372036854775808'],
    ["m['k'].x[1.0]", 'm["k"].x[1.0]'],
  ] as const) {
    it(`writes ${text} as ${printed}`, () => assert.equal(printExpression(parseExpression(text).expression), printed));
  }
});
