import { functions } from '../workflow/library/index.ts';
import { assignPath, share } from './assign.ts';
import { concurrencyLimit, startMembers, unhandledBranches } from './branches.ts';
import { bindParameters, callDepth, newFrame } from './call.ts';
import type { CallObserver } from './callObserver.ts';
import type { Effect, Outcome } from './effect.ts';
import { Fatal, Raised, raised } from './error.ts';
import { Failure } from './failure.ts';
import { handlerOf, isCaught } from './handlers.ts';
import { printJson } from './json.ts';
import { bindArguments, connectorArguments, connectorEffect, effectFunctions, getEnv, pureFunctions, type EffectFunction } from './library/index.ts';
import { machineLimits, utf8Length } from './limits.ts';
import { memoryLimit, sizeOf } from './memory.ts';
import { signals, type ForkPlan, type Program } from './program.ts';
import type { StepObserver } from './stepObserver.ts';
import { cloneThreads, ParallelGroup, Thread, type Frame } from './state.ts';
import type { MachineStop, Watch } from './stop.ts';
import { randomNumber } from './random.ts';
import { randomQuantum, threadQuantum } from './switches.ts';
import type { ListValue, Value } from './value.ts';

export interface MachineOptions {
  /** The argument of the execution; null where none was given. */
  readonly argument: Value;
  /** What `sys.get_env` reads. */
  readonly environment: ReadonlyMap<string, string>;
  /** Steps the execution may run; the service's limit where it is not given. */
  readonly stepLimit?: number | undefined;
  /**
   * Lets threads take turns at random instead of in order: another number explores another interleaving, the same
   * number gives the same run again.
   */
  readonly seed?: number | undefined;
}

/**
 * Runs a compiled workflow. It does no input or output: what it cannot compute it asks for (`takeEffects`), and goes
 * on when the answer has been given (`resolve`). The order in which threads run depends on nothing but the answers
 * and the moments they are given at, so the same answers at the same moments give the same run.
 */
export class Machine {
  readonly program: Program;
  readonly environment: ReadonlyMap<string, string>;
  /** By location id: not 0 stops before the location. */
  readonly stopAt: Uint8Array;
  watch: Watch | undefined;
  stopOnRaise = false;
  calls: CallObserver | undefined;
  /** Steps begun so far, counted as the service does (google-workflows 5). */
  stepCount = 0;
  /**
   * Locations run, answers taken in and errors handled so far. Where `resolve` is called matters while other threads run
   * on: a journal keeps the moment with the answer. Where `run` came back does not matter.
   */
  moment = 0;
  /** Every thread that has not ended, oldest first. The first is the main one until the end. */
  readonly threads: Thread[] = [];
  /** The value of the routine or branch that has just ended. Written by instructions. */
  returned: Value = null;
  /** Bytes of live variables. */
  #memory = 0;
  readonly #stepLimit: number;
  #steps: StepObserver | undefined;
  /** The same while it has not been told of this moment yet: a machine that was taken back goes through it again. */
  #told: StepObserver | undefined;
  #heard = 0;
  #nextThread = 1;
  #nextEffect = 1;
  #asked: Effect[] = [];
  #ended: MachineStop | undefined;
  #budget = 0;
  /** The thread at work, and how much of its turn is left. */
  #current: Thread;
  #turn = threadQuantum;
  /** State of the random numbers; undefined where turns go in order. */
  #random: number | undefined;

  constructor(program: Program, options: MachineOptions) {
    this.program = program;
    this.environment = options.environment;
    this.#stepLimit = options.stepLimit ?? machineLimits.steps;
    this.#random = options.seed;
    this.stopAt = new Uint8Array(program.locations.length);
    const main = program.routines.get('main');
    if (!main) throw new TypeError('A program has a routine "main".');
    const frame = newFrame(main);
    this.#current = this.#addThread('main', [frame], undefined, '');
    if (main.routine.params.length === 0) return;
    try {
      this.store(frame, 0, options.argument);
    } catch (error) {
      if (!(error instanceof Raised)) throw error;
      this.#current.failure = new Failure(error, [frame]);
    }
  }

  /** Goes on by at most `budget` moments. */
  run(budget: number): MachineStop {
    if (this.#ended) return this.#ended;
    this.#budget = budget;
    this.#told = this.moment >= this.#heard ? this.#steps : undefined;
    this.#told?.resumed();
    const stop = this.#runThreads();
    this.moment += budget - Math.max(this.#budget, 0);
    this.#heard = Math.max(this.#heard, this.moment);
    return stop;
  }

  /** Who is told of the steps from now on. */
  get steps(): StepObserver | undefined {
    return this.#steps;
  }

  set steps(observer: StepObserver | undefined) {
    this.#steps = observer;
    this.#heard = 0;
  }

  #runThreads(): MachineStop {
    for (;;) {
      const thread = this.#schedule();
      if (!thread) return { kind: 'waiting' };
      const stop = this.#runThread(thread);
      if (stop) return stop;
    }
  }

  /** Effects asked since the last call, in order. */
  takeEffects(): Effect[] {
    const asked = this.#asked;
    this.#asked = [];
    return asked;
  }

  /** Gives the answer to an effect. It is taken in when `run` is called next. */
  resolve(effectId: number, outcome: Outcome): void {
    const thread = this.threads.find((candidate) => candidate.pending?.effect.id === effectId);
    if (thread?.state !== 'waiting') throw new TypeError(`Nothing waits for effect ${effectId}.`);
    thread.outcome = outcome;
    thread.state = 'ready';
  }

  /** The step each running thread is at: what an execution shows as its current steps. */
  currentSteps(): { routine: string; step: string }[] {
    return this.threads
      .filter((thread) => thread.state !== 'joining')
      .map(({ top: { code, pc } }) => ({ routine: code.routine.name, step: code.places[code.placeAt[pc]!]!.step.name }));
  }

  // Scheduling.

  #addThread(name: string, frames: Frame[], group: ParallelGroup | undefined, member: string): Thread {
    const thread = new Thread(this.#nextThread++, name, frames, group, member);
    this.threads.push(thread);
    return thread;
  }

  /** The thread at work keeps its turn until it waits or its quantum is over; then the next ready one in order. */
  #schedule(): Thread | undefined {
    if (this.#current.state === 'ready' && (this.#turn > 0 || this.threads.length === 1 || this.#current.failure)) return this.#current;
    if (this.#random !== undefined) return this.#scheduleAtRandom(this.#random);
    const from = this.threads.indexOf(this.#current) + 1;
    const count = this.threads.length;
    for (let i = 0; i < count; i++) {
      const thread = this.threads[(from + i) % count]!;
      if (thread.state !== 'ready') continue;
      this.#current = thread;
      this.#turn = threadQuantum;
      return thread;
    }
    return undefined;
  }

  /** Any ready thread, for a few steps. */
  #scheduleAtRandom(state: number): Thread | undefined {
    const ready = this.threads.filter((thread) => thread.state === 'ready');
    if (ready.length === 0) return undefined;
    const picked = randomNumber(state, ready.length);
    const turn = randomNumber(picked.state, randomQuantum);
    this.#random = turn.state;
    this.#turn = turn.value + 1;
    this.#current = ready[picked.value]!;
    return this.#current;
  }

  /** Runs a thread until it waits, ends, uses up its turn (undefined) or something is to be reported. */
  #runThread(thread: Thread): MachineStop | undefined {
    if (thread.failure) {
      if (--this.#budget < 0) return { kind: 'budget' };
      const { failure } = thread;
      thread.failure = undefined;
      return this.#handle(thread, failure);
    }
    if (thread.outcome && --this.#budget < 0) return { kind: 'budget' };
    try {
      if (thread.outcome) this.#takeOutcome(thread, thread.outcome);
      if (thread.join) this.#takeJoin(thread, thread.join);
      return this.#interpret(thread);
    } catch (error) {
      // Everything else is a defect of ours and must not look like an error of the workflow.
      if (!(error instanceof Raised) && !(error instanceof Failure)) throw error;
      return this.#raise(thread, error);
    }
  }

  #interpret(thread: Thread): MachineStop | undefined {
    let frame = thread.top;
    let { instructions, locationAt } = frame.code;
    let { pc } = frame;
    const { stopAt } = this;
    const { isStep, entryPointAt } = this.program;
    for (;;) {
      const location = locationAt[pc]!;
      if (location >= 0) {
        frame.pc = pc;
        // The turn first: whether it is over must not depend on where the machine stopped to be looked at.
        if (this.#turn <= 0 && this.threads.length > 1) return undefined;
        if ((stopAt[location] !== 0 || this.watch) && this.#shouldStop(thread, location)) {
          return { kind: 'stopped', thread, location: this.program.locations[location]! };
        }
        if (--this.#budget < 0) return { kind: 'budget' };
        this.#turn--;
        thread.passing = false;
        if (isStep[location] === 1) {
          frame.began = location;
          this.#told?.began(thread, entryPointAt[location]!, 0, 0);
          this.countStep();
        }
      }
      frame.pc = pc;
      pc = instructions[pc]!(frame, this);
      if (pc >= 0) continue;
      if (pc === signals.returned && !this.#leave(thread)) return this.#ended;
      if (pc === signals.blocked) {
        // It has had its turn: threads that get their answers together go on in their order.
        this.#turn = 0;
        return undefined;
      }
      frame = thread.top;
      ({ instructions, locationAt } = frame.code);
      ({ pc } = frame);
    }
  }

  #shouldStop(thread: Thread, id: number): boolean {
    if (thread.passing) return false;
    const location = this.program.locations[id]!;
    if (this.stopAt[id] === 0 && !this.watch?.(thread, location)) return false;
    thread.passing = true;
    return true;
  }

  // What the history of steps is told by instructions.

  /** A part of a step begins at one of the program's entry points; see `StepObserver.began`. */
  began(point: number, progress = 0, expected = 0): void {
    this.#told?.began(this.#current, point, progress, expected);
  }

  /** A part of a step is over. */
  over(point: number): void {
    this.#told?.over(this.#current, point);
  }

  /** Steps beyond the limit end the execution (google-workflows 5). */
  countStep(): void {
    if (++this.stepCount > this.#stepLimit) throw new Fatal(raised('ResourceLimitError', `an execution may run ${this.#stepLimit} steps at most`));
  }

  // Variables. Only these change a variable, so the memory of all of them is always known.

  /**
   * Puts a value into a variable. `owned` says that the container belongs to this variable alone and may be changed
   * in place again. Raises ResourceLimitError where the variables of the execution would take too much memory.
   */
  store(frame: Frame, slot: number, value: Value, owned = false): void {
    const { slots, sizes } = frame;
    if (typeof value === 'number' && typeof slots[slot] === 'number') {
      slots[slot] = value;
      return;
    }
    if (!owned) share(value);
    const size = sizeOf(value);
    const memory = this.#memory + size - sizes[slot]!;
    if (memory > memoryLimit) {
      throw raised('ResourceLimitError', `Memory usage limit exceeded: variables may take ${memoryLimit / 1024} KB; with this value they take ${Math.ceil(memory / 1024)} KB`);
    }
    this.#memory = memory;
    sizes[slot] = size;
    slots[slot] = value;
  }

  /**
   * Assigns to a part of a variable, whose value is `root`; see `assignPath`. Raises what that and `store` raise, and
   * then the variable is as it was.
   */
  storePart(frame: Frame, slot: number, root: Value, keys: readonly Value[], value: Value): void {
    let most = sizeOf(value);
    for (const key of keys) most += 8 + (typeof key === 'string' ? utf8Length(key) : 0);
    // In place only where it fits for sure: what does not is found out with a copy.
    if (this.#memory + most > memoryLimit) share(root);
    this.store(frame, slot, assignPath(root, keys, value), true);
  }

  /** Makes a variable unassigned again. */
  clear(frame: Frame, slot: number): void {
    this.#memory -= frame.sizes[slot]!;
    frame.sizes[slot] = 0;
    frame.slots[slot] = undefined;
  }

  #release(frame: Frame): void {
    for (const size of frame.sizes) this.#memory -= size;
  }

  // Called by instructions, which then give the signal they get.

  /** Enters a routine. */
  enter(name: string, positional: readonly Value[] | undefined, named: ReadonlyMap<string, Value> | undefined): number {
    const thread = this.#current;
    const code = this.program.routines.get(name)!;
    if (callDepth(thread) >= machineLimits.callDepth) {
      throw raised('RecursionError', `calls may nest ${machineLimits.callDepth} levels deep; "${name}" would go deeper`);
    }
    const frame = newFrame(code);
    const values = bindParameters(code, positional, named);
    try {
      values.forEach((value, i) => {
        if (value !== undefined) this.store(frame, i, value);
      });
    } catch (error) {
      this.#release(frame);
      throw error;
    }
    thread.frames.push(frame);
    this.#told?.called(thread);
    return signals.frameChanged;
  }

  /** Asks for the effect of a library function or connector. */
  request(name: string, positional: readonly Value[] | undefined, named: ReadonlyMap<string, Value> | undefined): number {
    const signature = functions.get(name);
    const args = signature ? bindArguments(signature, positional, named) : [connectorArguments(name, positional, named)];
    for (const value of args) if (value !== undefined) share(value);
    return this.#ask(effectFunction(name).request(args), name, args);
  }

  /** Waits for a number of seconds, as between two attempts of a retry. */
  wait(seconds: number): number {
    return this.#ask({ kind: 'sleep', seconds, reason: 'retry' }, 'sys.sleep', []);
  }

  #ask(request: Effect['request'], name: string, args: readonly (Value | undefined)[]): number {
    const thread = this.#current;
    const { code, pc } = thread.top;
    const effect: Effect = { id: this.#nextEffect++, thread: thread.id, routine: code.routine.name, step: code.places[code.placeAt[pc]!]!.step.name, request };
    thread.pending = { effect, name, args };
    thread.state = 'waiting';
    this.#asked.push(effect);
    return signals.blocked;
  }

  /** Computes a library function that has no effect. Raises TypeError for one that has, as a retry predicate may be. */
  compute(name: string, positional: readonly Value[] | undefined, named: ReadonlyMap<string, Value> | undefined): Value {
    if (functions.get(name)!.effect) throw raised('TypeError', `${name} cannot be called here: it reaches outside the workflow`);
    const args = bindArguments(functions.get(name)!, positional, named);
    for (const value of args) if (value !== undefined) share(value);
    return name === 'sys.get_env' ? getEnv(this.environment, args) : pureFunctions.get(name)!(args);
  }

  /** Starts the branches or iterations of a parallel step. */
  fork(plan: ForkPlan, total: number, limit: Value | undefined, items: ListValue | undefined): number {
    const thread = this.#current;
    const depth = (thread.group?.depth ?? 0) + 1;
    if (depth > machineLimits.parallelNesting) {
      throw raised('ParallelNestingError', `parallel steps may nest ${machineLimits.parallelNesting} levels deep`);
    }
    const atOnce = Math.min(limit === undefined ? machineLimits.concurrency : concurrencyLimit(limit), machineLimits.concurrency);
    if (total === 0) return thread.top.resumeAt;
    const group = new ParallelGroup(thread, plan, total, atOnce, items, depth);
    thread.join = group;
    thread.state = 'joining';
    this.#startMembers();
    return signals.blocked;
  }

  #startMembers(): void {
    startMembers(this.threads, (name, frame, group, member) => {
      const thread = this.#addThread(name, [frame], group, member);
      this.#told?.branched(thread, group.owner);
    });
  }

  // Ends and errors.

  /** Leaves the innermost frame with the value in `returned`; false where that was the thread's last one. */
  #leave(thread: Thread): boolean {
    const value = share(this.returned);
    if (thread.frames.length > 1) {
      this.#told?.left(thread);
      this.#release(thread.frames.pop()!);
      const caller = thread.top;
      caller.slots[caller.resultSlot] = value;
      this.calls?.returned(caller, value);
      caller.pc = caller.resumeAt;
      return true;
    }
    if (thread.group) {
      this.#told?.ended(thread);
      this.#finishMember(thread, thread.group, undefined);
      return false;
    }
    // Only what JSON can hold may leave the execution (google-workflows 1.12).
    printJson(value, undefined, 'insertion');
    this.#told?.ended(thread);
    thread.state = 'ended';
    this.#ended = { kind: 'returned', value };
    return false;
  }

  #raise(thread: Thread, error: Raised | Failure): MachineStop | undefined {
    const again = error instanceof Failure;
    const failure = again ? error : new Failure(error, thread.frames);
    thread.failure = failure;
    return this.stopOnRaise ? { kind: 'raised', thread, failure, caught: !failure.fatal && isCaught(thread), again } : undefined;
  }

  /** Goes to the innermost handler around the error, or ends the thread. */
  #handle(thread: Thread, failure: Failure): MachineStop | undefined {
    thread.passing = false;
    if (this.#told) this.#tellFailure(this.#told, thread, failure);
    while (thread.frames.length > 0) {
      const frame = thread.top;
      const handler = failure.fatal ? undefined : handlerOf(frame);
      this.calls?.raised(frame, failure);
      if (handler) {
        this.calls?.handled(thread, failure);
        frame.slots[handler.errorSlot] = failure;
        frame.pc = handler.position.pc;
        return undefined;
      }
      if (thread.frames.length === 1) break;
      this.#release(thread.frames.pop()!);
    }
    if (thread.group && !failure.fatal) {
      this.#finishMember(thread, thread.group, failure);
      return undefined;
    }
    thread.state = 'ended';
    this.#ended = { kind: 'failed', failure };
    return this.#ended;
  }

  #tellFailure(steps: StepObserver, thread: Thread, failure: Failure): void {
    const handling = failure.fatal ? -1 : thread.frames.findLastIndex((frame) => handlerOf(frame));
    const handler = thread.frames[handling] && handlerOf(thread.frames[handling]);
    steps.failed(thread, failure, thread.frames.length - 1 - Math.max(handling, 0), handler?.entryPoint);
  }

  #finishMember(thread: Thread, group: ParallelGroup, failure: Failure | undefined): void {
    thread.state = 'ended';
    this.threads.splice(this.threads.indexOf(thread), 1);
    this.#release(thread.top);
    group.active--;
    if (failure) {
      group.failed++;
      if (group.failures.length < machineLimits.recordedFailures) group.failures.push({ member: thread.member, failure });
    }
    this.#startMembers();
    if (group.active === 0 && group.started === group.total) group.owner.state = 'ready';
  }

  /** All branches have ended: their errors become one (google-workflows 1.9). */
  #takeJoin(thread: Thread, group: ParallelGroup): void {
    thread.join = undefined;
    if (group.failed > 0) throw unhandledBranches(group);
    thread.top.pc = thread.top.resumeAt;
  }

  #takeOutcome(thread: Thread, outcome: Outcome): void {
    const { name, args } = thread.pending!;
    thread.pending = undefined;
    thread.outcome = undefined;
    const value = effectFunction(name).settle(outcome, args);
    const frame = thread.top;
    if (frame.resultSlot >= 0) frame.slots[frame.resultSlot] = share(value);
    this.calls?.returned(frame, value);
    frame.pc = frame.resumeAt;
  }

  // Snapshots.

  /** The whole state at this moment; it does not change when the machine goes on. */
  snapshot(): MachineSnapshot {
    const { threads, current } = cloneThreads(this.threads, this.#current);
    return {
      threads,
      current,
      turn: this.#turn,
      random: this.#random,
      stepCount: this.stepCount,
      moment: this.moment,
      memory: this.#memory,
      nextThread: this.#nextThread,
      nextEffect: this.#nextEffect,
      asked: [...this.#asked],
      ended: this.#ended,
    };
  }

  /** Goes back (or forward) to a snapshot of a machine of the same program. */
  restore(snapshot: MachineSnapshot): void {
    const { threads, current } = cloneThreads(snapshot.threads, snapshot.current);
    this.threads.splice(0, this.threads.length, ...threads);
    this.#current = current;
    this.#turn = snapshot.turn;
    this.#random = snapshot.random;
    this.stepCount = snapshot.stepCount;
    this.moment = snapshot.moment;
    this.#memory = snapshot.memory;
    this.#nextThread = snapshot.nextThread;
    this.#nextEffect = snapshot.nextEffect;
    this.#asked = [...snapshot.asked];
    this.#ended = snapshot.ended;
  }
}

/** The state of a machine. Opaque; made by `snapshot`. */
export interface MachineSnapshot {
  readonly threads: readonly Thread[];
  readonly current: Thread;
  readonly turn: number;
  readonly random: number | undefined;
  readonly stepCount: number;
  readonly moment: number;
  readonly memory: number;
  readonly nextThread: number;
  readonly nextEffect: number;
  readonly asked: readonly Effect[];
  readonly ended: MachineStop | undefined;
}

function effectFunction(name: string): EffectFunction {
  return effectFunctions.get(name) ?? connectorEffect(name);
}
