import type { Failure } from './failure.ts';
import type { Effect, Outcome } from './effect.ts';
import { share } from './assign.ts';
import type { ForkPlan, RoutineCode } from './program.ts';
import { ListValue, MapValue, type Value } from './value.ts';

/** What a slot may hold: a value; an error on its way; nothing, where the variable has not been assigned. */
export type Slot = Value | Failure | undefined;

/** A running routine, or a parallel branch of one (then `outer` is the frame around the parallel step). */
export class Frame {
  readonly code: RoutineCode;
  readonly slots: Slot[];
  /** Bytes of each variable, as `sizeOf` counts them. */
  readonly sizes: number[];
  readonly outer: Frame | undefined;
  pc: number;
  /** Where the value of the call or effect at `pc` goes, and where to go on then. */
  resultSlot = -1;
  resumeAt = -1;
  /** Location of the step that the frame began last, else -1: before the next one, the step that has just been done. */
  began = -1;

  constructor(code: RoutineCode, slots: number, pc: number, outer: Frame | undefined) {
    this.code = code;
    this.slots = new Array<Slot>(slots).fill(undefined);
    this.sizes = new Array<number>(slots).fill(0);
    this.pc = pc;
    this.outer = outer;
  }
}

export interface PendingEffect {
  readonly effect: Effect;
  /** The library function that asked, or a connector's name. */
  readonly name: string;
  readonly args: readonly (Value | undefined)[];
}

/** One line of execution: the main one, a parallel branch or a parallel iteration. */
export class Thread {
  readonly id: number;
  /** How a debugger names it. */
  readonly name: string;
  readonly frames: Frame[];
  /** The parallel step it belongs to. */
  readonly group: ParallelGroup | undefined;
  /** For a branch: its name; for an iteration: its number from 0. */
  readonly member: string;
  state: 'ready' | 'waiting' | 'joining' | 'ended' = 'ready';
  pending: PendingEffect | undefined;
  /** The effect's answer, taken in when the thread runs next. */
  outcome: Outcome | undefined;
  /** The parallel step it waits for. */
  join: ParallelGroup | undefined;
  /** An error that was raised and is not handled yet; the machine may have stopped to show it. */
  failure: Failure | undefined;
  /** True when a stop before the next location has been reported already. */
  passing = false;

  constructor(id: number, name: string, frames: Frame[], group: ParallelGroup | undefined, member: string) {
    this.id = id;
    this.name = name;
    this.frames = frames;
    this.group = group;
    this.member = member;
  }

  get top(): Frame {
    return this.frames[this.frames.length - 1]!;
  }
}

/** A parallel step in progress. */
export class ParallelGroup {
  readonly owner: Thread;
  readonly plan: ForkPlan;
  readonly total: number;
  readonly limit: number;
  /** The items of a parallel loop; undefined for branches. */
  readonly items: ListValue | undefined;
  /** Depth of parallel steps including this one. */
  readonly depth: number;
  started = 0;
  active = 0;
  readonly failures: { readonly member: string; readonly failure: Failure }[] = [];
  failed = 0;

  constructor(owner: Thread, plan: ForkPlan, total: number, limit: number, items: ListValue | undefined, depth: number) {
    this.owner = owner;
    this.plan = plan;
    this.total = total;
    this.limit = limit;
    this.items = items;
    this.depth = depth;
  }
}

/** Copies threads with their frames and groups. Values are shared with the copy, so that neither changes the other's. */
export function cloneThreads(threads: readonly Thread[], current: Thread): { threads: Thread[]; current: Thread } {
  const frames = new Map<Frame, Frame>();
  const groups = new Map<ParallelGroup, ParallelGroup>();
  const copies = new Map<Thread, Thread>();
  const cloneFrame = (frame: Frame): Frame => {
    const known = frames.get(frame);
    if (known) return known;
    const copy = new Frame(frame.code, 0, frame.pc, frame.outer && cloneFrame(frame.outer));
    frames.set(frame, copy);
    copy.slots.push(...frame.slots);
    for (const slot of frame.slots) if (slot instanceof ListValue || slot instanceof MapValue) share(slot);
    copy.sizes.push(...frame.sizes);
    copy.resultSlot = frame.resultSlot;
    copy.resumeAt = frame.resumeAt;
    copy.began = frame.began;
    return copy;
  };
  const cloneGroup = (group: ParallelGroup): ParallelGroup => {
    // The owner first: it holds the group too.
    const owner = cloneThread(group.owner);
    const known = groups.get(group);
    if (known) return known;
    const copy = new ParallelGroup(owner, group.plan, group.total, group.limit, group.items, group.depth);
    groups.set(group, copy);
    copy.started = group.started;
    copy.active = group.active;
    copy.failed = group.failed;
    copy.failures.push(...group.failures);
    return copy;
  };
  const cloneThread = (thread: Thread): Thread => {
    const known = copies.get(thread);
    if (known) return known;
    const copy = new Thread(thread.id, thread.name, thread.frames.map(cloneFrame), thread.group && cloneGroup(thread.group), thread.member);
    copies.set(thread, copy);
    copy.state = thread.state;
    copy.pending = thread.pending;
    copy.outcome = thread.outcome;
    copy.failure = thread.failure;
    copy.passing = thread.passing;
    copy.join = thread.join && cloneGroup(thread.join);
    return copy;
  };
  return { threads: threads.map(cloneThread), current: cloneThread(current) };
}
