import type { BreakpointBinding, BreakpointRequest } from '../../debuggee/debuggee.ts';
import { breakpointCondition, type BreakpointCondition } from '../../debuggee/conditions/breakpointCondition.ts';
import { ConditionError } from '../../debuggee/conditions/error.ts';
import { sameRequest } from '../../debuggee/sameRequest.ts';
import type { Location, Program } from '../../machine/program.ts';
import type { BreakpointBinder } from './binding.ts';
import { conditionLanguage, type Place } from './expressions.ts';

/** A breakpoint of the execution's own `breakpoints` field has no request. */
interface Breakpoint {
  readonly id: number;
  readonly request: BreakpointRequest | undefined;
  readonly binding: BreakpointBinding;
  readonly location: Location | undefined;
  /** Undefined where it cannot stop. */
  readonly decide: BreakpointCondition<Place> | undefined;
}

export interface BreakpointVerdict {
  readonly hit: readonly number[];
  readonly stop: boolean;
  /** What to print: log messages, and why a condition could not be decided. */
  readonly messages: readonly string[];
  readonly failures: readonly string[];
}

/** The breakpoints of one execution, and what they decide at a place. */
export class WorkflowBreakpoints {
  readonly #binder: BreakpointBinder;
  readonly #program: Program;
  readonly #stopAt: Uint8Array;
  readonly #offReason: string | undefined;
  #asked: readonly Breakpoint[] = [];
  #own: readonly Breakpoint[] = [];
  #lastId = 0;

  /** `stopAt` is the machine's; `offReason` says why no breakpoint stops this execution, where that is so. */
  constructor(program: Program, binder: BreakpointBinder, stopAt: Uint8Array, offReason: string | undefined) {
    this.#program = program;
    this.#binder = binder;
    this.#stopAt = stopAt;
    this.#offReason = offReason;
  }

  set(requests: readonly BreakpointRequest[]): BreakpointBinding[] {
    const before = [...this.#asked];
    this.#asked = requests.map((request) => {
      const index = before.findIndex((breakpoint) => breakpoint.request && sameRequest(breakpoint.request, request));
      return index < 0 ? this.#bind(request) : before.splice(index, 1)[0]!;
    });
    this.#flag();
    return this.#asked.map((breakpoint) => breakpoint.binding);
  }

  /** Sets the lines of the execution's own `breakpoints` field. Gives what there is to tell about them. */
  setOwn(lines: readonly number[]): string[] {
    if (this.#offReason !== undefined) return [];
    const notes: string[] = [];
    this.#own = lines.map((line) => {
      const bound = this.#binder.bind(line, undefined);
      if (bound.message !== undefined) notes.push(`Breakpoint at line ${line}: ${bound.message}`);
      const id = ++this.#lastId;
      return { id, request: undefined, binding: { id, verified: bound.location !== undefined }, location: bound.location, decide: () => ({ kind: 'stop', failure: undefined }) };
    });
    this.#flag();
    return notes;
  }

  /** Asks the breakpoints at a location, in the order they were set. Counts their hits. */
  at(location: Location, place: Place): BreakpointVerdict {
    const hit: number[] = [];
    const messages: string[] = [];
    const failures: string[] = [];
    for (const breakpoint of [...this.#asked, ...this.#own]) {
      if (breakpoint.location !== location || !breakpoint.decide) continue;
      const decision = breakpoint.decide(place);
      if (decision.kind === 'log') messages.push(decision.text);
      if (decision.kind !== 'stop') continue;
      hit.push(breakpoint.id);
      if (decision.failure !== undefined) failures.push(decision.failure);
    }
    return { hit, stop: hit.length > 0, messages, failures };
  }

  /** No place stops any more. */
  clear(): void {
    this.#asked = [];
    this.#own = [];
    this.#flag();
  }

  #bind(request: BreakpointRequest): Breakpoint {
    const id = ++this.#lastId;
    const bound = this.#binder.bind(request.line, request.column);
    const place = bound.location && { location: this.#binder.place(bound.location) };
    const refused = (message: string): Breakpoint => ({ id, request, binding: { id, verified: false, ...place, message }, location: undefined, decide: undefined });
    if (this.#offReason !== undefined) return refused(this.#offReason);
    if (!bound.location) return refused(bound.message);
    try {
      const scope = this.#program.document.resolution.scopes.get(bound.location.step);
      const decide = breakpointCondition(request, conditionLanguage(this.#program, scope));
      return { id, request, binding: { id, verified: true, ...place, ...(bound.message === undefined ? {} : { message: bound.message }) }, location: bound.location, decide };
    } catch (error) {
      if (error instanceof ConditionError) return refused(error.message);
      throw error;
    }
  }

  #flag(): void {
    this.#stopAt.fill(0);
    for (const { location, decide } of [...this.#asked, ...this.#own]) if (location && decide) this.#stopAt[location.id] = 1;
  }
}
