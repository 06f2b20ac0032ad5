import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Engine, EngineError } from '../../../src/engine/engine.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import type { Execution } from '../../../src/execution/record.ts';
import { until } from '../engine/launching.ts';
import { temporaryFolder } from '../engine/temporary.ts';

const script = `import os
def handler(system, this, inputs):
    this.set_output('id', this.get('id'))
    made = system.setting('counted').save(value=1)
    this.save_dump('after counting')
    this.set_output('runs', len(os.listdir(inputs)) if this.get('name') else 0)
    this.log('at the end')
`;

describe('savepoints of a flow', () => {
  const folder = temporaryFolder();
  let engine: Engine;
  beforeEach(() => {
    engine = new Engine({ store: openSqliteStore(join(folder(), 'executions.db')) });
  });
  afterEach(() => engine.close());

  const start = (text: string, input = 'null', options = {}): ReturnType<Engine['start']> => engine.start({ program: join(folder(), 'flow.py'), text, input: { json: input }, options });

  it('are its calls, with line and name', async () => {
    const { id } = await (await start(script, JSON.stringify(folder()))).ended;
    assert.deepEqual(
      engine.savepoints(id).map(({ call, line, name, routine, file }) => [call, line, name, routine, file]),
      [
        ['record.get', 3, undefined, 'handler', undefined],
        ['this.set_output', 3, undefined, 'handler', undefined],
        ['record.save', 4, undefined, 'handler', undefined],
        ['this.save_dump', 5, 'after counting', 'handler', undefined],
        ['record.get', 6, undefined, 'handler', undefined],
        ['this.set_output', 6, undefined, 'handler', undefined],
        ['this.log', 7, undefined, 'handler', undefined],
      ],
    );
  });

  it('are where a new execution goes on from after the end: it makes no call again, and its id is its own', async () => {
    const ended = await (await start(script, JSON.stringify(folder()))).ended;
    const savepoint = engine.savepoints(ended.id).find(({ name }) => name !== undefined)!;
    const again = await engine.goBackTo(ended.id, savepoint.id);
    assert.notEqual(again.id, ended.id);
    const end = (await engine.ended(again.id)) ?? engine.get(again.id)!;
    assert.equal(end.state, 'SUCCEEDED', end.message);
    assert.equal((JSON.parse(end.output_value!) as { id: string }).id, again.id);
    assert.deepEqual(engine.logs(again.id).map(({ text }) => text), ['at the end']);
    assert.equal(engine.get(ended.id)?.output_value, ended.output_value);
  });

  it('are where an execution that lives goes back to', async () => {
    const run = await start(`def handler(system, this, inputs):\n    this.set_output('a', 1)\n    this.set_output('b', 2)\n    this.log('there')\n    this.sleep(3600)\n`);
    const { id } = run.execution;
    await until(() => engine.logs(id).length === 1);
    const [first] = engine.savepoints(id);
    await engine.goBackTo(id, first!.id);
    await until(() => engine.logs(id).length === 2);
    assert.equal(run.execution.output_value, '{"a":1,"b":2}');
  });

  it('are only the newest one with LAST', async () => {
    const run = await start('def handler(system, this, inputs):\n    this.save_dump("one")\n    this.save_dump("two")\n    this.sleep(3600)\n', 'null', { savepoint_retention: 'LAST' } satisfies Partial<Execution>);
    await until(() => engine.savepoints(run.execution.id).some(({ name }) => name === 'two'));
    assert.deepEqual(engine.savepoints(run.execution.id).map(({ name }) => name), ['two']);
    await assert.rejects(engine.goBackTo(run.execution.id, '1'), EngineError);
  });
});
