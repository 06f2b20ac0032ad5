import type { RetentionDays } from '../execution/workspaceFile.ts';
import { StoreError, type PurgeRule } from './store.ts';

/** Where nobody says otherwise: as long as the service keeps executions, and a month for deleted ones. */
const usualRetention = { days: 90, deletedDays: 30 };

export interface RetentionOptions {
  readonly purge: (rule: PurgeRule, limit: number) => number;
  readonly days: () => RetentionDays;
  readonly failed: (error: StoreError) => void;
  /** Milliseconds until the first look, between two looks, and between two parts of one. */
  readonly times?: { readonly first: number; readonly between: number; readonly rest: number };
}

const usualTimes = { first: 20_000, between: 3_600_000, rest: 100 };

/** Executions that go at once: a few milliseconds' work, so that others have their turn. */
const partSize = 50;

const day = 86_400_000;

/**
 * Removes old executions for good, in the background and a few at a time. The file does not shrink, but SQLite fills
 * the room again: to give it back would mean to write everything anew while others wait.
 */
export class Retention {
  readonly #options: RetentionOptions;
  readonly #times: NonNullable<RetentionOptions['times']>;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RetentionOptions) {
    this.#options = options;
    this.#times = options.times ?? usualTimes;
    this.#after(this.#times.first);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #after(milliseconds: number): void {
    this.#timer = setTimeout(() => this.#look(), milliseconds);
    this.#timer.unref();
  }

  #look(): void {
    let gone = 0;
    try {
      gone = this.#options.purge(purgeRule(this.#options.days(), Date.now()), partSize);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#options.failed(error);
    }
    this.#after(gone > 0 ? this.#times.rest : this.#times.between);
  }
}

/** What may go at a moment (milliseconds since the epoch). 0 days keep for ever. */
export function purgeRule({ days = usualRetention.days, deletedDays = usualRetention.deletedDays, executions }: Partial<RetentionDays>, now: number): PurgeRule {
  const before = (count: number): string | undefined => (count === 0 ? undefined : new Date(now - count * day).toISOString());
  return { endedBefore: before(days), deletedBefore: before(deletedDays), keep: executions };
}
