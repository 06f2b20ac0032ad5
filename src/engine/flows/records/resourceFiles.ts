import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import type { JsonText } from '../../../execution/record.ts';
import { dataLimit, decode, FileRefused } from '../../textFile.ts';
import { foldersOf, workspaceFile, workspaceFiles } from './fileContent.ts';
import { recordFile, type RecordType } from '../../../execution/recordFiles.ts';
import { isFlow } from '../../../flow/language/flow.ts';
import { scriptPath } from '../../../flow/language/records.ts';
import { parseResource } from '../../../execution/resourceText.ts';

/** A record as a file of the workspace gives it. */
export interface ResourceRecord {
  readonly type: RecordType;
  /** That of the file, or one that the path decides. */
  readonly id: string;
  readonly name: string;
  /** The file's path. */
  readonly place: string;
  readonly digest: string;
  /** A JSON object. */
  readonly fields: JsonText;
  readonly modified_at: string;
}

/** Why a file that is there cannot be used; the message names it. */
export class ResourceError extends Error {
  override readonly name = 'ResourceError';
}

/** Milliseconds for which a look at the folders is good. A slow one is good for longer, so that it is never most of what is done. */
const freshTime = 2000;
const restFactor = 20;

/** Bounds of one look: beyond them a folder is no workspace. */
const folderLimit = 5000;
const fileLimit = 2000;
const depthLimit = 16;

/** Folders in which nobody keeps resources. */
const passedOver = /^(\.|node_modules$|__pycache__$|venv$)/;

interface Looked {
  readonly until: number;
  readonly paths: readonly string[];
  /** When each folder had last got or lost a file, before it was read. */
  readonly folders: ReadonlyMap<string, number>;
  /** The files that may have a record, by its type and name; made when it is first needed. */
  index: ReadonlyMap<string, readonly string[]> | undefined;
}

interface LoadedFile {
  readonly stamp: string;
  readonly records: readonly ResourceRecord[];
  readonly error: string | undefined;
}

/**
 * The records that files in the folders of a workspace describe: `<name>.<type>.yaml` anywhere, with `<name>.py` beside
 * it for the script of a flow or wrapper, and every `<name>.py` that has a handler. Nothing is ever written to them.
 */
export class ResourceFiles {
  readonly #roots: () => readonly string[];
  /** What was found when each folder was last looked through, and until when that is good. */
  readonly #looked = new Map<string, Looked>();
  readonly #files = new Map<string, LoadedFile>();
  #looking: Promise<void> | undefined;

  constructor(roots: () => readonly string[]) {
    this.#roots = roots;
  }

  /** Looks for new files, however short the last look is ago. */
  async refreshNow(): Promise<void> {
    await this.#looking;
    // What was found counts until the new look has ended.
    for (const [root, looked] of this.#looked) this.#looked.set(root, { ...looked, until: 0 });
    await this.refresh('');
  }

  /** Looks for new files also where a folder has got or lost one since: for what is done once, such as a start. */
  async refreshChanged(program: string): Promise<void> {
    await this.#looking;
    for (const root of this.#rootsOf(program)) {
      const looked = this.#looked.get(root);
      if (looked && [...looked.folders].some(([folder, changed]) => changeTime(folder) !== changed)) this.#looked.set(root, { ...looked, until: 0 });
    }
    await this.refresh(program);
  }

  /** Why files cannot be used whose names say that they are of a type. */
  errors(type: RecordType): string[] {
    return this.#paths('').flatMap((path) => (recordFile(basename(path))?.type === type ? (this.#load(path)?.error ?? []) : []));
  }

  /** Looks for new files, where that was not done lately; undefined where there is nothing to wait for. */
  refresh(program: string): Promise<void> | undefined {
    const now = Date.now();
    if (this.#rootsOf(program).every((root) => (this.#looked.get(root)?.until ?? 0) > now)) return undefined;
    this.#looking ??= this.#look(program).finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  /** Where several files have it, the one nearest to the program. Throws `ResourceError` where its file cannot be used. */
  find(type: RecordType, name: string, program: string): ResourceRecord | undefined {
    if (type === 'file') return workspaceFile(name, foldersOf(program, this.#roots()));
    let error: string | undefined;
    for (const path of this.#candidates(`${type} ${name}`, program)) {
      const file = this.#load(path);
      const found = file?.records.find((record) => record.type === type && record.name === name);
      if (found) return found;
      const meant = recordFile(basename(path));
      if (file?.error !== undefined && meant?.type === type && meant.name === name) error ??= file.error;
    }
    if (error !== undefined) throw new ResourceError(error);
    return undefined;
  }

  findId(type: RecordType, id: string, program: string): ResourceRecord | undefined {
    return this.list(type, program).find((record) => record.id === id);
  }

  /** One of each name. Files that cannot be used are left out. */
  list(type: RecordType, program: string): ResourceRecord[] {
    const found = new Map<string, ResourceRecord>();
    if (type === 'file') for (const file of workspaceFiles(foldersOf(program, this.#roots())).reverse()) found.set(file.name, file);
    for (const path of this.#paths(program)) {
      for (const record of this.#load(path)?.records ?? []) if (record.type === type && !found.has(record.name)) found.set(record.name, record);
    }
    return [...found.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** Outermost folders only: what is in two of them is found once. */
  #rootsOf(program: string): string[] {
    const roots = [...this.#roots(), ...(program === '' ? [] : [dirname(program)])];
    return [...new Set(roots)].filter((root) => !roots.some((other) => other !== root && root.startsWith(other.endsWith(sep) ? other : other + sep)));
  }

  #paths(program: string): string[] {
    return nearestFirst(this.#rootsOf(program).flatMap((root) => this.#looked.get(root)?.paths ?? []), program);
  }

  #candidates(key: string, program: string): string[] {
    const found = this.#rootsOf(program).flatMap((root) => {
      const looked = this.#looked.get(root);
      return looked ? ((looked.index ??= this.#indexOf(looked.paths)).get(key) ?? []) : [];
    });
    return found.length > 1 ? nearestFirst(found, program) : found;
  }

  /** A flow without metadata has the name of its file; whether it is a flow is found out when it is asked for. */
  #indexOf(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
    const index = new Map<string, string[]>();
    for (const path of paths) {
      const file = recordFile(basename(path));
      const records = file ? [file, ...(this.#load(path)?.records ?? [])] : [{ type: 'flow', name: basename(path, '.py') }];
      for (const key of new Set(records.map(({ type, name }) => `${type} ${name}`))) index.set(key, [...(index.get(key) ?? []), path]);
    }
    return index;
  }

  async #look(program: string): Promise<void> {
    for (const root of this.#rootsOf(program)) {
      const began = Date.now();
      const found = await filesIn(root);
      const took = Date.now() - began;
      this.#looked.set(root, { until: Date.now() + Math.max(freshTime, took * restFactor), ...found, index: undefined });
    }
    const known = new Set([...this.#looked.values()].flatMap(({ paths }) => paths));
    for (const path of this.#files.keys()) if (!known.has(path)) this.#files.delete(path);
  }

  /** The records of a file as it is now. */
  #load(path: string): LoadedFile | undefined {
    const script = scriptPath(path);
    const stamp = [path, ...(script === undefined ? [] : [script])].map(stampOf).join(' ');
    if (stamp.startsWith('none')) return undefined;
    const kept = this.#files.get(path);
    if (kept?.stamp === stamp) return kept;
    const loaded = { stamp, ...readRecords(path, script) };
    this.#files.set(path, loaded);
    return loaded;
  }
}

function nearestFirst(paths: readonly string[], program: string): string[] {
  const own = dirname(program);
  return [...paths.filter((path) => dirname(path) === own), ...paths.filter((path) => dirname(path) !== own)];
}

/** Metadata files first: a flow that has one is described by it. */
async function filesIn(root: string): Promise<Pick<Looked, 'paths' | 'folders'>> {
  const paths: string[] = [];
  const changed = new Map<string, number>();
  let level = [root];
  let folders = 0;
  for (let depth = 0; depth < depthLimit && level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      if (++folders > folderLimit || paths.length >= fileLimit) break;
      changed.set(folder, settled(changeTime(folder)));
      for (const item of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
        if (item.isDirectory() && !passedOver.test(item.name)) next.push(join(folder, item.name));
        else if (!item.isDirectory() && (recordFile(item.name) || item.name.endsWith('.py'))) paths.push(join(folder, item.name));
      }
    }
    level = next;
  }
  const described = new Set(paths.map(scriptPath));
  const isScript = (path: string): boolean => path.endsWith('.py');
  return { paths: [...paths.filter((path) => !isScript(path)), ...paths.filter((path) => isScript(path) && !described.has(path))], folders: changed };
}

/** Milliseconds between two changes of a folder that may have the same time. */
const clockTick = 20;

/** A time that is no change's, where another change might still come at the same one. */
function settled(time: number): number {
  return time > Date.now() - clockTick ? -1 : time;
}

/** When a folder last got or lost a file; 0 where it is gone or closed to us. */
function changeTime(folder: string): number {
  try {
    return statSync(folder).mtimeMs;
  } catch {
    return 0;
  }
}

function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true ? `${stat.size}:${stat.mtimeMs}:${stat.ino}` : 'none';
}

function readRecords(path: string, script: string | undefined): Pick<LoadedFile, 'records' | 'error'> {
  try {
    const modified_at = statSync(path).mtime.toISOString();
    const text = readText(path);
    const file = recordFile(basename(path));
    if (!file) {
      if (!isFlow(text)) return { records: [], error: undefined };
      const name = basename(path, '.py');
      return { records: [recordOf('flow', name, 0, path, modified_at, JSON.stringify({ script: text }), text)], error: undefined };
    }
    const scriptText = script !== undefined && stampOf(script) !== 'none' ? readText(script) : undefined;
    const { documents, error } = parseResource(text, path, file.type);
    if (error !== undefined) return { records: [], error: `${path}: ${error}` };
    const records = documents.map(({ type, name, fields }, index) => {
      const whole = scriptText === undefined || type !== file.type || index > 0 ? fields : withScript(fields, scriptText);
      return recordOf(type, name ?? file.name, index, path, modified_at, whole, text + (scriptText ?? ''));
    });
    return { records, error: undefined };
  } catch (error) {
    // The file went away or cannot be read; whoever asks for it is told.
    return { records: [], error: error instanceof FileRefused ? error.message : `${path}: ${(error as Error).message}` };
  }
}

function withScript(fields: JsonText, script: string): JsonText {
  const given = JSON.parse(fields) as Readonly<Record<string, unknown>>;
  return typeof given['script'] === 'string' ? fields : JSON.stringify({ ...given, script });
}

function recordOf(type: RecordType, name: string, index: number, place: string, modified_at: string, fields: JsonText, text: string): ResourceRecord {
  const given = (JSON.parse(fields) as Readonly<Record<string, unknown>>)['id'];
  const id = typeof given === 'string' && uuid.test(given) ? given.toLowerCase() : idOf(`${type} ${index} ${place}`);
  return { type, id, name, place, digest: createHash('sha256').update(text).digest('hex'), fields, modified_at };
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A UUID of version 8, whose bits are the maker's own (RFC 9562). */
export function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function readText(path: string): string {
  const { size } = statSync(path);
  if (size > dataLimit.bytes) throw new FileRefused(path, `A resource may have at most ${dataLimit.bytes / 1024} KB; this file has more.`);
  return decode(path, readFileSync(path));
}
