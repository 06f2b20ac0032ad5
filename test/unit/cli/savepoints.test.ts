import assert from 'node:assert/strict';
import { join } from 'node:path';
import { main } from '../../../src/cli/main.ts';
import type { Terminal } from '../../../src/cli/terminal.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import type { Run } from '../../../src/engine/run.ts';
import { request, until, writeFiles } from '../engine/launching.ts';
import { temporaryFolder } from '../engine/temporary.ts';

const workflow = `main:
  steps:
    - one:
        call: sys.log
        args: {text: one}
    - two:
        call: sys.log
        args: {text: two}
    - end:
        return: done
`;
const flow = `def handler(system, this, inputs):
    this.log('one')
    this.save_dump('middle')
    this.log('two')
    return this.success('done')
`;

/** Waits after its savepoints. */
const waiting = {
  'waits.workflows.yaml': workflow.replace('    - end:', '    - nap:\n        call: sys.sleep\n        args: {seconds: 3600}\n    - end:'),
  'waits.py': flow.replace("    return this.success('done')", '    this.sleep(3600)'),
};

interface Row {
  readonly number: number;
  readonly call: string;
  readonly line: number;
  readonly name?: string;
}

describe('savepoints on the command line', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const data = (): string => join(folder(), 'data');
  beforeEach(() => writeFiles(folder(), { 'steps.workflows.yaml': workflow, 'steps.py': flow, ...waiting }));

  async function stepthrough(...args: string[]) {
    let out = '';
    let error = '';
    const terminal: Terminal = { out: (text) => (out += text), note: (text) => (error += text), live: () => undefined, paint: (text) => text };
    const code = await main([...args, '--data', data()], terminal);
    return { code, out, error };
  }

  const savepoints = async (id: string): Promise<Row[]> => JSON.parse((await stepthrough('executions', 'savepoints', id, '--json')).out) as Row[];

  for (const [file, call, line] of [['steps.workflows.yaml', 'sys.log', 3], ['steps.py', 'this.log', 2]] as const) {
    it(`of an ended execution are listed, and a new one goes on from one to its end: ${file}`, async () => {
      await stepthrough('run', join(folder(), file), '--set', 'name=first');
      const [savepoint] = await savepoints('first');
      assert.deepEqual([savepoint!.call, savepoint!.line], [call, line]);
      const table = (await stepthrough('executions', 'savepoints', 'first')).out.split('\n');
      assert.match(table[0]!, /^NUMBER +TIME +PLACE +IN +AFTER$/);
      assert.match(table[1]!, new RegExp(`^${savepoint!.number} .*${file}:${line} .*${call}$`));
      const { code, out, error } = await stepthrough('executions', 'back', 'first', String(savepoint!.number), '--json');
      assert.equal(code, 0, error);
      const next = JSON.parse(out) as { name: string; state: string };
      assert.equal(next.state, 'SUCCEEDED');
      assert.match(next.name, /^first from savepoint /);
      // What came before the savepoint is not logged again.
      const logs = (await stepthrough('executions', 'show', next.name)).out;
      assert.match(logs, / two$/m);
      assert.doesNotMatch(logs, / one$/m);
      // The other one stays as it was.
      assert.equal((await savepoints('first')).length, (await savepoints(next.name)).length);
    });
  }

  describe('of an execution of another process', () => {
    let engine: Engine;
    let run: Run;
    const living = async (file: keyof typeof waiting, savepointsThere: number): Promise<void> => {
      engine = new Engine({ store: openSqliteStore(join(data(), 'executions.db')) });
      run = await engine.start(request(waiting[file], { program: join(folder(), file), options: { name: 'living' } }));
      await until(() => engine.savepoints(run.execution.id).length === savepointsThere);
    };
    afterEach(async () => {
      engine.cancelAll();
      await engine.idle();
      await engine.close();
    });

    it('are gone back to in that process: a workflow', async () => {
      await living('waits.workflows.yaml', 2);
      const [first] = await savepoints('living');
      assert.deepEqual(await stepthrough('executions', 'back', 'living', String(first!.number)), { code: 0, out: '', error: `living went back to savepoint ${first!.number}: ACTIVE\n` });
      await until(() => engine.logs(run.execution.id).map(({ text }) => text).join() === 'one,two,two');
    });

    it('are gone back to in that process: a flow', async () => {
      await living('waits.py', 3);
      const named = (await savepoints('living')).find(({ name }) => name === 'middle');
      assert.deepEqual(await stepthrough('executions', 'back', 'living', String(named!.number)), { code: 0, out: '', error: `living went back to savepoint ${named!.number}: ACTIVE\n` });
      await until(() => engine.logs(run.execution.id).map(({ text }) => text).join() === 'one,two,two');
    });

    it('that are not there, or not any more, are refused', async () => {
      await living('waits.workflows.yaml', 2);
      assert.deepEqual(await stepthrough('executions', 'back', 'living', '999'), { code: 2, out: '', error: 'stepthrough: living has no savepoint 999.\n' });
    });
  });

  it('are refused where they are not there, and say how they are named', async () => {
    await stepthrough('run', join(folder(), 'steps.workflows.yaml'), '--set', 'name=first');
    assert.deepEqual(await stepthrough('executions', 'back', 'first', '0'), { code: 2, out: '', error: 'stepthrough: first has no savepoint 0.\n' });
    const missing = await stepthrough('executions', 'back', 'first');
    assert.equal(missing.code, 2);
    assert.match(missing.error, /takes one ID and one NUMBER/);
  });
});
