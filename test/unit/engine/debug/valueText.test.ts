import assert from 'node:assert/strict';
import { displayText, fullText, partExpression, plainText } from '../../../../src/engine/debug/valueText.ts';
import { parseJson } from '../../../../src/machine/json.ts';
import { Bytes, Double, FunctionValue, list, map, type Value } from '../../../../src/machine/value.ts';

describe('values as the debugger shows them', () => {
  const cases: [value: Value, display: string][] = [
    [null, 'null'],
    [1, '1'],
    [new Double(1), '1.0'],
    [new Double(Infinity), 'Infinity'],
    [9_007_199_254_740_993n, '9007199254740993'],
    ['a "b"\n', '"a \\"b\\"\\n"'],
    [new Bytes(new Uint8Array([0, 255])), 'bytes (2) 00 ff'],
    [new Bytes(new Uint8Array(17)), `bytes (17) ${'00 '.repeat(16)}…`],
    [new FunctionValue('retry.always'), 'function retry.always'],
    [list([]), '(0) []'],
    [parseJson('[1, "a", [2, [3, [4]]]]'), '(3) [1, "a", (2) [2, (2) […]]]'],
    [parseJson('{"a b": {"c": {}}, "__proto__": 1}'), '{"a b": {c: {}}, __proto__: 1}'],
  ];
  for (const [value, display] of cases) it(`${display} on one line`, () => assert.equal(displayText(value), display));

  it('cut long strings, never inside a character', () => {
    const text = displayText('😀'.repeat(1000));
    assert.ok(text.length < 450 && text.endsWith('😀…"'), text.slice(-10));
    assert.equal(displayText(`a${'😀'.repeat(1000)}`).includes('\\ud83d'), false);
  });

  it('cut long lists and maps and say how long they are', () => {
    assert.match(displayText(list(Array.from({ length: 500 }, (_, index) => index))), /^\(500\) \[0, 1, 2, .*, …\]$/);
    assert.match(displayText(map([['text', 'x'.repeat(1000)], ['more', 1]])), /^\{text: "x{40}…", more: 1\}$/);
  });

  it('print strings in log messages without quotes', () => {
    assert.equal(plainText('a'), 'a');
    assert.equal(plainText(list(['a'])), '(1) ["a"]');
  });

  it('copy the whole value as JSON, bytes as Base64', () => {
    const value = map([['bytes', new Bytes(new TextEncoder().encode('hi'))], ['function', new FunctionValue('f')], ['double', new Double(2)], ['none', new Double(NaN)]]);
    assert.equal(fullText(value), '{\n  "bytes": "aGk=",\n  "function": "f",\n  "double": 2.0,\n  "none": "NaN"\n}');
  });

  it('are reached by expressions', () => {
    assert.equal(partExpression('a', 'b'), 'a.b');
    assert.equal(partExpression('a', 'b c"'), 'a["b c\\""]');
    assert.equal(partExpression('a', 'in'), 'a["in"]');
    assert.equal(partExpression('a.b', 3), 'a.b[3]');
  });
});
