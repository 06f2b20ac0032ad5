import type { LogEntry } from '../../execution/listing.ts';

export type OutputCategory = 'stdout' | 'stderr';

/** A log entry of what a flow printed, without the line break at its end. */
export function outputEntry(category: OutputCategory, text: string): LogEntry {
  return {
    time: new Date().toISOString(),
    severity: category === 'stderr' ? 'WARNING' : 'DEFAULT',
    text: text.replace(/\r?\n$/, ''),
    json: undefined,
    routine: '',
    step: '',
  };
}

/** Characters of the last words of a process. */
const tailLength = 8192;

/** The end of a text that comes in parts. */
export class Tail {
  #text = '';

  add(text: string): void {
    this.#text = (this.#text + text).slice(-tailLength);
  }

  get text(): string {
    return this.#text;
  }
}

/** Characters of a line, at most; a longer one comes in parts. */
const lineLength = 64 * 1024;

/** Makes lines of a text that comes in any parts. */
export class Lines {
  readonly #told: (text: string) => void;
  #rest = '';

  /** `told` gets whole lines, some at once. */
  constructor(told: (text: string) => void) {
    this.#told = told;
  }

  add(text: string): void {
    const all = this.#rest + text;
    const end = all.length > lineLength ? all.length : all.lastIndexOf('\n') + 1;
    this.#rest = all.slice(end);
    if (end > 0) this.#told(all.slice(0, end));
  }

  /** Tells what has no end. */
  end(): void {
    if (this.#rest !== '') this.#told(this.#rest);
    this.#rest = '';
  }
}
