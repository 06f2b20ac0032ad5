import { strict as assert } from 'node:assert';
import { pureFunctions } from '../../../../src/machine/library/index.ts';
import { list, map, MapValue } from '../../../../src/machine/value.ts';
import { d, describeFunction, entries, show, toValue, typeError } from './values.ts';

describe('list', () => {
  describeFunction('list.concat', [
    [[[1, 2], 3], [1, 2, 3]],
    [[[], null], [null]],
    [[[1], [2, 3]], [1, [2, 3]]],
    [[null, 1], typeError('list.concat: expecting list for objs; got null')],
    [['ab', 'c'], typeError('list.concat: expecting list for objs; got a string')],
    [[[1]], typeError('list.concat needs the argument "val"; its parameters are objs, val')],
  ]);
  describeFunction('list.prepend', [
    [[[1, 2], 3], [3, 1, 2]],
    [[[1], [2, 3]], [[2, 3], 1]],
    [[{}, 1], typeError('list.prepend: expecting list for objs; got a map')],
  ]);
});

describe('map', () => {
  const nested = { a: { b: { c: 1 }, n: null }, l: [1] };
  describeFunction('map.get', [
    [[{ a: 1 }, 'a'], 1],
    [[{ a: 1 }, 'b'], null],
    [[{ a: null }, 'a'], null],
    [[nested, ['a', 'b', 'c']], 1],
    [[nested, ['a', 'x', 'c']], null],
    [[nested, ['a', 'n', 'c']], null],
    [[nested, ['l', 'b']], null],
    [[nested, []], nested],
    [[null, 'a'], null],
    [[[1], 'a'], null],
    [['text', 'a'], null],
    [[{}, '__proto__'], null],
    [[{}, 'constructor'], null],
    [[{}, ['__proto__', 'polluted']], null],
    [[entries(['__proto__', { x: 1 }]), ['__proto__', 'x']], 1],
    [[{}, 1], typeError('map.get: expecting string or list for keys; got an integer')],
    [[{}, ['a', 1]], typeError('map.get: expecting string for each of keys; got an integer')],
    [[null, null], typeError('map.get: expecting string or list for keys; got null')],
    [[{}, 'a', 'b'], typeError('map.get got 3 arguments; its parameters are map, keys')],
  ]);
  describeFunction('map.delete', [
    [[{ a: 1, b: 2 }, 'a'], { b: 2 }],
    [[{ a: 1 }, 'x'], { a: 1 }],
    [[entries(['__proto__', 1], ['a', 2]), '__proto__'], { a: 2 }],
    [[[1], 'a'], typeError('map.delete: expecting map for map; got a list')],
    [[{}, 1], typeError('map.delete: expecting string for key; got an integer')],
  ]);
  describeFunction('map.merge', [
    [[{ a: 1, b: 2 }, { b: 3, c: 4 }], { a: 1, b: 3, c: 4 }],
    [[{ a: { x: 1 } }, { a: { y: 2 } }], { a: { y: 2 } }],
    [[{}, {}], {}],
    [[{ a: 1 }, { a: null }], { a: null }],
    [[entries(['__proto__', 1]), {}], entries(['__proto__', 1])],
    [[{}, null], typeError('map.merge: expecting map for second; got null')],
  ]);
  let deep = toValue({});
  for (let i = 0; i < 5000; i++) deep = map([['x', deep]]);
  describeFunction('map.merge_nested', [
    [[{ a: { x: 1, z: 0 } }, { a: { y: 2, z: 9 } }], { a: { x: 1, z: 9, y: 2 } }],
    [[{ a: { x: 1 } }, { a: 5 }], { a: 5 }],
    [[{ a: 5 }, { a: { x: 1 } }], { a: { x: 1 } }],
    [[{ a: [1] }, { a: [2] }], { a: [2] }],
    [[{ a: { b: { c: d(1) } } }, { a: { b: { d: 2 } } }], { a: { b: { c: d(1), d: 2 } } }],
    [[[], {}], typeError('map.merge_nested: expecting map for first; got a list')],
  ]);

  it('refuses to merge maps that nest too deep, instead of running out of stack', () => {
    assert.throws(() => pureFunctions.get('map.merge_nested')!([deep, deep]), { headline: 'ResourceLimitError: map.merge_nested: maps nested more than 1000 levels deep' });
  });

  for (const name of ['list.concat', 'list.prepend', 'map.merge', 'map.merge_nested', 'map.delete']) {
    it(`${name} leaves its arguments as they were`, () => {
      const first = name.startsWith('list') ? list([1, list([2])]) : toValue({ a: { x: 1 } });
      const second = name === 'map.delete' ? 'a' : toValue({ a: { y: 2 } });
      const before = show(first) + show(second);
      pureFunctions.get(name)!([first, second]);
      assert.equal(show(first) + show(second), before);
    });
  }

  it('map.get marks the part it returns as shared, because the map refers to it too', () => {
    const part = map([['x', 1]]);
    part.shared = false;
    const got = pureFunctions.get('map.get')!([map([['part', part]]), 'part']);
    assert.ok(got instanceof MapValue && got.shared);
  });
});
