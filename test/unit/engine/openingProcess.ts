import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';

// Opens a store and tells why that cannot be done, if it cannot.
const [, , file = ''] = process.argv;
try {
  openSqliteStore(file).close();
  process.send?.('opened');
} catch (error) {
  process.send?.(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
}
