import type { Effect, Outcome } from './effect.ts';
import { Raised } from './error.ts';
import { assignTyped, InspectionError } from './inspect.ts';
import type { Machine, MachineSnapshot } from './machine.ts';
import type { MachineStop } from './stop.ts';

/** Locations between two snapshots at first; doubled whenever there are too many of them. */
const firstInterval = 500;
/** Snapshots kept. Each may hold as much as an execution's variables may take, so this bounds the memory too. */
const maxSnapshots = 64;

/** What came to a machine from outside at a moment of its run. */
export type Arrival =
  | { readonly kind: 'answer'; readonly moment: number; readonly effectId: number; readonly outcome: Outcome }
  | { readonly kind: 'edit'; readonly moment: number; readonly edit: Edit };

/** A change by a debugger: what was typed (JSON or an expression) assigned to a target, in a frame of a thread (0 is the outermost). */
export interface Edit {
  readonly thread: number;
  readonly frame: number;
  readonly target: string;
  readonly value: string;
}

/** A run as it was recorded: what came, in order, and the last moment that it came to. */
export interface Past {
  readonly arrivals: readonly Arrival[];
  readonly end: number;
}

/** What was recorded does not fit what the machine does: the record is of another program, or of another machine. */
export class Diverged extends Error {
  override readonly name = 'Diverged';
}

/**
 * Records a run so that the machine can be taken to any moment of it. What lies between two effects can be computed
 * again, so only what came is kept, with a snapshot now and then to begin from: recording costs next to nothing
 * for each step. The machine is to be run, answered and asked through the recording only.
 */
export class Recording {
  readonly machine: Machine;
  readonly #arrivals: Arrival[] = [];
  /** Of the arrivals, how many the machine has had at its present moment. */
  #given = 0;
  #snapshots: { readonly snapshot: MachineSnapshot; readonly given: number }[] = [];
  #interval = firstInterval;
  #end = 0;
  #lastEffect = 0;

  /** With a past, the machine is at its beginning. */
  constructor(machine: Machine, past?: Past) {
    this.machine = machine;
    this.#keep();
    if (!past) return;
    this.#arrivals.push(...past.arrivals);
    this.#end = past.end;
  }

  /** The last moment that the run has come to. */
  get end(): number {
    return this.#end;
  }

  /** As the machine's. In the past it gives what was recorded at its moments, and stops at `end` as for `budget`. */
  run(budget: number): MachineStop {
    const { machine } = this;
    let left = budget;
    for (;;) {
      this.#giveDue();
      const past = machine.moment < this.#end || this.#given < this.#arrivals.length;
      const piece = Math.min(left, past ? this.#nextMark() - machine.moment : this.#interval - (machine.moment % this.#interval));
      const before = machine.moment;
      const stop = machine.run(piece);
      left -= machine.moment - before;
      if (past) {
        if (stop.kind === 'waiting' && this.#given < this.#arrivals.length) {
          this.#checkDue();
          continue;
        }
      } else {
        this.#end = machine.moment;
        if (machine.moment % this.#interval === 0 && machine.moment > before) this.#keep();
      }
      if (stop.kind !== 'budget' || left <= 0 || (past && machine.moment >= this.#end)) return stop;
    }
  }

  /**
   * Goes on through the past by at most `budget` moments, with no stop on the way; true where it is at the end and
   * has had all that came. Throws `Diverged`.
   */
  replay(budget: number): boolean {
    const to = Math.min(this.machine.moment + budget, this.#end);
    this.#goOn(to);
    if (to < this.#end) return false;
    this.#giveDue();
    return true;
  }

  /** Effects that nobody has been asked for yet; those of the past are not asked again. */
  takeEffects(): Effect[] {
    const asked = this.machine.takeEffects().filter((effect) => effect.id > this.#lastEffect);
    this.#lastEffect = asked.at(-1)?.id ?? this.#lastEffect;
    return asked;
  }

  /** As the machine's; only at the end of what is recorded. */
  resolve(effectId: number, outcome: Outcome): void {
    if (this.machine.moment < this.#end) throw new TypeError('An answer can be given only at the end of the recording.');
    this.machine.resolve(effectId, outcome);
    this.#arrivals.push({ kind: 'answer', moment: this.machine.moment, effectId, outcome });
    this.#given++;
  }

  /** Takes the machine to the state in which it first came to a moment, from 0 to `end`. No stop is reported on the way. */
  goTo(moment: number): void {
    if (!(moment >= 0 && moment <= this.#end)) throw new RangeError(`The recording goes from 0 to ${this.#end}; ${moment} is not in it.`);
    const { machine } = this;
    const from = this.#snapshots.findLast(({ snapshot }) => snapshot.moment <= moment)!;
    machine.restore(from.snapshot);
    this.#given = from.given;
    this.#goOn(moment);
  }

  /** Without stops, until the machine first comes to a moment of the past. */
  #goOn(moment: number): void {
    const { machine } = this;
    const { watch, stopOnRaise } = machine;
    const stops = machine.stopAt.slice();
    machine.watch = undefined;
    machine.stopOnRaise = false;
    machine.stopAt.fill(0);
    try {
      while (machine.moment < moment) {
        this.#giveDue();
        const before = machine.moment;
        const stop = machine.run(Math.min(this.#nextMark(), moment) - before);
        if (stop.kind === 'budget' || machine.moment >= moment) continue;
        if (stop.kind !== 'waiting') throw new Diverged(`the run ended at moment ${machine.moment} of ${this.#end}`);
        this.#checkDue();
      }
    } finally {
      machine.watch = watch;
      machine.stopOnRaise = stopOnRaise;
      machine.stopAt.set(stops);
    }
  }

  /** Gives what was recorded and whose moment has come. */
  #giveDue(): void {
    const { machine } = this;
    for (let next = this.#arrivals[this.#given]; next && next.moment <= machine.moment; next = this.#arrivals[this.#given]) {
      if (next.kind === 'answer') this.#answer(next.effectId, next.outcome);
      else makeEdit(machine, next.edit);
      this.#given++;
    }
  }

  #answer(effectId: number, outcome: Outcome): void {
    const { machine } = this;
    if (!machine.threads.some((thread) => thread.state === 'waiting' && thread.pending?.effect.id === effectId)) {
      throw new Diverged(`nothing waits for effect ${effectId} at moment ${machine.moment}`);
    }
    machine.resolve(effectId, outcome);
  }

  /** A machine that waits gets on only by what comes now. */
  #checkDue(): void {
    const next = this.#arrivals[this.#given];
    if (!next || next.moment > this.machine.moment) throw new Diverged(`nothing comes at moment ${this.machine.moment}, where the machine waits`);
  }

  /** Where replaying has to halt next: at what comes next, or at the end. */
  #nextMark(): number {
    return Math.max(this.#arrivals[this.#given]?.moment ?? this.#end, this.machine.moment);
  }

  #keep(): void {
    this.#snapshots.push({ snapshot: this.machine.snapshot(), given: this.#given });
    if (this.#snapshots.length <= maxSnapshots) return;
    this.#interval *= 2;
    this.#snapshots = this.#snapshots.filter(({ snapshot }) => snapshot.moment % this.#interval === 0);
  }
}

/** What could not be assigned then cannot be now. */
function makeEdit(machine: Machine, { thread: id, frame: index, target, value }: Edit): void {
  const frame = machine.threads.find((thread) => thread.id === id)?.frames[index];
  if (!frame) throw new Diverged(`thread ${id} has no frame ${index} at moment ${machine.moment}`);
  try {
    assignTyped(machine, frame, target, value);
  } catch (error) {
    if (!(error instanceof Raised) && !(error instanceof InspectionError)) throw error;
  }
}
