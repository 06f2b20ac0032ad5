import { Raised } from '../machine/error.ts';
import { printJson } from '../machine/json.ts';
import type { Machine, MachineSnapshot } from '../machine/machine.ts';
import { Diverged, Recording, type Edit } from '../machine/recording.ts';
import type { MachineStop } from '../machine/stop.ts';
import type { Value } from '../machine/value.ts';
import type { CurrentStep, Execution } from '../execution/record.ts';
import type { Savepoint } from '../execution/savepoint.ts';
import type { LogEntry } from '../execution/listing.ts';
import type { ExecutionHost, HostEnd, HostListener, HostState } from './executionHost.ts';
import { EffectsUnderWay, type HostEffects } from './effectsUnderWay.ts';
import { EngineError } from './engineError.ts';
import { NotKept, type WorkflowJournal, type WorkflowPast } from './workflowJournal.ts';
import { workflowSavepoints } from './workflowSavepoints.ts';

export type { HostEffects, HostEnd, HostState };

export interface HostParts {
  readonly effects: HostEffects;
  readonly journal: WorkflowJournal;
  readonly listener: HostListener;
  /** The record as it is now. */
  readonly current: () => Execution;
  /** Shows that the host cannot go on because the store keeps nothing, until `over`. */
  readonly stuck: (message: string) => { over(): void };
}

/** A stop that is none of the host's business. */
export type WatchedStop = Extract<MachineStop, { kind: 'stopped' | 'raised' }>;

/** Who looks at a run: a debugger. Without one, stops are passed over. */
export interface HostWatcher {
  /** The machine stopped; `hold` leaves it there until `go`. */
  stopped(stop: WatchedStop): 'continue' | 'hold';
  logged(entry: LogEntry): void;
  /** The run goes back to a savepoint: what was looked at is over. */
  wentBack(): void;
  /** Somebody else (the tree, the command line) asks to pause or to go on. */
  pauseAsked(): void;
  resumeAsked(): void;
  ended(end: HostEnd): void;
}

/** Milliseconds that the machine runs before others have their turn. */
const sliceTime = 5;
/** Milliseconds and steps between two looks at the clock: steps differ a thousandfold in what they cost. */
const lookTime = 1;
const lookSteps = { fewest: 1, most: 2000 };
/** Moments of the past that are computed before others have their turn. */
const replaySteps = 20_000;
/** Milliseconds until what the store could not keep is tried again. */
const retryTime = 500;
/** Milliseconds after which a pause is kept: stepping makes many. */
const heldTime = 250;
/** Milliseconds that calls under way have to end when the host is let go of. */
const releaseTime = 2000;

/**
 * Drives a machine: runs it in short slices so that an endless loop never stops the process from doing other things,
 * performs what it asks for, and can be held, let go and cancelled at any time. What comes from outside is in the
 * journal before the machine sees it; while the store can keep nothing, the machine waits.
 */
export class WorkflowHost implements ExecutionHost {
  readonly machine: Machine;
  readonly #effects: EffectsUnderWay;
  readonly #journal: WorkflowJournal;
  readonly #listener: HostListener;
  readonly #current: HostParts['current'];
  readonly #showStuck: HostParts['stuck'];
  readonly #beginning: MachineSnapshot;
  #watcher: HostWatcher | undefined;
  #state: HostState = 'ready';
  #sliceAhead = false;
  #steps = lookSteps.fewest;
  /** Its end, which is told when it is kept. */
  #ending: HostEnd | undefined;
  #stuck: { over(): void } | undefined;
  #retry: NodeJS.Timeout | undefined;
  #keepHeld: NodeJS.Timeout | undefined;
  /** The past is being computed: the machine is not to run. */
  #replaying = false;
  #restored: Promise<void> | undefined;
  #released = false;

  constructor(machine: Machine, { effects, journal, listener, current, stuck }: HostParts) {
    this.#current = current;
    this.machine = machine;
    this.#effects = new EffectsUnderWay(machine, effects, journal, { arrived: () => this.#ahead(), notKept: (error) => this.#wait(error) });
    this.#journal = journal;
    this.#listener = listener;
    this.#showStuck = stuck;
    this.#beginning = machine.snapshot();
  }

  get state(): HostState {
    return this.#state;
  }

  get progress(): number {
    return this.machine.stepCount;
  }

  /** Whether a debugger has it. */
  get watched(): boolean {
    return this.#watcher !== undefined;
  }

  /** Replaces who looks at the run; undefined lets it run unwatched. */
  watch(watcher: HostWatcher | undefined): void {
    this.#watcher = watcher;
  }

  currentSteps(): CurrentStep[] {
    return this.machine.currentSteps();
  }

  async restore(): Promise<void> {
    const past = this.#journal.past();
    if (!past) return;
    this.#replaying = true;
    this.#journal.replaying = true;
    this.#restored = this.#restore(past);
    await this.#restored;
  }

  async #restore(past: WorkflowPast): Promise<void> {
    try {
      await this.#replay(past);
    } catch (error) {
      const why = error instanceof Diverged ? `what was recorded of it does not fit its program (${error.message})` : error instanceof Error ? error.message : String(error);
      this.abort('SystemError', `the execution cannot be resumed: ${why}`);
    } finally {
      this.#replaying = false;
      this.#journal.replaying = false;
    }
    // Who looks at a paused execution sees it where it is.
    if (this.#released) return;
    if (this.#state === 'held') this.#listener.changed('held');
    if (this.#state !== 'ready') this.#ahead();
  }

  async #replay(past: WorkflowPast): Promise<void> {
    const recording = new Recording(this.machine, past);
    for (let done = false; !done && this.#state !== 'ended' && !this.#released; await new Promise(setImmediate)) {
      done = recording.replay(replaySteps);
      for (const effect of recording.takeEffects()) await this.#effects.restore(effect, past);
    }
  }

  savepoints(): readonly Savepoint[] {
    return workflowSavepoints(this.#journal.entries(), this.machine.program, this.#current());
  }

  /** What is under way is given up. */
  goBackTo(savepoint: string): void {
    if (!this.savepoints().some(({ id }) => id === savepoint)) throw new EngineError(`There is no savepoint ${savepoint} any more.`);
    void this.goBack(Number(savepoint));
  }

  /** To where the journal was at an entry; 0 is the beginning. */
  async goBack(entry: number): Promise<void> {
    // Two replays of one machine at once would be neither.
    while (this.#replaying) await this.#restored;
    if (this.#state === 'ended' || this.#released) return;
    this.#ending = undefined;
    this.#effects.reset();
    this.#journal.truncate(entry);
    this.machine.restore(this.#beginning);
    this.machine.takeEffects();
    // The places that a debugger shows are of another moment.
    this.#watcher?.wentBack();
    await this.restore();
    // Without a past there is nothing to restore.
    this.#ahead();
  }

  /** Notes a change by a debugger; to be called before it is made. Throws `NotKept`. */
  edits(edit: Edit): void {
    this.#journal.edited(edit);
  }

  go(): void {
    if (this.#state !== 'ready' && this.#state !== 'held') return;
    this.#enter('going');
    this.#ahead();
  }

  hold(): void {
    if (this.#state === 'ready' || this.#state === 'going') this.#enter('held');
  }

  askPause(): void {
    if (this.#watcher) this.#watcher.pauseAsked();
    else this.hold();
  }

  askResume(): void {
    if (this.#watcher) this.#watcher.resumeAsked();
    else this.go();
  }

  cancel(): void {
    this.#end({ kind: 'cancelled' });
  }

  abort(tag: string, message: string): void {
    this.#end({ kind: 'aborted', tag, message });
  }

  /**
   * Stops without an end, so that another process can resume it. Calls under way that cannot simply be repeated have a
   * moment to end, so that their answers are kept.
   */
  async release(): Promise<void> {
    this.#released = true;
    const deadline = Date.now() + releaseTime;
    while (this.#journal.awaitsOnce && Date.now() < deadline && this.#state !== 'ended') {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    this.#stopTimers();
    this.#effects.stop();
    if (this.#state === 'ended') return;
    // Half of a past must not be taken for all of it.
    if (this.#replaying) return;
    try {
      this.#effects.take();
      if (this.machine.moment > 0) this.#journal.reached();
      this.#journal.flush();
    } catch (error) {
      // It is resumed from what was kept before.
      if (!(error instanceof NotKept)) throw error;
    }
  }

  logged(entry: LogEntry): void {
    this.#watcher?.logged(entry);
  }

  #enter(state: HostState): void {
    this.#state = state;
    clearTimeout(this.#keepHeld);
    if (state === 'held') this.#keepHeld = setTimeout(() => this.#ahead(), heldTime).unref();
    this.#listener.changed(state);
  }

  #ahead(): void {
    if (this.#sliceAhead) return;
    this.#sliceAhead = true;
    setImmediate(() => {
      this.#sliceAhead = false;
      this.#slice();
    });
  }

  #slice(): void {
    if (this.#state === 'ended' || this.#state === 'ready') return;
    try {
      if (this.#replaying) return;
      this.#effects.take();
      if (this.#released) return;
      this.#journal.flush();
      this.#effects.begin();
      if (this.#ending) return this.#end(this.#ending);
      if (this.#state === 'held') this.#journal.reached();
      this.#over();
      this.#runSlice();
      this.#journal.flush();
    } catch (error) {
      if (error instanceof NotKept) this.#wait(error);
      // Not the workflow's fault: say so, and leave other executions alone.
      else this.abort('SystemError', `the engine failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #runSlice(): void {
    let now = performance.now();
    const end = now + sliceTime;
    while (this.#state === 'going') {
      const looked = now;
      const stop = this.machine.run(this.#steps);
      const answered = this.#effects.begin();
      if (!this.#goesOn(stop, answered)) return;
      now = performance.now();
      if (stop.kind === 'budget') this.#steps = now - looked > lookTime ? Math.max(this.#steps >> 1, lookSteps.fewest) : Math.min(this.#steps * 2, lookSteps.most);
      if (now >= end) {
        this.#ahead();
        return;
      }
    }
  }

  /** Whether to run on at once. */
  #goesOn(stop: MachineStop, answered: boolean): boolean {
    switch (stop.kind) {
      case 'budget':
        return true;
      case 'waiting':
        if (!answered && !this.#effects.isWaiting) this.abort('SystemError', 'the engine failed: the workflow waits for nothing');
        return answered;
      case 'stopped':
      case 'raised':
        // Who looks now sees what was logged before.
        this.#journal.flush();
        // The watcher may have cancelled or held the host while it looked.
        if (this.#watcher?.stopped(stop) === 'hold' && this.#state === 'going') this.#enter('held');
        return true;
      case 'returned':
        this.#finish(returned(stop.value));
        return false;
      case 'failed':
        this.#finish({ kind: 'failed', message: stop.failure.headline, error: stop.failure.toExecutionError() });
        return false;
    }
  }

  #finish(end: HostEnd): void {
    this.#ending = end;
    this.#journal.flush();
    this.#end(end);
  }

  /** Nothing goes on until the store keeps things again. */
  #wait({ message }: NotKept): void {
    this.#stuck ??= this.#showStuck(message);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#ahead(), retryTime);
  }

  #over(): void {
    this.#stuck?.over();
    this.#stuck = undefined;
  }

  #end(end: HostEnd): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#stopTimers();
    this.#effects.stop();
    try {
      this.#journal.flush();
    } catch (error) {
      // It has ended; what it logged last is lost with what the store cannot keep.
      if (!(error instanceof NotKept)) throw error;
    }
    this.#listener.ended(end);
    this.#watcher?.ended(end);
  }

  #stopTimers(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#keepHeld);
  }
}

function returned(value: Value): HostEnd {
  try {
    return { kind: 'returned', result: printJson(value) };
  } catch (error) {
    if (!(error instanceof Raised)) throw error;
    return { kind: 'failed', message: error.headline, error: { payload: printJson(error.value), context: error.headline, stack_trace: { elements: [] } } };
  }
}
