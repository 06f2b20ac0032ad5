/** Which executions wait for which others, so that a circle of waiting is found. */
export class Waits {
  readonly #waiting = new Map<string, Set<readonly string[]>>();

  /** The executions that one waits for. */
  of(execution: string): readonly string[] {
    return [...(this.#waiting.get(execution) ?? [])].flat();
  }

  /** Notes that an execution waits for others, until `over`. */
  begin(execution: string, others: readonly string[]): { over(): void } {
    const own = this.#waiting.get(execution) ?? new Set();
    this.#waiting.set(execution, own.add(others));
    return {
      over: () => {
        own.delete(others);
        if (own.size === 0) this.#waiting.delete(execution);
      },
    };
  }
}
