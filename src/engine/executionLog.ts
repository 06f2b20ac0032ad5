import type { LogEntry } from '../execution/listing.ts';

/** Characters of logs that one execution may keep. */
const logLimit = 16 * 1024 * 1024;

/** What one execution logs: kept up to a limit, and told. */
export class ExecutionLog {
  readonly #told: (entry: LogEntry) => void;
  #size: number;

  /** `size` is what it has logged before, in characters. */
  constructor(told: (entry: LogEntry) => void, size = 0) {
    this.#told = told;
    this.#size = size;
  }

  /** Keeps entries by `keep`, which may throw: then nothing has happened. */
  write(entries: readonly LogEntry[], keep: (kept: readonly LogEntry[]) => void): void {
    let size = this.#size;
    const kept: LogEntry[] = [];
    for (const entry of entries) {
      const before = size;
      size += sizeOf(entry);
      if (before > logLimit) continue;
      kept.push(size <= logLimit ? entry : { ...entry, severity: 'WARNING', text: `The log has reached ${logLimit / 1024 / 1024} MB; nothing more is kept.`, json: undefined });
    }
    keep(kept);
    this.#size = size;
    for (const entry of kept) this.#told(entry);
  }
}

function sizeOf({ text, json }: LogEntry): number {
  return (text?.length ?? 0) + (json?.length ?? 0);
}
