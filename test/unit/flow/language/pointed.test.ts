import assert from 'node:assert/strict';
import { pointedExpression, variablesAround } from '../../../../src/flow/language/pointed.ts';

describe('what is pointed at in a flow', () => {
  for (const [marked, expected] of [
    ['x = or|der', 'order'],
    ['order.it|ems.first', 'order.items'],
    ['order.items.fir|st', 'order.items.first'],
    ['or|der.items', 'order'],
    ['f(x).na|me', undefined],
    ['"te|xt"', undefined],
    ['print(or|der)', 'order'],
    ['order|', 'order'],
    ['f"{or|der}"', 'order'],
    ['# com|ment', undefined],
    ['|', undefined],
  ] as const) {
    it(`is ${expected ?? 'nothing'} in ${marked}`, () => assert.equal(pointedExpression(marked.replace('|', ''), marked.indexOf('|'))?.text, expected));
  }
});

describe('variables of a function', () => {
  const text = 'import os\ntop = 1\ndef handler(system, this: flow_api.Execution, inputs=None):\n    a = len(inputs)\n    this.log(a, level=top)\n    def inner(z):\n        return z\n    b = [x for x in a]\n';
  const names = (at: string) => variablesAround(text, text.indexOf(at)).map(({ name }) => name);

  it('are its parameters and the names in its body, not those of functions inside, calls and keywords', () => {
    assert.deepEqual(names('a = len'), ['system', 'this', 'inputs', 'a', 'inputs', 'this', 'a', 'top', 'b', 'x', 'x', 'a']);
  });

  it('are those of the inner function where that is around', () => assert.deepEqual(names('return z'), ['z', 'z']));

  it('are those of the module outside of functions', () => assert.deepEqual(names('top = 1'), ['top']));
});
