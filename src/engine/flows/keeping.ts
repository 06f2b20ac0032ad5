import { StoreError } from '../store.ts';

export interface KeepingListener {
  /** The store can keep nothing; told again at each attempt. */
  stuck(error: StoreError): void;
  /** Everything is kept again. */
  over(): void;
}

interface Write {
  readonly write: () => void;
  readonly kept: () => void;
}

/** Milliseconds between two attempts to write. */
const retryTime = 500;

/**
 * Writes of one flow in their order. While the store can keep nothing (full disk, locked file) they wait, and all that
 * comes after them: an answer that is not kept is not given, and nothing further is begun.
 */
export class Keeping {
  readonly #listener: KeepingListener;
  readonly #writes: Write[] = [];
  readonly #actions: (() => void)[] = [];
  #retry: NodeJS.Timeout | undefined;
  #isWorking = false;
  #isStopped = false;

  constructor(listener: KeepingListener) {
    this.#listener = listener;
  }

  /** Writes, then does `kept`: at once where the store can, which is nearly always. */
  write(write: () => void, kept: () => void): void {
    this.#writes.push({ write, kept });
    this.#work();
  }

  /** Does something when all is kept that came before. */
  afterwards(action: () => void): void {
    this.#actions.push(action);
    this.#work();
  }

  /** Nothing more is written or done. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#retry);
  }

  #work(): void {
    // What is done here may ask for more, whose turn comes below.
    if (this.#isWorking || this.#isStuck()) return;
    this.#isWorking = true;
    try {
      while (!this.#isStopped && this.#next());
    } finally {
      this.#isWorking = false;
    }
  }

  /** False where there is nothing to do, or it must wait. */
  #next(): boolean {
    const [first] = this.#writes;
    if (!first) {
      const action = this.#actions.shift();
      action?.();
      return action !== undefined;
    }
    try {
      first.write();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#wait(error);
      return false;
    }
    this.#writes.shift();
    first.kept();
    return true;
  }

  #wait(error: StoreError): void {
    this.#listener.stuck(error);
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#work();
      if (!this.#isStuck() && !this.#isStopped) this.#listener.over();
    }, retryTime);
  }

  #isStuck(): boolean {
    return this.#retry !== undefined;
  }
}
