import * as vscode from 'vscode';
import { baseName } from '../files.ts';
import { programPath, type Programs } from '../programs.ts';
import type { InputChoice, InputMemory } from './inputMemory.ts';

/** Says beside the language of the active program which input a plain run will get, and lets it be changed. */
export class InputStatus implements vscode.Disposable {
  readonly #programs: Programs;
  readonly #memory: InputMemory;
  readonly #item = vscode.languages.createLanguageStatusItem('stepthrough.input', ['yaml', 'json', 'python']);
  readonly #disposables: readonly { dispose(): unknown }[];

  constructor(programs: Programs, memory: InputMemory) {
    this.#programs = programs;
    this.#memory = memory;
    this.#item.name = vscode.l10n.t('Stepthrough Input');
    this.#item.command = { command: 'stepthrough.workflow.chooseInput', title: vscode.l10n.t('Change') };
    this.#disposables = [
      this.#item,
      vscode.window.onDidChangeActiveTextEditor(() => void this.#show()),
      programs.onDidDetect(() => void this.#show()),
      memory.onDidChange(() => void this.#show()),
    ];
    void this.#show();
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  async #show(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (!document || this.#programs.kindOf(document) === undefined) {
      // A selector that no document has takes the item away.
      this.#item.selector = [];
      return;
    }
    const { usualInput } = await import('./usualInput.ts');
    const choice = await usualInput(programPath(document.uri), this.#memory);
    this.#item.selector = { pattern: document.uri.fsPath, scheme: document.uri.scheme };
    this.#item.text = vscode.l10n.t('Input: {0}', nameOf(choice));
    this.#item.detail = vscode.l10n.t('of the next run');
  }
}

function nameOf(choice: InputChoice): string {
  switch (choice.kind) {
    case 'file':
      return baseName(choice.path);
    case 'json':
      return choice.json.length > 30 ? `${choice.json.slice(0, 29)}…` : choice.json;
    case 'none':
      return vscode.l10n.t('none');
  }
}
