import * as vscode from 'vscode';
import { missingKeysCode } from '../../schema/report.ts';
import { fixToAction, problemsAt } from '../problems.ts';
import type { CheckedDocument, CheckedDocuments } from './checkedDocuments.ts';

/** Quick fixes of the problems at the cursor, and one that adds all missing keys of the file at once. */
export class InputCodeActions implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] };
  readonly #documents: CheckedDocuments;

  constructor(documents: CheckedDocuments) {
    this.#documents = documents;
  }

  async provideCodeActions(document: vscode.TextDocument, range: vscode.Range, context: vscode.CodeActionContext, token: vscode.CancellationToken): Promise<vscode.CodeAction[]> {
    const checked = await this.#documents.current(document);
    if (!checked || token.isCancellationRequested) return [];
    const { lines } = checked.source;
    const here = problemsAt(checked.problems, lines, range);
    const actions = here.flatMap((problem) => {
      const diagnostics = context.diagnostics.filter((diagnostic) => diagnostic.code === problem.code && diagnostic.message === problem.message);
      return (problem.fixes ?? []).map((fix, index, fixes) => {
        const action = fixToAction(fix, document.uri, lines, diagnostics);
        action.isPreferred = index === 0 && fixes.length === 1;
        return action;
      });
    });
    const all = here.some((problem) => problem.code === missingKeysCode) ? allMissingKeys(checked) : undefined;
    return all ? [...actions, all] : actions;
  }
}

function allMissingKeys(checked: CheckedDocument): vscode.CodeAction | undefined {
  const fixes = checked.problems.flatMap((problem) => (problem.code === missingKeysCode && problem.fixes?.[0] ? [{ at: problem.range.start, fix: problem.fixes[0] }] : []));
  if (fixes.length < 2) return undefined;
  // Maps that end together take their keys at the same place: those of the inner one come first.
  fixes.sort((a, b) => b.at - a.at);
  const title = vscode.l10n.t('Add all missing keys of this file');
  return fixToAction({ title, edits: fixes.flatMap(({ fix }) => fix.edits) }, checked.uri, checked.source.lines, []);
}
