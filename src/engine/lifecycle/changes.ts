import type { ExecutionChange } from '../../execution/listing.ts';

/** Who is told what changes. */
export class Changes {
  readonly #listeners = new Set<(change: ExecutionChange) => void>();

  get isWatched(): boolean {
    return this.#listeners.size > 0;
  }

  watch(listener: (change: ExecutionChange) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  tell(change: ExecutionChange): void {
    for (const listener of [...this.#listeners]) listener(change);
  }
}
