import type { LogEntry } from '../execution/listing.ts';
import type { Execution, JsonText } from '../execution/record.ts';
import type { ExecutionHost, HostEnd, HostState, HostSurroundings, LaunchPlan } from './executionHost.ts';
import { cancelledEnd, failedEnd } from './endings.ts';
import type { Journal } from './journal.ts';
import { RuntimeLimit } from './runtimeLimit.ts';
import { isVarying } from './storeRows.ts';

export interface RunListener {
  /** The record changed. Ended ones are told at once, others are gathered for a moment. */
  changed(execution: Execution): void;
  /** What it was started with has changed. Throws `NameTaken`. */
  revised(execution: Execution): void;
  /** It may begin, when its turn comes. */
  begin(run: Run): void;
  /** It is not to begin before somebody says so. */
  heldBack(run: Run): void;
}

export interface RunParts {
  readonly journal: Journal;
  /** Keeps an entry. */
  readonly log: (entry: LogEntry) => void;
  readonly listener: RunListener;
  /** Milliseconds that it has run in an earlier process. */
  readonly ran: number;
}

/** Milliseconds in which changes of a living execution are gathered: stepping makes many. */
const gatherTime = 50;

/** Characters of a log text that serve as status line. */
const messageLength = 200;

/** One execution that runs in this process: its host, and its record kept in step with it. */
export class Run {
  readonly host: ExecutionHost;
  /** The record at the end. */
  readonly ended: Promise<Execution>;
  readonly #listener: RunListener;
  readonly #plan: LaunchPlan;
  readonly #limit: RuntimeLimit;
  readonly #settle: (execution: Execution) => void;
  #execution: Execution;
  #timer: NodeJS.Timeout | undefined;
  #progressSeen = 0;
  #stopped = false;
  #waited = false;

  constructor(execution: Execution, plan: LaunchPlan, { journal, log, listener, ran }: RunParts) {
    this.#execution = execution;
    this.#listener = listener;
    this.#plan = plan;
    let settle: (execution: Execution) => void = () => undefined;
    this.ended = new Promise((resolve) => (settle = resolve));
    this.#settle = settle;
    const minutes = execution.max_runtime_minutes;
    this.#limit = new RuntimeLimit(minutes, () => this.host.abort('TimeoutError', `the execution took longer than its max_runtime_minutes of ${minutes}`), ran);
    const around: HostSurroundings = {
      execution,
      listener: { changed: (state) => this.#hostChanged(state), ended: (end) => this.#hostEnded(end) },
      current: () => this.#execution,
      change: (part) => this.change(part),
      journal,
      log,
      waiting: (entry) => this.#waiting(entry),
    };
    this.host = plan.host(around);
  }

  /** The record as it is now. */
  get execution(): Execution {
    return this.#execution;
  }

  /** Changes the record, as its program or another one may. Throws `NameTaken`. */
  change(part: Partial<Execution>): void {
    if (!Object.keys(part).every(isVarying)) this.#listener.revised({ ...this.#execution, ...part });
    this.#change(part);
  }

  /** True where it was ended by somebody else: cancelled, or out of time. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Milliseconds that it has run, without pauses; undefined where nothing depends on it. */
  get ran(): number | undefined {
    return this.#limit.ran;
  }

  /** Stops without an end: another process goes on with it. The record is told as it is now. */
  async release(): Promise<void> {
    await this.host.release?.();
    if (this.host.state === 'ended') return;
    this.#limit.stop();
    this.#tellNow();
  }

  /** Tells changes that are being gathered. */
  tellGathered(): void {
    if (this.#timer) this.#tellNow();
  }

  #tellNow(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#listener.changed(this.#execution);
  }

  /** Begins it, or lets it wait for its turn. */
  begin(): void {
    this.#listener.begin(this);
  }

  /** True once it has run, also in an earlier process. */
  get hasBegun(): boolean {
    return this.#execution.start_time !== undefined;
  }

  /** True while a debugger has it, which then decides when it goes on. */
  get isWatched(): boolean {
    return this.host.watched === true;
  }

  /** True where it did not begin as soon as it was made. */
  get hasWaited(): boolean {
    return this.#waited;
  }

  /** It does not begin yet. */
  waits(): void {
    this.#waited = true;
  }

  /** True while it waits for somebody to begin it. */
  get isHeldBack(): boolean {
    return this.#execution.is_paused && !this.hasBegun;
  }

  /** It was only made: nobody wants it to begin yet, which another process must know too. */
  holdBack(): void {
    this.#change({ state: 'PAUSED', is_paused: true });
    this.#tellNow();
    this.waits();
    this.#listener.heldBack(this);
  }

  /** It was paused before its turn had come, and waits again. */
  requeued(): void {
    this.#change({ state: 'QUEUED', is_paused: false });
  }

  /** Who watches is told as of a log entry. */
  #waiting(entry: LogEntry): { over(): void } {
    const message = entry.text ?? '';
    // A status line that the program wrote comes back.
    const before = this.host.ownMessage === true ? this.#execution.message : '';
    this.#change({ message });
    this.host.logged(entry);
    return {
      over: () => {
        if (this.#execution.message === message) this.#change({ message: before });
      },
    };
  }

  logged(entry: LogEntry): void {
    const text = entry.text ?? entry.json ?? '';
    if (this.host.ownMessage !== true) this.#change({ message: text.length > messageLength ? `${text.slice(0, messageLength)}…` : text });
    this.host.logged(entry);
  }

  /** Looks whether the execution has moved on; asked from time to time. */
  noteProgress(): void {
    const { progress } = this.host;
    if (progress === this.#progressSeen || this.host.state === 'ended') return;
    this.#progressSeen = progress;
    this.#change({ current_steps: this.host.currentSteps() });
  }

  #hostChanged(state: HostState): void {
    if (state === 'going') {
      this.#limit.start();
      this.#change({ state: 'ACTIVE', is_paused: false, ...(!this.hasBegun && { scheduled_for: undefined }), start_time: this.#execution.start_time ?? (this.#waited ? new Date().toISOString() : this.#execution.create_time) });
    } else {
      this.#limit.stop();
      this.#progressSeen = this.host.progress;
      this.#change({ state: 'PAUSED', is_paused: true, current_steps: this.host.currentSteps() });
      // A pause that somebody asked for outlives a crash; a debugger stops too often for that.
      if (!this.isWatched) this.#tellNow();
    }
  }

  #hostEnded(end: HostEnd): void {
    this.#limit.stop();
    this.#stopped = end.kind === 'cancelled' || end.kind === 'aborted';
    // One that never began has been at no step.
    const steps = this.hasBegun ? this.host.currentSteps() : [];
    // After the end the last ones; the machine may have forgotten them.
    const current_steps = steps.length > 0 ? steps : this.#execution.current_steps;
    const change = this.#endOf(end, current_steps);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const now = new Date().toISOString();
    const { start_time = now } = this.#execution;
    // The clock may have been set back meanwhile.
    const end_time = now < start_time ? start_time : now;
    this.#execution = { ...this.#execution, is_paused: false, message: '', scheduled_for: undefined, ...change, current_steps, start_time, end_time };
    this.#listener.changed(this.#execution);
    this.#settle(this.#execution);
  }

  #endOf(end: HostEnd, steps: Execution['current_steps']): Partial<Execution> {
    switch (end.kind) {
      case 'returned':
        return { message: end.message ?? '', ...this.#result(end.result) };
      case 'failed':
        return { state: 'FAILED', message: end.message, error: end.error };
      case 'aborted':
        return failedEnd(end.tag, end.message, steps);
      case 'cancelled':
        return cancelledEnd(end.message, steps);
    }
  }

  #result(result: JsonText): Partial<Execution> {
    const violation = this.#plan.checkOutput(result);
    if (violation === undefined) return { state: 'SUCCEEDED', output_value: result };
    return { ...failedEnd('SchemaValidationError', violation), output_value: result };
  }

  #change(part: Partial<Execution>): void {
    this.#execution = { ...this.#execution, ...part };
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#listener.changed(this.#execution);
    }, gatherTime);
  }
}
