import assert from 'node:assert/strict';
import { requiredText, type FilterField } from '../../../src/execution/criterion.ts';
import { executionFilter } from '../../../src/execution/queryFields.ts';
import { parseCriterion, parseFilter } from '../../../src/server/filter.ts';

interface Item {
  readonly name: string;
  readonly time?: string;
  readonly took?: string;
  readonly good: boolean;
  readonly steps: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

const items: readonly Item[] = [
  { name: 'a', time: '2026-01-01T00:00:00Z', took: '0.5s', good: true, steps: ['x', 'y'], labels: { team: 'blue', 'long-key': '1' } },
  { name: 'b b', time: '2026-02-01T00:00:00Z', took: '12s', good: false, steps: ['y'], labels: { team: 'red' } },
  { name: 'c"', good: true, steps: [], labels: {} },
];

const fields = new Map<string, FilterField<Item>>([
  ['name', { kind: 'text', of: ({ name }) => name }],
  ['time', { kind: 'time', of: ({ time }) => time }],
  ['took', { kind: 'duration', of: ({ took }) => took }],
  ['good', { kind: 'bool', of: ({ good }) => good }],
  ['step', { kind: 'texts', of: ({ steps }) => steps }],
  ['labels', { kind: 'map', of: ({ labels }) => labels }],
]);

describe('a filter', () => {
  for (const [filter, expected] of [
    ['', 'abc'],
    ['  ', 'abc'],
    ['name=a', 'a'],
    ['name = "b b"', 'b'],
    ["name = 'b b'", 'b'],
    ['name = "c\\""', 'c'],
    ['name != a', 'bc'],
    ['name > a', 'bc'],
    ['name = "b*"', 'b'],
    ['name = "*b"', 'b'],
    ['name = "* *"', 'b'],
    ['name:*', 'abc'],
    ['time >= "2026-01-15"', 'b'],
    ['time < 2026-01-15T00:00:00Z', 'a'],
    ['time = "2026-01-01T01:00:00+01:00"', 'a'],
    ['time != "2026-01-01T00:00:00Z"', 'bc'],
    ['took > 1.5s', 'b'],
    ['took <= "0.5s"', 'a'],
    ['good = true', 'ac'],
    ['good != true', 'b'],
    ['step = x', 'a'],
    ['step != x', 'bc'],
    ['labels.team = blue', 'a'],
    ['labels.team != blue', 'bc'],
    ['labels.long-key = "1"', 'a'],
    ['labels:team', 'ab'],
    ['labels.team:*', 'ab'],
    ['labels.constructor:*', ''],
    ['NOT good = true', 'b'],
    ['-good = true', 'b'],
    ['good = true AND name = a', 'a'],
    ['good = true name = a', 'a'],
    ['name = a OR name = "b b"', 'ab'],
    // OR binds closer than AND.
    ['name = a OR name = "b b" AND good = false', 'b'],
    ['name = a OR (name = "b b" AND good = false)', 'ab'],
    ['NOT (name = a OR labels.team = red)', 'c'],
  ] as const) {
    it(`${JSON.stringify(filter)} takes ${expected === '' ? 'nothing' : expected}`, () => {
      assert.equal(items.filter(parseFilter(filter, fields)).map(({ name }) => name[0]).join(''), expected);
    });
  }

  for (const [filter, message] of [
    ['name', /expected a comparison such as name = "…" at character 5; found the end/],
    ['name =', /expected a value at character 7; found the end/],
    ['colour = red', /"colour" at character 1 is not a field to filter by; there are name, time/],
    ['name.x = 1', /"name\.x" at character 1 is not a field/],
    ['name = a OR', /expected the name of a field at character 12; found the end/],
    ['AND name = a', /expected the name of a field at character 1; found "AND"/],
    ['(name = a', /expected \) at character 10; found the end/],
    ['name = a)', /expected AND, OR or the end at character 9; found "\)"/],
    ['name = "a', /"\\"" at character 8 does not belong there/],
    ['time > tomorrow', /expected a time such as .* at character 8; found "tomorrow"/],
    ['took > long', /expected a duration such as 1\.5s at character 8; found "long"/],
    ['good > true', /expected = true or = false/],
    ['labels = red', /expected a key, as in labels\.team/],
    ['('.repeat(60), /parentheses stand at most 50 deep/],
    ['x'.repeat(5000), /filter has at most 4096 characters; got 5000/],
  ] as const) {
    it(`${JSON.stringify(filter.slice(0, 40))} is refused`, () => {
      assert.throws(() => parseFilter(filter, fields), message);
    });
  }

  it('has days of this machine for times where the time is given', () => {
    const now = new Date(2026, 2, 30, 15, 4);
    const wanted = (text: string): unknown => (parseCriterion(text, executionFilter, now) as { wanted: number }).wanted;
    assert.equal(wanted('createTime >= today'), new Date(2026, 2, 30).getTime());
    // Over a change of the clock too.
    assert.equal(wanted('createTime < "today-7"'), new Date(2026, 2, 23).getTime());
    assert.throws(() => parseCriterion('createTime >= tomorrow', executionFilter, now), /expected a time such as "2026-01-31T08:00:00Z", today or today-7 at character 15; found "tomorrow"/);
    assert.throws(() => parseCriterion('createTime >= today', executionFilter), /expected a time such as "2026-01-31T08:00:00Z" at character 15/);
  });

  for (const [text, state] of [
    ['', undefined],
    ['state = "FAILED"', 'FAILED'],
    ['createTime > "2026-01-01T00:00:00Z" AND state=FAILED', 'FAILED'],
    ['state = FAILED label.state = "x"', 'FAILED'],
    ['label.a = state', undefined],
    ['state != FAILED', undefined],
    ['state = "F*"', undefined],
    ['state = FAILED OR state = ACTIVE', undefined],
    ['NOT state = FAILED', undefined],
    ['-state = FAILED', undefined],
    ['(state = FAILED)', 'FAILED'],
    ['(label.a = b AND state = FAILED) OR state = FAILED', undefined],
  ] as const) {
    it(`${text === '' ? 'nothing' : text} asks for ${state === undefined ? 'no certain state' : `the state ${state}`}`, () => {
      const criterion = parseCriterion(text, executionFilter);
      assert.equal(criterion && requiredText(criterion, 'state'), state);
    });
  }
});
