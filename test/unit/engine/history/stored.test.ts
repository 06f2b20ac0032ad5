import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Engine } from '../../../../src/engine/engine.ts';
import { MemoryStore } from '../../../../src/engine/memoryStore.ts';
import { openSqliteStore } from '../../../../src/engine/sqliteStore.ts';
import type { ExecutionStore } from '../../../../src/engine/store.ts';
import { sampleExecution } from '../../execution/sample.ts';
import { request, runToEnd } from '../launching.ts';
import { temporaryFolder } from '../temporary.ts';

const bytes = (...texts: string[]): Uint8Array[] => texts.map((text) => Buffer.from(text));
const textsOf = (parts: readonly Uint8Array[]): string[] => parts.map((part) => Buffer.from(part).toString());

const kinds: readonly (readonly [name: string, open: (folder: string) => ExecutionStore])[] = [
  ['a SQLite store', (folder) => openSqliteStore(join(folder, 'executions.db'))],
  ['a memory store', () => new MemoryStore()],
];

for (const [name, open] of kinds) {
  describe(`steps in ${name}`, () => {
    const folder = temporaryFolder();
    let store: ExecutionStore;
    beforeEach(() => (store = open(folder())));
    afterEach(() => store.close());

    it('are added, replaced part by part, and deleted', () => {
      const [first, second] = bytes('one', 'two');
      const { id } = store.insert(sampleExecution({ state: 'ACTIVE' }), '');
      store.insert(sampleExecution({ id: '22222222-2222-4333-8444-555555555555', name: 'other' }), '');
      assert.deepEqual(store.steps(id), []);
      store.writeSteps(id, [{ part: 0, data: first! }, { part: 1, data: first! }]);
      store.writeSteps(id, [{ part: 1, data: second! }]);
      assert.deepEqual(textsOf(store.steps(id)), ['one', 'two']);
      assert.deepEqual(store.steps('22222222-2222-4333-8444-555555555555'), []);
      store.deleteSteps(id);
      assert.deepEqual(store.steps(id), []);
    });

    it('are written with the record', () => {
      const execution = store.insert(sampleExecution({ state: 'ACTIVE' }), '');
      store.update({ ...execution, state: 'SUCCEEDED' }, [{ part: 0, data: bytes('one')[0]! }]);
      assert.equal(store.get(execution.id)?.state, 'SUCCEEDED');
      assert.deepEqual(textsOf(store.steps(execution.id)), ['one']);
    });

    it('of an execution that is not there are nowhere', () => {
      store.writeSteps('nothing', [{ part: 0, data: bytes('one')[0]! }]);
      assert.deepEqual(store.steps('nothing'), []);
    });
  });
}

const long = `
main:
  steps:
    - loop:
        for:
          value: v
          range: [1, 600]
          steps:
            - a:
                assign: [{x: "\${v}"}]
`;

describe('steps in a store file', () => {
  const folder = temporaryFolder();
  const file = (): string => join(folder(), 'executions.db');

  async function ran(): Promise<string> {
    const engine = new Engine({ store: openSqliteStore(file()) });
    const { id } = await runToEnd(engine, request(long));
    await engine.close();
    return id;
  }

  async function history(id: string): Promise<readonly [number, number]> {
    const engine = new Engine({ store: openSqliteStore(file()) });
    const { entries, count } = engine.history(id);
    await engine.close();
    return [entries.length, count];
  }

  function change(sql: string): void {
    const database = new DatabaseSync(file());
    database.exec(sql);
    database.close();
  }

  it('are a few rows for many steps', async () => {
    const id = await ran();
    const database = new DatabaseSync(file());
    assert.equal(database.prepare('SELECT COUNT(*) AS count FROM step_history').get()?.['count'], 2);
    database.close();
    assert.deepEqual(await history(id), [1201, 1201]);
  });

  it('that are damaged harm no others', async () => {
    const id = await ran();
    change("UPDATE step_history SET data = X'78010203' WHERE part = 1");
    assert.deepEqual(await history(id), [1000, 1201]);
    change('UPDATE step_history SET data = zeroblob(100)');
    assert.deepEqual(await history(id), [0, 0]);
  });

  it('go with their execution', async () => {
    await ran();
    change('PRAGMA foreign_keys = ON; DELETE FROM log; DELETE FROM execution');
    const database = new DatabaseSync(file());
    assert.equal(database.prepare('SELECT COUNT(*) AS count FROM step_history').get()?.['count'], 0);
    database.close();
  });
});
