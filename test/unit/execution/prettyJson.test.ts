import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { prettyJson } from '../../../src/execution/prettyJson.ts';

describe('JSON for reading', () => {
  const cases: readonly (readonly [behaviour: string, json: string, pretty: string])[] = [
    ['lays a map out over lines', '{"a":1,"b":[true,null]}', '{\n  "a": 1,\n  "b": [\n    true,\n    null\n  ]\n}'],
    ['keeps doubles and big integers as they are', '[1.0,9007199254740993,1e400]', '[\n  1.0,\n  9007199254740993,\n  1e400\n]'],
    ['leaves brackets and commas inside strings alone', '{"a,[{":"}]:\\""}', '{\n  "a,[{": "}]:\\""\n}'],
    ['keeps empty containers on one line', '{"a":{ },"b":[\n]}', '{\n  "a": {},\n  "b": []\n}'],
    ['shows a scalar as it is', '"x"', '"x"'],
    ['shows escaped letters, but not what cannot be shown', '"gr\\u00fc\\u00dfe \\ud83d\\ude00 \\u0007 \\ud83d"', '"grüße 😀 \\u0007 \\ud83d"'],
    ['leaves an escape alone that is none', '"\\u00"', '"\\u00"'],
  ];
  for (const [behaviour, json, pretty] of cases) it(behaviour, () => assert.equal(prettyJson(json), pretty));

  it('takes strings of any length', () => {
    const long = `"${'a\\n'.repeat(4_000_000)}"`;
    assert.equal(prettyJson(long) === long, true);
  });

  it('lays any value out as JSON.stringify does', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => assert.equal(prettyJson(JSON.stringify(value)), JSON.stringify(value, null, 2))));
  });
});
