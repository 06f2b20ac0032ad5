import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { Engine } from '../../../src/engine/engine.ts';
import { MemoryStore } from '../../../src/engine/memoryStore.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import type { ExecutionStore, NewExecution } from '../../../src/engine/store.ts';
import { filterOf, type Comparator, type Criterion } from '../../../src/execution/criterion.ts';
import { compareValues, type OrderBy } from '../../../src/execution/ordering.ts';
import { executionFilter, executionOrder } from '../../../src/execution/queryFields.ts';
import type { Execution } from '../../../src/execution/record.ts';
import { isTerminal, type ExecutionState } from '../../../src/execution/state.ts';
import { usualFields } from '../../../src/execution/usualFields.ts';
import { ApiError } from '../../../src/server/apiError.ts';
import { listExecutions } from '../../../src/server/executionList.ts';
import { temporaryFolder } from '../engine/temporary.ts';

const program = '/w.yaml';
const epoch = Date.parse('2026-01-01T00:00:00Z');
const at = (milliseconds: number): string => new Date(epoch + milliseconds).toISOString();
const states = ['SUCCEEDED', 'FAILED', 'CANCELLED', 'QUEUED', 'ACTIVE', 'PAUSED'] as const satisfies readonly ExecutionState[];
const words = ['blue', 'red', 'überall', 'b', '', 'a"b', 'x*', '😀'];

/** Numbers that look random and are the same in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function fill(store: ExecutionStore, count: number): void {
  const below = random(7);
  for (let n = 0; n < count; n++) {
    const state = states[below(states.length)]!;
    const created = below(50) * 1000;
    const started = state === 'QUEUED' ? undefined : created + below(3) * 500;
    const record: NewExecution = {
      ...usualFields,
      id: `${(below(0xffff) * 0x10000 + n).toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
      name: `execution ${n}`,
      type: 'WORKFLOW',
      program: n % 10 === 0 ? '/other.yaml' : program,
      script: `revision ${n % 3}`,
      input_value: 'null',
      state,
      create_time: at(created),
      start_time: started === undefined ? undefined : at(started),
      // The clock was set back now and then.
      end_time: isTerminal(state) ? at((started ?? created) + below(4) * 333 - (n % 50 === 0 ? 100 : 0)) : undefined,
      labels: n % 4 === 0 ? {} : { team: words[below(words.length)]!, ...(n % 5 === 0 && { 'größe': 'b' }) },
      current_steps: Array.from({ length: below(3) }, () => ({ routine: 'main', step: words[below(words.length)]! })),
      disable_concurrency_quota_overflow_buffering: n % 7 === 0,
    };
    store.insert(record, '[]');
  }
}

const comparator = fc.constantFrom<Comparator>('=', '!=', '<', '<=', '>', '>=', ':');
const word = fc.oneof(fc.constantFrom(...words, '*', 'b*', '*b', '*e*', '**', '😀*', '*😀', '\ud800', 'x\0y'), fc.string({ maxLength: 3 }));
const leaf: fc.Arbitrary<Criterion> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), field: fc.constant('state'), comparator, wanted: fc.constantFrom('FAILED', 'ACTIVE', 'PAUSED', 'UNAVAILABLE', '*ED', 'S*') }),
  fc.record({ kind: fc.constant('text' as const), field: fc.constantFrom('executionId', 'workflowRevisionId'), comparator, wanted: fc.oneof(word, fc.constantFrom('000001*', '00000*', '8', '*-8000-*')) }),
  fc.record({ kind: fc.constant('time' as const), field: fc.constantFrom('createTime', 'startTime', 'endTime'), comparator, wanted: fc.oneof(fc.integer({ min: -1, max: 105 }).map((n) => epoch + n * 500), fc.constantFrom(0, 4e12, -1e12, -8.64e15, 8.64e15)) }),
  fc.record({ kind: fc.constant('duration' as const), field: fc.constant('duration'), comparator, wanted: fc.constantFrom(0, 0.333, 0.666, 0.999, 0.5, 10) }),
  fc.record({ kind: fc.constant('texts' as const), field: fc.constant('stepName'), comparator, wanted: word }),
  fc.record({ kind: fc.constant('entry' as const), field: fc.constantFrom('label', 'labels'), key: fc.constantFrom('team', 'größe', 'constructor', 'a"b', ''), comparator, wanted: word }),
  fc.record({ kind: fc.constant('key' as const), field: fc.constantFrom('label', 'labels'), key: fc.constantFrom('team', 'größe', 'constructor', 'a"b') }),
  fc.record({ kind: fc.constant('bool' as const), field: fc.constant('disableConcurrencyQuotaOverflowBuffering'), wanted: fc.boolean() }),
);
const criterion: fc.Arbitrary<Criterion> = fc.letrec<{ node: Criterion }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({ kind: fc.constantFrom('all' as const, 'any' as const), parts: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ kind: fc.constant('not' as const), part: tie('node') }),
  ),
})).node;
const order: fc.Arbitrary<readonly OrderBy[]> = fc.array(fc.record({ field: fc.constantFrom(...executionOrder.keys()), descending: fc.boolean() }), { maxLength: 3 });

for (const kind of ['a SQLite store', 'memory'] as const) {
  describe(`a list of executions from ${kind}`, () => {
    const folder = temporaryFolder();
    let engine: Engine;
    let store: ExecutionStore;

    beforeEach(() => {
      const file = join(folder(), 'executions.db');
      store = kind === 'memory' ? new MemoryStore() : openSqliteStore(file);
      fill(store, kind === 'memory' ? 200 : 700);
      if (kind !== 'memory') damage(file);
      engine = new Engine({ store });
    });

    afterEach(() => engine.close());

    it('has the pages that filtering and sorting all records gives', async () => {
      const all = everything(engine);
      await fc.assert(
        fc.asyncProperty(fc.option(criterion, { nil: undefined }), order, fc.integer({ min: 60, max: 700 }), async (wanted, by, size) => {
          assert.deepEqual(await pages(engine, wanted, by, size), plainly(all, wanted, by));
        }),
        { numRuns: 100 },
      );
    });

    it('goes on where a page ended, also when its last one has been deleted meanwhile', async () => {
      const by = [{ field: 'endTime', descending: true }];
      const expected = plainly(everything(engine), undefined, by);
      const page = { size: 10, token: undefined, identity: ['x'] };
      const first = await listExecutions(engine, { program, criterion: undefined, order: by, page, isGone: () => false });
      store.delete(first.executions.at(-1)!.id, at(0));
      const second = await listExecutions(engine, { program, criterion: undefined, order: by, page: { ...page, token: first.nextPageToken }, isGone: () => false });
      assert.deepEqual(second.executions.map(({ id }) => id), expected.slice(10, 20));
    });
  });
}

describe('a long list of executions', () => {
  const folder = temporaryFolder();

  it('lets others be answered between its parts, and ends when whoever asked has gone', async () => {
    const store = openSqliteStore(join(folder(), 'executions.db'));
    fill(store, 1500);
    const engine = new Engine({ store });
    let turns = 0;
    const wanted: Criterion = { kind: 'entry', field: 'labels', key: 'none', comparator: '=', wanted: 'x' };
    const asked = { program, criterion: wanted, order: [], page: { size: 10, token: undefined, identity: [] } };
    const others = setInterval(() => turns++);
    assert.deepEqual((await listExecutions(engine, { ...asked, isGone: () => (turns++, false) })).executions, []);
    assert.ok(turns > 0);
    await assert.rejects(listExecutions(engine, { ...asked, isGone: () => true }), (error) => error instanceof ApiError && error.status === 'CANCELLED');
    clearInterval(others);
    await engine.close();
  });
});

function everything(engine: Engine): readonly Execution[] {
  const found: Execution[] = [];
  let after: string | undefined;
  for (;;) {
    const { executions } = engine.list({ pageSize: 1000, everywhere: true, program, after });
    found.push(...executions);
    if (executions.length < 1000) return found;
    after = executions.at(-1)!.id;
  }
}

/** What a list means: the records, newest first, that the filter takes, sorted stably; `createTime` alone is the order in which they were made. */
function plainly(all: readonly Execution[], wanted: Criterion | undefined, by: readonly OrderBy[]): string[] {
  const found = all.filter(wanted ? filterOf(wanted, executionFilter) : () => true);
  const keys = (execution: Execution): (string | number | undefined)[] => by.map(({ field }) => executionOrder.get(field)!(execution));
  if (by.length === 1 && by[0]!.field === 'createTime') {
    if (!by[0]!.descending) found.reverse();
  } else {
    found.sort((left, right) => compareValues(by, keys(left), keys(right)));
  }
  return found.map(({ id }) => id);
}

async function pages(engine: Engine, wanted: Criterion | undefined, by: readonly OrderBy[], size: number): Promise<string[]> {
  const found: string[] = [];
  let token: string | undefined;
  do {
    const page = await listExecutions(engine, { program, criterion: wanted, order: by, page: { size, token, identity: ['test'] }, isGone: () => false });
    assert.ok(page.executions.length <= size);
    found.push(...page.executions.map(({ id }) => id));
    token = page.nextPageToken;
  } while (token !== undefined);
  return found;
}

/** Some records can no longer be read; they are in the lists of their program as long as that can be. */
function damage(file: string): void {
  const database = new DatabaseSync(file);
  database.exec(`UPDATE execution SET varying = '{' WHERE row % 97 = 1;
    UPDATE execution SET varying = json_set(varying, '$.current_steps', 'none') WHERE row % 97 = 2;
    UPDATE execution SET state = 'CANCELLED' WHERE row % 97 = 3 AND state = 'FAILED'`);
  database.close();
}
