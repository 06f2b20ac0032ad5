import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { DebuggeeSource } from '../../debuggee/debuggee.ts';

/** What Python calls the text of an execution that has no file. */
const scriptName = '<script>';

/** The texts of a flow: its script, and the modules that it has imported. */
export class FlowSources {
  readonly #main: DebuggeeSource;
  readonly #others = new Map<string, DebuggeeSource>();
  readonly #imported: DebuggeeSource[] = [];

  /** `program` is empty for a script without a file. */
  constructor(program: string, script: string) {
    // The file may begin with a byte order mark, which is no part of the text.
    this.#main = { name: program === '' ? 'script.py' : basename(program), path: program === '' ? undefined : program, text: script };
  }

  get main(): DebuggeeSource {
    return this.#main;
  }

  /** The script first, then the modules in the order of their import. */
  get all(): readonly DebuggeeSource[] {
    return [this.#main, ...this.#imported];
  }

  /** How Python names a text. */
  pathOf(source: DebuggeeSource): string {
    return source.path ?? scriptName;
  }

  /** A module is imported: its text is what the file holds now. */
  imported(path: string): void {
    const before = this.#others.get(path);
    const now = this.#read(path);
    const source = before && (now === undefined || before.text === now.text) ? this.#keep(path, before) : now;
    if (source && !this.#imported.includes(source)) this.#imported.push(source);
  }

  /** The text of a file by Python's name; of a library's it is read now. */
  of(path: string): DebuggeeSource {
    return this.#known(path) ?? this.#read(path) ?? this.#keep(path, { name: basename(path), path: undefined, text: `# ${path} cannot be shown: it is no file that can be read.\n` });
  }

  /** A Python file that the flow may import; undefined for what is none. */
  possible(path: string): DebuggeeSource | undefined {
    return /\.py$/i.test(path) ? (this.#known(path) ?? this.#read(path)) : undefined;
  }

  #known(path: string): DebuggeeSource | undefined {
    return path === this.pathOf(this.#main) ? this.#main : this.#others.get(path);
  }

  #read(path: string): DebuggeeSource | undefined {
    try {
      return this.#keep(path, { name: basename(path), path, text: readFileSync(path, 'utf8') });
    } catch {
      return undefined;
    }
  }

  #keep(path: string, source: DebuggeeSource): DebuggeeSource {
    this.#others.set(path, source);
    return source;
  }
}
