import { EngineError } from './engineError.ts';
import { ownPlaces, type Places } from './places.ts';
import { StoreError } from './store.ts';

/** Executions that run at once, where nobody says otherwise, and executions that wait (google-workflows 5). */
export const usualConcurrency = 10_000;
const backlogLimit = 100_000;

/** No more executions may run or wait; Google's RESOURCE_EXHAUSTED. */
export class ResourceExhausted extends EngineError {}

/** What waits for its turn. */
export interface Waiting {
  readonly id: string;
  readonly name: string;
  /** Higher first. */
  readonly priority: number;
  /** Milliseconds since the epoch; of equal priorities the older one is first. */
  readonly created: number;
  /** Not before this time, in milliseconds since the epoch. */
  readonly notBefore: number | undefined;
  /** Others know that it waited, and have to hear that it has a place now. */
  readonly waited: boolean;
  /** Its turn has come. */
  begin(): void;
}

interface Entry extends Waiting {
  readonly number: number;
  left: boolean;
}

export interface QueueOptions {
  /** Executions that may run at once; asked anew whenever there may be room. */
  readonly limit: () => number;
  readonly backlog?: number;
  /** Those of all processes that share a store; without them this one is alone. */
  readonly places?: Places;
}

/** A timer looks at the clock at least so often (milliseconds), so that a clock that is put forward is noticed. */
const longestWait = 30_000;

/** Milliseconds between two looks for places that other processes have left free, or that are free because those are gone. */
const otherPlacesTime = 100;

/**
 * Lets executions run while fewer than the limit do; the others wait, by priority, then by age. Who sleeps, waits for
 * a callback or is paused keeps its place, as on the service: it has started and not ended. Children count like others,
 * and so does what runs in other processes that share the store (`places.ts`).
 * One that is scheduled takes no place until its time has come, and then waits like the rest.
 */
export class ExecutionQueue {
  readonly #options: QueueOptions;
  readonly #places: Places;
  readonly #running = new Set<string>();
  readonly #entries = new Map<string, Entry>();
  readonly #ready = new Heap<Entry>(byTurn);
  readonly #later = new Heap<Entry>(byTime);
  #count = 0;
  #timer: NodeJS.Timeout | undefined;
  #letting = false;
  /** While what waits here could have a place of other processes. It keeps this one alive: nothing else may. */
  #others: NodeJS.Timeout | undefined;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#places = options.places ?? ownPlaces;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#entries.size;
  }

  isWaiting(id: string): boolean {
    return this.#entries.has(id);
  }

  get running(): number {
    return this.#running.size;
  }

  /** Throws `ResourceExhausted` where an execution could neither run nor wait; `mayWait` false is for one that must run at once. */
  checkRoom(mayWait: boolean): void {
    // Nobody has to be asked where there is room to wait.
    const backlog = this.#options.backlog ?? backlogLimit;
    if ((mayWait && this.#entries.size < backlog) || this.#hasRoom()) return;
    const limit = this.#options.limit();
    const running = this.#running.size + this.#elsewhere();
    const full = `${running} ${running === 1 ? 'execution runs' : 'executions run'}, and ${limit} may at once`;
    if (!mayWait) throw new ResourceExhausted(`${full}; with disable_concurrency_quota_overflow_buffering it is not put into the queue.`);
    throw new ResourceExhausted(`${full}; ${this.#entries.size} wait, which is as many as may wait.`);
  }

  /** Takes a place for an execution that has been let in but begins later. */
  reserve(id: string): void {
    this.#running.add(id);
  }

  /** It is there, but takes no place before somebody wants it to begin. */
  holdBack(id: string): void {
    if (!this.#running.has(id)) this.#waits(id, 'time');
  }

  /** Begins it now or when its turn comes. One that has a place goes on with it, unless its time has not come. */
  enter(waiting: Waiting): void {
    if (this.#entries.has(waiting.id)) return;
    const isLater = waiting.notBefore !== undefined && waiting.notBefore > Date.now();
    if (this.#running.has(waiting.id)) {
      if (!isLater) return waiting.begin();
      this.#running.delete(waiting.id);
    }
    if (!isLater && !waiting.waited && this.#ready.size === 0 && this.#hasRoom() && !this.#othersWait()) {
      this.#running.add(waiting.id);
      return waiting.begin();
    }
    const entry: Entry = { ...waiting, begin: () => waiting.begin(), number: ++this.#count, left: false };
    this.#entries.set(entry.id, entry);
    this.#waits(entry.id, isLater ? 'time' : 'turn');
    if (isLater) {
      this.#later.add(entry);
      this.#look();
    } else {
      this.#ready.add(entry);
      this.letIn();
    }
  }

  /** It has ended, or does not want to begin any more. */
  leave(id: string): void {
    const entry = this.#entries.get(id);
    if (entry) {
      // What lies in the heap is passed over when it comes up; a heap of such leftovers is made anew.
      entry.left = true;
      this.#entries.delete(id);
      for (const heap of [this.#ready, this.#later]) if (heap.size > 64 && heap.size > 2 * this.#entries.size) heap.keep((kept) => !kept.left);
    }
    if (this.#running.delete(id)) this.letIn();
  }

  /** Begins what there is room for; to be called when the limit may have grown. */
  letIn(): void {
    // What begins may end at once and so call this again.
    if (this.#letting) return;
    this.#letting = true;
    clearTimeout(this.#others);
    this.#others = undefined;
    try {
      for (let next = this.#next(this.#ready); next && this.#take(next); next = this.#next(this.#ready)) {
        this.#ready.take();
        this.#entries.delete(next.id);
        this.#running.add(next.id);
        next.begin();
      }
    } finally {
      this.#letting = false;
    }
    if (this.#next(this.#ready) && this.#running.size < this.#options.limit()) this.#others = setTimeout(() => this.letIn(), otherPlacesTime);
  }

  close(): void {
    clearTimeout(this.#others);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#entries.clear();
    this.#ready.keep(() => false);
    this.#later.keep(() => false);
  }

  #hasRoom(): boolean {
    return this.#running.size < this.#options.limit() && this.#running.size + this.#elsewhere() < this.#options.limit();
  }

  /** A store that cannot be asked keeps nobody from running. */
  #elsewhere(): number {
    return unlessStoreFails(() => this.#places.elsewhere(this.#options.limit() - this.#running.size), 0);
  }

  /** Nobody overtakes those of other processes: the store then says whose turn it is. */
  #othersWait(): boolean {
    return unlessStoreFails(() => this.#places.othersWait(), false);
  }

  /** Takes a place for the next one, whose turn it may not be among all processes. It is tried again and again. */
  #take(next: Entry): boolean {
    const running = this.#running.size;
    const limit = this.#options.limit();
    return running < limit && unlessStoreFails(() => this.#places.take(next, running, limit), false);
  }

  /** Where that cannot be kept, other processes take it for one that runs. */
  #waits(id: string, until: 'turn' | 'time'): void {
    unlessStoreFails(() => this.#places.wait(id, until), undefined);
  }

  /** The first that has not left. */
  #next(heap: Heap<Entry>): Entry | undefined {
    while (heap.first?.left === true) heap.take();
    return heap.first;
  }

  /** Moves those whose time has come to the others, and waits for the next. */
  #look(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const now = Date.now();
    for (let next = this.#next(this.#later); next; next = this.#next(this.#later)) {
      const wait = (next.notBefore ?? 0) - now;
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#look(), Math.min(wait, longestWait));
        break;
      }
      this.#later.take();
      this.#waits(next.id, 'turn');
      this.#ready.add(next);
    }
    this.letIn();
  }
}

function unlessStoreFails<T>(ask: () => T, otherwise: T): T {
  try {
    return ask();
  } catch (error) {
    if (error instanceof StoreError) return otherwise;
    throw error;
  }
}

function byTurn(a: Entry, b: Entry): number {
  return b.priority - a.priority || a.created - b.created || a.number - b.number;
}

function byTime(a: Entry, b: Entry): number {
  return (a.notBefore ?? 0) - (b.notBefore ?? 0) || a.number - b.number;
}

/** A binary heap: adding and taking cost the logarithm of its size. */
class Heap<T> {
  #items: T[] = [];
  readonly #compare: (a: T, b: T) => number;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#items.length;
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  add(item: T): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (this.#compare(items[above]!, item) <= 0) break;
      items[at] = items[above]!;
      at = above;
    }
    items[at] = item;
  }

  take(): T | undefined {
    const items = this.#items;
    const [first] = items;
    const last = items.pop();
    if (items.length > 0 && last !== undefined) this.#sink(last);
    return first;
  }

  keep(wanted: (item: T) => boolean): void {
    // A sorted list is a heap.
    this.#items = this.#items.filter(wanted).sort(this.#compare);
  }

  /** Puts an item in at the top and moves it down to where it belongs. */
  #sink(item: T): void {
    const items = this.#items;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= items.length) break;
      if (below + 1 < items.length && this.#compare(items[below + 1]!, items[below]!) < 0) below++;
      if (this.#compare(item, items[below]!) <= 0) break;
      items[at] = items[below]!;
      at = below;
    }
    items[at] = item;
  }
}
