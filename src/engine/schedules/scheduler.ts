import { nextCron } from '../../execution/cron.ts';
import type { Schedule } from '../../execution/workspaceFile.ts';
import type { ExecutionStore } from '../store.ts';

export interface OwnSchedule {
  readonly id: string;
  readonly schedule: Pick<Schedule, 'cron' | 'timeZone' | 'missed' | 'name'>;
  /** Earlier moments are none of it: when it was changed last, in milliseconds since the epoch. */
  readonly since?: number | undefined;
  /** Asked before a moment is taken: false leaves it to other processes. */
  readonly ready?: (() => Promise<boolean>) | undefined;
}

export interface SchedulerOptions<S extends OwnSchedule> {
  /** Which process starts what: a moment is taken once. */
  readonly claims: Pick<ExecutionStore, 'claimSchedule' | 'scheduleTime'>;
  /** A moment has come that this process has taken. */
  readonly fire: (schedule: S, moment: number) => void;
  /** The claims could not be read or written. */
  readonly failed: (error: unknown) => void;
  readonly now?: () => number;
}

/** The clock is looked at so often at least (milliseconds): it may be put forward, and timers stand still while a computer sleeps. */
const longestWait = 30_000;

/** A moment that has passed for longer than this (milliseconds) was missed: the computer slept, or nothing ran here. */
const lateness = 60_000;

/**
 * Starts what the clock says. Of all processes that share a store one starts each moment. Moments that passed while
 * none ran are skipped, or make up for with one start, as the schedule says. Several moments within one look start
 * once: what comes too fast for this process is not made up for.
 */
export class Scheduler<S extends OwnSchedule> {
  readonly #options: SchedulerOptions<S>;
  readonly #now: () => number;
  /** With the next moment of each; undefined where none comes. */
  #schedules: { readonly own: S; next: number | undefined }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SchedulerOptions<S>) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Replaces the schedules. One that was never seen begins now: nothing of it was missed. */
  set(schedules: readonly S[]): void {
    const now = this.#now();
    try {
      this.#schedules = schedules.map((own) => ({ own, next: this.#after(own, this.#since(own, now)) }));
    } catch (error) {
      this.#schedules = [];
      this.#options.failed(error);
    }
    this.look();
  }

  /** The next moment of a schedule, in milliseconds since the epoch. */
  nextOf(id: string): number | undefined {
    return this.#schedules.find(({ own }) => own.id === id)?.next;
  }

  /** Starts what is due. */
  look(): void {
    clearTimeout(this.#timer);
    const now = this.#now();
    for (const entry of this.#schedules) {
      if (entry.next === undefined || entry.next > now) continue;
      const moment = entry.next;
      entry.next = this.#after(entry.own, now);
      try {
        const missed = now - moment > lateness;
        if (missed && entry.own.schedule.missed === 'skip') continue;
        this.#take(entry.own, moment, missed ? now : moment);
      } catch (error) {
        this.#options.failed(error);
      }
    }
    const next = Math.min(...this.#schedules.map((entry) => entry.next ?? Infinity));
    if (next === Infinity) return;
    this.#timer = setTimeout(() => this.look(), Math.min(Math.max(next - now, 0), longestWait));
    // A schedule alone does not keep a process alive.
    this.#timer.unref();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#schedules = [];
  }

  #take(own: S, moment: number, claimed: number): void {
    const { claims, fire, failed } = this.#options;
    const take = (): void => {
      if (claims.claimSchedule(own.id, claimed)) fire(own, moment);
    };
    if (!own.ready) {
      take();
      return;
    }
    own
      .ready()
      .then((isReady) => {
        if (isReady && this.#schedules.some((entry) => entry.own === own)) take();
      })
      .catch(failed);
  }

  /** The last moment that was taken. */
  #since(own: S, now: number): number {
    const last = this.#options.claims.scheduleTime(own.id);
    if (last !== undefined) return Math.min(Math.max(last, own.since ?? 0), now);
    this.#options.claims.claimSchedule(own.id, now);
    return now;
  }

  #after({ schedule }: S, time: number): number | undefined {
    return nextCron(schedule.cron, schedule.timeZone, time);
  }
}
