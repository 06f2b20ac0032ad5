import type { Effect, Outcome } from './effect.ts';
import type { Machine, MachineSnapshot } from './machine.ts';
import type { MachineStop } from './stop.ts';

/** Locations between two snapshots at first; doubled whenever there are too many of them. */
const firstInterval = 500;
/** Snapshots kept. Each may hold as much as an execution's variables may take, so this bounds the memory too. */
const maxSnapshots = 64;

interface Answer {
  readonly moment: number;
  readonly effectId: number;
  readonly outcome: Outcome;
}

/**
 * Records a run so that the machine can be taken to any moment of it. What lies between two effects can be computed
 * again, so only the answers are kept, with a snapshot now and then to begin from: recording costs next to nothing
 * for each step. The machine is to be run, answered and asked through the recording only.
 */
export class Recording {
  readonly machine: Machine;
  readonly #answers: Answer[] = [];
  /** Of the answers, how many the machine has had at its present moment. */
  #given = 0;
  #snapshots: { readonly snapshot: MachineSnapshot; readonly given: number }[] = [];
  #interval = firstInterval;
  #end = 0;
  #lastEffect = 0;

  constructor(machine: Machine) {
    this.machine = machine;
    this.#keep();
  }

  /** The last moment that the run has come to. */
  get end(): number {
    return this.#end;
  }

  /** As the machine's. In the past it gives the recorded answers at their moments, and stops at `end` as for `budget`. */
  run(budget: number): MachineStop {
    const { machine } = this;
    let left = budget;
    for (;;) {
      this.#giveDue();
      const past = machine.moment < this.#end || this.#given < this.#answers.length;
      const piece = Math.min(left, past ? this.#nextMark() - machine.moment : this.#interval - (machine.moment % this.#interval));
      const before = machine.moment;
      const stop = machine.run(piece);
      left -= machine.moment - before;
      if (past) {
        if (stop.kind === 'waiting' && this.#given < this.#answers.length) continue;
      } else {
        this.#end = machine.moment;
        if (machine.moment % this.#interval === 0 && machine.moment > before) this.#keep();
      }
      if (stop.kind !== 'budget' || left <= 0 || (past && machine.moment >= this.#end)) return stop;
    }
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
    this.#answers.push({ moment: this.machine.moment, effectId, outcome });
    this.#given++;
  }

  /** Takes the machine to the state in which it first came to a moment, from 0 to `end`. No stop is reported on the way. */
  goTo(moment: number): void {
    if (!(moment >= 0 && moment <= this.#end)) throw new RangeError(`The recording goes from 0 to ${this.#end}; ${moment} is not in it.`);
    const { machine } = this;
    const from = this.#snapshots.findLast(({ snapshot }) => snapshot.moment <= moment)!;
    machine.restore(from.snapshot);
    this.#given = from.given;
    const { watch, stopOnRaise } = machine;
    const stops = machine.stopAt.slice();
    machine.watch = undefined;
    machine.stopOnRaise = false;
    machine.stopAt.fill(0);
    while (machine.moment < moment) {
      this.#giveDue();
      machine.run(Math.min(this.#nextMark(), moment) - machine.moment);
    }
    machine.watch = watch;
    machine.stopOnRaise = stopOnRaise;
    machine.stopAt.set(stops);
  }

  /** Gives the recorded answers whose moment has come. */
  #giveDue(): void {
    const { machine } = this;
    for (let next = this.#answers[this.#given]; next && next.moment <= machine.moment; next = this.#answers[this.#given]) {
      const { effectId, outcome } = next;
      // What one answer leads to may be asked at the same moment: then the machine goes on, but to no new location.
      if (!machine.threads.some((thread) => thread.state === 'waiting' && thread.pending?.effect.id === effectId)) machine.run(0);
      machine.resolve(effectId, outcome);
      this.#given++;
    }
  }

  /** Where replaying has to halt next: at an answer, or at the end. */
  #nextMark(): number {
    return Math.max(this.#answers[this.#given]?.moment ?? this.#end, this.machine.moment);
  }

  #keep(): void {
    this.#snapshots.push({ snapshot: this.machine.snapshot(), given: this.#given });
    if (this.#snapshots.length <= maxSnapshots) return;
    this.#interval *= 2;
    this.#snapshots = this.#snapshots.filter(({ snapshot }) => snapshot.moment % this.#interval === 0);
  }
}
