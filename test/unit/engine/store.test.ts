import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MemoryStore } from '../../../src/engine/memoryStore.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import { NameTaken, StoreError, type ExecutionStore, type NewExecution } from '../../../src/engine/store.ts';
import { migrations } from '../../../src/engine/storeSchema.ts';
import type { ListQuery } from '../../../src/execution/listing.ts';
import type { Execution } from '../../../src/execution/record.ts';
import { readFilter } from '../../../src/service/filter.ts';
import { sampleExecution } from '../execution/sample.ts';
import { temporaryFolder } from './temporary.ts';

let count = 0;

function newExecution(part: Partial<Execution> = {}): NewExecution {
  count++;
  const id = `${String(count).padStart(8, '0')}-2222-4333-8444-555555555555`;
  const execution: Partial<Execution> = sampleExecution({ id, name: `order ${count}`, ...part });
  delete (execution as { workflow_revision_id?: string }).workflow_revision_id;
  return execution as NewExecution;
}

const kinds: readonly (readonly [name: string, open: (folder: string) => ExecutionStore])[] = [
  ['a SQLite store', (folder) => openSqliteStore(join(folder, 'executions.db'))],
  ['a memory store', () => new MemoryStore()],
];

for (const [name, open] of kinds) {
  describe(name, () => {
    const folder = temporaryFolder();
    let store: ExecutionStore;
    beforeEach(() => (store = open(folder())));
    afterEach(() => store.close());

    it('gives back what was put in, every field', () => {
      const labels = { team: 'billing' };
      const execution = newExecution({ labels, breakpoints: [3, 9], input_value: '{"n":1.0}', input_schema: '{"type":"object"}', max_runtime_minutes: 5 });
      const inserted = store.insert(execution, '{}');
      assert.deepEqual({ ...inserted }, { ...execution, workflow_revision_id: inserted.workflow_revision_id });
      assert.deepEqual(store.get(execution.id), inserted);
      const ended: Execution = {
        ...inserted,
        state: 'FAILED',
        message: 'KeyError: x',
        error: { payload: '"x"', context: 'KeyError: x', stack_trace: { elements: [{ step: 's', routine: 'main', position: { line: 1, column: 2, length: 3 } }] } },
        current_steps: [{ routine: 'main', step: 's' }],
        end_time: '2026-01-31T08:00:02.000Z',
      };
      store.update(ended);
      assert.deepEqual(store.get(execution.id), ended);
    });

    it('finds at once what is to be written with what comes next, also when that fails', () => {
      const [first, second] = [store.insert(newExecution(), ''), store.insert(newExecution(), '')];
      const failed = (error: StoreError): never => assert.fail(error.message);
      store.updateSoon({ ...first, state: 'SUCCEEDED', output_value: '1' }, [], failed);
      assert.throws(() => store.insert(newExecution({ name: second.name }), ''), NameTaken);
      assert.equal(store.get(first.id)?.state, 'SUCCEEDED');
      store.updateSoon({ ...second, state: 'FAILED' }, [{ part: 0, data: new Uint8Array([1]) }], failed);
      store.insert(newExecution(), '');
      assert.deepEqual([store.get(second.id)?.state, store.steps(second.id).map((data) => [...data])], ['FAILED', [[1]]]);
    });

    it('never changes an ended execution', () => {
      const inserted = store.insert(newExecution(), '');
      store.update({ ...inserted, state: 'SUCCEEDED', output_value: '1' });
      store.update({ ...inserted, state: 'ACTIVE' });
      assert.equal(store.get(inserted.id)?.state, 'SUCCEEDED');
    });

    it('numbers revisions by source and environment of each program', () => {
      const revision = (part: Partial<Execution>, environment: string) => store.insert(newExecution(part), environment).workflow_revision_id;
      const first = revision({ script: 'a' }, '');
      assert.match(first, /^000001-[0-9a-f]{3}$/);
      assert.equal(revision({ script: 'a', labels: { a: 'b' } }, ''), first);
      assert.match(revision({ script: 'b' }, ''), /^000002-/);
      assert.match(revision({ script: 'b' }, 'X=1'), /^000003-/);
      assert.match(revision({ script: 'a' }, ''), /^000004-/);
      assert.match(revision({ script: 'a', program: '/other.yaml' }, ''), /^000001-/);
    });

    it('refuses a name that is taken, and gives it free with the execution', () => {
      const first = store.insert(newExecution({ name: 'nightly' }), '');
      assert.throws(() => store.insert(newExecution({ name: 'nightly' }), ''), NameTaken);
      assert.equal(store.delete(first.id, new Date().toISOString()), true);
      assert.equal(store.insert(newExecution({ name: 'nightly' }), '').name, 'nightly');
    });

    it('finds by id, by name and by the beginning of an id', () => {
      const one = store.insert(newExecution({ id: 'abcd1234-0000-4000-8000-000000000001', name: 'first' }), '');
      store.insert(newExecution({ id: 'abcd5678-0000-4000-8000-000000000001', name: 'second' }), '');
      for (const reference of [one.id, 'first', 'abcd1', 'ABCD1']) assert.equal(store.find(reference)?.id, one.id, reference);
      assert.throws(() => store.find('abcd'), StoreError);
      assert.equal(store.find('nothing'), undefined);
      assert.equal(store.find("' OR 1=1 --"), undefined);
    });

    it('lists newest first, in pages, without children', () => {
      const all = Array.from({ length: 7 }, () => store.insert(newExecution(), '').id);
      store.insert(newExecution({ parent_execution_id: all[0]! }), '');
      const pages: string[][] = [];
      let pageToken: string | undefined;
      do {
        const page = store.list({ pageSize: 3, pageToken });
        pages.push(page.executions.map(({ id }) => id));
        pageToken = page.nextPageToken;
      } while (pageToken !== undefined);
      assert.deepEqual(pages, [[all[6], all[5], all[4]], [all[3], all[2], all[1]], [all[0]]]);
    });

    it('keeps its place in a listing while new executions come', () => {
      const all = Array.from({ length: 4 }, () => store.insert(newExecution(), '').id);
      const first = store.list({ pageSize: 2 });
      store.insert(newExecution(), '');
      const second = store.list({ pageSize: 2, pageToken: first.nextPageToken });
      assert.deepEqual(second.executions.map(({ id }) => id), [all[1], all[0]]);
    });

    it('lists by state and by parent', () => {
      const parent = store.insert(newExecution({ state: 'ACTIVE' }), '');
      const child = store.insert(newExecution({ state: 'PAUSED', parent_execution_id: parent.id }), '');
      const done = store.insert(newExecution({ state: 'ACTIVE' }), '');
      store.update({ ...done, state: 'SUCCEEDED' });
      const ids = (query: Parameters<ExecutionStore['list']>[0]) => store.list(query).executions.map(({ id }) => id);
      assert.deepEqual(ids({ pageSize: 9, states: ['SUCCEEDED', 'ACTIVE'] }), [done.id, parent.id]);
      assert.deepEqual(ids({ pageSize: 9, states: ['PAUSED'] }), []);
      assert.deepEqual(ids({ pageSize: 9, states: [] }), []);
      assert.deepEqual(ids({ pageSize: 9, parent: parent.id }), [child.id]);
    });

    it('refuses a page token of another query', () => {
      for (let i = 0; i < 3; i++) store.insert(newExecution(), '');
      const { nextPageToken } = store.list({ pageSize: 1 });
      assert.throws(() => store.list({ pageSize: 1, states: ['ACTIVE'], pageToken: nextPageToken }), StoreError);
      for (const pageToken of ['', 'x', '1.', '1.zzzz', "1' OR '1'='1"]) assert.throws(() => store.list({ pageSize: 1, pageToken }), StoreError, pageToken);
    });

    it('keeps logs in order', () => {
      const { id } = store.insert(newExecution(), '');
      const entry = (text: string) => ({ time: '2026-01-31T08:00:00.000Z', severity: 'INFO', text, json: undefined, routine: 'main', step: 's' });
      store.appendLog(id, entry('a'));
      store.appendLog(id, { ...entry('b'), text: undefined, json: '{"n":1.0}' });
      assert.deepEqual(store.logs(id), [entry('a'), { ...entry('b'), text: undefined, json: '{"n":1.0}' }]);
      assert.deepEqual(store.logs('nothing'), []);
    });

    it('keeps journals with what was logged, in order, and forgets their ends', () => {
      const { id } = store.insert(newExecution(), '', undefined, '{"seed":7}');
      const entry = (number: number) => ({ number, time: '2026-01-31T08:00:00.000Z', kind: 'answer', data: `{"effect":${number}}` });
      const log = { time: '2026-01-31T08:00:00.000Z', severity: 'INFO', text: 'said', json: undefined, routine: 'main', step: 's' };
      assert.equal(store.journalEnd(id), 0);
      store.appendJournal(id, [entry(1), entry(2)], [log]);
      store.appendJournal(id, [entry(3)], []);
      assert.deepEqual(store.journal(id).map((kept) => ({ ...kept })), [entry(1), entry(2), entry(3)]);
      assert.deepEqual(store.logs(id), [log]);
      store.truncateJournal(id, 2);
      assert.equal(store.journalEnd(id), 2);
      assert.equal(store.kept(id)?.data, '{"seed":7}');
    });

    it('keeps __proto__ as a label key like any other', () => {
      const labels = JSON.parse('{"__proto__": "x", "a": "b"}') as Record<string, string>;
      const { id } = store.insert(newExecution({ labels }), '');
      assert.deepEqual(Object.keys(store.get(id)!.labels), ['__proto__', 'a']);
    });
  });
}

describe('a store file', () => {
  const folder = temporaryFolder();
  const file = () => join(folder(), 'executions.db');

  it('still has everything when opened again', () => {
    const first = openSqliteStore(file());
    const { id } = first.insert(newExecution(), '');
    first.close();
    const second = openSqliteStore(file());
    assert.equal(second.get(id)?.id, id);
    second.close();
  });

  it('records the deployed revision that a start was made of, though a newer one has come meanwhile', () => {
    const store = openSqliteStore(file());
    const revision = (script: string, deployed?: string) => store.insert(newExecution({ script }), '', deployed).workflow_revision_id;
    const [old, latest] = [revision('a'), revision('b')];
    assert.equal(revision('a', old), old);
    assert.equal(revision('b'), latest);
    store.close();
  });

  for (const [name, damage] of [
    ['is no database', (path: string) => writeFileSync(path, 'this is a text'.repeat(1000))],
    ['was cut off', (path: string) => truncateSync(path, 20_000)],
    ['was overwritten in the middle', (path: string) => {
      const bytes = readFileSync(path);
      bytes.fill(0x5a, 5000, bytes.length - 4096);
      writeFileSync(path, bytes);
    }],
  ] as const) {
    it(`that ${name} is moved aside after telling so, and a fresh one begins`, () => {
      const first = openSqliteStore(file());
      for (let i = 0; i < 50; i++) first.insert(newExecution({ script: 'x'.repeat(1000) + String(i) }), '');
      first.close();
      damage(file());
      const notices: string[] = [];
      const store = openSqliteStore(file(), {
        notice: ({ message }) => {
          notices.push(message);
          assert.equal(readdirSync(folder()).some((entry) => entry.includes('.damaged-')), false, 'told before it is done');
        },
      });
      assert.match(notices.join(), /executions\.db are damaged\. It is kept as .*executions\.db\.damaged-.*, and a new list/);
      assert.equal(readdirSync(folder()).some((entry) => /^executions\.db\.damaged-[-0-9TZ]+$/.test(entry)), true);
      assert.deepEqual(store.list({ pageSize: 9 }).executions, []);
      store.insert(newExecution(), '');
      store.close();
    });
  }

  it('of a newer version is refused and left alone', () => {
    openSqliteStore(file()).close();
    const database = new DatabaseSync(file());
    database.exec(`PRAGMA user_version = ${migrations.length + 1}`);
    database.close();
    assert.throws(() => openSqliteStore(file()), new RegExp(`was written by a newer Stepthrough \\(store version ${migrations.length + 1}, this one reads up to ${migrations.length}\\)`));
    assert.equal(readdirSync(folder()).some((entry) => entry.includes('damaged')), false);
  });

  it('that another process has locked is refused after a while', () => {
    openSqliteStore(file()).close();
    const database = new DatabaseSync(file());
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    try {
      const start = Date.now();
      assert.throws(() => openSqliteStore(file(), { busyTimeout: 150 }), /executions\.db is locked by another program/);
      assert.ok(Date.now() - start < 2000);
    } finally {
      database.close();
    }
  });

  it('with one unreadable row shows it as UNAVAILABLE and the rest unharmed', () => {
    const first = openSqliteStore(file());
    const good = first.insert(newExecution(), '');
    const bad = first.insert(newExecution(), '');
    first.close();
    const database = new DatabaseSync(file());
    database.prepare('UPDATE execution SET fixed = ? WHERE id = ?').run('{"broken', bad.id);
    database.close();
    const store = openSqliteStore(file());
    const [first_, second] = store.list({ pageSize: 9 }).executions;
    assert.deepEqual([first_?.state, first_?.id, first_?.state_error?.type], ['UNAVAILABLE', bad.id, 'DAMAGED']);
    assert.equal(second?.id, good.id);
    store.close();
  });

  for (const [what, damage, reason] of [
    ['without what belongs to its start', "fixed = '{}'", /A list is missing/],
    ['with something else than a record', "fixed = '[]'", /A list is missing/],
    ['whose steps are no list', "varying = json_set(varying, '$.current_steps', 5)", /A list is missing/],
    ['in a state that there is not', "state = 'WHAT'", /Its state "WHAT" is not known/],
    ['in two states', "varying = json_set(varying, '$.state', 'FAILED')", /Its state is QUEUED, and elsewhere FAILED/],
  ] as const) {
    it(`with a record ${what} says so, knows its program, and finds it by its state`, () => {
      const store = openSqliteStore(file());
      const good = store.insert(newExecution(), '');
      const bad = store.insert(newExecution(), '');
      const database = new DatabaseSync(file());
      database.prepare(`UPDATE execution SET ${damage} WHERE id = ?`).run(bad.id);
      database.close();
      const read = store.get(bad.id);
      assert.deepEqual([read?.state, read?.program, read?.state_error?.type], ['UNAVAILABLE', good.program, 'DAMAGED']);
      assert.match(read?.message ?? '', reason);
      const ids = (query: Partial<ListQuery>): unknown => store.list({ pageSize: 9, ...query }).executions.map(({ id }) => id);
      assert.deepEqual(ids({}), [bad.id, good.id]);
      assert.deepEqual(ids({ states: ['UNAVAILABLE'] }), [bad.id]);
      assert.deepEqual(ids({ states: ['QUEUED'] }), [good.id]);
      assert.deepEqual(ids({ states: ['QUEUED', 'UNAVAILABLE'] }), [bad.id, good.id]);
      assert.deepEqual(ids({ criterion: readFilter('state = UNAVAILABLE') }), [bad.id]);
      assert.deepEqual(ids({ criterion: readFilter('state != UNAVAILABLE') }), [good.id]);
      assert.deepEqual(ids({ group: { grouping: { by: 'state' }, key: 'UNAVAILABLE' } }), [bad.id]);
      const groups = store.groups({ grouping: { by: 'state' } });
      assert.deepEqual(groups.map(({ key, count }) => [key, count]).sort(), [['QUEUED', 1], ['UNAVAILABLE', 1]]);
      store.close();
    });
  }

  it('in a folder that cannot be made is refused', () => {
    writeFileSync(join(folder(), 'a-file'), '');
    assert.throws(() => openSqliteStore(join(folder(), 'a-file', 'executions.db')), /The folder for executions cannot be made/);
  });

  it('shows the changes of another process once, without the own ones', async () => {
    const store = openSqliteStore(file());
    const own = store.insert(newExecution(), '');
    assert.deepEqual(store.changesElsewhere(), []);
    const other = fork(join(import.meta.dirname, 'otherProcess.ts'), [file(), own.id], { stdio: 'inherit' });
    const [made] = (await once(other, 'message')) as [string];
    store.insert(newExecution(), '');
    const changes = store.changesElsewhere().map((change) => `${change.kind} ${change.kind === 'deleted' ? change.id : change.execution.id}`);
    assert.deepEqual(changes, [`created ${made}`, `updated ${own.id}`]);
    assert.deepEqual(store.changesElsewhere(), []);
    assert.deepEqual(store.cancelRequests(), [own.id]);
    other.kill('SIGKILL');
    await once(other, 'exit');
    store.close();
  });

  it('shows the change of another process that has the number of one that failed here', () => {
    const [store, other] = [openSqliteStore(file()), openSqliteStore(file())];
    const own = store.insert(newExecution(), '');
    store.updateSoon({ ...own, state: 'SUCCEEDED', output_value: '1' }, [], (error) => assert.fail(error.message));
    assert.throws(() => store.insert(newExecution({ name: own.name }), ''), NameTaken);
    const { id } = other.insert(newExecution(), '');
    assert.deepEqual(store.changesElsewhere().map((change) => change.kind === 'created' && change.execution.id), [id]);
    store.close();
    other.close();
  });

  it('shows the first change after the last one has been removed for good', () => {
    const [store, other] = [openSqliteStore(file()), openSqliteStore(file())];
    const { id: gone } = store.insert(newExecution({ state: 'SUCCEEDED' }), '');
    store.delete(gone, '2026-01-31T08:00:00.000Z');
    assert.deepEqual(other.changesElsewhere(), [{ kind: 'deleted', id: gone }]);
    assert.equal(store.purge({ deletedBefore: '2026-02-01T08:00:00.000Z' }, 10), 1);
    const { id } = store.insert(newExecution(), '');
    assert.deepEqual(other.changesElsewhere().map((change) => change.kind === 'created' && change.execution.id), [id]);
    store.close();
    other.close();
  });

  it('gives executions of a process that is gone to whoever asks first, and only those', async () => {
    const store = openSqliteStore(file());
    const mine = store.insert(newExecution({ state: 'ACTIVE' }), '');
    const other = fork(join(import.meta.dirname, 'otherProcess.ts'), [file(), mine.id], { stdio: 'inherit' });
    const [made] = (await once(other, 'message')) as [string];
    assert.deepEqual(store.claimAbandoned(), []);
    assert.equal(store.claim(made), false);
    other.kill('SIGKILL');
    await once(other, 'exit');
    const afterwards = openSqliteStore(file());
    assert.equal(afterwards.get(made)?.state, 'ACTIVE');
    assert.deepEqual(afterwards.claimAbandoned().map(({ id }) => id), [made]);
    assert.deepEqual(store.claimAbandoned(), []);
    afterwards.close();
    store.close();
  });

  it('gives executions that were let go of to the next process', () => {
    const store = openSqliteStore(file());
    const ids = [0, 1].map(() => store.insert(newExecution({ state: 'PAUSED' }), '').id);
    store.release([ids[0]!]);
    assert.equal(store.claim(ids[1]!), false);
    assert.deepEqual(store.claimAbandoned().map(({ id }) => id), [ids[0]]);
    assert.deepEqual(store.claimAbandoned(), []);
    store.close();
  });

  it('is made and written by several processes at once without losing anything', async () => {
    const writers = [0, 1, 2].map(() => fork(join(import.meta.dirname, 'writerProcess.ts'), [file(), '100'], { stdio: 'inherit' }));
    const codes = await Promise.all(writers.map(async (writer) => ((await once(writer, 'exit')) as [number])[0]));
    assert.deepEqual(codes, [0, 0, 0]);
    const store = openSqliteStore(file());
    assert.equal(store.list({ pageSize: 1000 }).executions.length, 300);
    store.close();
  });

  it('keeps no lock file behind when closed', () => {
    openSqliteStore(file()).close();
    assert.equal(existsSync(`${file()}-wal`), false);
  });
});
