import * as vscode from 'vscode';
import { partAt } from '../../schema/checkFile.ts';
import { infoAt } from '../../schema/model.ts';
import { toEditorRange } from '../problems.ts';
import { isServedElsewhere } from './others.ts';
import type { CheckedDocuments } from './checkedDocuments.ts';
import { EditorFiles } from './files.ts';
import { schemaMarkdown } from './markdown.ts';

/** What the schema says about the key or value under the pointer. */
export class InputHover implements vscode.HoverProvider {
  readonly #documents: CheckedDocuments;

  constructor(documents: CheckedDocuments) {
    this.#documents = documents;
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position, token: vscode.CancellationToken): Promise<vscode.Hover | undefined> {
    const checked = await this.#documents.current(document);
    if (!checked || token.isCancellationRequested || isServedElsewhere(checked)) return undefined;
    const offset = document.offsetAt(position);
    const { schema, root } = partAt(checked, checked.source, offset);
    const found = schema && root && infoAt(schema, root, offset);
    if (!found) return undefined;
    const files = new EditorFiles(document.uri);
    return new vscode.Hover(schemaMarkdown(found.info, (path) => files.uri(path)), toEditorRange(found.range, checked.source.lines));
  }
}
