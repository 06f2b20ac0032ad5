import * as vscode from 'vscode';
import { fileRecordTypes, type RecordType } from '../../execution/recordFiles.ts';
import { readFlow, referenceTypes, type ReferenceType } from '../../flow/language/flow.ts';
import type { KnownNames } from '../../flow/language/problems.ts';
import { mayHaveRecords, recordsIn, type NamedRecord } from '../../flow/language/records.ts';
import { folderOf } from '../../schema/files.ts';
import { baseName, excludedRecordGlob } from '../files.ts';
import { EditorFiles } from '../inputs/files.ts';

/** Where names are looked for: as the engine does, and it passes over the same folders. */
const recordGlob = `**/*.{py,${fileRecordTypes.flatMap((type) => ['yaml', 'yml', 'json'].map((ending) => `${type}.${ending}`)).join(',')}}`;

/** Files that are looked into, at most. */
const fileLimit = 2000;

/** Milliseconds in which changes of files are gathered. */
const gatherTime = 500;

/** A flow's name: its file's, without `.py`. */
export function flowName(path: string): string {
  return baseName(path).replace(/\.py$/i, '');
}

export interface WorkspaceRecord extends NamedRecord {
  readonly uri: vscode.Uri;
}

interface WorkspaceRecords {
  readonly names: KnownNames;
  readonly records: readonly WorkspaceRecord[];
}

/**
 * The names that flows of the workspace can use: of its flows and resource files, and of what any of its flows makes.
 * Files (`system.file`) may come from anywhere, so nothing is said of them.
 */
export class FlowNames implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #disposables: readonly { dispose(): unknown }[];
  #known: Promise<WorkspaceRecords> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    const watcher = vscode.workspace.createFileSystemWatcher(`**/*.{py,yaml,yml,json}`);
    const changed = ({ path }: vscode.Uri): void => {
      if (mayHaveRecords(path)) this.#forget();
    };
    this.#disposables = [
      this.#changed,
      watcher,
      watcher.onDidCreate(changed),
      watcher.onDidChange(changed),
      watcher.onDidDelete(changed),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#forget()),
    ];
  }

  async get(): Promise<KnownNames> {
    return (await this.#gathered()).names;
  }

  /** The names of all records of a type, sorted. */
  async ofType(type: RecordType): Promise<string[]> {
    const { records } = await this.#gathered();
    return [...new Set(records.filter((record) => record.type === type).map(({ name }) => name))].sort();
  }

  /** The record that a name stands for in a flow: as the engine chooses, one beside the flow before others. */
  async find(type: RecordType, name: string, from: vscode.Uri): Promise<WorkspaceRecord | undefined> {
    const { records } = await this.#gathered();
    const meant = records.filter((record) => record.type === type && record.name === name);
    return meant.find(({ path }) => folderOf(path) === folderOf(from.path)) ?? meant[0];
  }

  #gathered(): Promise<WorkspaceRecords> {
    this.#known ??= gather();
    return this.#known;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#known = undefined;
      this.#changed.fire();
    }, gatherTime);
  }
}

async function gather(): Promise<WorkspaceRecords> {
  const found = await vscode.workspace.findFiles(recordGlob, excludedRecordGlob, fileLimit);
  const uris = new Map(found.map((uri) => [uri.path, uri]));
  const files: { readonly path: string; readonly text: string }[] = [];
  for (const uri of found) {
    const text = await new EditorFiles(uri).readText(uri.path);
    if (text !== undefined) files.push({ path: uri.path, text });
  }
  const records = recordsIn(files).flatMap((record): WorkspaceRecord[] => {
    const uri = uris.get(record.path);
    return uri ? [{ ...record, uri }] : [];
  });
  const names = new Map<ReferenceType, Set<string>>(referenceTypes.filter((type) => type !== 'file').map((type) => [type, new Set(records.filter((record) => record.type === type).map(({ name }) => name))]));
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  for (const { type, path } of records) {
    const made = type === 'flow' && path.endsWith('.py') ? readFlow(texts.get(path)!).references.filter(({ mayBeMissing }) => mayBeMissing) : [];
    for (const reference of made) names.get(reference.type)?.add(reference.name);
  }
  return { names, records };
}
