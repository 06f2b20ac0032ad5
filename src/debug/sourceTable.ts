import type { DebugProtocol } from '@vscode/debugprotocol';
import type { DebuggeeSource } from '../debuggee/debuggee.ts';
import { executedTextOrigin, executedTextWithoutFile } from './errors.ts';

/** The text of a file as the user has it now; undefined where there is none that can be read. */
export type ReadText = (path: string) => Promise<string | undefined>;

/**
 * How executed texts are shown to the client: by path while the file holds exactly that text, else as a read-only
 * document of its own. So a frame always has a source, and it is always the text that really runs.
 */
export class SourceTable {
  readonly #readText: ReadText;
  readonly #references = new Map<DebuggeeSource, number>();
  readonly #changed = new WeakSet<DebuggeeSource>();

  constructor(readText: ReadText) {
    this.#readText = readText;
  }

  /** Looks at the file first. */
  async toClient(source: DebuggeeSource): Promise<DebugProtocol.Source> {
    if (source.path !== undefined) {
      // A file that cannot be read is not the text that runs.
      const text = await this.#readText(source.path).catch(() => undefined);
      if (text === source.text) this.#changed.delete(source);
      else this.#changed.add(source);
    }
    return this.asLastSeen(source);
  }

  /** For events, which must not wait: as the file was when it was last looked at, unchanged at first. */
  asLastSeen(source: DebuggeeSource): DebugProtocol.Source {
    const { name, path } = source;
    if (path === undefined) return { name, sourceReference: this.#reference(source), origin: executedTextWithoutFile() };
    return this.#changed.has(source) ? { name, path, sourceReference: this.#reference(source), origin: executedTextOrigin() } : { name, path };
  }

  /** Whether the file differed from the executed text when it was last looked at. */
  hasChanged(source: DebuggeeSource): boolean {
    return this.#changed.has(source);
  }

  /** The executed text that a client's source means, among those of the present execution. */
  find(source: DebugProtocol.Source, among: readonly DebuggeeSource[]): DebuggeeSource | undefined {
    const { path, sourceReference } = source;
    if (sourceReference !== undefined && sourceReference > 0) return among.find((candidate) => this.#references.get(candidate) === sourceReference);
    return path === undefined ? undefined : among.find((candidate) => candidate.path !== undefined && samePath(candidate.path, path));
  }

  byReference(reference: number): DebuggeeSource | undefined {
    for (const [source, known] of this.#references) if (known === reference) return source;
    return undefined;
  }

  #reference(source: DebuggeeSource): number {
    const known = this.#references.get(source);
    if (known !== undefined) return known;
    const reference = this.#references.size + 1;
    this.#references.set(source, reference);
    return reference;
  }
}

/** Windows paths are the same in either case and with either slash; clients differ in how they write them. */
export function samePath(left: string, right: string): boolean {
  return left === right || (isWindowsPath(left) && isWindowsPath(right) && folded(left) === folded(right));
}

function isWindowsPath(path: string): boolean {
  return /^([a-z]:[\\/]|\\\\)/i.test(path);
}

function folded(path: string): string {
  return path.replaceAll('/', '\\').toLowerCase();
}
