import { setMaxListeners } from 'node:events';
import type { Effect, Outcome } from '../machine/effect.ts';
import type { Machine } from '../machine/machine.ts';
import { NotKept, type WorkflowJournal, type WorkflowPast } from './workflowJournal.ts';

/** Does what a machine asks for. What throws or rejects with `NotKept` is asked for again. */
export interface HostEffects {
  /** Answers at once where nothing has to be waited for. After `signal` the answer is not needed. */
  perform(effect: Effect, signal: AbortSignal): Outcome | Promise<Outcome>;
  /** Told, in order, what an earlier process asked for, and what it was answered if it was. */
  asked(effect: Effect, outcome: Outcome | undefined, past: WorkflowPast): Promise<void>;
  /** All that was asked for is asked again from the beginning. */
  reset(): void;
}

export interface EffectListener {
  /** An answer has come, to be taken when the machine rests. */
  arrived(): void;
  /** Something could not be begun; it is to be tried again. */
  notKept(error: NotKept): void;
}

/** Why effects are broken off. Without a reason an error with a stack would be made for it each time, which costs more than many steps. */
const ended = 'the execution has ended';

/** The effects of one run: those to be begun, those under way, and the answers that the machine has not had yet. */
export class EffectsUnderWay {
  readonly #machine: Machine;
  readonly #effects: HostEffects;
  readonly #journal: WorkflowJournal;
  readonly #listener: EffectListener;
  #aborter = newAborter();
  #toBegin: Effect[] = [];
  readonly #underWay = new Set<Effect>();
  #arrived: { readonly effect: Effect; readonly outcome: Outcome }[] = [];

  constructor(machine: Machine, effects: HostEffects, journal: WorkflowJournal, listener: EffectListener) {
    this.#machine = machine;
    this.#effects = effects;
    this.#journal = journal;
    this.#listener = listener;
  }

  /** Whether something may still come. */
  get isWaiting(): boolean {
    return this.#underWay.size + this.#arrived.length > 0;
  }

  /** An effect of the past: answered then, or to be begun now. */
  async restore(effect: Effect, past: WorkflowPast): Promise<void> {
    const outcome = past.answered.get(effect.id);
    await this.#effects.asked(effect, outcome, past);
    if (!outcome) this.#toBegin.push(effect);
  }

  /** Begins what was asked for; true where something was answered already. Throws `NotKept`: then the rest is to be begun again. */
  begin(): boolean {
    let answered = false;
    const begun = this.#toBegin;
    begun.push(...this.#machine.takeEffects());
    const { signal } = this.#aborter;
    let count = 0;
    try {
      // Who was told of the one before may have ended the run; what begins now would never be closed.
      for (const effect of begun) {
        if (signal.aborted) break;
        if (this.#begin(effect, signal)) answered = true;
        count++;
      }
    } finally {
      if (begun === this.#toBegin) this.#toBegin = begun.slice(count);
    }
    return answered;
  }

  /** Gives the machine the answers that have come. Throws `NotKept`. */
  take(): void {
    if (this.#arrived.length === 0) return;
    this.#journal.answers(this.#arrived);
    for (const { effect, outcome } of this.#arrived) this.#machine.resolve(effect.id, outcome);
    this.#arrived = [];
  }

  /** Gives up what is under way. */
  stop(): void {
    this.#aborter.abort(ended);
  }

  /** All is asked again. */
  reset(): void {
    this.stop();
    this.#aborter = newAborter();
    this.#underWay.clear();
    this.#toBegin = [];
    this.#arrived = [];
    this.#effects.reset();
  }

  #begin(effect: Effect, signal: AbortSignal): boolean {
    // What reaches outside may show what nobody has seen yet.
    if (effect.request.kind !== 'now' && effect.request.kind !== 'uuid' && effect.request.kind !== 'log') this.#journal.flush();
    const outcome = this.#effects.perform(effect, signal);
    if (!(outcome instanceof Promise)) {
      this.#journal.gather(effect, outcome);
      this.#machine.resolve(effect.id, outcome);
      return true;
    }
    this.#underWay.add(effect);
    outcome.then(
      (late) => this.#arrive(effect, late, signal),
      (error: unknown) => {
        if (error instanceof NotKept) this.#again(effect, error, signal);
        else this.#arrive(effect, { kind: 'error', tag: 'SystemError', message: error instanceof Error ? error.message : String(error) }, signal);
      },
    );
    return false;
  }

  #arrive(effect: Effect, outcome: Outcome, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#underWay.delete(effect);
    this.#arrived.push({ effect, outcome });
    this.#listener.arrived();
  }

  #again(effect: Effect, error: NotKept, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#underWay.delete(effect);
    this.#toBegin.push(effect);
    this.#listener.notKept(error);
  }
}

/** Many branches may wait at once. */
function newAborter(): AbortController {
  const aborter = new AbortController();
  setMaxListeners(0, aborter.signal);
  return aborter;
}
