import { randomUUID } from 'node:crypto';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import { sampleExecution } from '../execution/sample.ts';

// Another process that shares a store: makes an active execution, asks for the end of a given one, and stays.
const [, , file = '', toCancel = ''] = process.argv;
const store = openSqliteStore(file);
const id = randomUUID();
store.insert(sampleExecution({ id, name: id, state: 'ACTIVE' }), '');
store.requestCancel(toCancel);
process.send?.(id);
setInterval(() => undefined, 1000);
