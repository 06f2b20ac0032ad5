import type { JsonText } from '../../../execution/record.ts';
import type { Fields, RecordReference } from '../../../flow/flowCalls.ts';
import { FlowError, notFound } from '../calls.ts';
import { membersOf, objectOf } from '../exactJson.ts';
import type { FlowTables } from '../flowTables.ts';
import type { StoredRecord } from './recordTable.ts';
import { readContent } from './fileContent.ts';
import { ruleProblem } from './recordRules.ts';
import type { RecordType } from '../../../execution/recordFiles.ts';
import { longestRecordName, storeFields } from '../../../execution/recordTypes.ts';
import { idOf, ResourceError, type ResourceFiles, type ResourceRecord } from './resourceFiles.ts';

/** A record as it is now: what a flow saved, or what a file of the workspace says. */
export interface FlowRecord {
  readonly type: RecordType;
  readonly id: string;
  readonly name: string;
  /** The path of the workspace file it comes from; empty where there is none. */
  readonly place: string;
  /** With those of the store; numbers as JavaScript has them. */
  readonly fields: Fields;
  /** A JSON object of the fields without those of the store, exact. */
  readonly text: JsonText;
  /** Bytes of a file. */
  readonly content: Uint8Array | undefined;
  readonly deleted: boolean;
}

/** Values as JSON texts, so that 1.0 and integers beyond 2^53 stay what they are. */
export type SavedFields = ReadonlyMap<string, JsonText>;

/** What a save changes beside the fields. */
export interface SaveOptions {
  /** The id of a record that this makes. */
  readonly id: string;
  /** The caller's program: the nearest file counts. */
  readonly program: string;
  readonly content?: Uint8Array | undefined;
  readonly open?: boolean | undefined;
}

/** Characters of a record's fields as JSON. */
const fieldsLimit = 16 * 1024 * 1024;

type Found = { readonly stored: StoredRecord | undefined; readonly resource: ResourceRecord | undefined };

/**
 * The records of flows: those in files of the workspace, and over them those that flows saved, which go before a file
 * as long as it is the one they were made from. Deleting is soft. All methods throw `FlowError` for what a flow shall see.
 */
export class Records {
  readonly #tables: FlowTables;
  readonly #files: ResourceFiles;
  readonly #watchers = new Set<(type: RecordType) => void>();

  constructor(tables: FlowTables, files: ResourceFiles) {
    this.#tables = tables;
    this.#files = files;
  }

  /** Tells when a record of a type was saved or deleted here. */
  watch(changed: (type: RecordType) => void): { dispose(): void } {
    this.#watchers.add(changed);
    return { dispose: () => void this.#watchers.delete(changed) };
  }

  /** Another number when another process has changed something of the store. */
  get version(): number {
    return this.#tables.version;
  }

  /** Another text when a record of the type has been saved or deleted, by any process. */
  stamp(type: RecordType): string {
    return this.#tables.records.list(type).map(({ id, modified_at, deleted_at = '' }) => `${id} ${modified_at} ${deleted_at}`).join('\n');
  }

  /** Looks for files at once. */
  refreshNow(): Promise<void> {
    return this.#files.refreshNow();
  }

  /** Why files of a type cannot be used. */
  fileErrors(type: RecordType): string[] {
    return this.#files.errors(type);
  }

  /** Looks for new files where that is due, or a folder has changed. */
  refreshChanged(program: string): Promise<void> {
    return this.#files.refreshChanged(program);
  }

  /** Looks for new files where that is due; then undefined. */
  refresh(program: string): Promise<void> | undefined {
    return this.#files.refresh(program);
  }

  /** Undefined where there is none that the reference allows. */
  find(reference: RecordReference, program: string): FlowRecord | undefined {
    const found = this.#find(reference, program);
    const record = found && recordOf(found);
    return record && (record.deleted ? reference.allow_deleted : reference.allow_normal) ? record : undefined;
  }

  get(reference: RecordReference, program: string): FlowRecord {
    const record = this.find(reference, program);
    if (!record) throw notFound(reference);
    return record;
  }

  list(type: RecordType, program: string, allowNormal = true, allowDeleted = false): FlowRecord[] {
    const resources = guarded(() => this.#files.list(type, program));
    const stored = this.#tables.records.list(type);
    const overlays = new Map(stored.filter(({ place }) => place !== '').map((record) => [`${record.place} ${record.name}`, record]));
    const names = new Set(resources.map(({ name }) => name));
    const ofFiles = resources.map((resource) => recordOf(current(overlays.get(`${resource.place} ${resource.name}`), resource)));
    const own = stored.filter(({ place, name, deleted_at }) => place === '' && (deleted_at !== undefined || !names.has(name))).map((record) => recordOf({ stored: record, resource: undefined }));
    return [...ofFiles, ...own].filter(({ deleted }) => (deleted ? allowDeleted : allowNormal));
  }

  /** Creates a record or overwrites the given fields of one. */
  save(reference: RecordReference, fields: SavedFields, options: SaveOptions): FlowRecord {
    return this.#tables.write(() => {
      const found = this.#find(reference, options.program);
      const before = found && recordOf(found);
      if (reference.by === 'id' && (!before || (before.deleted && !reference.allow_deleted))) throw notFound(reference);
      const alive = before?.deleted === false || reference.by === 'id' ? before : undefined;
      if (alive && membersOf(alive.text)?.get('is_readonly') === 'true' && fields.get('is_readonly') !== 'false') {
        throw new FlowError('PermissionDenied', `The ${reference.type} ${JSON.stringify(alive.name)} is read-only: save is_readonly=False first.`);
      }
      const given = fields.get('name');
      const name = recordName(given === undefined ? (alive?.name ?? reference.select) : JSON.parse(given), reference.type);
      if (alive && name !== alive.name) this.#leave(reference.type, alive.name, name, found?.resource, options.program);
      return this.#put(reference.type, name, alive, found, fields, options);
    });
  }

  /** Adds a record whose name others may have too, such as a message. */
  create(type: RecordType, name: string, fields: SavedFields, options: SaveOptions): FlowRecord {
    return this.#tables.write(() => this.#put(type, recordName(name, type), undefined, undefined, fields, options));
  }

  /** Overwrites the given fields of a record that no file describes. Undefined where there is none of the id. */
  update(id: string, fields: SavedFields, open: boolean): FlowRecord | undefined {
    return this.#tables.write(() => {
      const stored = this.#tables.records.get(id);
      if (!stored || stored.deleted_at !== undefined) return undefined;
      const found = { stored, resource: undefined };
      return this.#put(stored.type, stored.name, recordOf(found), found, fields, { id, program: '', open });
    });
  }

  delete(reference: RecordReference, program: string, permanently: boolean): void {
    this.#tables.write(() => {
      const found = this.#find(reference, program);
      const record = found && recordOf(found);
      if (!found || !record || (record.deleted && !permanently)) throw notFound(reference);
      const { stored, resource } = found;
      if (permanently && !resource) {
        this.#tables.records.remove(record.id);
        this.#changed(reference.type);
        return;
      }
      const now = new Date().toISOString();
      const row = stored ?? storedOf(resource!, now);
      this.#tables.records.put({ ...row, base: resource?.digest ?? row.base, open: false, modified_at: now, deleted_at: now });
      this.#changed(reference.type);
    });
  }

  /** Those of messages that nobody has answered. */
  open(): FlowRecord[] {
    return this.#tables.records.open().map((stored) => recordOf({ stored, resource: undefined }));
  }

  /** A message, by its id. */
  stored(id: string): FlowRecord | undefined {
    const stored = this.#tables.records.get(id);
    return stored && recordOf({ stored, resource: undefined });
  }

  #find({ type, select, by }: RecordReference, program: string): Found | undefined {
    const { records } = this.#tables;
    if (by === 'name') {
      const name = select.trim();
      const resource = guarded(() => this.#files.find(type, name, program));
      const stored = records.find(type, name, resource?.place ?? '');
      return resource || stored ? current(stored, resource) : undefined;
    }
    const stored = records.get(select.toLowerCase());
    if (stored && stored.type !== type) return undefined;
    if (stored?.place === '') return { stored, resource: undefined };
    const resource = guarded(() => this.#files.findId(type, select.toLowerCase(), program));
    return resource && current(stored, resource);
  }

  /** Gives up a name for another one; a file that has it is passed over until it changes. */
  #leave(type: RecordType, from: string, to: string, resource: ResourceRecord | undefined, program: string): void {
    const taken = this.#find({ type, select: to, by: 'name', allow_normal: true, allow_deleted: false }, program);
    if (taken && !recordOf(taken).deleted) throw new FlowError('ValueError', `The ${type} ${JSON.stringify(from)} cannot be renamed: there is already one named ${JSON.stringify(to)}.`);
    if (!resource) return;
    const now = new Date().toISOString();
    this.#tables.records.put({ ...storedOf(resource, now), id: idOf(`left ${resource.place} ${from}`), deleted_at: now });
  }

  #put(type: RecordType, name: string, alive: FlowRecord | undefined, found: Found | undefined, fields: SavedFields, options: SaveOptions): FlowRecord {
    const before = alive ? (membersOf(alive.text) ?? []) : [];
    const text = objectOf([...before, ...fields].filter(([key]) => !storeFields.has(key) && key !== 'commit'));
    if (text.length > fieldsLimit) throw new FlowError('ValueError', `A ${type} may have ${fieldsLimit / 1024 / 1024} MB at most; ${JSON.stringify(name)} would have ${(text.length / 1024 / 1024).toFixed(1)} MB.`);
    const problem = ruleProblem(type, text);
    if (problem !== undefined) throw new FlowError('InvalidInputError', `The ${type} ${JSON.stringify(name)} cannot be saved: ${problem}`);
    const now = new Date().toISOString();
    // A renamed record belongs to its file no more.
    const resource = alive && name !== alive.name ? undefined : found?.resource;
    const row: StoredRecord = {
      type,
      id: alive?.id ?? (resource ? (found?.stored?.id ?? resource.id) : options.id),
      name,
      place: resource?.place ?? '',
      base: resource?.digest ?? '',
      fields: text,
      content: options.content ?? (alive ? alive.content : undefined),
      open: options.open ?? found?.stored?.open ?? false,
      created_at: alive && found?.stored ? found.stored.created_at : now,
      modified_at: now,
      deleted_at: undefined,
    };
    this.#tables.records.put(row, found?.stored);
    this.#changed(type);
    return recordOf({ stored: row, resource: undefined });
  }

  #changed(type: RecordType): void {
    for (const watcher of this.#watchers) watcher(type);
  }
}

/** What was saved counts as long as its file is the same. */
function current(stored: StoredRecord | undefined, resource: ResourceRecord | undefined): Found {
  return resource && stored && stored.base !== resource.digest ? { stored: undefined, resource } : { stored, resource };
}

function storedOf({ type, id, name, place, digest, fields, modified_at }: ResourceRecord, now: string): StoredRecord {
  return { type, id, name, place, base: digest, fields, content: undefined, open: false, created_at: modified_at, modified_at: now, deleted_at: undefined };
}

function recordOf({ stored, resource }: Found): FlowRecord {
  const row = stored ?? storedOf(resource!, resource!.modified_at);
  const { type, id, name, created_at, modified_at, deleted_at } = row;
  const deleted = deleted_at !== undefined;
  const content = stored || type !== 'file' ? (): Uint8Array | undefined => row.content : (): Uint8Array => guarded(() => readContent(resource!));
  let fields: Fields | undefined;
  return {
    type,
    id,
    name,
    place: row.place,
    text: row.fields,
    deleted,
    // Looked at by few.
    get fields() {
      // The text may have any key; spread makes own properties of them, so that none reaches a prototype.
      fields ??= { description: '', is_readonly: false, ...(JSON.parse(row.fields) as Fields), id, name, record_type: type, created_at, modified_at, deleted_at: deleted_at ?? null, is_deleted: deleted };
      return fields;
    },
    get content() {
      return content();
    },
  };
}

/** Throws `FlowError`. */
export function recordName(given: unknown, type: RecordType): string {
  const name = typeof given === 'string' ? given.trim() : '';
  if (name === '') throw new FlowError('ValueError', `The name of a ${type} is a text that is not empty; got ${JSON.stringify(given)}.`);
  if (name.length > longestRecordName) throw new FlowError('ValueError', `The name of a ${type} has ${longestRecordName} characters at most; got ${name.length}: ${JSON.stringify(`${name.slice(0, 40)}…`)}.`);
  return name;
}

function guarded<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof ResourceError) throw new FlowError('InternalError', `A resource cannot be used: ${error.message}`);
    throw error;
  }
}
