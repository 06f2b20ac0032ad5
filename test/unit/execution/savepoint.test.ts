import assert from 'node:assert/strict';
import { wholeCalls, type Savepoint } from '../../../src/execution/savepoint.ts';

function savepoint(line: number, call: string, index: number): Savepoint {
  return { id: String(index), name: undefined, call, line, file: undefined, routine: 'handler', time: '2026-01-01T00:00:00.000Z' };
}

describe('savepoints that people choose from', () => {
  for (const [behaviour, given, expected] of [
    ['of a child that is awaited where it is started, the one after its end', ['2 this.log', '3 execution.create', '3 execution.run', '3 execution.wait', '4 record.get'], ['2 this.log', '3 execution.wait', '4 record.get']],
    ['of a child that is awaited elsewhere, its start and its end', ['3 execution.create', '3 execution.run', '5 execution.wait'], ['3 execution.run', '5 execution.wait']],
    ['of several children of one line, the end of each', ['3 execution.create', '3 execution.run', '3 execution.wait', '3 execution.create', '3 execution.run', '3 execution.wait'], ['3 execution.wait', '3 execution.wait']],
    ['children that are started together, each start', ['3 execution.create', '3 execution.run', '3 execution.create', '3 execution.run', '4 execution.wait'], ['3 execution.run', '3 execution.run', '4 execution.wait']],
    ['the newest, also in the midst of a call', ['3 execution.create', '3 execution.run'], ['3 execution.run']],
    ['other calls of one line, each', ['3 record.get', '3 record.get', '3 this.log'], ['3 record.get', '3 record.get', '3 this.log']],
  ] as const) {
    it(behaviour, () => {
      const savepoints = given.map((one, index) => savepoint(Number(one.split(' ')[0]), one.split(' ')[1]!, index));
      assert.deepEqual(wholeCalls(savepoints).map(({ line, call }) => `${line} ${call}`), expected);
    });
  }
});
