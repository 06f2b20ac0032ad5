import * as vscode from 'vscode';
import type { Programs } from './programs.ts';

/** Where programs of one kind begin, and the commands that start them. */
export interface LensPlace {
  readonly kind: 'workflow' | 'flow';
  /** The offset above whose line the lenses stand; undefined where there is none. */
  start(text: string): number | undefined;
}

/** *Run* and *Debug* above what a program begins with. */
export class ProgramLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #programs: Programs;
  readonly #place: LensPlace;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #detected: vscode.Disposable;

  constructor(programs: Programs, place: LensPlace) {
    this.#programs = programs;
    this.#place = place;
    this.#detected = programs.onDidDetect(() => this.#changed.fire());
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const { kind } = this.#place;
    const start = this.#programs.kindOf(document) === kind ? this.#place.start(document.getText()) : undefined;
    if (start === undefined) return [];
    const at = document.positionAt(start);
    const range = new vscode.Range(at, at);
    return [
      new vscode.CodeLens(range, { title: vscode.l10n.t('Run'), command: `stepthrough.${kind}.run`, arguments: [document.uri] }),
      new vscode.CodeLens(range, { title: vscode.l10n.t('Debug'), command: `stepthrough.${kind}.debug`, arguments: [document.uri] }),
    ];
  }

  dispose(): void {
    this.#changed.dispose();
    this.#detected.dispose();
  }
}

/** The routine `main`, or the first step where a workflow is a list of steps. */
export function workflowStart(text: string): number | undefined {
  const found = /^(?:(['"]?)main\1\s*:|- )|"main"\s*:/m.exec(text);
  return found?.index;
}
