import type { StepEntry, StepHistory } from './stepEntry.ts';

/** Where a client may go from an entry (google-workflows 6.6). */
export interface Navigation {
  readonly parent: number | undefined;
  readonly children: readonly number[];
  /** The ones beside it in the same thread. */
  readonly previous: number | undefined;
  readonly next: number | undefined;
}

/** Finds entries of a history by their numbers and by what they are in. */
export class StepIndex {
  readonly history: StepHistory;
  readonly #places = new Map<number, number>();
  readonly #children = new Map<number | undefined, StepEntry[]>();
  readonly #positions = new Map<number, number>();

  constructor(history: StepHistory) {
    this.history = history;
    history.entries.forEach((entry, i) => {
      this.#places.set(entry.id, i);
      let siblings = this.#children.get(entry.parent);
      if (!siblings) this.#children.set(entry.parent, (siblings = []));
      this.#positions.set(entry.id, siblings.push(entry) - 1);
    });
  }

  entry(id: number): StepEntry | undefined {
    return this.history.entries[this.#places.get(id) ?? -1];
  }

  /** The kept entries directly in one; of undefined those of `main` itself. */
  children(id: number | undefined): readonly StepEntry[] {
    return this.#children.get(id) ?? [];
  }

  navigation(entry: StepEntry): Navigation {
    const siblings = this.children(entry.parent);
    const at = this.#positions.get(entry.id) ?? 0;
    const beside = (sibling: StepEntry | undefined): number | undefined => (sibling?.thread === entry.thread ? sibling?.id : undefined);
    return { parent: entry.parent, children: this.children(entry.id).map(({ id }) => id), previous: beside(siblings[at - 1]), next: beside(siblings[at + 1]) };
  }
}
