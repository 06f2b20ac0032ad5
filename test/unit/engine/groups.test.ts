import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStore } from '../../../src/engine/memoryStore.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import type { ExecutionStore } from '../../../src/engine/store.ts';
import { dayOf, type Grouping } from '../../../src/execution/grouping.ts';
import type { Execution } from '../../../src/execution/record.ts';
import { readFilter } from '../../../src/service/filter.ts';
import { sampleExecution } from '../execution/sample.ts';

/** What each execution has of its own; a name says which it is. */
const executions: readonly Partial<Execution>[] = [
  { name: 'old', state: 'SUCCEEDED', create_time: new Date(2026, 0, 30, 23, 59, 59).toISOString(), labels: { team: 'blue' }, project_name: 'shop', priority: 3 },
  { name: 'first', state: 'FAILED', create_time: new Date(2026, 0, 31, 0, 0, 0).toISOString(), labels: { team: 'red', tier: '1' }, bundle_name: 'tools', roles: ['admin', 'ops'] },
  { name: 'second', state: 'PAUSED', is_paused: true, create_time: new Date(2026, 0, 31, 12).toISOString(), type: 'FLOW', program: '/w/bundles/tools/stock.py', flow_name: 'stock', bundle_name: 'tools' },
  { name: 'third', state: 'ACTIVE', create_time: new Date(2026, 0, 31, 23, 59).toISOString(), program: '', schedule_name: 'nightly', message: 'nearly "done"', is_productive: true },
  { name: 'Ärger', state: 'ACTIVE', create_time: new Date(2026, 1, 1).toISOString(), labels: { team: 'blue' }, project_id: '0f1d2c3b-0000-4000-8000-000000000000', description: 'zwei\nZeilen' },
];

const groupCases: readonly (readonly [grouping: Grouping, groups: readonly (readonly [key: string | undefined, names: string])[]])[] = [
  [{ by: 'state' }, [['ACTIVE', 'Ärger third'], ['PAUSED', 'second'], ['SUCCEEDED', 'old'], ['FAILED', 'first']]],
  [{ by: 'program' }, [['/w/bundles/tools/stock.py', 'second'], ['/w/order.workflows.yaml', 'Ärger first old'], [undefined, 'third']]],
  [{ by: 'place' }, [['bundle tools', 'second first'], ['project 0f1d2c3b-0000-4000-8000-000000000000', 'Ärger'], ['project shop', 'old'], [undefined, 'third']]],
  [{ by: 'type' }, [['FLOW', 'second'], ['WORKFLOW', 'Ärger third first old']]],
  [{ by: 'day' }, [['2026-02-01', 'Ärger'], ['2026-01-31', 'third second first'], ['2026-01-30', 'old']]],
  [{ by: 'label', key: 'team' }, [['blue', 'Ärger old'], ['red', 'first'], [undefined, 'third second']]],
  [{ by: 'label', key: "x'; DROP TABLE execution; --" }, [[undefined, 'Ärger third second first old']]],
];

const filterCases: readonly (readonly [filter: string, names: string])[] = [
  ['state = ACTIVE', 'Ärger third'],
  ['state = PAUSED', 'second'],
  ['state != ACTIVE', 'second first old'],
  ['state = FAILED OR state = PAUSED', 'second first'],
  ['type = FLOW', 'second'],
  ['program = *order*', 'Ärger first old'],
  ['program = "*"', 'Ärger second first old'],
  ['NOT program = "*"', 'third'],
  ['labels.team = blue', 'Ärger old'],
  ['labels:tier', 'first'],
  ['labels.team != blue', 'third second first'],
  ['roles = ops', 'first'],
  ['roles = *', 'first'],
  ['roles != ops', 'Ärger third second old'],
  ['project_name = shop', 'old'],
  ['bundle_name = tools AND type = WORKFLOW', 'first'],
  ['project_id = "0f1d2c3b-0000-4000-8000-000000000000"', 'Ärger'],
  ['schedule_name = nightly', 'third'],
  ['priority > 2', 'old'],
  ['priority = 0', 'Ärger third second first'],
  ['is_productive = true', 'third'],
  ['is_paused = true', 'second'],
  ['use_breakpoints = true', 'Ärger third second first old'],
  [`create_time >= "${new Date(2026, 0, 31).toISOString()}" AND create_time < "${new Date(2026, 1, 1).toISOString()}"`, 'third second first'],
  ['message = "*\\"done*"', 'third'],
  ['name < "g"', 'first'],
  ['name = Ärger', 'Ärger'],
  ['description = *Zeilen', 'Ärger'],
  ['name = "\u0000"', ''],
  ['', 'Ärger third second first old'],
];

describe('lists of the program’s own', () => {
  for (const kind of ['memory', 'SQLite']) {
    describe(`in ${kind}`, () => {
      let store: ExecutionStore;
      let dispose: () => void = () => undefined;
      before(() => {
        if (kind === 'memory') store = new MemoryStore();
        else {
          const folder = mkdtempSync(join(tmpdir(), 'stepthrough-test-'));
          store = openSqliteStore(join(folder, 'executions.db'));
          dispose = () => rmSync(folder, { recursive: true });
        }
        for (const part of executions) store.insert({ ...sampleExecution(), ...part, id: randomUUID() }, '[]');
        const parent = store.find('old')!;
        store.insert({ ...sampleExecution(), id: randomUUID(), name: 'child', parent_execution_id: parent.id, labels: { team: 'blue' }, state: 'ACTIVE' }, '[]');
        const gone = store.insert({ ...sampleExecution(), id: randomUUID(), name: 'gone', type: 'FLOW', labels: { team: 'green' } }, '[]');
        store.delete(gone.id, '2026-02-02T00:00:00Z');
      });
      after(() => {
        store.close();
        dispose();
      });

      for (const [grouping, expected] of groupCases) {
        it(`has groups by ${JSON.stringify(grouping)}, and each of them`, () => {
          const groups = store.groups({ grouping });
          assert.deepEqual(groups, expected.map(([key, names]) => ({ key, count: names.split(' ').length })));
          for (const [key, names] of expected) {
            const found = store.list({ pageSize: 9, group: { grouping, key } }).executions;
            assert.equal(found.map(({ name }) => name).join(' '), names, String(key));
          }
        });
      }

      for (const [filter, names] of filterCases) {
        it(`finds what ${JSON.stringify(filter)} takes, and groups it`, () => {
          const criterion = readFilter(filter);
          assert.equal(store.list({ pageSize: 9, criterion }).executions.map(({ name }) => name).join(' '), names);
          const days = store.groups({ grouping: { by: 'day' }, criterion });
          assert.equal(days.reduce((sum, { count }) => sum + count, 0), names === '' ? 0 : names.split(' ').length);
        });
      }

      it('pages through a filter and a group, with tokens of that list only', () => {
        const query = { pageSize: 1, criterion: readFilter('state != PAUSED'), group: { grouping: { by: 'day' }, key: '2026-01-31' } } as const;
        const first = store.list(query);
        assert.deepEqual(first.executions.map(({ name }) => name), ['third']);
        const second = store.list({ ...query, pageToken: first.nextPageToken });
        assert.deepEqual(second.executions.map(({ name }) => name), ['first']);
        assert.equal(second.nextPageToken, undefined);
        assert.throws(() => store.list({ ...query, criterion: undefined, pageToken: first.nextPageToken }), /not one of this list/);
        assert.throws(() => store.list({ ...query, group: { grouping: { by: 'day' }, key: '2026-01-30' }, pageToken: first.nextPageToken }), /not one of this list/);
      });

      it('groups and filters what is deleted by itself', () => {
        assert.deepEqual(store.groups({ grouping: { by: 'label', key: 'team' }, deleted: true }), [{ key: 'green', count: 1 }]);
        assert.deepEqual(store.list({ pageSize: 9, deleted: true, criterion: readFilter('type = FLOW') }).executions.map(({ name }) => name), ['gone']);
        assert.deepEqual(store.list({ pageSize: 9, deleted: true, criterion: readFilter('type = WORKFLOW') }).executions, []);
      });

      it('knows the labels that there are, the most used first', () => {
        assert.deepEqual(store.labels(2), [
          { key: 'team', value: 'blue', count: 2 },
          { key: 'team', value: 'red', count: 1 },
        ]);
      });

      it('keeps labels apart that look alike, in the order of their keys', () => {
        for (const labels of [{ 'a=b': 'c' }, { a: 'b=c' }, { 'a-b': 'c' }]) store.insert({ ...sampleExecution(), id: randomUUID(), name: JSON.stringify(labels), labels }, '[]');
        const found = store.labels(9).filter(({ key }) => key.startsWith('a'));
        assert.deepEqual(found.map(({ key, value, count }) => [key, value, count]), [['a', 'b=c', 1], ['a-b', 'c', 1], ['a=b', 'c', 1]]);
      });
    });
  }

  it('says where a filter is wrong', () => {
    for (const [filter, message] of [
      ['state =', /expected a value at character 8; found the end/],
      ['colour = red', /"colour" at character 1 is not a field to filter by/],
      ['state = FAILED AND (type = FLOW', /expected \) at character 32/],
      ['priority = high', /expected a whole number at character 12; found "high"/],
      ['create_time > yesterday', /expected a time such as .* at character 15/],
      ['is_productive = yes', /expected = true or = false at character 17/],
    ] as const) {
      assert.throws(() => readFilter(filter), message);
    }
  });

  it('names days as this machine’s calendar has them', () => {
    assert.equal(dayOf(new Date(2026, 8, 5, 0, 0)), '2026-09-05');
  });
});
