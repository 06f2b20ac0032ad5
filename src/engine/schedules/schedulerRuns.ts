import type { StartRequest } from '../../execution/launch.ts';
import type { ExecutionChange } from '../../execution/listing.ts';
import type { Execution, JsonText } from '../../execution/record.ts';
import { isTerminal } from '../../execution/state.ts';
import { localId } from '../location.ts';
import type { ExecutionStore } from '../store.ts';

/** A schedule whose scheduler is a script. */
export interface OwnScheduler {
  /** That of the schedule. */
  readonly id: string;
  readonly name: string;
  /** When it was made or changed last, in milliseconds since the epoch. */
  readonly since: number;
  /** What its executions are given now; undefined where something is missing. One that runs with another input gives way. */
  input(): JsonText | undefined;
  /** Rejects with what speaks against it. */
  request(): Promise<StartRequest>;
}

export interface SchedulerRunsOptions {
  readonly engine: {
    get(id: string): Execution | undefined;
    cancel(id: string): void;
    start(request: StartRequest, id: string): Promise<unknown>;
    watch(listener: (change: ExecutionChange) => void): { dispose(): void };
  };
  readonly claims: Pick<ExecutionStore, 'claimSchedule' | 'scheduleTime'>;
  readonly failed: (schedule: OwnScheduler, error: unknown) => void;
  readonly now?: () => number;
}

/** Milliseconds before the next iteration after one that was cancelled or failed (cloudomation 7). */
const pauseAfterError = 60_000;

/** Milliseconds between the starts of two iterations: a script that waits for nothing would otherwise fill the machine. */
const shortestIteration = 1000;

/** The clock is looked at so often at least (milliseconds): timers stand still while a computer sleeps. */
const longestWait = 30_000;

/**
 * Sees to it that each schedule has one execution of its scheduler, of type SCHEDULE, among all processes that share the
 * store (cloudomation 7). The script waits until it is time, starts the flow once, and ends; then the next iteration
 * begins. The moment at which an iteration is due is known to all processes, and taken by one write that succeeds once;
 * the execution's id follows from it.
 */
export class SchedulerRuns {
  readonly #options: SchedulerRunsOptions;
  readonly #now: () => number;
  #schedules: readonly OwnScheduler[] = [];
  /** Schedules of which an execution is being started here. */
  readonly #starting = new Set<string>();
  /** When those are tried again that could not be started, in milliseconds since the epoch. */
  readonly #retries = new Map<string, number>();
  /** The executions of the last iterations, by schedule. */
  readonly #latest = new Map<string, string>();
  /** Executions that give way to others here. */
  readonly #givingWay = new Set<string>();
  #watch: { dispose(): void } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SchedulerRunsOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Replaces the schedules. Executions of those that are no more among them are cancelled, and of those that are `resting`. Throws `StoreError`. */
  set(schedules: readonly OwnScheduler[], resting: readonly string[]): void {
    const gone = new Set([...this.#schedules.map(({ id }) => id), ...resting]);
    for (const { id } of schedules) gone.delete(id);
    this.#schedules = schedules;
    this.#retries.clear();
    this.#latest.clear();
    for (const id of gone) this.#cancel(id);
    if (schedules.length === 0) {
      this.dispose();
      return;
    }
    this.#watch ??= this.#options.engine.watch((change) => this.#changed(change));
    this.look();
  }

  /** Starts what is due. */
  look(): void {
    clearTimeout(this.#timer);
    const now = this.#now();
    let next = now + longestWait;
    for (const schedule of this.#schedules) {
      try {
        next = Math.min(next, this.#lookAt(schedule, now));
      } catch (error) {
        this.#options.failed(schedule, error);
      }
    }
    if (this.#schedules.length === 0) return;
    this.#timer = setTimeout(() => this.look(), Math.max(next - now, 1));
    // A schedule alone does not keep a process alive.
    this.#timer.unref();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#watch?.dispose();
    this.#watch = undefined;
    this.#schedules = [];
  }

  /** When to look again, in milliseconds since the epoch. */
  #lookAt(schedule: OwnScheduler, now: number): number {
    const { engine, claims } = this.#options;
    if (this.#starting.has(schedule.id)) return Infinity;
    const last = claims.scheduleTime(claimOf(schedule.id));
    const id = last === undefined ? undefined : executionId(schedule.id, last);
    if (id !== undefined) this.#latest.set(schedule.id, id);
    const execution = id === undefined ? undefined : engine.get(id);
    if (execution && !isTerminal(execution.state)) {
      if ((schedule.input() ?? execution.input_value) !== execution.input_value && execution.state !== 'UNAVAILABLE') this.#giveWay(execution.id);
      return Infinity;
    }
    const due = last === undefined ? schedule.since : Math.max(this.#due(schedule, last, execution), last + 1);
    const time = Math.max(due, this.#retries.get(schedule.id) ?? 0);
    if (time > now) return time;
    this.#starting.add(schedule.id);
    void this.#start(schedule, due).finally(() => {
      this.#starting.delete(schedule.id);
      this.look();
    });
    return Infinity;
  }

  /** One that was changed since, or that gave way to the change, begins again at once. */
  #due({ since }: OwnScheduler, last: number, execution: Execution | undefined): number {
    const ended = execution?.end_time === undefined ? last : Date.parse(execution.end_time);
    if (since > ended || (execution && this.#givingWay.delete(execution.id))) return Math.max(since, ended);
    return execution?.state === 'SUCCEEDED' ? Math.max(ended, last + shortestIteration) : ended + pauseAfterError;
  }

  /** What cannot be started here is left to other processes. */
  async #start(schedule: OwnScheduler, due: number): Promise<void> {
    const { engine, claims, failed } = this.#options;
    try {
      const request = await schedule.request();
      if (!this.#schedules.includes(schedule)) return;
      // Another process that was faster will have told when the time has come to look again.
      if (claims.claimSchedule(claimOf(schedule.id), due)) await engine.start(request, executionId(schedule.id, due));
      else this.#retries.set(schedule.id, this.#now() + shortestIteration);
    } catch (error) {
      this.#retries.set(schedule.id, this.#now() + pauseAfterError);
      failed(schedule, error);
    }
  }

  #giveWay(id: string): void {
    if (this.#givingWay.has(id)) return;
    this.#givingWay.add(id);
    this.#options.engine.cancel(id);
  }

  #changed(change: ExecutionChange): void {
    // Many may be deleted at once.
    const concerns = change.kind === 'deleted' ? [...this.#latest.values()].includes(change.id) : change.kind === 'updated' && change.execution.type === 'SCHEDULE' && isTerminal(change.execution.state);
    // Whoever tells of the change goes first.
    if (concerns) queueMicrotask(() => this.look());
  }

  #cancel(schedule: string): void {
    const { engine, claims } = this.#options;
    const last = claims.scheduleTime(claimOf(schedule));
    const execution = last === undefined ? undefined : engine.get(executionId(schedule, last));
    if (execution && !isTerminal(execution.state) && execution.state !== 'UNAVAILABLE') engine.cancel(execution.id);
  }
}

/** Under which its iterations are taken; moments of cron patterns are taken under the schedule's own id. */
function claimOf(schedule: string): string {
  return `${schedule}/scheduler`;
}

function executionId(schedule: string, moment: number): string {
  return localId('execution', `${schedule} ${moment}`);
}
