import * as vscode from 'vscode';
import { readFlow, type ReferenceType } from '../../flow/language/flow.ts';
import type { KnownNames } from '../../flow/language/problems.ts';
import { baseName, excludedGlob } from '../files.ts';
import { findFlows } from './find.ts';

/** Resources that have files of their own (cloudomation 6): `<name>.<type>.yaml`. */
const fileTypes = ['flow', 'connector', 'setting', 'schema', 'schedule', 'webhook', 'wrapper'] as const;

const resourceGlob = `**/*.{${fileTypes.join(',')}}.{yaml,yml,json}`;

/** Milliseconds in which changes of files are gathered. */
const gatherTime = 500;

/** A flow's name: its file's, without `.py`. */
export function flowName(path: string): string {
  return baseName(path).replace(/\.py$/i, '');
}

/**
 * The names that flows of the workspace can use: of its flows and resource files, and of what any of its flows makes.
 * Files (`system.file`) may come from anywhere, so nothing is said of them.
 */
export class FlowNames implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #disposables: readonly { dispose(): unknown }[];
  #known: Promise<KnownNames> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    const watcher = vscode.workspace.createFileSystemWatcher(`**/*.{py,yaml,yml,json}`);
    const changed = ({ path }: vscode.Uri): void => {
      if (path.endsWith('.py') || fileTypes.some((type) => new RegExp(`\\.${type}\\.(ya?ml|json)$`).test(path))) this.#forget();
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

  get(): Promise<KnownNames> {
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

async function gather(): Promise<KnownNames> {
  const names = new Map<ReferenceType, Set<string>>(fileTypes.map((type) => [type, new Set()]));
  const [flows, resources] = await Promise.all([findFlows(), vscode.workspace.findFiles(resourceGlob, excludedGlob)]);
  for (const { uri, text } of flows) {
    names.get('flow')!.add(flowName(uri.path));
    for (const { type, name, mayBeMissing } of readFlow(text).references) if (mayBeMissing) names.get(type)?.add(name);
  }
  for (const { path } of resources) {
    const [, name, type] = /^(.+)\.(\w+)\.(?:ya?ml|json)$/.exec(baseName(path)) ?? [];
    if (name !== undefined) names.get(type as ReferenceType)?.add(name);
  }
  return names;
}
