import assert from 'node:assert/strict';
import { join } from 'node:path';
import { main } from '../../../src/cli/main.ts';
import type { Terminal } from '../../../src/cli/terminal.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import { limitFiles } from '../engine/fullDisk.ts';
import { request, until, writeFiles } from '../engine/launching.ts';
import { temporaryFolder } from '../engine/temporary.ts';

describe('executions on the command line', () => {
  const folder = temporaryFolder();
  const data = (): string => join(folder(), 'data');
  const program = (): string => join(folder(), 'one.workflows.yaml');
  beforeEach(() => writeFiles(folder(), { 'one.workflows.yaml': '- a:\n    return: 1\n' }));

  async function stepthrough(...args: string[]) {
    let out = '';
    let error = '';
    const terminal: Terminal = { out: (text) => (out += text), note: (text) => (error += text), live: () => undefined, paint: (text) => text };
    const code = await main([...args, ...(args[0] === 'check' ? [] : ['--data', data()])], terminal);
    return { code, out, error };
  }

  it('that are deleted are listed apart, and restored by name', async () => {
    const run = () => stepthrough('run', program(), '--set', 'name=nightly', '--json');
    const { id } = JSON.parse((await run()).out) as { id: string };
    await stepthrough('executions', 'delete', 'nightly');
    assert.equal((await stepthrough('executions', 'list')).error, 'There are no executions.\n');
    const [deleted] = JSON.parse((await stepthrough('executions', 'list', '--deleted', '--json')).out) as { id: string; deleted_at: string }[];
    assert.equal(deleted?.id, id);
    assert.match(deleted.deleted_at, /^20\d\d-/);
    await run();
    assert.deepEqual(await stepthrough('executions', 'restore', 'nightly'), { code: 0, out: '', error: `Restored nightly ${id.slice(0, 8)}, whose name nightly is taken.\n` });
    assert.equal((await stepthrough('executions', 'list', '--deleted')).error, 'There are no deleted executions.\n');
    const again = await stepthrough('executions', 'restore', 'nightly');
    assert.deepEqual([again.code, again.error], [2, 'stepthrough: There is no deleted execution "nightly".\n']);
  });

  it('that wait since the store can take no more are listed with the reason', async function () {
    const engine = new Engine({ store: openSqliteStore(join(data(), 'executions.db')) });
    try {
      const run = await engine.start(request('- nap:\n    call: sys.sleep\n    args: {seconds: 3600}\n', { options: { name: 'napping' } }));
      await until(() => run.execution.state === 'ACTIVE');
      if (!limitFiles(1)) this.skip();
      const { code, out, error } = await stepthrough('executions', 'list');
      limitFiles('unlimited');
      assert.deepEqual([code, out.includes('napping')], [0, true]);
      assert.match(error, /^stepthrough: .*executions\.db cannot be .* What has not ended waits until it can be\.\n$/);
      assert.equal((await stepthrough('executions', 'list')).error, '');
    } finally {
      limitFiles('unlimited');
      await engine.close();
    }
  });

  it('of another process are paused and resumed', async () => {
    const engine = new Engine({ store: openSqliteStore(join(data(), 'executions.db')) });
    const watch = engine.watch(() => undefined);
    const run = await engine.start(request('- nap:\n    call: sys.sleep\n    args: {seconds: 3600}\n', { options: { name: 'napping' } }));
    await until(() => run.execution.state === 'ACTIVE');
    assert.deepEqual(await stepthrough('executions', 'pause', 'napping'), { code: 0, out: '', error: 'napping: PAUSED\n' });
    assert.equal(run.execution.is_paused, true);
    assert.deepEqual(await stepthrough('executions', 'resume', 'napping'), { code: 0, out: '', error: 'napping: ACTIVE\n' });
    engine.cancel(run.execution.id);
    await run.ended;
    assert.equal((await stepthrough('executions', 'pause', 'napping')).error, 'stepthrough: napping has already ended (CANCELLED).\n');
    watch.dispose();
    await engine.close();
  });

  it('take every field of the record, and say all that is wrong with them at once', async () => {
    const set = (...fields: string[]) => stepthrough('run', program(), '--json', ...fields.flatMap((field) => ['--set', field]));
    const { out } = await set('priority=3', 'roles=[admin, reader]', 'project_name=shop', 'scheduled_for=2020-01-01T00:00:00Z', 'orphan=true', 'savepoint_retention=LAST');
    const execution = JSON.parse(out) as Record<string, unknown>;
    assert.deepEqual([execution['priority'], execution['roles'], execution['project_name'], execution['orphan'], execution['savepoint_retention'], execution['state']], [3, ['admin', 'reader'], 'shop', true, 'LAST', 'SUCCEEDED']);
    const wrong = await set('priority=high', 'scheduled_for=tomorrow', 'project_name=a', 'bundle_name=b');
    assert.equal(wrong.code, 2);
    for (const message of [/priority takes an integer/, /scheduled_for takes a time/, /exclude each other/]) assert.match(wrong.error, message);
  });

  it('check a stepthrough.yaml at its places, with the files it names', async () => {
    writeFiles(folder(), { 'stepthrough.yaml': 'schedules:\n  a: {cron: "bad", program: one.workflows.yaml}\n  b: {cron: "@daily", program: gone.workflows.yaml}\n' });
    const { code, out } = await stepthrough('check', join(folder(), 'stepthrough.yaml'), '--json');
    assert.equal(code, 1);
    const problems = JSON.parse(out) as { line: number; column: number; code: string }[];
    assert.deepEqual(problems.map((problem) => [problem.line, problem.column, problem.code]), [[2, 13, 'workspace/cron'], [3, 32, 'execution/missing-file']]);
  });
});
