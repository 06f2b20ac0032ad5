import * as vscode from 'vscode';
import { FlowNames } from '../flows/names.ts';
import { RecordFileNames } from '../flows/recordFileNames.ts';
import { CheckedDocuments, inputSelector } from './checkedDocuments.ts';
import { InputCodeActions } from './codeActions.ts';
import { InputCompletion } from './completion.ts';
import { InputDecorations } from './decorations.ts';
import { publishDiagnostics } from './diagnostics.ts';
import { InputHover } from './hover.ts';
import { InputLinks } from './links.ts';

/**
 * Everything the editor does for input files, their schemas and execution files. Wants to be called (and imported)
 * when the first such document is open; documents that are open already are served too.
 */
export function registerInputFiles(context: Pick<vscode.ExtensionContext, 'extensionUri'>): vscode.Disposable {
  const documents = new CheckedDocuments();
  const names = new FlowNames();
  const recordNames = new RecordFileNames(names);
  return vscode.Disposable.from(
    publishDiagnostics(documents),
    new InputDecorations(documents, context.extensionUri),
    vscode.languages.registerCodeActionsProvider(inputSelector, new InputCodeActions(documents), InputCodeActions.metadata),
    vscode.languages.registerHoverProvider(inputSelector, new InputHover(documents)),
    vscode.languages.registerCompletionItemProvider(inputSelector, new InputCompletion(documents), ...InputCompletion.triggers),
    vscode.languages.registerDocumentLinkProvider(inputSelector, new InputLinks(documents)),
    vscode.languages.registerDefinitionProvider(inputSelector, recordNames),
    vscode.languages.registerCompletionItemProvider(inputSelector, recordNames, ':', ' ', '"', "'"),
    names,
    documents,
  );
}
