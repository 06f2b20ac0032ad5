import * as vscode from 'vscode';

/**
 * The documents of a scheme that are shown, for their provider to say which have changed. VS Code hears of changes only
 * once a document is open, so a change that comes while its text is still being read is told when it has been opened.
 */
export class ShownDocuments implements vscode.Disposable {
  readonly #scheme: string;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  /** Asked for and not open yet: whether they have changed since. */
  readonly #opening = new Map<string, boolean>();
  readonly #opened: vscode.Disposable;

  constructor(scheme: string) {
    this.#scheme = scheme;
    this.#opened = vscode.workspace.onDidOpenTextDocument(({ uri }) => {
      const address = uri.toString();
      const changed = this.#opening.get(address);
      this.#opening.delete(address);
      if (changed) this.#changed.fire(uri);
    });
  }

  dispose(): void {
    this.#opened.dispose();
    this.#changed.dispose();
  }

  /** To be called before the text is read. */
  reads(uri: vscode.Uri): void {
    if (!this.#open.some((open) => open.toString() === uri.toString())) this.#opening.set(uri.toString(), false);
  }

  /** Has those read again that `concerned` accepts. */
  change(concerned: (uri: vscode.Uri) => boolean): void {
    for (const uri of this.#open.filter(concerned)) this.#changed.fire(uri);
    for (const address of this.#opening.keys()) if (concerned(vscode.Uri.parse(address))) this.#opening.set(address, true);
  }

  get #open(): vscode.Uri[] {
    return vscode.workspace.textDocuments.map(({ uri }) => uri).filter(({ scheme }) => scheme === this.#scheme);
  }
}
