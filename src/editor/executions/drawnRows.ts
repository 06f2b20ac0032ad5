/** How long somebody may read a hover before its row is drawn again, in milliseconds. */
const readingTime = 10_000;

/** How a row looks. */
export interface RowLook {
  /** All of it that is to be seen. */
  readonly text: string;
  /** What of it must be seen at once, even by somebody who reads the hover. */
  readonly state: string;
  /** Whether there is something below it. */
  readonly expandable: boolean;
}

/**
 * Which rows of executions have to be drawn again. Each drawing takes a row's hover away and reads what is below it
 * anew, and an execution that runs changes often; so a row whose own text is the same, and that shows nothing below
 * it, is left alone until it is opened.
 */
export class DrawnRows {
  readonly #looks = new Map<string, RowLook>();
  readonly #open = new Set<string>();
  /** Rows whose lower ones have changed since they were drawn. */
  readonly #stale = new Set<string>();
  #read: { readonly id: string; readonly until: number } | undefined;

  drawn(id: string, look: RowLook): void {
    this.#looks.set(id, look);
    this.#stale.delete(id);
  }

  /** Whether the row must be drawn since it looks like `look` now, or something below it has changed. */
  isOld(id: string, look: RowLook, changedBelow: boolean, now: number): boolean {
    const drawn = this.#looks.get(id);
    // Nobody has seen it yet, or there was nothing below it until now, so that it cannot be opened.
    if (!drawn || (changedBelow && !look.expandable)) return true;
    if (changedBelow) this.#stale.add(id);
    if (drawn.state === look.state && this.#read?.id === id && now < this.#read.until) return false;
    return drawn.text !== look.text || (this.#open.has(id) && this.#stale.has(id));
  }

  /** Whether a row that is opened shows what is not so any more. */
  opened(id: string): boolean {
    this.#open.add(id);
    return this.#stale.has(id);
  }

  closed(id: string): void {
    this.#open.delete(id);
  }

  /** Somebody looks at the row's hover. */
  read(id: string, now: number): void {
    this.#read = { id, until: now + readingTime };
  }
}
