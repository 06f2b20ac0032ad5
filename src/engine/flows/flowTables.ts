import type { SqliteDatabase } from '../sqliteDatabase.ts';
import { MemoryLockTable, SqliteLockTable, type LockTable } from './locks/lockTable.ts';
import { MemoryRecordTable, SqliteRecordTable, type RecordTable } from './records/recordTable.ts';

/** What flows share with each other: kept where executions are kept. */
export interface FlowTables {
  readonly records: RecordTable;
  readonly locks: LockTable;
  /** Another number when another process has changed something. */
  readonly version: number;
  /** Changes that all happen or none, and that no other process comes between. */
  write<T>(action: () => T): T;
}

export function sqliteFlowTables(database: SqliteDatabase): FlowTables {
  return {
    records: new SqliteRecordTable(database),
    locks: new SqliteLockTable(database),
    get version() {
      return database.dataVersion;
    },
    write: (action) => database.write(action),
  };
}

export function memoryFlowTables(): FlowTables {
  return { records: new MemoryRecordTable(), locks: new MemoryLockTable(), version: 0, write: (action) => action() };
}
