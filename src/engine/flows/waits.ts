/** One wait of an execution for other ones. */
export interface Wait {
  /** Those that have not ended. */
  readonly others: readonly string[];
  /** False where the end of some of them may be enough, so that nothing is certain before all of them are stuck. */
  readonly needsAll: boolean;
  /** Milliseconds since the epoch at which the waiting ends by itself. */
  readonly deadline: number | undefined;
}

/** Which executions wait for which others, so that a circle of waiting is found. */
export class Waits {
  readonly #waiting = new Map<string, Set<() => Wait>>();

  /** What one waits for. */
  of(execution: string): readonly Wait[] {
    return [...(this.#waiting.get(execution) ?? [])].map((wait) => wait());
  }

  /** Notes that an execution waits, until `over`; `wait` says for what, whenever it is asked. */
  begin(execution: string, wait: () => Wait): { over(): void } {
    const own = this.#waiting.get(execution) ?? new Set();
    this.#waiting.set(execution, own.add(wait));
    return {
      over: () => {
        own.delete(wait);
        if (own.size === 0) this.#waiting.delete(execution);
      },
    };
  }
}
