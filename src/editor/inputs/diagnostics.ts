import * as vscode from 'vscode';
import type { Problem } from '../../source/problem.ts';
import { problemsToDiagnostics } from '../problems.ts';
import type { CheckedDocument, CheckedDocuments } from './checkedDocuments.ts';

/** Shows the problems of checked documents in the Problems view. */
export function publishDiagnostics(documents: CheckedDocuments): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('stepthrough.inputs');
  const listener = documents.onDidChange(({ uri, checked }) => {
    if (checked) collection.set(uri, problemsToDiagnostics(shownProblems(checked), checked.source.lines));
    else collection.delete(uri);
  });
  return vscode.Disposable.from(listener, collection);
}

/** All but the syntax errors that another extension reports in the same words. */
function shownProblems(checked: CheckedDocument): Problem[] {
  const elsewhere = checked.format === 'json' ? vscode.extensions.getExtension('vscode.json-language-features') : vscode.extensions.getExtension('redhat.vscode-yaml');
  return checked.problems.filter((problem) => !elsewhere || !/^(yaml|json)\//.test(problem.code));
}
