import type { Adoption } from '../adoption.ts';
import type { StepHistories } from '../history/histories.ts';
import type { Run } from '../run.ts';
import { StoreError, type ExecutionStore } from '../store.ts';
import type { Changes } from './changes.ts';
import type { Control } from './control.ts';
import type { GoingBack } from './goingBack.ts';
import type { LivingRuns } from './livingRuns.ts';
import type { RecordKeeping } from './recordKeeping.ts';

export interface UpkeepParts {
  readonly store: ExecutionStore;
  readonly runs: ReadonlyMap<string, Run>;
  readonly living: LivingRuns;
  readonly records: RecordKeeping;
  readonly histories: StepHistories;
  readonly control: Control;
  readonly goingBack: GoingBack;
  readonly changes: Changes;
  readonly adoption: Adoption;
}

/** Milliseconds between two looks at what runs here and what other processes changed. */
const tickTime = 250;

/**
 * Milliseconds between two looks for executions whose process is gone: often at first, since a process that is being
 * killed while the next one begins is still there for a moment.
 */
const adoptTime = { first: 250, usual: 5000 } as const;

/** What an engine does from time to time, while something lives here or somebody watches. */
export class Upkeep {
  readonly #parts: UpkeepParts;
  #ticker: NodeJS.Timeout | undefined;
  #stopped = false;
  /** Whether executions of other processes go on here, and when they were looked for last. */
  #adopts = false;
  #adopted = 0;
  #adoptTime: number = adoptTime.usual;
  readonly #adopting = new Set<Promise<number>>();

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
  }

  start(): void {
    if (this.#ticker || this.#stopped) return;
    this.#ticker = setInterval(() => this.#tick(), tickTime);
    // Watching alone does not keep a process alive.
    this.#ticker.unref();
  }

  /** Takes up executions whose process is gone, now and from now on. Rejects with `StoreError`. */
  async adopt(): Promise<number> {
    this.#adopts = true;
    this.#adoptTime = adoptTime.first;
    this.start();
    return this.#adopt();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled(this.#adopting);
    clearInterval(this.#ticker);
  }

  async #adopt(): Promise<number> {
    this.#adopted = performance.now();
    const adopting = this.#parts.adoption.adopt();
    this.#adopting.add(adopting);
    try {
      return await adopting;
    } finally {
      this.#adopting.delete(adopting);
    }
  }

  #tick(): void {
    const { store, runs, living, records, histories, control, goingBack, changes } = this.#parts;
    living.noteProgress();
    records.attempt(() => {
      records.saveAgain();
      histories.writeAll();
      control.takeRequests();
      goingBack.takeRequests();
      this.#lookForAbandoned();
      for (const change of store.changesElsewhere()) {
        // What runs here is known better here.
        if (change.kind === 'deleted' || !runs.has(change.execution.id)) changes.tell(change);
      }
    });
    if (runs.size > 0 || changes.isWatched || !records.isSaved || this.#adopts) return;
    clearInterval(this.#ticker);
    this.#ticker = undefined;
  }

  /** Another process may have crashed, or this one may. */
  #lookForAbandoned(): void {
    if (performance.now() - this.#adopted < this.#adoptTime) return;
    this.#adoptTime = Math.min(2 * this.#adoptTime, adoptTime.usual);
    this.#adopted = performance.now();
    this.#parts.living.noteRan();
    if (!this.#adopts) return;
    this.#adopt().catch((error: unknown) => {
      if (!(error instanceof StoreError)) throw error;
      this.#parts.records.complain(error);
    });
  }
}
