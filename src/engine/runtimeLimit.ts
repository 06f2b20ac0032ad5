/** setTimeout's own limit. */
const longestTimer = 2 ** 31 - 1;

/** Counts the time a run is going, without pauses, and calls back once it is over a limit. */
export class RuntimeLimit {
  #remaining: number;
  readonly #expired: () => void;
  #timer: NodeJS.Timeout | undefined;
  #since = 0;

  readonly #total: number;

  /** Minutes; 0 is no limit. `ran` is what it has run in an earlier process, in milliseconds. */
  constructor(minutes: number, expired: () => void, ran = 0) {
    this.#total = minutes === 0 ? Infinity : minutes * 60_000;
    this.#remaining = Math.max(0, this.#total - ran);
    this.#expired = expired;
  }

  /** Milliseconds that it has been going; undefined without a limit. */
  get ran(): number | undefined {
    if (this.#total === Infinity) return undefined;
    return this.#total - this.#remaining + (this.#timer ? performance.now() - this.#since : 0);
  }

  start(): void {
    if (this.#timer || this.#remaining === Infinity) return;
    this.#since = performance.now();
    this.#timer = setTimeout(() => {
      this.stop();
      if (this.#remaining <= 0) this.#expired();
      else this.start();
    }, Math.min(this.#remaining, longestTimer));
    // What runs keeps the process alive, not its limit.
    this.#timer.unref();
  }

  stop(): void {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#remaining -= performance.now() - this.#since;
  }
}
