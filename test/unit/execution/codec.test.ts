import assert from 'node:assert/strict';
import { toSnakeCase } from '../../../src/execution/codec.ts';
import { durationBetween } from '../../../src/execution/duration.ts';
import { jsonOf, treeOf } from '../../../src/execution/json.ts';
import { nearest } from '../../../src/execution/nearest.ts';
import { parseSource } from '../../../src/source/parse.ts';
import { sampleExecution } from './sample.ts';

describe('the snake_case form', () => {
  const ended = sampleExecution({ state: 'SUCCEEDED', input_value: '{"big":9223372036854775807,"d":1.0}', output_value: '[1.0,"a\\nb"]', end_time: '2026-01-31T08:00:01.500Z' });

  it('has the argument and the result as strings and as values', () => {
    const text = toSnakeCase(ended);
    const parsed = JSON.parse(text) as Record<string, unknown>;
    assert.equal(parsed['argument'], '{"big":9223372036854775807,"d":1.0}');
    assert.equal(parsed['result'], '[1.0,"a\\nb"]');
    assert.deepEqual(parsed['output_value'], [1, 'a\nb']);
  });

  it('keeps numbers that JavaScript would change', () => {
    assert.match(toSnakeCase(ended), /"input_value": \{"big":9223372036854775807,"d":1\.0\}/);
    assert.match(toSnakeCase(ended), /"output_value": \[1\.0,/);
  });

  it('has the duration, and the steps in the status', () => {
    const parsed = JSON.parse(toSnakeCase({ ...ended, current_steps: [{ routine: 'main', step: 's' }] })) as Record<string, unknown>;
    assert.equal(parsed['duration'], '1.5s');
    assert.deepEqual(parsed['status'], { current_steps: [{ routine: 'main', step: 's' }] });
  });

  it('leaves out what has no value', () => {
    const parsed = JSON.parse(toSnakeCase(sampleExecution({ state: 'ACTIVE' }))) as Record<string, unknown>;
    for (const name of ['result', 'output_value', 'error', 'end_time', 'duration', 'parent_execution_id']) assert.equal(name in parsed, false, name);
  });

  it('shows a refused result as value only', () => {
    const parsed = JSON.parse(toSnakeCase({ ...ended, state: 'FAILED' })) as Record<string, unknown>;
    assert.equal('result' in parsed, false);
    assert.deepEqual(parsed['output_value'], [1, 'a\nb']);
  });

  it('is valid on one line too', () => assert.doesNotMatch(toSnakeCase(ended, 0), /\n/));
});

describe('a duration', () => {
  const from = '2026-01-31T08:00:00.000Z';
  for (const [to, text] of [['2026-01-31T08:00:00.000Z', '0s'], ['2026-01-31T08:00:01.500Z', '1.5s'], ['2026-01-31T08:01:00.007Z', '60.007s'], ['2026-01-31T07:00:00.000Z', '0s']] as const) {
    it(`is ${text}`, () => assert.equal(durationBetween(from, to), text));
  }
});

describe('JSON of a tree', () => {
  for (const text of ['1', '1.0', '-0.0', '9007199254740993', '1e+300', '"a\\"\\u0000"', '[1,[],{}]', '{"__proto__":{"a":null},"b":true}']) {
    it(`is exact for ${text}`, () => assert.equal(jsonOf(parseSource(text, 'json').root!), text));
  }

  it('of plain data takes whole numbers for integers and leaves out what JSON has not', () => {
    assert.equal(jsonOf(treeOf({ a: 1, b: 1.5, c: undefined, d: [null, 'x'], e: 2 ** 60 })), '{"a":1,"b":1.5,"d":[null,"x"],"e":1152921504606847000.0}');
  });
});

describe('the nearest name', () => {
  for (const [name, found] of [['use_breakpoint', 'use_breakpoints'], ['LABELS', 'labels'], ['lables', 'labels'], ['xyz', undefined], ['', undefined]] as const) {
    it(`to ${JSON.stringify(name)} is ${found ?? 'none'}`, () => assert.equal(nearest(name, ['labels', 'use_breakpoints', 'name']), found));
  }

  it('is not looked for where that could take long', () => assert.equal(nearest('a'.repeat(100_000), ['b'.repeat(100_000)]), undefined));
});
