import assert from 'node:assert/strict';
import { pointedExpression, variablesAround } from '../../../src/editor/debug/pointed.ts';
import { parseWorkflow } from '../../../src/workflow/parse.ts';

/** A text with a cursor, `|`. */
function withCursor(marked: string): { text: string; offset: number } {
  const offset = marked.indexOf('|');
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), offset };
}

function step(body: string): string {
  return `main:\n  params: [order]\n  steps:\n    - a:\n        ${body.replaceAll('\n', '\n        ')}\n`;
}

describe('what a hover evaluates', () => {
  const cases: readonly (readonly [behaviour: string, body: string, expression: string | undefined])[] = [
    ['a variable', 'return: ${or|der}', 'order'],
    ['the object, where it points to the object', 'return: ${or|der.items[0].price}', 'order'],
    ['the path up to a member', 'return: ${order.it|ems[0].price}', 'order.items'],
    ['the item, where it points to the brackets', 'return: ${order.items[0|].price}', 'order.items[0]'],
    ['the whole path', 'return: ${order.items[0].pri|ce}', 'order.items[0].price'],
    ['the index, where that is a name', 'return: ${order[k|ey]}', 'key'],
    ['a part of a bigger expression', 'return: ${1 + order.to|tal * 2}', 'order.total'],
    ['an argument of a function', 'return: ${len(order.it|ems)}', 'order.items'],
    ['the target of an assignment', 'assign:\n  - tot|al: 1', 'total'],
    ['a path that is assigned to', 'assign:\n  - order.items[0].pri|ce: 1', 'order.items[0].price'],
    ['the result of a call', 'call: sys.log\nargs: {text: x}\nresult: answ|er', 'answer'],
    ['a loop variable', 'for:\n  value: lin|e\n  in: ${order}\n  steps:\n    - b:\n        return: 1', 'line'],
    ['the error in an except', 'try:\n  call: sys.log\n  args: {text: x}\nexcept:\n  as: e|\n  steps:\n    - b:\n        return: 1', 'e'],
    ['a shared variable', 'parallel:\n  shared: [tot|al]\n  branches:\n    - b:\n        steps:\n          - c:\n              return: 1', 'total'],
    ['a condition', 'switch:\n  - condition: ${ord|er.ok}\n    return: 1', 'order'],
    ['a key that is computed', 'return:\n  ${ord|er.id}: 1', 'order'],
    ['a parameter of a step in double quotes', 'return: "${or|der}"', 'order'],
    ['no function', 'return: ${le|n(order)}', undefined],
    ['no call, nor a member of its result', 'return: ${json.decode(order).na|me}', undefined],
    ['no literal', 'return: ${1|2 + order}', undefined],
    ['no step name', 'ne|xt: end', undefined],
    ['no path with escapes of the string around it', 'return: "${order[\\"a\\"].b|}"', undefined],
  ];
  for (const [behaviour, body, expected] of cases) {
    it(behaviour, () => {
      const { text, offset } = withCursor(step(body));
      assert.equal(pointedExpression(parseWorkflow(text, 'yaml'), offset)?.text, expected);
    });
  }

  it('names the place of the expression, not of the scalar', () => {
    const { text, offset } = withCursor(step("return: '${1 + ord|er.a}'"));
    const { range } = pointedExpression(parseWorkflow(text, 'yaml'), offset)!;
    assert.equal(text.slice(range.start, range.end), 'order');
  });

  it('finds nothing in a broken text, and does not throw', () => {
    for (const text of ['', '}{', 'main:\n  steps:\n\t- a', '- a:\n    return: ${']) assert.equal(pointedExpression(parseWorkflow(text, 'yaml'), text.length), undefined);
  });
});

describe('variables shown at the ends of lines', () => {
  it('are those of the routine that is stopped', () => {
    const { text, offset } = withCursor('main:\n  params: [a]\n  steps:\n    - x:\n        assign:\n          - b: 1\n          - c.d: 2\n    - y:\n        call: other\n        result: |e\nother:\n  steps:\n    - z:\n        assign:\n          - f: 1\n');
    assert.deepEqual(variablesAround(parseWorkflow(text, 'yaml'), offset).map(({ name }) => name), ['a', 'b', 'e']);
  });
});
