import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Engine } from '../../../src/engine/engine.ts';
import { MemoryStore } from '../../../src/engine/memoryStore.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import type { ExecutionStore } from '../../../src/engine/store.ts';
import type { ExecutionOptions } from '../../../src/execution/record.ts';
import { request, runToEnd, writeFiles } from './launching.ts';
import { temporaryFolder } from './temporary.ts';

const source = 'main:\n  params: [a]\n  steps:\n    - get:\n        call: http.get\n        args: {url: "http://127.0.0.1:9/x"}\n        result: r\n    - done:\n        return: ${r.body}\n';

describe('what a launch asked for', () => {
  const folder = temporaryFolder();
  const stores: readonly (readonly [string, () => ExecutionStore])[] = [
    ['memory', () => new MemoryStore()],
    ['SQLite', () => openSqliteStore(join(folder(), 'executions.db'))],
  ];
  for (const [kind, open] of stores) {
    it(`is asked for again: mocks, schemas and options, but no name (${kind})`, async () => {
      writeFiles(folder(), { 'w.workflows.yaml': source, 'other.mocks.yaml': '- call: http.get\n  response: {code: 200, body: mocked}\n' });
      const engine = new Engine({ store: open() });
      const options: ExecutionOptions = { name: 'first', labels: { team: 'a' }, priority: 3, input_schema: '{"type":"integer"}', output_schema: '{"const":"mocked"}' };
      const start = request(source, { program: join(folder(), 'w.workflows.yaml'), input: '5', mocks: join(folder(), 'other.mocks.yaml'), options });
      const first = await runToEnd(engine, start);
      assert.equal(first.output_value, '"mocked"');
      const relaunch = engine.relaunch(first.id)!;
      assert.deepEqual(relaunch, { mocks: join(folder(), 'other.mocks.yaml'), options: { labels: { team: 'a' }, priority: 3, input_schema: '{"type":"integer"}', output_schema: '{"const":"mocked"}' } });
      const second = await runToEnd(engine, { ...start, ...relaunch });
      assert.equal(second.output_value, '"mocked"');
      assert.notEqual(second.name, 'first');
      await assert.rejects(engine.start({ ...start, ...relaunch, input: { json: '"five"' } }), /integer/);
      // One that was started again can be started again.
      assert.deepEqual(engine.relaunch(second.id), relaunch);
      await engine.close();
    });
  }

  it('is nothing where nothing was asked for, so that files beside the program count as they are now', async () => {
    writeFiles(folder(), { 'w.workflows.yaml': source, 'w.mocks.yaml': '- call: http.get\n  response: {code: 200, body: mocked}\n', 'w.input.schema.json': '{"type":"integer"}' });
    const engine = new Engine({ store: new MemoryStore() });
    const first = await runToEnd(engine, request(source, { program: join(folder(), 'w.workflows.yaml'), input: '5' }));
    assert.equal(first.input_schema, '{"type":"integer"}');
    assert.deepEqual(engine.relaunch(first.id), { mocks: undefined, options: {} });
    assert.equal(engine.relaunch('nobody'), undefined);
    await engine.close();
  });
});
