import { randomUUID } from 'node:crypto';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import { sampleExecution } from '../execution/sample.ts';

// Writes as fast as it can.
const [, , file = '', count = '0'] = process.argv;
const store = openSqliteStore(file);
for (let i = 0; i < Number(count); i++) {
  const id = randomUUID();
  const execution = store.insert(sampleExecution({ id, name: id }), '');
  store.update({ ...execution, state: 'SUCCEEDED' });
}
store.close();
