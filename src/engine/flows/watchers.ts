import { StoreError } from '../store.ts';
import type { FlowTables } from './flowTables.ts';

/** Milliseconds between two looks at the clock and at whether another process changed something. */
const lookTime = 100;
/** So often, in looks, everybody is asked without a change: what they depend on may also end elsewhere. */
const askEvery = 10;

interface Watcher {
  /** True once it is done; throws to end the waiting. */
  readonly done: () => boolean;
  readonly deadline: number | undefined;
  readonly resolve: (end: 'done' | 'timeout') => void;
  readonly reject: (error: Error) => void;
}

/** Those who wait for a change of what flows share, made in this process or another one. */
export class Watchers {
  readonly #tables: FlowTables;
  readonly #waiting = new Set<Watcher>();
  #timer: NodeJS.Timeout | undefined;
  #version = 0;
  #looks = 0;
  #checking = false;

  constructor(tables: FlowTables) {
    this.#tables = tables;
  }

  /**
   * Asks now, after each change, and every now and then, since what it depends on may end elsewhere. `deadline` is in
   * milliseconds since the epoch. Once aborted it never ends.
   */
  until(done: () => boolean, deadline: number | undefined, signal: AbortSignal): Promise<'done' | 'timeout'> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return;
      const over = (): void => {
        this.#waiting.delete(watcher);
        signal.removeEventListener('abort', over);
        if (this.#waiting.size > 0) return;
        clearInterval(this.#timer);
        this.#timer = undefined;
      };
      const watcher: Watcher = {
        done,
        deadline,
        resolve: (end) => {
          over();
          resolve(end);
        },
        reject: (error) => {
          over();
          reject(error);
        },
      };
      signal.addEventListener('abort', over, { once: true });
      this.#waiting.add(watcher);
      this.#timer ??= setInterval(() => this.#look(), lookTime);
      this.#ask(watcher);
    });
  }

  /** Something was changed here. Who waits is asked in the order of coming. */
  check(): void {
    // What is done about a change may be a change itself.
    if (this.#checking) return;
    this.#checking = true;
    try {
      for (const watcher of [...this.#waiting]) if (this.#waiting.has(watcher)) this.#ask(watcher);
    } finally {
      this.#checking = false;
    }
  }

  /** Nobody is told anything any more. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
  }

  #look(): void {
    try {
      const { version } = this.#tables;
      if (version !== this.#version || ++this.#looks % askEvery === 0) this.check();
      this.#version = version;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
    const now = Date.now();
    for (const watcher of [...this.#waiting]) if (watcher.deadline !== undefined && watcher.deadline <= now) this.#end(watcher);
  }

  /** The last moment counts. */
  #end(watcher: Watcher): void {
    this.#ask(watcher);
    if (this.#waiting.has(watcher)) watcher.resolve('timeout');
  }

  #ask(watcher: Watcher): void {
    try {
      if (watcher.done()) watcher.resolve('done');
    } catch (error) {
      // A store that cannot be read now is asked again.
      if (!(error instanceof StoreError)) watcher.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
