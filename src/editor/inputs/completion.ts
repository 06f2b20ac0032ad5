import * as vscode from 'vscode';
import { partAt } from '../../schema/checkFile.ts';
import { completionsAt, type Completion } from '../../schema/completion.ts';
import { toEditorRange } from '../problems.ts';
import type { CheckedDocument, CheckedDocuments } from './checkedDocuments.ts';
import { EditorFiles } from './files.ts';
import { schemaMarkdown } from './markdown.ts';
import { isServedElsewhere } from './others.ts';

/** Keys and values that the schema knows. */
export class InputCompletion implements vscode.CompletionItemProvider {
  static readonly triggers = ['"', ':', ' ', '\n'];
  readonly #documents: CheckedDocuments;

  constructor(documents: CheckedDocuments) {
    this.#documents = documents;
  }

  async provideCompletionItems(document: vscode.TextDocument, position: vscode.Position, token: vscode.CancellationToken): Promise<vscode.CompletionItem[]> {
    const checked = await this.#documents.current(document);
    if (!checked || token.isCancellationRequested || isServedElsewhere(checked)) return [];
    const files = new EditorFiles(document.uri);
    const offset = document.offsetAt(position);
    const { schema, range } = partAt(checked, checked.source, offset);
    if (!schema) return [];
    const text = checked.source.text.slice(range.start, range.end);
    return completionsAt(schema, text, checked.format, offset - range.start).map((completion, index) => {
      const place = { start: completion.range.start + range.start, end: completion.range.end + range.start };
      return toItem({ ...completion, range: place }, index, checked, files);
    });
  }
}

function toItem(completion: Completion, index: number, checked: CheckedDocument, files: EditorFiles): vscode.CompletionItem {
  const { info, kind, label, range } = completion;
  const item = new vscode.CompletionItem(label, kind === 'key' ? vscode.CompletionItemKind.Property : vscode.CompletionItemKind.Value);
  item.insertText = new vscode.SnippetString(completion.snippet);
  item.range = toEditorRange(range, checked.source.lines);
  // The word may stand in quotes, which the label of a key does not have.
  const quote = checked.source.text[range.start];
  item.filterText = (quote === '"' || quote === "'") && !label.startsWith(quote) ? `${quote}${label}${quote}` : label;
  // The schema's own order, with what is needed first.
  item.sortText = `${completion.preferred ? 0 : 1}${String(index).padStart(5, '0')}`;
  const detail = [info?.type, info?.required ? vscode.l10n.t('required') : undefined].filter((part) => part !== undefined);
  if (detail.length > 0) item.detail = detail.join(', ');
  if (info) item.documentation = schemaMarkdown(info, (path) => files.uri(path));
  if (info?.deprecated) item.tags = [vscode.CompletionItemTag.Deprecated];
  return item;
}
