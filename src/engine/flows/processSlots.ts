import { availableParallelism } from 'node:os';

/** Processes that compute at once where nobody says otherwise: more would only take turns. */
const usualBusy = Math.max(8, 4 * availableParallelism());

/** Processes that may be there at once, most of them waiting. */
const usualLiving = 256;
/** Where all of those wait for others that have not begun, so many more may. */
const utmostLiving = 1024;

interface Turn {
  readonly priority: number;
  readonly begins: boolean;
  readonly number: number;
  readonly take: () => void;
}

export interface SlotLimits {
  readonly busy: number;
  readonly living: number;
  readonly utmost: number;
}

/**
 * Lets as many processes of flows compute at once as the machine has use for, and as many be there as it has room for.
 * A flow that waits (for a child, a time, a lock, a person) gives its place to others and has it again before it goes
 * on, so ten thousand children are run a few at a time, and a parent never keeps its children from running.
 */
export class ProcessSlots {
  readonly #limits: SlotLimits;
  #busy = 0;
  #living = 0;
  #count = 0;
  /** Those that go on come before those that begin, then by priority, then by age. */
  readonly #turns: Turn[] = [];

  constructor(limits: SlotLimits = { busy: usualBusy, living: usualLiving, utmost: utmostLiving }) {
    this.#limits = limits;
  }

  /** A place for a process that begins; `begin` is called when there is one, maybe at once. */
  enter(priority: number, begin: () => void): Slot {
    return new Slot(this, priority, begin);
  }

  get busy(): number {
    return this.#busy;
  }

  get living(): number {
    return this.#living;
  }

  /** Only for `Slot`. */
  ask(priority: number, begins: boolean, take: () => void): Turn | undefined {
    if (this.#turns.length === 0 && this.#hasRoom(begins)) {
      this.#take(begins);
      take();
      return undefined;
    }
    const turn = { priority, begins, number: ++this.#count, take };
    let at = this.#turns.length;
    while (at > 0 && isBefore(turn, this.#turns[at - 1]!)) at--;
    this.#turns.splice(at, 0, turn);
    this.#letIn();
    return turn;
  }

  /** Only for `Slot`. */
  withdraw(turn: Turn): void {
    const at = this.#turns.indexOf(turn);
    if (at >= 0) this.#turns.splice(at, 1);
  }

  /** Only for `Slot`: it does not compute any more; `ends` where it is gone. */
  leave(wasBusy: boolean, ends: boolean): void {
    if (wasBusy) this.#busy--;
    if (ends) this.#living--;
    this.#letIn();
  }

  #take(begins: boolean): void {
    this.#busy++;
    if (begins) this.#living++;
  }

  #hasRoom(begins: boolean): boolean {
    const { busy, living, utmost } = this.#limits;
    if (this.#busy >= busy) return false;
    return !begins || this.#living < living || (this.#busy === 0 && this.#living < utmost);
  }

  #letIn(): void {
    for (let next = this.#turns[0]; next && this.#hasRoom(next.begins); next = this.#turns[0]) {
      this.#turns.shift();
      this.#take(next.begins);
      next.take();
    }
  }
}

function isBefore(a: Turn, b: Turn): boolean {
  if (a.begins !== b.begins) return b.begins;
  return a.priority > b.priority;
}

/** The place of one process. */
export class Slot {
  readonly #slots: ProcessSlots;
  readonly #priority: number;
  #turn: Turn | undefined;
  #state: 'waiting' | 'busy' | 'idle' | 'gone' = 'waiting';
  #begun = false;

  constructor(slots: ProcessSlots, priority: number, begin: () => void) {
    this.#slots = slots;
    this.#priority = priority;
    this.#turn = slots.ask(priority, true, () => this.#taken(begin));
  }

  /** True where its turn to begin has not come. */
  get isWaiting(): boolean {
    return !this.#begun && this.#state === 'waiting';
  }

  /** It waits for something: others may compute. */
  rest(): void {
    if (this.#state !== 'busy') return;
    this.#state = 'idle';
    this.#slots.leave(true, false);
  }

  /** It has what it waited for; `proceed` is called when it may compute again, maybe at once. */
  resume(proceed: () => void): void {
    if (this.#state === 'idle') {
      this.#state = 'waiting';
      this.#turn = this.#slots.ask(this.#priority, false, () => this.#taken(proceed));
      return;
    }
    proceed();
  }

  /** The process is gone, or does not want to begin any more. */
  end(): void {
    if (this.#state === 'gone') return;
    const { busy, living } = { busy: this.#state === 'busy', living: this.#begun };
    this.#state = 'gone';
    if (this.#turn) this.#slots.withdraw(this.#turn);
    this.#slots.leave(busy, living);
  }

  #taken(then: () => void): void {
    this.#turn = undefined;
    this.#state = 'busy';
    this.#begun = true;
    then();
  }
}
