import type { RecordType } from '../../../execution/recordFiles.ts';
import type { JsonText } from '../../../execution/record.ts';
import type { Row, SqliteDatabase } from '../../sqliteDatabase.ts';

/** A record that a flow has saved. Times are RFC 3339 in UTC. */
export interface StoredRecord {
  readonly type: RecordType;
  readonly id: string;
  readonly name: string;
  /** The path of the workspace file that it was made from, empty where there was none. */
  readonly place: string;
  /** The digest of that file: while it is the same, what was saved goes before the file. */
  readonly base: string;
  /** A JSON object of its fields, without those of the store. */
  readonly fields: JsonText;
  /** Bytes of a file. */
  readonly content: Uint8Array | undefined;
  /** True for a message that nobody has answered yet. */
  readonly open: boolean;
  readonly created_at: string;
  readonly modified_at: string;
  readonly deleted_at: string | undefined;
}

/** Records that flows have saved, also deleted ones. */
export interface RecordTable {
  get(id: string): StoredRecord | undefined;
  /** The one of a name and place; where there are only deleted ones the latest. */
  find(type: RecordType, name: string, place: string): StoredRecord | undefined;
  /** In the order in which they were made. */
  list(type: RecordType): StoredRecord[];
  /** Messages that nobody has answered. */
  open(): StoredRecord[];
  /** Adds a record, or replaces the one of its id, which is less work where that is known. */
  put(record: StoredRecord, before?: StoredRecord): void;
  remove(id: string): void;
}

type Stored = Row & Readonly<Record<'type' | 'id' | 'name' | 'place' | 'base' | 'fields' | 'created_at' | 'modified_at', string>> & { readonly content: Uint8Array | null; readonly open: number; readonly deleted_at: string | null };

const columns = 'type, id, name, place, base, fields, content, open, created_at, modified_at, deleted_at';

export class SqliteRecordTable implements RecordTable {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  get(id: string): StoredRecord | undefined {
    return this.#all('WHERE id = ?', id)[0];
  }

  find(type: RecordType, name: string, place: string): StoredRecord | undefined {
    return this.#all('WHERE type = ? AND name = ? AND place = ? ORDER BY deleted_at IS NOT NULL, row DESC LIMIT 1', type, name, place)[0];
  }

  list(type: RecordType): StoredRecord[] {
    return this.#all('WHERE type = ? ORDER BY row', type);
  }

  open(): StoredRecord[] {
    return this.#all('WHERE open = 1 AND deleted_at IS NULL ORDER BY row');
  }

  put(record: StoredRecord, before?: StoredRecord): void {
    const { type, id, name, place, base, fields, content, open, created_at, modified_at, deleted_at } = record;
    if (before && sameIndexed(record, before)) {
      this.#database.run('UPDATE record SET base = ?, fields = ?, modified_at = ? WHERE id = ?', base, fields, modified_at, id);
      return;
    }
    const sql = `INSERT INTO record (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET name = excluded.name, place = excluded.place, base = excluded.base, fields = excluded.fields,
        content = excluded.content, open = excluded.open, modified_at = excluded.modified_at, deleted_at = excluded.deleted_at`;
    this.#database.run(sql, type, id, name, place, base, fields, content ?? null, open ? 1 : 0, created_at, modified_at, deleted_at ?? null);
  }

  remove(id: string): void {
    this.#database.run('DELETE FROM record WHERE id = ?', id);
  }

  #all(where: string, ...values: string[]): StoredRecord[] {
    return (this.#database.all(`SELECT ${columns} FROM record ${where}`, ...values) as unknown as Stored[]).map((row) => ({
      type: row.type as RecordType,
      id: row.id,
      name: row.name,
      place: row.place,
      base: row.base,
      fields: row.fields,
      content: row.content ?? undefined,
      open: row.open === 1,
      created_at: row.created_at,
      modified_at: row.modified_at,
      deleted_at: row.deleted_at ?? undefined,
    }));
  }
}

/** Whether only what no index knows may be different; bytes of files are written anew. */
function sameIndexed(record: StoredRecord, before: StoredRecord): boolean {
  const { id, name, place, open, deleted_at, content } = record;
  return id === before.id && name === before.name && place === before.place && open === before.open && deleted_at === before.deleted_at && content === undefined && before.content === undefined;
}

/** As long as the process lives. */
export class MemoryRecordTable implements RecordTable {
  readonly #records = new Map<string, StoredRecord>();

  get(id: string): StoredRecord | undefined {
    return this.#records.get(id);
  }

  find(type: RecordType, name: string, place: string): StoredRecord | undefined {
    const found = this.list(type).filter((record) => record.name === name && record.place === place);
    return found.find(({ deleted_at }) => deleted_at === undefined) ?? found.at(-1);
  }

  list(type: RecordType): StoredRecord[] {
    return [...this.#records.values()].filter((record) => record.type === type);
  }

  open(): StoredRecord[] {
    return [...this.#records.values()].filter(({ open, deleted_at }) => open && deleted_at === undefined);
  }

  put(record: StoredRecord): void {
    this.#records.set(record.id, record);
  }

  remove(id: string): void {
    this.#records.delete(id);
  }
}
