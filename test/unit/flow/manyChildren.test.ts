import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Engine } from '../../../src/engine/engine.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import type { Execution } from '../../../src/execution/record.ts';
import { temporaryFolder } from '../engine/temporary.ts';

/** Executions that may live at once here. */
const living = 4;

describe('a flow that starts more children than may live at once', () => {
  const folder = temporaryFolder();
  let engine: Engine;
  let most = 0;
  beforeEach(() => {
    writeFileSync(join(folder(), 'child.py'), 'def handler(system, this, inputs):\n    return inputs["i"]\n');
    engine = new Engine({ store: openSqliteStore(join(folder(), 'executions.db')), living, generations: 4 });
    most = 0;
    engine.watch(() => (most = Math.max(most, engine.living)));
  });
  afterEach(() => engine.close());

  async function run(...lines: readonly string[]): Promise<Execution> {
    const text = `def handler(system, this, inputs):\n${lines.map((line) => `    ${line}\n`).join('')}`;
    writeFileSync(join(folder(), 'parent.py'), text);
    const run = await engine.start({ program: join(folder(), 'parent.py'), text, input: undefined, options: {} });
    const ended = await run.ended;
    await engine.idle();
    return ended;
  }

  const children = (parent: Execution): readonly Execution[] => engine.list({ pageSize: 1000, parent: parent.id }).executions;

  it('waits for room, and all of them run', async () => {
    const ended = await run('for i in range(12):', "    this.flow('child', i=i, wait=False)");
    assert.equal(ended.state, 'SUCCEEDED', ended.message);
    const outputs = children(ended).map(({ output_value }) => Number(output_value)).sort((a, b) => a - b);
    assert.deepEqual(outputs, [...Array(12).keys()]);
    assert.equal(most, living);
  });

  it('is told where none of them will end', async () => {
    const ended = await run("made = [this.flow('child', i=i, run=False) for i in range(3)]", 'try:', "    this.flow('child', i=3, run=False)", 'except Exception as error:', '    this.save(output_value=f"{type(error).__name__}: {error}")', 'for child in made:', '    child.run()');
    assert.equal(ended.state, 'SUCCEEDED', ended.message);
    assert.match(JSON.parse(ended.output_value!) as string, /^InternalError: 4 executions live here, the most there may be, and none of them will end: /);
    assert.equal(children(ended).length, 3);
  });

  it('comes to an end where all wait for room', async () => {
    const ended = await run("this.flow('parent')", "this.flow('parent')");
    assert.equal(ended.state, 'FAILED');
    assert.equal(most, living);
    const messages = engine.list({ pageSize: 1000, everywhere: true }).executions.map(({ message }) => message);
    assert.ok(messages.some((message) => /executions live here|4 deep/.test(message)), messages.join('\n'));
  });
});
