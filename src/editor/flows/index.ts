import * as vscode from 'vscode';
import { readFlow, referenceAt, standardWrappers, type ReferenceType } from '../../flow/language/flow.ts';
import { flowProblems } from '../../flow/language/problems.ts';
import { LineMap } from '../../source/text.ts';
import { ProgramLenses } from '../lenses.ts';
import { ProgramDiagnostics } from '../programDiagnostics.ts';
import type { Programs } from '../programs.ts';
import { NewInputActions } from '../run/newInputActions.ts';
import { NameDefinition, NameHover } from './namedRecords.ts';
import { FlowNames } from './names.ts';
import { pythonCheck } from './pythonCheck.ts';

const python: vscode.DocumentSelector = 'python';

/** Everything the editor does for flows while they are written. Wants to be called when the first one is open. */
export function registerFlows(programs: Programs): vscode.Disposable {
  const names = new FlowNames();
  const diagnostics = new ProgramDiagnostics(programs, {
    kind: 'flow',
    languages: ['python'],
    collection: 'stepthrough.flows',
    check: async (document) => {
      const text = document.getText();
      return { lines: new LineMap(text), problems: flowProblems(readFlow(text), await names.get()) };
    },
  });
  const compiled = new ProgramDiagnostics(programs, pythonCheck());
  const lenses = new ProgramLenses(programs, { kind: 'flow', start: (text) => readFlow(text).handler?.nameRange.start });
  return vscode.Disposable.from(
    names,
    diagnostics,
    compiled,
    lenses,
    names.onDidChange(() => diagnostics.refresh()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => compiled.refresh()),
    vscode.languages.registerCompletionItemProvider(python, new NameCompletion(programs, names), "'", '"'),
    vscode.languages.registerCodeLensProvider(python, lenses),
    vscode.languages.registerCodeActionsProvider(python, new NewInputActions(programs, 'flow', /^(?:async\s+)?def handler\b/), NewInputActions.metadata),
    vscode.languages.registerDefinitionProvider(python, new NameDefinition(programs, names)),
    vscode.languages.registerHoverProvider(python, new NameHover(programs, names)),
  );
}

/** Names of flows, connectors, settings and the like, inside the strings that stand for them. */
class NameCompletion implements vscode.CompletionItemProvider {
  readonly #programs: Programs;
  readonly #names: FlowNames;

  constructor(programs: Programs, names: FlowNames) {
    this.#programs = programs;
    this.#names = names;
  }

  async provideCompletionItems(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.CompletionItem[]> {
    if (this.#programs.kindOf(document) !== 'flow') return [];
    const found = referenceAt(document.getText(), document.offsetAt(position));
    if (!found) return [];
    const known = (await this.#names.get()).get(found.type) ?? new Set<string>();
    const range = new vscode.Range(document.positionAt(found.range.start), document.positionAt(found.range.end));
    return [...new Set([...known, ...(found.type === 'wrapper' ? standardWrappers : [])])].sort().map((name) => {
      const item = new vscode.CompletionItem(name, kinds.get(found.type) ?? vscode.CompletionItemKind.Reference);
      item.detail = vscode.l10n.t('{0} of this workspace', found.type);
      item.range = range;
      return item;
    });
  }
}

const kinds: ReadonlyMap<ReferenceType, vscode.CompletionItemKind> = new Map([
  ['flow', vscode.CompletionItemKind.Module],
  ['setting', vscode.CompletionItemKind.Property],
  ['connector', vscode.CompletionItemKind.Interface],
  ['schema', vscode.CompletionItemKind.Struct],
  ['wrapper', vscode.CompletionItemKind.Class],
  ['file', vscode.CompletionItemKind.File],
]);
