import type { JsonText } from '../execution/record.ts';
import type { SqliteDatabase } from './sqliteDatabase.ts';

/** A long-running operation of the API that is over: what was done with a workflow, and how that went. */
export interface StoredOperation {
  readonly name: string;
  /** As the API gives it. */
  readonly data: JsonText;
}

/** Operations, kept for some time: who asked for one may come back after the server has been started anew. */
export interface OperationTable {
  /** Adds one, and forgets those that are too old or too many. */
  add(operation: StoredOperation): void;
  get(name: string): StoredOperation | undefined;
  /** Those whose names begin so, oldest first. */
  list(beginning: string): StoredOperation[];
  /** False where there is none. */
  delete(name: string): boolean;
}

/** Operations that are kept at most, and milliseconds that one is kept. */
const capacity = 300;
const lifetime = 30 * 24 * 3_600_000;

export class SqliteOperations implements OperationTable {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  add({ name, data }: StoredOperation): void {
    this.#database.write(() => {
      const row = this.#database.run('INSERT INTO operation (name, data, time) VALUES (?, ?, ?)', name, data, Date.now());
      this.#database.run('DELETE FROM operation WHERE time < ? OR row <= (SELECT row FROM operation WHERE row <= ? ORDER BY row DESC LIMIT 1 OFFSET ?)', Date.now() - lifetime, row, capacity);
    });
  }

  get(name: string): StoredOperation | undefined {
    return this.#database.first('SELECT name, data FROM operation WHERE name = ?', name) as unknown as StoredOperation | undefined;
  }

  list(beginning: string): StoredOperation[] {
    return this.#database.all('SELECT name, data FROM operation WHERE substr(name, 1, length(?1)) = ?1 ORDER BY row', beginning) as unknown as StoredOperation[];
  }

  delete(name: string): boolean {
    return this.#database.runReturning('DELETE FROM operation WHERE name = ? RETURNING row', name) !== undefined;
  }
}

/** As long as the process lives. */
export class MemoryOperations implements OperationTable {
  readonly #kept = new Map<string, StoredOperation>();

  add(operation: StoredOperation): void {
    this.#kept.set(operation.name, operation);
    if (this.#kept.size > capacity) this.#kept.delete(this.#kept.keys().next().value!);
  }

  get(name: string): StoredOperation | undefined {
    return this.#kept.get(name);
  }

  list(beginning: string): StoredOperation[] {
    return [...this.#kept.values()].filter(({ name }) => name.startsWith(beginning));
  }

  delete(name: string): boolean {
    return this.#kept.delete(name);
  }
}
