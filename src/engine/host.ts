import { setMaxListeners } from 'node:events';
import type { Effect, Outcome } from '../machine/effect.ts';
import { Raised } from '../machine/error.ts';
import { printJson } from '../machine/json.ts';
import type { Machine } from '../machine/machine.ts';
import type { MachineStop } from '../machine/stop.ts';
import type { Value } from '../machine/value.ts';
import type { CurrentStep } from '../execution/record.ts';
import type { LogEntry } from '../execution/listing.ts';
import type { ExecutionHost, HostEnd, HostListener, HostState } from './executionHost.ts';

export type { HostEnd, HostState };

/** Performs an effect; answers at once where nothing has to be waited for. After `signal` its answer is not needed. */
export type Perform = (effect: Effect, signal: AbortSignal) => Outcome | Promise<Outcome>;

/** A stop that is none of the host's business. */
export type WatchedStop = Extract<MachineStop, { kind: 'stopped' | 'raised' }>;

/** Who looks at a run: a debugger. Without one, stops are passed over. */
export interface HostWatcher {
  /** The machine stopped; `hold` leaves it there until `go`. */
  stopped(stop: WatchedStop): 'continue' | 'hold';
  logged(entry: LogEntry): void;
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

/**
 * Drives a machine: runs it in short slices so that an endless loop never stops the process from doing other things,
 * performs what it asks for, and can be held, let go and cancelled at any time.
 */
export class WorkflowHost implements ExecutionHost {
  readonly machine: Machine;
  readonly #perform: Perform;
  readonly #listener: HostListener;
  readonly #aborter = new AbortController();
  #watcher: HostWatcher | undefined;
  #state: HostState = 'ready';
  #sliceAhead = false;
  #steps = lookSteps.fewest;
  /** Effects that the machine waits for. */
  #pending = 0;

  constructor(machine: Machine, perform: Perform, listener: HostListener) {
    this.machine = machine;
    this.#perform = perform;
    this.#listener = listener;
    // Many branches may wait at once.
    setMaxListeners(0, this.#aborter.signal);
  }

  get state(): HostState {
    return this.#state;
  }

  get progress(): number {
    return this.machine.stepCount;
  }

  /** Replaces who looks at the run; undefined lets it run unwatched. */
  watch(watcher: HostWatcher | undefined): void {
    this.#watcher = watcher;
  }

  currentSteps(): CurrentStep[] {
    return this.machine.currentSteps();
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

  logged(entry: LogEntry): void {
    this.#watcher?.logged(entry);
  }

  #enter(state: HostState): void {
    this.#state = state;
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
    let now = performance.now();
    const end = now + sliceTime;
    try {
      while (this.#state === 'going') {
        const looked = now;
        const stop = this.machine.run(this.#steps);
        const answered = this.#startEffects();
        if (!this.#goesOn(stop, answered)) return;
        now = performance.now();
        if (stop.kind === 'budget') this.#steps = now - looked > lookTime ? Math.max(this.#steps >> 1, lookSteps.fewest) : Math.min(this.#steps * 2, lookSteps.most);
        if (now >= end) {
          this.#ahead();
          return;
        }
      }
    } catch (error) {
      // Not the workflow's fault: say so, and leave other executions alone.
      this.abort('SystemError', `the engine failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Whether to run on at once. */
  #goesOn(stop: MachineStop, answered: boolean): boolean {
    switch (stop.kind) {
      case 'budget':
        return true;
      case 'waiting':
        if (!answered && this.#pending === 0) this.abort('SystemError', 'the engine failed: the workflow waits for nothing');
        return answered;
      case 'stopped':
      case 'raised':
        // The watcher may have cancelled or held the host while it looked.
        if (this.#watcher?.stopped(stop) === 'hold' && this.#state === 'going') this.#enter('held');
        return true;
      case 'returned':
        this.#end(returned(stop.value));
        return false;
      case 'failed':
        this.#end({ kind: 'failed', message: stop.failure.headline, error: stop.failure.toExecutionError() });
        return false;
    }
  }

  /** Starts what was asked for; true where something was answered already. */
  #startEffects(): boolean {
    let answered = false;
    for (const effect of this.machine.takeEffects()) {
      // Who was told of the one before may have ended the run; what begins now would never be closed.
      if (this.#aborter.signal.aborted) break;
      const outcome = this.#perform(effect, this.#aborter.signal);
      if (outcome instanceof Promise) {
        this.#pending++;
        outcome.then(
          (late) => this.#answer(effect.id, late),
          (error: unknown) => this.#answer(effect.id, { kind: 'error', tag: 'SystemError', message: error instanceof Error ? error.message : String(error) }),
        );
      } else {
        this.machine.resolve(effect.id, outcome);
        answered = true;
      }
    }
    return answered;
  }

  #answer(effectId: number, outcome: Outcome): void {
    this.#pending--;
    if (this.#state === 'ended') return;
    this.machine.resolve(effectId, outcome);
    if (this.#state === 'going') this.#ahead();
  }

  #end(end: HostEnd): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#aborter.abort();
    this.#listener.ended(end);
    this.#watcher?.ended(end);
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
