import { keptEntries, stepStates, type StepEntry, type StepHistory } from '../../execution/stepEntry.ts';
import type { JsonText } from '../../execution/record.ts';
import type { Failure } from '../../machine/failure.ts';
import type { Program } from '../../machine/program.ts';
import type { Frame, Thread } from '../../machine/state.ts';
import type { StepObserver } from '../../machine/stepObserver.ts';
import { EntryColumns, type KeptEntries } from './entryColumns.ts';
import { EntryTexts, payloadText, variablesText } from './texts.ts';

export interface RecorderOptions {
  /** Keeps variables and expected iterations too. */
  readonly detailed: boolean;
  /**
   * What was kept of the same run before. The steps are the same again; their times, and the ends they came to, are
   * those of the first time.
   */
  readonly earlier?: StepHistory | undefined;
  /** Whether the run still repeats the earlier one; always, where it is not given. */
  readonly isRepeated?: () => boolean;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly kept?: KeptEntries;
}

/** An entry that has not ended, or the bottom of a frame. */
interface Open {
  /** Of a bottom: what the steps there are directly within. */
  readonly point: number;
  readonly id: number;
  readonly around: Open | undefined;
  readonly bottom: boolean;
  readonly frame: Frame;
}

const noPoint = -1;
const mainThread = 1;
/** Indexes into `stepStates`. */
const [succeeded, failed, cancelled] = [1, 2, 3];

/** Characters of errors, and of variables, that are kept of one execution. */
const exceptionLimit = 4 * 1024 * 1024;
const variableLimit = 8 * 1024 * 1024;

/** Beyond what is kept for good the clock is looked at only now and then: reading it takes longer than a step. */
const sparseClock = 16;

interface Place {
  readonly line: number;
  readonly column: number;
}

/** Of entry points, as they are asked for. */
const places = new WeakMap<Program, Map<number, Place>>();

const nothingEarlier: ReadonlyMap<number, StepEntry> = new Map();

/** Entries that are written together. */
const partSize = 1000;

/** Records the steps of a run as entries of its history (google-workflows 6.6). */
export class StepRecorder implements StepObserver {
  readonly #program: Program;
  readonly #detailed: boolean;
  readonly #now: () => number;
  readonly #columns: EntryColumns;
  readonly #earlier: ReadonlyMap<number, StepEntry>;
  readonly #isRepeated: () => boolean;
  readonly #exceptions = new EntryTexts(exceptionLimit);
  readonly #variables = new EntryTexts(variableLimit);
  /** By thread. Only that of the thread at work is in `#top`. */
  readonly #open = new Map<number, Open>();
  /** The thread at work and the innermost of what is open in it. */
  #thread = 0;
  #top: Open | undefined;
  #time: number;
  /** By part of the history: 1 for those that have changed since `takeChanged`. */
  readonly #changed: Uint8Array;

  constructor(program: Program, options: RecorderOptions) {
    this.#program = program;
    this.#detailed = options.detailed;
    this.#now = options.now ?? Date.now;
    this.#columns = new EntryColumns(options.kept ?? keptEntries, (id) => {
      this.#exceptions.delete(id);
      this.#variables.delete(id);
    });
    const earlier = options.earlier?.entries ?? [];
    this.#earlier = earlier.length === 0 ? nothingEarlier : new Map(earlier.map((entry) => [entry.id, entry]));
    this.#isRepeated = options.isRepeated ?? (() => true);
    this.#changed = new Uint8Array(Math.ceil(this.#columns.kept.first / partSize) + 1);
    this.#time = this.#now();
  }

  resumed(): void {
    this.#time = this.#now();
  }

  began(thread: Thread, point: number, progress: number, expected: number): void {
    if (point < 0) return;
    const columns = this.#columns;
    if (columns.count < columns.kept.first || columns.count % sparseClock === 0) this.#time = this.#now();
    if (thread.id !== this.#thread) this.#turnTo(thread);
    const { within } = this.#program.entryPoints[point]!;
    let top = this.#top ?? this.#bottom(thread);
    while (top.point !== within && !top.bottom) top = this.#end(top, succeeded);
    const id = columns.add(point, top.id, thread.group ? thread.id : 0, progress, expected, this.#time);
    this.#touch(id);
    this.#touch(top.id);
    if (this.#earlier.size > 0) this.#takeOver(id);
    this.#top = { point, id, around: top, bottom: false, frame: top.frame };
  }

  over(thread: Thread, point: number): void {
    if (thread.id !== this.#thread) this.#turnTo(thread);
    for (let at = this.#top; at && !at.bottom; at = at.around) {
      if (at.point !== point) continue;
      let top = this.#top!;
      while (top !== at) top = this.#end(top, succeeded);
      this.#top = this.#end(at, succeeded);
      return;
    }
  }

  called(thread: Thread): void {
    if (thread.id !== this.#thread) this.#turnTo(thread);
    const around = this.#top;
    this.#top = { point: noPoint, id: around?.id ?? 0, around, bottom: true, frame: thread.top };
  }

  left(thread: Thread): void {
    if (thread.id !== this.#thread) this.#turnTo(thread);
    this.#endFrame(succeeded);
  }

  failed(thread: Thread, failure: Failure, frames: number, point: number | undefined): void {
    if (thread.id !== this.#thread) this.#turnTo(thread);
    this.#time = this.#now();
    const payload = payloadText(failure);
    for (let i = 0; i < frames; i++) this.#endFrame(failed, payload);
    if (point === undefined) {
      this.#endFrame(failed, payload);
      this.#forgetThread(thread);
      return;
    }
    for (let top = this.#top; top && !top.bottom; top = this.#top) {
      this.#top = this.#end(top, failed, payload);
      if (top.point === point) return;
    }
  }

  branched(thread: Thread, owner: Thread): void {
    this.#putAside();
    const around = this.#open.get(owner.id);
    this.#open.set(thread.id, { point: around?.point ?? noPoint, id: around?.id ?? 0, around: undefined, bottom: true, frame: thread.top });
  }

  ended(thread: Thread): void {
    if (thread.id !== this.#thread) this.#turnTo(thread);
    this.#endFrame(succeeded);
    this.#forgetThread(thread);
  }

  /** The run is over: what is still open did not come to its end. Where the main line failed, its branches are cancelled. */
  finish(state: 'STATE_FAILED' | 'STATE_CANCELLED', payload?: JsonText): void {
    this.#time = this.#now();
    this.#putAside();
    this.#thread = 0;
    for (const [thread, open] of this.#open) {
      const isFailed = state === 'STATE_FAILED' && thread === mainThread;
      for (let at: Open | undefined = open; at; at = at.around) if (!at.bottom) this.#end(at, isFailed ? failed : cancelled, isFailed ? payload : undefined);
    }
    this.#open.clear();
  }

  /** How many entries there were. */
  get count(): number {
    return this.#columns.count;
  }

  /** The parts of the history that have changed since this was last asked. */
  takeChanged(): number[] {
    const parts: number[] = [];
    this.#changed.forEach((changed, part) => {
      if (changed === 1) parts.push(part);
    });
    this.#changed.fill(0);
    return parts;
  }

  /** The entries of a part as they are now: each has so many of the first ones, and the last part has all later ones. */
  part(part: number): StepEntry[] {
    const from = part * partSize + 1;
    return this.#read(part === this.#changed.length - 1 ? this.#columns.lastIds() : this.#columns.firstIds(from, from + partSize - 1));
  }

  /** All entries as they are now. */
  history(): StepHistory {
    return { entries: [...this.#read(this.#columns.firstIds(1, Infinity)), ...this.#read(this.#columns.lastIds())], count: this.count };
  }

  #read(ids: Iterable<number>): StepEntry[] {
    const entries: StepEntry[] = [];
    for (const id of ids) entries.push(this.entry(id)!);
    return entries;
  }

  #touch(id: number): void {
    this.#changed[id > this.#columns.kept.first ? this.#changed.length - 1 : ((id - 1) / partSize) | 0] = 1;
  }

  /** One entry; undefined where there is none or it is not kept. */
  entry(id: number): StepEntry | undefined {
    const numbers = this.#columns.get(id);
    if (!numbers) return undefined;
    const { type, routine, step, progress } = this.#program.entryPoints[numbers.point]!;
    return {
      id,
      routine: routine.name,
      step: step.name,
      ...this.#place(numbers.point),
      type,
      state: stepStates[numbers.state]!,
      created: numbers.created,
      updated: numbers.updated,
      parent: numbers.parent === 0 ? undefined : numbers.parent,
      childCount: numbers.children,
      progress: progress && numbers.progress > 0 ? { type: progress, number: numbers.progress, expected: this.#detailed && numbers.expected > 0 ? numbers.expected : undefined } : undefined,
      thread: numbers.thread === 0 ? undefined : numbers.thread,
      exception: this.#exceptions.get(id),
      variables: this.#variables.get(id),
    };
  }

  #putAside(): void {
    if (this.#top) this.#open.set(this.#thread, this.#top);
  }

  #forgetThread(thread: Thread): void {
    this.#open.delete(thread.id);
    this.#thread = 0;
    this.#top = undefined;
  }

  #turnTo(thread: Thread): void {
    this.#putAside();
    this.#thread = thread.id;
    this.#top = this.#open.get(thread.id) ?? this.#bottom(thread);
  }

  #bottom(thread: Thread): Open {
    return { point: noPoint, id: 0, around: undefined, bottom: true, frame: thread.top };
  }

  /** Ends everything in the innermost frame, and leaves it. */
  #endFrame(state: number, payload?: JsonText): void {
    let top = this.#top;
    while (top && !top.bottom) top = this.#end(top, state, payload);
    this.#top = top?.around ?? top;
  }

  #end(open: Open, state: number, payload?: JsonText): Open {
    const { id } = open;
    this.#touch(id);
    this.#columns.end(id, state, this.#time);
    if (this.#earlier.size > 0) this.#takeOverEnd(id);
    if (payload !== undefined) this.#exceptions.set(id, payload);
    if (this.#detailed) this.#variables.set(id, variablesText(this.#program.entryPoints[open.point]!.scope, open.frame));
    return open.around!;
  }

  /** Another program would have other steps: then nothing of the earlier run is true. */
  #known(id: number): StepEntry | undefined {
    const known = this.#isRepeated() ? this.#earlier.get(id) : undefined;
    const numbers = known && this.#columns.get(id);
    const point = numbers && this.#program.entryPoints[numbers.point]!;
    return known?.step === point?.step.name && known?.type === point?.type ? known : undefined;
  }

  #takeOver(id: number): void {
    const known = this.#known(id);
    if (known) this.#columns.setTime(id, 'created', known.created);
  }

  #takeOverEnd(id: number): void {
    const known = this.#known(id);
    if (known && known.state !== 'STATE_IN_PROGRESS') this.#columns.setTime(id, 'updated', known.updated);
  }

  #place(point: number): Place {
    let known = places.get(this.#program);
    if (!known) places.set(this.#program, (known = new Map<number, Place>()));
    let place = known.get(point);
    if (!place) known.set(point, (place = this.#program.source.lines.position(this.#program.entryPoints[point]!.start)));
    return place;
  }
}
