import * as vscode from 'vscode';
import { fileRole, type FileRole } from '../../schema/association.ts';
import { nameOf, relativePath } from '../../schema/files.ts';
import { schemaReference } from '../../schema/lookup.ts';
import { entry, type DataNode } from '../../source/data.ts';
import { toEditorRange } from '../problems.ts';
import type { CheckedDocument, CheckedDocuments } from './checkedDocuments.ts';
import { EditorFiles } from './files.ts';

/** Ctrl+click on `$schema`, on `$ref`s to files, and on the paths of an execution file. */
export class InputLinks implements vscode.DocumentLinkProvider {
  readonly #documents: CheckedDocuments;

  constructor(documents: CheckedDocuments) {
    this.#documents = documents;
  }

  async provideDocumentLinks(document: vscode.TextDocument, token: vscode.CancellationToken): Promise<vscode.DocumentLink[]> {
    const checked = await this.#documents.current(document);
    if (!checked || token.isCancellationRequested) return [];
    const files = new EditorFiles(document.uri);
    return fileReferences(checked).flatMap(({ text, range }) => {
      const path = relativePath(document.uri.path, text.split('#')[0]!);
      return path === undefined ? [] : [new vscode.DocumentLink(toEditorRange(inQuotes(range, checked.source.text), checked.source.lines), files.uri(path))];
    });
  }
}

interface Reference {
  readonly text: string;
  readonly range: { readonly start: number; readonly end: number };
}

function fileReferences({ uri, source }: CheckedDocument): Reference[] {
  const found: Reference[] = [];
  const named = schemaReference(source);
  if (named) found.push(named);
  const role = fileRole(nameOf(uri.path))?.kind;
  for (const node of launchesOf(role, source.root)) for (const key of ['program', 'input', 'mocks']) found.push(...textOf(entry(node, key)?.value));
  if (role === 'schema' && source.root) found.push(...references(source.root));
  return found;
}

/** The maps of a file that say what is launched. */
function launchesOf(role: FileRole['kind'] | undefined, root: DataNode | undefined): readonly (DataNode | undefined)[] {
  if (role === 'execution') return [root];
  if (role !== 'workspace') return [];
  return ['schedules', 'webhooks'].flatMap((key) => {
    const group = entry(root, key)?.value;
    return group?.kind === 'map' ? group.entries.map(({ value }) => value) : [];
  });
}

/** Every `$ref` that names a file. */
function references(node: DataNode): Reference[] {
  if (node.kind === 'list') return node.items.flatMap(references);
  if (node.kind === 'scalar') return [];
  return node.entries.flatMap(({ key, value }) => (key === '$ref' ? textOf(value).filter(({ text }) => !text.startsWith('#')) : references(value)));
}

function textOf(node: DataNode | undefined): Reference[] {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? [{ text: node.value, range: node.range }] : [];
}

function inQuotes(range: Reference['range'], text: string): Reference['range'] {
  return /["']/.test(text[range.start] ?? '') ? { start: range.start + 1, end: range.end - 1 } : range;
}
