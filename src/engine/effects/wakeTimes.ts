/** Waits shorter than this (milliseconds) are not worth a change of the record. */
const shortest = 250;

/** The times that the branches of one execution wait for: the record shows the nearest. */
export class WakeTimes {
  readonly #changed: (nearest: string | undefined) => void;
  readonly #times = new Set<{ readonly time: number }>();
  #shown: number | undefined;

  constructor(changed: (nearest: string | undefined) => void) {
    this.#changed = changed;
  }

  /** A wait until a time (milliseconds since the epoch) has begun; `over` when it has ended. */
  add(time: number): { over(): void } {
    if (time - Date.now() < shortest) return { over: () => undefined };
    const entry = { time };
    this.#times.add(entry);
    this.#show();
    return {
      over: () => {
        this.#times.delete(entry);
        this.#show();
      },
    };
  }

  #show(): void {
    let nearest: number | undefined;
    for (const { time } of this.#times) if (nearest === undefined || time < nearest) nearest = time;
    if (nearest === this.#shown) return;
    this.#shown = nearest;
    this.#changed(nearest === undefined ? undefined : new Date(nearest).toISOString());
  }
}
