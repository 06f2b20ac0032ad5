import * as vscode from 'vscode';
import { recordReferences, type NamedReference } from '../../execution/recordReferences.ts';
import { resourceDocument } from '../../execution/resourceText.ts';
import { fileRole } from '../../schema/association.ts';
import { nameOf } from '../../schema/files.ts';
import { parseDocuments } from '../../source/documents.ts';
import { formatOf } from '../../source/parse.ts';
import { placeIn } from './namedRecords.ts';
import type { FlowNames } from './names.ts';

/** Names of flows, schedulers, settings and the like in files of records: completed, and followed to what they stand for. */
export class RecordFileNames implements vscode.DefinitionProvider, vscode.CompletionItemProvider {
  readonly #names: FlowNames;

  constructor(names: FlowNames) {
    this.#names = names;
  }

  async provideDefinition(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.LocationLink[]> {
    const found = referenceIn(document, position);
    const record = found && (await this.#names.find(found.type, found.name, document.uri));
    if (!record) return [];
    return [{ originSelectionRange: rangeIn(document, found), targetUri: record.uri, targetRange: new vscode.Range(...(await placeIn(record.uri))) }];
  }

  async provideCompletionItems(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.CompletionItem[]> {
    const found = referenceIn(document, position);
    if (!found) return [];
    const quote = /^["']/.exec(document.getText(rangeIn(document, found)))?.[0] ?? '';
    return (await this.#names.ofType(found.type)).map((name) => {
      // A name that YAML would read as something else, or that stands in quotes already, has some.
      const text = quote === '' && /^[\w][\w ./-]*$/.test(name) ? name : quote === "'" ? `'${name.replaceAll("'", "''")}'` : JSON.stringify(name);
      const item = new vscode.CompletionItem(name, vscode.CompletionItemKind.Reference);
      item.detail = vscode.l10n.t('{0} of this workspace', found.type);
      item.range = rangeIn(document, found);
      item.insertText = text;
      item.filterText = text;
      return item;
    });
  }
}

/** The name at a position; also where one is about to be written. */
function referenceIn(document: vscode.TextDocument, position: vscode.Position): NamedReference | undefined {
  const role = fileRole(nameOf(document.uri.path));
  const type = role?.kind === 'resource' ? role.type : role?.kind === 'metadata' ? 'flow' : undefined;
  if (!type) return undefined;
  const offset = document.offsetAt(position);
  const line = { start: document.offsetAt(position.with({ character: 0 })), end: offset };
  for (const { root } of parseDocuments(document.getText(), formatOf(document.uri.path))) {
    for (const reference of root ? recordReferences(resourceDocument(root, type)) : []) {
      const { start, end } = reference.range;
      if (start <= offset && offset <= end) return reference;
      // Nothing is written yet: the place is the rest of the line.
      if (reference.name === '' && start >= line.start && start <= offset && /^\s*$/.test(document.getText().slice(start, offset))) return { ...reference, range: { start: offset, end: offset } };
    }
  }
  return undefined;
}

function rangeIn(document: vscode.TextDocument, { range }: NamedReference): vscode.Range {
  return new vscode.Range(document.positionAt(range.start), document.positionAt(range.end));
}
