import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ExactJson, exactMember, exactText, itemsOf, membersOf, mergedObjects } from '../../../src/engine/flows/exactJson.ts';

describe('JSON texts that stay as they are written', () => {
  it('are cut into members and items, whatever they hold', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        const members = membersOf(text);
        if (Array.isArray(value)) assert.deepEqual(itemsOf(text).map((item) => JSON.parse(item) as unknown), JSON.parse(text) as unknown);
        else if (typeof value === 'object' && value !== null) assert.deepEqual([...members!].map(([name, member]) => [name, JSON.parse(member) as unknown]), Object.entries(JSON.parse(text) as object));
        else assert.equal(members, undefined);
      }),
    );
  });

  const text = '{"a": {"big": 12345678901234567890, "double": 1.0, "__proto__": "}\\"{"}, "list": [1.0, "],"]}';
  for (const [path, expected] of [
    [['a', 'big'], '12345678901234567890'],
    [['a', 'double'], '1.0'],
    [['a', '__proto__'], '"}\\"{"'],
    [['list'], '[1.0, "],"]'],
    [['a', 'nothing'], undefined],
    [['list', 'a'], undefined],
  ] as const) {
    it(`have the member ${path.join('.')}`, () => assert.equal(exactMember(text, ...path), expected));
  }

  for (const [under, over, merged] of [
    [undefined, '{"a":1.0}', '{"a":1.0}'],
    ['{"a":1.0,"b":2}', '{"b":3.0,"c":4}', '{"a":1.0,"b":3.0,"c":4}'],
    ['[1]', '{"a":1}', '{"a":1}'],
    ['{"a":1}', '"text"', '"text"'],
  ] as const) {
    it(`are merged: ${under} with ${over}`, () => assert.equal(mergedObjects(under, over), merged));
  }

  it('are written within values', () => {
    assert.equal(exactText({ id: 'x', fields: [new ExactJson('1.0'), undefined], nothing: undefined, yes: true }), '{"id":"x","fields":[1.0,null],"yes":true}');
  });
});
