import * as vscode from 'vscode';
import type { Files } from '../../schema/files.ts';

/** Files longer than this are not even read (bytes); the parser's own limit is lower and says so. */
const maxBytes = 16 * 1024 * 1024;

/** Schemas' door to files in the editor: any file system, and unsaved texts win over saved ones. Paths are URI paths. */
export class EditorFiles implements Files {
  readonly #base: vscode.Uri;

  /** `base` gives scheme and authority. */
  constructor(base: vscode.Uri) {
    this.#base = base;
  }

  uri(path: string): vscode.Uri {
    return this.#base.with({ path, query: '', fragment: '' });
  }

  async readText(path: string): Promise<string | undefined> {
    const uri = this.uri(path);
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    if (open) return open.getText();
    try {
      const { size, type } = await vscode.workspace.fs.stat(uri);
      if ((type & vscode.FileType.File) === 0 || size > maxBytes) return undefined;
      return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    } catch {
      return undefined; // Not there, or not readable: to a schema that is the same.
    }
  }

  async list(folder: string): Promise<readonly string[]> {
    try {
      const entries = await vscode.workspace.fs.readDirectory(this.uri(folder));
      return entries.filter(([, type]) => (type & vscode.FileType.File) !== 0).map(([name]) => name);
    } catch {
      return [];
    }
  }
}
