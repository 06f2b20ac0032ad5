import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { mock } from 'node:test';
import { wakeAt } from '../../../src/engine/effects/sleep.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { MemoryStore } from '../../../src/engine/memoryStore.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import { StoreError } from '../../../src/engine/store.ts';
import { sampleExecution } from '../execution/sample.ts';
import { limitFiles } from './fullDisk.ts';
import { request, runToEnd, until } from './launching.ts';
import { temporaryFolder } from './temporary.ts';

const asking = `main:
  steps:
    - make:
        call: events.create_callback_endpoint
        args: {http_callback_method: POST}
        result: cb
    - ids:
        for:
          value: i
          range: [1, 50]
          steps:
            - nap:
                call: sys.sleep
                args: {seconds: 0.01}
            - log:
                call: sys.log
                args: {text: "\${i}"}
    - hear:
        call: events.await_callback
        args: {callback: "\${cb}", timeout: 20}
        result: heard
    - end_:
        return: \${heard.http_request.body}
`;

describe('a store', () => {
  const folder = temporaryFolder();
  const file = () => join(folder(), 'executions.db');

  it('that can take no more lets executions wait, refuses callbacks, and loses nothing', async function () {
    const engine = new Engine({ store: openSqliteStore(file()) });
    try {
      const run = await engine.start(request(asking));
      const { id } = run.execution;
      await until(() => engine.logs(id).length > 3);
      if (!limitFiles(statSync(`${file()}-wal`).size)) this.skip();
      await until(() => /^Waiting until its journal can be written: /.test(run.execution.message));
      assert.equal(run.execution.state, 'ACTIVE');
      const { url } = engine.callbacks(id)[0]!;
      assert.equal((await fetch(url, { method: 'POST', body: 'lost?' })).status, 503);
      limitFiles('unlimited');
      await until(() => engine.callbacks(id)[0]?.waiters === 1);
      assert.deepEqual(engine.logs(id).map(({ text }) => text), Array.from({ length: 50 }, (_, i) => String(i + 1)));
      assert.equal((await fetch(url, { method: 'POST', body: 'kept' })).status, 200);
      assert.equal((await run.ended).output_value, '"kept"');
    } finally {
      limitFiles('unlimited');
      await engine.close();
    }
  });

  it('that can take no more says so for each kind of write', function () {
    const store = openSqliteStore(file());
    try {
      const execution = store.insert(sampleExecution({}), '');
      if (!limitFiles(statSync(`${file()}-wal`).size)) this.skip();
      assert.throws(() => store.update({ ...execution, state: 'FAILED' }), StoreError);
      assert.throws(() => store.requestCancel(execution.id), StoreError);
      assert.throws(() => store.claimSchedule('nightly', 1), StoreError);
      assert.throws(() => store.operations.add({ name: 'one', data: '{}' }), StoreError);
      assert.throws(() => store.places.wait(execution.id, 'turn'), StoreError);
      assert.throws(() => store.checkWritable(), StoreError);
    } finally {
      limitFiles('unlimited');
      store.close();
    }
  });

  it('in a folder that may only be read says so', async () => {
    openSqliteStore(file()).close();
    chmodSync(folder(), 0o555);
    chmodSync(file(), 0o444);
    try {
      // Permissions mean nothing to root, so somebody else tries.
      const other = fork(join(import.meta.dirname, 'openingProcess.ts'), [file()], process.getuid?.() === 0 ? { uid: 65534 } : {});
      const [said] = (await once(other, 'message')) as [string];
      assert.match(said, /^StoreError: .*executions\.db cannot be (written: its file or folder is read-only|opened: is its folder there and writable\?)/);
    } finally {
      chmodSync(folder(), 0o755);
    }
  });

  it('that was cut short is kept aside, and the engine begins anew', async () => {
    const first = new Engine({ store: openSqliteStore(file()) });
    for (let i = 0; i < 30; i++) await runToEnd(first, request('- a:\n    return: 1\n'));
    await first.close();
    truncateSync(file(), Math.floor(statSync(file()).size / 2));
    const notices: string[] = [];
    const engine = new Engine({ store: openSqliteStore(file(), { notice: ({ message }) => notices.push(message) }) });
    await engine.resumeAbandoned();
    assert.equal((await runToEnd(engine, request('- a:\n    return: 2\n'))).output_value, '2');
    assert.match(notices[0]!, /are damaged\. It is kept as .*damaged-/);
    await engine.close();
  });
});

describe('a clock that is set', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000_000_000 }));
  afterEach(() => mock.timers.reset());
  const minute = 60_000;

  it('forth ends the sleeps whose time has come', () => {
    let woken = 0;
    wakeAt(Date.now() + 60 * minute, new AbortController().signal, () => woken++);
    mock.timers.tick(minute);
    assert.equal(woken, 0);
    mock.timers.setTime(Date.now() + 120 * minute);
    mock.timers.tick(minute);
    assert.equal(woken, 1);
  });

  it('back lets sleeps go on until their time', () => {
    let woken = 0;
    wakeAt(Date.now() + 10 * minute, new AbortController().signal, () => woken++);
    mock.timers.setTime(Date.now() - 30 * minute);
    for (let i = 0; i < 38; i++) mock.timers.tick(minute);
    assert.equal(woken, 0);
    for (let i = 0; i < 4; i++) mock.timers.tick(minute);
    assert.equal(woken, 1);
  });
});

describe('an execution whose clock is set back', () => {
  afterEach(() => mock.reset());

  it('does not end before it began', async () => {
    const engine = new Engine({ store: new MemoryStore() });
    const run = await engine.start(request('- a:\n    call: sys.sleep\n    args: {seconds: 0.05}\n'));
    await until(() => run.execution.start_time !== undefined);
    mock.method(Date.prototype, 'toISOString', () => '2001-01-01T00:00:00.000Z');
    const { start_time, end_time, state } = await run.ended;
    assert.deepEqual([state, end_time], ['SUCCEEDED', start_time]);
    await engine.close();
  });
});
