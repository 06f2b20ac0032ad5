import { strict as assert } from 'node:assert';
import { bindArguments } from '../../../../src/machine/library/index.ts';
import { list, type Value } from '../../../../src/machine/value.ts';
import { functions } from '../../../../src/workflow/library/index.ts';
import { expectOutcome, Failure, show, typeError } from './values.ts';

type Binding = readonly [name: string, positional: readonly Value[] | undefined, named: Readonly<Record<string, Value>> | undefined, expected: string | Failure];

const splitParameters = 'its parameters are source, separator';

/** Bound arguments as text, with `…` for what is omitted. */
const bindings: readonly Binding[] = [
  ['text.split', ['a', ','], undefined, '"a" ","'],
  ['text.split', undefined, { separator: ',', source: 'a' }, '"a" ","'],
  ['text.split', ['a'], { separator: ',' }, '"a" ","'],
  ['time.format', [1], undefined, '1 …'],
  ['time.format', undefined, { timezone: 'UTC', seconds: 1 }, '1 "UTC"'],
  ['sys.log', [null, 'ERROR', 'x'], undefined, 'null "ERROR" "x" … …'],
  ['sys.log', undefined, { json: null }, '… … … null …'],
  ['sys.now', undefined, undefined, ''],
  ['sys.now', [], undefined, ''],
  ['text.split', ['a'], undefined, typeError(`text.split needs the argument "separator"; ${splitParameters}`)],
  ['text.split', undefined, undefined, typeError(`text.split needs the argument "source"; ${splitParameters}`)],
  ['text.split', ['a', 'b', 'c'], undefined, typeError(`text.split got 3 arguments; ${splitParameters}`)],
  ['text.split', undefined, { source: 'a', sep: ',' }, typeError(`text.split has no parameter "sep"; ${splitParameters}`)],
  ['text.split', undefined, { source: 'a', constructor: ',' }, typeError(`text.split has no parameter "constructor"; ${splitParameters}`)],
  ['text.split', ['a'], { source: 'a', separator: ',' }, typeError('text.split got the argument "source" twice')],
  ['sys.now', undefined, { x: 1 }, typeError('sys.now has no parameter "x"; it has no parameters')],
];

describe('arguments of a call', () => {
  for (const [name, positional, named, expected] of bindings) {
    it(`${name} with ${show(list([...(positional ?? [])]))} and ${JSON.stringify(named ?? {})}`, () => {
      const run = (): Value => {
        const bound = bindArguments(functions.get(name)!, positional, named && new Map(Object.entries(named)));
        return bound.map((value) => (value === undefined ? '…' : show(value))).join(' ');
      };
      if (expected instanceof Failure) expectOutcome(run, expected);
      else assert.equal(run(), expected);
    });
  }
});
