import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import { migrations } from '../../../src/engine/storeSchema.ts';
import { WorkflowStore, type WorkflowDefinition } from '../../../src/engine/workflowStore.ts';
import { temporaryFolder } from '../engine/temporary.ts';

const definition: WorkflowDefinition = { source: '- a:\n    return: 1\n', description: '', labels: {}, serviceAccount: '', cryptoKeyName: '', callLogLevel: 'CALL_LOG_LEVEL_UNSPECIFIED', executionHistoryLevel: 'EXECUTION_HISTORY_LEVEL_UNSPECIFIED', variables: {} };

describe('the store of workflows', () => {
  const folder = temporaryFolder();

  it('comes forward from the first version with its executions, a damaged one among them', () => {
    const file = join(folder(), 'executions.db');
    const database = new DatabaseSync(file);
    database.exec(`${migrations[0]!} PRAGMA user_version = 1;
      INSERT INTO revision (id, program, number, name, digest, script) VALUES (1, '/w.yaml', 1, '000001-abc', 'd', 's');`);
    const insert = database.prepare("INSERT INTO execution (id, name, state, revision, fixed, varying, owner_pid, owner_token, changed) VALUES (?, ?, 'SUCCEEDED', 1, ?, ?, 0, '', ?)");
    insert.run('one', 'one', '{"program": "/w.yaml", "breakpoints": []}', '{"state": "SUCCEEDED", "current_steps": []}', 1);
    insert.run('two', 'two', '{"program": "/w.yaml', '{}', 2);
    database.close();
    const store = openSqliteStore(file);
    assert.deepEqual(store.list({ pageSize: 10 }).executions.map(({ id, state }) => [id, state]), [['two', 'UNAVAILABLE'], ['one', 'SUCCEEDED']]);
    assert.deepEqual(store.list({ pageSize: 10, everywhere: true, program: '/w.yaml' }).executions.map(({ id }) => id), ['one']);
    store.close();
  });

  it('gives workflows of a file the revisions that its executions have', () => {
    const file = join(folder(), 'executions.db');
    const workflows = new WorkflowStore(file);
    const first = workflows.deploy('/w', 'a', '/w/a.yaml', definition);
    assert.equal(workflows.deploy('/w', 'a', '/w/a.yaml', { ...definition, description: 'x' }).revisionId, first.revisionId);
    assert.equal(workflows.deploy('/w', 'a', '/w/a.yaml', { ...definition, variables: { A: '1' } }).revisionId.slice(0, 6), '000002');
    assert.deepEqual(workflows.list('/other'), []);
    workflows.delete('/w', 'a');
    assert.deepEqual(workflows.revisions('/w', 'a'), []);
    workflows.close();
  });

  it('finds a program\'s executions by its index', () => {
    const file = join(folder(), 'executions.db');
    openSqliteStore(file).close();
    const database = new DatabaseSync(file);
    const plan = database.prepare('EXPLAIN QUERY PLAN SELECT * FROM execution WHERE TRUE AND execution.program = ? AND execution.row < ? AND deleted_time IS NULL ORDER BY execution.row DESC LIMIT ?').all('/w.yaml', 9, 9);
    database.close();
    assert.deepEqual(plan.map(({ detail }) => detail), ['SEARCH execution USING INDEX execution_by_program (program=? AND row<?)']);
  });
});
