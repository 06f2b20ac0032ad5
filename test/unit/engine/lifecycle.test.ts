import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Engine, EngineError, ResourceExhausted } from '../../../src/engine/engine.ts';
import { MemoryStore } from '../../../src/engine/memoryStore.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import type { ExecutionChange, ListQuery } from '../../../src/execution/listing.ts';
import type { LaunchRefused } from '../../../src/execution/launch.ts';
import type { ExecutionOptions } from '../../../src/execution/record.ts';
import { request, runToEnd, until, writeFiles } from './launching.ts';
import { temporaryFolder } from './temporary.ts';

const returnOne = '- one:\n    return: 1\n';
const sleepLong = '- nap:\n    call: sys.sleep\n    args: {seconds: 3600}\n';

describe('executions that wait for their turn', () => {
  let limit: number;
  let engine: Engine;
  beforeEach(() => {
    limit = 1;
    engine = new Engine({ store: new MemoryStore(), concurrency: () => limit });
  });
  afterEach(() => engine.close());

  const start = async (text: string, options: ExecutionOptions = {}) => await engine.start(request(text, { options }));

  it('are QUEUED until one has ended, and begin by priority, then by age', async () => {
    const first = await start(sleepLong);
    const order: string[] = [];
    engine.watch((change: ExecutionChange) => {
      if (change.kind === 'updated' && change.execution.state === 'SUCCEEDED') order.push(change.execution.name);
    });
    const others = [];
    for (const [name, priority] of [['a', 0], ['b', 5], ['c', 0], ['d', 9]] as const) others.push(await start(returnOne, { name, priority }));
    assert.deepEqual(others.map(({ execution }) => [execution.state, execution.start_time]), others.map(() => ['QUEUED', undefined]));
    await until(() => first.execution.state === 'ACTIVE');
    assert.equal(first.execution.start_time, first.execution.create_time);
    engine.cancel(first.execution.id);
    const ended = await Promise.all(others.map((run) => run.ended));
    assert.deepEqual(order, ['d', 'b', 'a', 'c']);
    for (const { start_time, create_time } of ended) assert.ok(start_time! >= create_time);
  });

  it('are refused where they may not wait, and nothing of them is kept', async () => {
    const first = await start(sleepLong);
    await assert.rejects(start(returnOne, { disable_concurrency_quota_overflow_buffering: true }), (error: Error) => error instanceof ResourceExhausted && /1 execution runs, and 1 may at once/.test(error.message));
    assert.equal(engine.list({ pageSize: 10 }).executions.length, 1);
    engine.cancel(first.execution.id);
    const next = await start(returnOne, { disable_concurrency_quota_overflow_buffering: true });
    assert.equal((await next.ended).disable_concurrency_quota_overflow_buffering, true);
  });

  it('are cancelled, paused and resumed while they wait', async () => {
    const first = await start(sleepLong);
    const [a, b, c] = [await start(returnOne, { name: 'a' }), await start(returnOne, { name: 'b' }), await start(returnOne, { name: 'c' })];
    engine.cancel(a.execution.id);
    const { state, current_steps, error } = await a.ended;
    assert.deepEqual([state, current_steps, error?.context], ['CANCELLED', [], 'The execution was cancelled.']);
    engine.pause(b.execution.id);
    assert.deepEqual([b.execution.state, b.execution.is_paused], ['PAUSED', true]);
    engine.cancel(first.execution.id);
    assert.equal((await c.ended).state, 'SUCCEEDED');
    assert.equal(b.execution.state, 'PAUSED');
    const busy = await start(sleepLong);
    engine.resume(b.execution.id);
    assert.deepEqual([b.execution.state, b.execution.is_paused], ['QUEUED', false]);
    engine.cancel(busy.execution.id);
    assert.equal((await b.ended).state, 'SUCCEEDED');
  });

  it('keep their place while they are paused', async () => {
    const first = await start(sleepLong);
    await until(() => first.execution.state === 'ACTIVE');
    engine.pause(first.execution.id);
    const second = await start(returnOne);
    assert.deepEqual([first.execution.state, second.execution.state], ['PAUSED', 'QUEUED']);
    engine.cancel(first.execution.id);
    assert.equal((await second.ended).state, 'SUCCEEDED');
  });

  it('begin when the limit grows', async () => {
    await start(sleepLong);
    const second = await start(returnOne);
    limit = 2;
    engine.letIn();
    assert.equal((await second.ended).state, 'SUCCEEDED');
  });

  it('do not use up their time limit', async () => {
    const first = await start(sleepLong);
    const second = await start(returnOne, { max_runtime_minutes: 1 });
    engine.cancel(first.execution.id);
    assert.equal((await second.ended).state, 'SUCCEEDED');
  });
});

describe('scheduled_for', () => {
  let engine: Engine;
  beforeEach(() => (engine = new Engine({ store: new MemoryStore() })));
  afterEach(() => engine.close());

  it('lets an execution wait for its time, and is empty when it runs', async () => {
    const time = new Date(Date.now() + 1000).toISOString();
    const run = await engine.start(request(returnOne, { options: { scheduled_for: time } }));
    assert.deepEqual([run.execution.state, run.execution.scheduled_for], ['QUEUED', time]);
    const ended = await run.ended;
    assert.ok(ended.start_time! >= time, `${ended.start_time!} is before ${time}`);
    assert.deepEqual([ended.state, ended.scheduled_for], ['SUCCEEDED', undefined]);
  });

  it('that has passed starts at once', async () => {
    const ended = await runToEnd(engine, request(returnOne, { options: { scheduled_for: '2020-01-01T00:00:00.000Z' } }));
    assert.deepEqual([ended.state, ended.scheduled_for], ['SUCCEEDED', undefined]);
  });

  it('shows when an execution that sleeps wakes up', async () => {
    const before = Date.now();
    const run = await engine.start(request(sleepLong));
    await until(() => run.execution.scheduled_for !== undefined);
    const wakes = Date.parse(run.execution.scheduled_for!) - 3_600_000;
    assert.ok(wakes >= before && wakes <= Date.now(), run.execution.scheduled_for);
    engine.cancel(run.execution.id);
    assert.equal((await run.ended).scheduled_for, undefined);
  });

  it('is empty again when the sleep is over', async () => {
    const text = '- nap:\n    call: sys.sleep\n    args: {seconds: 0.4}\n';
    const seen: (string | undefined)[] = [];
    engine.watch((change) => {
      if (change.kind === 'updated') seen.push(change.execution.scheduled_for);
    });
    const run = await engine.start(request(text));
    const ended = await run.ended;
    assert.equal(ended.scheduled_for, undefined);
    assert.ok(seen.some((time) => time !== undefined) && seen.at(-1) === undefined, JSON.stringify(seen));
  });
});

describe('fields of a launch', () => {
  let engine: Engine;
  const folder = temporaryFolder();
  beforeEach(() => (engine = new Engine({ store: new MemoryStore(), workspace: () => ['/work space/shop', '/work space/shop/inner'] })));
  afterEach(() => engine.close());

  it('are told all at once where they do not go together', async () => {
    const options: ExecutionOptions = { project_name: 'a', bundle_name: 'b', wrappers: [], remote_workspace_name: 'acme' };
    await assert.rejects(engine.start(request(returnOne, { options })), (error: LaunchRefused) => {
      assert.deepEqual(error.problems.map(({ code }) => code), ['execution/exclusive-fields', 'execution/unknown-workspace', 'execution/unsupported-field']);
      for (const problem of error.problems) assert.ok(error.message.includes(problem.message));
      return true;
    });
    assert.equal(engine.list({ pageSize: 1 }).executions.length, 0);
  });

  it('are all kept', async () => {
    const options: ExecutionOptions = { priority: 3, orphan: true, roles: ['admin'], execution_history_level: 'EXECUTION_HISTORY_DETAILED', savepoint_retention: 'LAST', plugin_action_id: '00000000-0000-4000-8000-000000000000', location_inheritance: 'PARENT' };
    const ended = await runToEnd(engine, request(returnOne, { options }));
    assert.deepEqual({ ...ended, ...options }, ended);
  });

  const places: readonly (readonly [program: string, options: ExecutionOptions, project: string | undefined, bundle: string | undefined])[] = [
    ['/work space/shop/order.workflows.yaml', {}, 'shop', undefined],
    ['/work space/shop/inner/order.workflows.yaml', {}, 'inner', undefined],
    ['/work space/shopping/order.workflows.yaml', {}, undefined, undefined],
    ['/work space/shop/bundles/mail/order.workflows.yaml', {}, undefined, 'mail'],
    ['/work space/shop/bundles/mail/order.workflows.yaml', { project_name: 'shop' }, 'shop', undefined],
    ['/work space/shop/order.workflows.yaml', { bundle_name: 'mail' }, undefined, 'mail'],
    ['/elsewhere/order.workflows.yaml', { project_name: 'any' }, 'any', undefined],
  ];
  for (const [program, options, project, bundle] of places) {
    it(`place ${program} with ${JSON.stringify(options)} in ${project ?? bundle ?? 'no place'}`, async () => {
      const ended = await runToEnd(engine, request(returnOne, { program, options }));
      assert.deepEqual([ended.project_name, ended.bundle_name], [project, bundle]);
      assert.deepEqual([ended.project_id !== undefined, ended.bundle_id !== undefined], [project !== undefined, bundle !== undefined]);
      const again = await runToEnd(engine, request(returnOne, { program, options: project === undefined ? {} : { project_id: ended.project_id! } }));
      if (project !== undefined && project !== 'any') assert.equal(again.project_name, project);
    });
  }

  it('place children with their program, or with their parent where it says so', async () => {
    const parent = '- run:\n    call: googleapis.workflowexecutions.v1.projects.locations.workflows.executions.run\n    args: {workflow_id: child}\n';
    writeFiles(folder(), { 'bundles/b/child.workflows.yaml': returnOne });
    const program = join(folder(), 'bundles/b/parent.workflows.yaml');
    for (const [inheritance, expected] of [['PROGRAM', undefined], ['PARENT', 'mine']] as const) {
      const ended = await runToEnd(engine, request(parent, { program, options: { project_name: 'mine', location_inheritance: inheritance } }));
      assert.equal(ended.state, 'SUCCEEDED', ended.message);
      const [child] = engine.list({ pageSize: 1, parent: ended.id }).executions;
      assert.deepEqual([child?.project_name, child?.bundle_name], [expected, inheritance === 'PROGRAM' ? 'b' : undefined]);
    }
  });
});

for (const kind of ['memory', 'file'] as const) {
  describe(`deleted executions in ${kind}`, () => {
    const folder = temporaryFolder();
    let engine: Engine;
    beforeEach(() => (engine = new Engine({ store: kind === 'memory' ? new MemoryStore() : openSqliteStore(join(folder(), 'executions.db')) })));
    afterEach(() => engine.close());

    const run = (name: string) => runToEnd(engine, request(returnOne, { options: { name } }));
    const names = (deleted: boolean): string[] => engine.list({ pageSize: 10, deleted }).executions.map(({ name }) => name);

    it('are listed apart, with when they were deleted, and come back whole', async () => {
      const [a, b] = [await run('a'), await run('b')];
      const seen: string[] = [];
      engine.watch((change) => void seen.push(change.kind));
      await engine.delete(a.id);
      assert.deepEqual([names(false), names(true), engine.get(a.id)], [['b'], ['a'], undefined]);
      const deleted = engine.getDeleted(a.id)!;
      assert.ok(deleted.deleted_at! >= a.end_time!);
      assert.deepEqual(engine.restore(a.id), a);
      assert.deepEqual([names(false), names(true), seen], [['b', 'a'], [], ['deleted', 'created']]);
      assert.throws(() => engine.restore(a.id), (error: Error) => error instanceof EngineError && error.message === 'a is not deleted.');
      assert.throws(() => engine.restore('nowhere'), /There is no deleted execution nowhere/);
      assert.equal(engine.get(b.id)?.deleted_at, undefined);
    });

    it('get another name where theirs is taken', async () => {
      const first = await run('nightly');
      await engine.delete(first.id);
      await run('nightly');
      const restored = engine.restore(first.id);
      assert.equal(restored.name, `nightly ${first.id.slice(0, 8)}`);
      assert.equal(engine.find(restored.name)?.id, first.id);
    });

    it('come back with the children that were deleted with them, and only those', async () => {
      writeFiles(folder(), { 'child.workflows.yaml': returnOne });
      const call = (step: string): string => `- ${step}:\n    call: googleapis.workflowexecutions.v1.projects.locations.workflows.executions.run\n    args: {workflow_id: child}\n`;
      const parent = await runToEnd(engine, request(call('a') + call('b'), { program: join(folder(), 'parent.workflows.yaml') }));
      const children = (): string[] => engine.list({ pageSize: 10, parent: parent.id }).executions.map(({ id }) => id);
      const [second, first] = children();
      await engine.delete(first!, '2026-01-01T00:00:00.000Z');
      await engine.delete(parent.id, '2026-01-02T00:00:00.000Z');
      assert.deepEqual(engine.list({ pageSize: 10, deleted: true }).executions.map(({ id }) => id), [parent.id]);
      assert.throws(() => engine.restore(second!), /was deleted with parent .*: restore that/);
      engine.restore(parent.id);
      assert.deepEqual(children(), [second]);
    });

    it('are removed for good some time after', async () => {
      const [a, b] = [await run('a'), await run('b')];
      await engine.delete(a.id, '2026-01-01T00:00:00.000Z');
      await engine.delete(b.id, '2026-03-01T00:00:00.000Z');
      assert.equal(engine.purge({ deletedBefore: '2026-02-01T00:00:00.000Z' }, 10), 1);
      assert.deepEqual(names(true), ['b']);
    });
  });
}

describe('old executions', () => {
  const folder = temporaryFolder();
  const file = (): string => join(folder(), 'executions.db');
  let engine: Engine;
  beforeEach(() => (engine = new Engine({ store: openSqliteStore(file()) })));
  afterEach(() => engine.close());

  const names = (): string[] => engine.list({ pageSize: 100, everywhere: true }).executions.map(({ name }) => name);
  const rows = (table: string): number => {
    const database = new DatabaseSync(file(), { readOnly: true });
    try {
      return Number(database.prepare(`SELECT COUNT(*) AS n FROM ${table}`).get()?.['n']);
    } finally {
      database.close();
    }
  };

  it('go with everything that was kept of them', async () => {
    const text = '- log:\n    call: sys.log\n    args: {text: hi}\n- now:\n    assign: [{t: "${sys.now()}"}]\n';
    for (const name of ['a', 'b', 'c']) await runToEnd(engine, request(text, { options: { name } }));
    assert.ok(rows('log') >= 3);
    assert.equal(engine.purge({ endedBefore: '9999-01-01T00:00:00.000Z' }, 2), 2);
    assert.deepEqual(names(), ['c']);
    assert.equal(engine.purge({ endedBefore: '9999-01-01T00:00:00.000Z' }, 2), 1);
    for (const table of ['execution', 'log', 'journal']) assert.equal(rows(table), 0, table);
  });

  it('stay where they have not ended, or not long ago', async () => {
    const living = await engine.start(request(sleepLong, { options: { name: 'living' } }));
    const ended = await runToEnd(engine, request(returnOne, { options: { name: 'ended' } }));
    assert.equal(engine.purge({ endedBefore: ended.end_time! }, 10), 0);
    assert.equal(engine.purge({ endedBefore: '9999-01-01T00:00:00.000Z' }, 10), 1);
    assert.deepEqual(names(), ['living']);
    engine.cancel(living.execution.id);
    await living.ended;
  });

  it('go where there are more than are kept, with their children', async () => {
    writeFiles(folder(), { 'child.workflows.yaml': returnOne });
    const call = '- a:\n    call: googleapis.workflowexecutions.v1.projects.locations.workflows.executions.run\n    args: {workflow_id: child}\n';
    for (const name of ['one', 'two', 'three']) await runToEnd(engine, request(call, { program: join(folder(), 'parent.workflows.yaml'), options: { name } }));
    assert.equal(engine.purge({ keep: 2 }, 10), 2);
    assert.deepEqual(names().filter((name) => !name.startsWith('child')), ['three', 'two']);
    assert.equal(names().length, 4);
    assert.equal(engine.purge({ keep: 2 }, 10), 0);
  });
});

describe('orphans', () => {
  const folder = temporaryFolder();
  for (const kind of ['memory', 'file'] as const) {
    it(`stand at the root of a list in ${kind}, and stay when their parent is deleted`, async () => {
      const store = kind === 'memory' ? new MemoryStore() : openSqliteStore(join(folder(), 'executions.db'));
      const engine = new Engine({ store });
      const parent = await runToEnd(engine, request(returnOne, { options: { name: 'parent' } }));
      const child = (name: string, orphan: boolean) => store.insert({ ...parent, id: randomUUID(), name, orphan, parent_execution_id: parent.id }, '[]');
      const [orphan, attached] = [child('orphan', true), child('attached', false)];
      const names = (query: Partial<ListQuery>): string[] => engine.list({ pageSize: 10, ...query }).executions.map(({ name }) => name);
      assert.deepEqual([names({}), names({ parent: parent.id })], [['orphan', 'parent'], ['attached']]);
      assert.equal(engine.get(orphan.id)?.parent_execution_id, parent.id);
      await engine.delete(parent.id);
      assert.deepEqual([names({}), engine.get(attached.id)], [['orphan'], undefined]);
      await engine.close();
    });
  }
});

describe('executions that wait for their turn when their process ends', () => {
  const folder = temporaryFolder();

  it('wait again in the next one, in their order, and begin', async () => {
    const open = (limit: number): Engine => new Engine({ store: openSqliteStore(join(folder(), 'executions.db')), concurrency: () => limit });
    const first = open(1);
    const running = await first.start(request(sleepLong, { options: { name: 'running' } }));
    await until(() => running.execution.state === 'ACTIVE');
    const later = new Date(Date.now() + 3_600_000).toISOString();
    for (const [name, priority] of [['low', 0], ['high', 1]] as const) await first.start(request(returnOne, { options: { name, priority } }));
    await first.start(request(returnOne, { options: { name: 'scheduled', scheduled_for: later } }));
    await first.close();

    const second = open(1);
    const order: string[] = [];
    second.watch((change) => {
      if (change.kind === 'updated' && change.execution.state === 'SUCCEEDED') order.push(change.execution.name);
    });
    assert.equal(await second.resumeAbandoned(), 4);
    const state = (name: string): string => second.find(name)!.state;
    await until(() => state('running') === 'ACTIVE');
    assert.deepEqual(['low', 'high', 'scheduled'].map(state), ['QUEUED', 'QUEUED', 'QUEUED']);
    assert.equal(second.find('scheduled')?.scheduled_for, later);
    second.cancel(second.find('running')!.id);
    await until(() => order.length === 2);
    assert.deepEqual(order, ['high', 'low']);
    second.cancel(second.find('scheduled')!.id);
    await second.idle();
    await second.close();
  });
});
