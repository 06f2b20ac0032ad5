import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { Engine } from '../../../../src/engine/engine.ts';
import { WorkflowHost } from '../../../../src/engine/host.ts';
import { openSqliteStore } from '../../../../src/engine/sqliteStore.ts';
import { request, until } from '../launching.ts';
import { temporaryFolder } from '../temporary.ts';
import { treeText } from './recorded.ts';

const source = `
main:
  steps:
    - loop:
        for:
          value: v
          in: [1, 2]
          steps:
            - nap:
                call: sys.sleep
                args: {seconds: 0.01}
    - wait:
        call: sys.sleep
        args: {seconds: 3600}
`;

describe('the history of an execution that another process goes on with', () => {
  const folder = temporaryFolder();
  let engine: Engine;
  afterEach(() => engine.close());

  const open = (): Engine => new Engine({ store: openSqliteStore(join(folder(), 'executions.db')) });

  it('has each step once, with the times of the first process', async () => {
    engine = open();
    const { execution } = await engine.start(request(source));
    await until(() => engine.history(execution.id).entries.at(-1)?.step === 'wait');
    const before = engine.history(execution.id);
    await engine.close();
    engine = open();
    assert.deepEqual(engine.history(execution.id), before);
    await engine.resumeAbandoned();
    assert.deepEqual(engine.history(execution.id), before);
    engine.cancel(execution.id);
    assert.deepEqual(treeText(engine.history(execution.id)), [
      'FOR loop',
      '  FOR_ITERATION loop #1',
      '    STD_LIB_CALL nap',
      '  FOR_ITERATION loop #2',
      '    STD_LIB_CALL nap',
      'STD_LIB_CALL wait CANCELLED',
    ]);
    await engine.close();
    engine = open();
    const after = engine.history(execution.id);
    assert.equal(after.entries.at(-1)?.state, 'STATE_CANCELLED');
    assert.deepEqual(after.entries.slice(0, -1), before.entries.slice(0, -1));
  });

  it('begins anew where the execution is taken back to its beginning', async () => {
    engine = open();
    const { execution, host } = await engine.start(request(source));
    const waiting = (): boolean => engine.history(execution.id).entries.at(-1)?.step === 'wait';
    await until(waiting);
    const before = engine.history(execution.id);
    assert.ok(host instanceof WorkflowHost);
    await host.goBack(0);
    await until(waiting);
    const after = engine.history(execution.id);
    assert.deepEqual(treeText(after), treeText(before));
    for (const { created } of after.entries) assert.ok(created >= before.entries.at(-1)!.created);
  });
});
