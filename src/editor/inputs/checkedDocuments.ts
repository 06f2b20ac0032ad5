import * as vscode from 'vscode';
import { fileRecordTypes } from '../../execution/recordFiles.ts';
import { fileRole } from '../../schema/association.ts';
import { checkFile, type CheckedFile } from '../../schema/checkFile.ts';
import { folderOf, nameOf } from '../../schema/files.ts';
import { SchemaLookup } from '../../schema/lookup.ts';
import { formatOf, parseSource, type SourceDocument, type SourceFormat } from '../../source/parse.ts';
import { inferSchema } from '../../workflow/inferInput.ts';
import { EditorFiles } from './files.ts';

/** How long after the last key a text is checked, in milliseconds: short, since a check takes a few. */
const typingDelay = 120;

/** The state of one open document at one version. */
export interface CheckedDocument extends CheckedFile {
  readonly uri: vscode.Uri;
  readonly version: number;
  readonly format: SourceFormat;
  readonly source: SourceDocument;
}

/** Which files are looked after; the language is left alone. */
export const inputSelector: vscode.DocumentSelector = [
  { pattern: `**/*.{input,execution,mocks,answers,env,${fileRecordTypes.join(',')}}.{json,yaml,yml}` },
  { pattern: '**/stepthrough.{yaml,yml}' },
];

export function isInputDocument(document: vscode.TextDocument): boolean {
  return fileRole(nameOf(document.uri.path)) !== undefined;
}

/**
 * Keeps every open file that belongs to a program checked: after typing, and when a schema, referenced file or
 * program changes in the editor or on disk. A check that a newer text or file has overtaken is dropped.
 */
export class CheckedDocuments implements vscode.Disposable {
  readonly #checked = new Map<string, CheckedDocument>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** The newest check of each document that is under way. */
  readonly #running = new Map<string, Promise<void>>();
  readonly #lookups = new Map<string, SchemaLookup>();
  readonly #changed = new vscode.EventEmitter<{ readonly uri: vscode.Uri; readonly checked: CheckedDocument | undefined }>();
  readonly onDidChange = this.#changed.event;
  readonly #disposables: readonly { dispose(): unknown }[];

  constructor() {
    const watcher = vscode.workspace.createFileSystemWatcher('**/*.{json,yaml,yml,py}');
    const fileChanged = (uri: vscode.Uri): void => this.#fileChanged(uri);
    this.#disposables = [
      this.#changed,
      watcher,
      watcher.onDidChange(fileChanged),
      watcher.onDidCreate(fileChanged),
      watcher.onDidDelete(fileChanged),
      vscode.workspace.onDidOpenTextDocument((document) => this.#schedule(document, 0)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length === 0) return;
        this.#schedule(document, typingDelay);
        this.#fileChanged(document.uri);
      }),
    ];
    for (const document of vscode.workspace.textDocuments) this.#schedule(document, 0);
  }

  get(uri: vscode.Uri): CheckedDocument | undefined {
    return this.#checked.get(uri.toString());
  }

  /** The state at the document's present version, checked now if need be. */
  async current(document: vscode.TextDocument): Promise<CheckedDocument | undefined> {
    if (!isInputDocument(document)) return undefined;
    while (!document.isClosed) {
      const known = this.get(document.uri);
      if (known?.version === document.version) return known;
      await (this.#running.get(document.uri.toString()) ?? this.#check(document));
    }
    return undefined;
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #schedule(document: vscode.TextDocument, wait: number): void {
    if (!isInputDocument(document)) return;
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.set(key, setTimeout(() => void this.#check(document), wait));
  }

  async #check(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    const check = this.#checkVersion(document, () => this.#running.get(key) !== check);
    this.#running.set(key, check);
    try {
      await check;
    } finally {
      if (this.#running.get(key) === check) this.#running.delete(key);
    }
  }

  async #checkVersion(document: vscode.TextDocument, isOvertaken: () => boolean): Promise<void> {
    const { version, uri } = document;
    const format = formatOf(uri.path);
    const source = parseSource(document.getText(), format);
    const checked = await checkFile(uri.path, source, format, new EditorFiles(uri), this.#lookup(uri));
    if (!checked || document.isClosed || document.version !== version || isOvertaken()) return;
    const state: CheckedDocument = { ...checked, uri, version, format, source };
    this.#checked.set(uri.toString(), state);
    this.#changed.fire({ uri, checked: state });
  }

  /** One lookup for each file system, so that what it has read serves all documents. */
  #lookup(uri: vscode.Uri): SchemaLookup {
    const key = `${uri.scheme}://${uri.authority}`;
    const known = this.#lookups.get(key) ?? new SchemaLookup(new EditorFiles(uri), inferSchema);
    this.#lookups.set(key, known);
    return known;
  }

  #fileChanged(uri: vscode.Uri): void {
    const role = fileRole(nameOf(uri.path));
    for (const document of vscode.workspace.textDocuments) {
      if (document.uri.toString() === uri.toString() || !isInputDocument(document)) continue;
      const depends = this.get(document.uri)?.dependencies.includes(uri.path) ?? false;
      // A schema or program that was not there before can begin to apply to the files beside it.
      const beside = role?.kind !== 'input' && folderOf(document.uri.path) === folderOf(uri.path) && !this.#isOpen(uri);
      if (depends || beside) this.#schedule(document, typingDelay);
    }
  }

  #isOpen(uri: vscode.Uri): boolean {
    return vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
  }

  #forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#running.delete(key);
    if (this.#checked.delete(key)) this.#changed.fire({ uri: document.uri, checked: undefined });
  }
}
