/** How many entries are kept: the first ones, and the last ones of what comes after. */
export interface KeptEntries {
  readonly first: number;
  readonly last: number;
}

/** The numbers of one entry. `expected`, `progress` and `parent` are 0 for none, `thread` for the main line. */
export interface EntryNumbers {
  readonly id: number;
  readonly point: number;
  readonly parent: number;
  readonly thread: number;
  readonly progress: number;
  readonly expected: number;
  /** Index into `stepStates`. */
  state: number;
  children: number;
  /** The last entry that had begun when this one ended. */
  last: number;
  readonly created: number;
  updated: number;
}

const width = 8;
const [pointColumn, parentColumn, threadColumn, progressColumn, expectedColumn, stateColumn, childrenColumn, lastColumn] = [0, 1, 2, 3, 4, 5, 6, 7];
const firstCapacity = 8;

/** With this many entries inside or less, an ended one is let go although they are kept for a moment longer. */
const fewInside = 8;

/**
 * Entries as numbers in two arrays: an endless loop makes millions of them a second. The first ones stay; later ones
 * take turns in the places of the last ones. What is still open, or has much inside of it that is kept, is put aside
 * before its place is taken, so that nearly every kept entry has those around it; the few others are not told.
 */
export class EntryColumns {
  readonly kept: KeptEntries;
  count = 0;
  readonly #full: number;
  #numbers = new Int32Array(firstCapacity * width);
  #times = new Float64Array(firstCapacity * 2);
  #capacity = firstCapacity;
  readonly #aside = new Map<number, EntryNumbers>();
  /** Told which entry is not kept any more. */
  readonly #dropped: (id: number) => void;

  constructor(kept: KeptEntries, dropped: (id: number) => void) {
    this.kept = kept;
    this.#full = kept.first + kept.last;
    this.#dropped = dropped;
  }

  /** Adds an entry and gives its id. */
  add(point: number, parent: number, thread: number, progress: number, expected: number, time: number): number {
    const id = ++this.count;
    const place = this.#placeOf(id);
    if (place >= this.#capacity) this.#grow();
    const numbers = this.#numbers;
    const at = place * width;
    if (id > this.#full) this.#leave(id - this.kept.last, at, place);
    numbers[at + pointColumn] = point;
    numbers[at + parentColumn] = parent;
    numbers[at + threadColumn] = thread;
    numbers[at + progressColumn] = progress;
    numbers[at + expectedColumn] = expected;
    numbers[at + stateColumn] = 0;
    numbers[at + childrenColumn] = 0;
    numbers[at + lastColumn] = 0;
    this.#times[place * 2] = time;
    this.#times[place * 2 + 1] = time;
    if (parent > 0) this.#addChild(parent);
    return id;
  }

  end(id: number, state: number, time: number): void {
    if (this.#hasPlace(id)) {
      const place = this.#placeOf(id);
      this.#numbers[place * width + stateColumn] = state;
      this.#numbers[place * width + lastColumn] = this.count;
      if (time > this.#times[place * 2]!) this.#times[place * 2 + 1] = time;
    } else {
      const entry = this.#aside.get(id);
      if (!entry) return;
      entry.state = state;
      entry.last = this.count;
      entry.updated = Math.max(time, entry.created);
    }
  }

  /** Gives an entry that has just been added or ended the time of an earlier run. */
  setTime(id: number, which: 'created' | 'updated', time: number): void {
    if (!this.#hasPlace(id)) return;
    const at = this.#placeOf(id) * 2;
    if (which === 'created') this.#times[at] = time;
    this.#times[at + 1] = time;
  }

  get(id: number): EntryNumbers | undefined {
    return this.#hasPlace(id) ? this.#read(id, this.#placeOf(id)) : this.#aside.get(id);
  }

  /** The ids of the first ones, counting up. */
  *firstIds(from: number, to: number): Generator<number> {
    for (let id = from; id <= Math.min(to, this.count, this.kept.first); id++) yield id;
  }

  /** The ids of the last ones and of what is around them, counting up. */
  *lastIds(): Generator<number> {
    const { first, last } = this.kept;
    const begin = Math.max(first + 1, this.count - last + 1);
    const alone = new Set<number>();
    yield* [...this.#aside.keys()].sort((left, right) => left - right);
    for (let id = begin; id <= this.count; id++) {
      const parent = this.#numbers[this.#placeOf(id) * width + parentColumn]!;
      if (alone.has(parent) || (parent > 0 && !this.#hasPlace(parent) && !this.#aside.has(parent))) alone.add(id);
      else yield id;
    }
  }

  #placeOf(id: number): number {
    const { first, last } = this.kept;
    return id <= first ? id - 1 : first + ((id - first - 1) % last);
  }

  #hasPlace(id: number): boolean {
    return id > 0 && id <= this.count && (id <= this.kept.first || id > this.count - this.kept.last);
  }

  #addChild(parent: number): void {
    if (this.#hasPlace(parent)) {
      this.#numbers[this.#placeOf(parent) * width + childrenColumn]!++;
    } else {
      const entry = this.#aside.get(parent);
      if (entry) entry.children++;
    }
  }

  /** An entry loses its place. */
  #leave(id: number, at: number, place: number): void {
    const numbers = this.#numbers;
    if (numbers[at + stateColumn] === 0 || numbers[at + lastColumn]! - id > fewInside) {
      this.#aside.set(id, this.#read(id, place));
      if (this.#aside.size % 256 === 0) this.#tidy(id);
    } else {
      this.#dropped(id);
    }
  }

  /** Lets go what is over and has nothing kept inside of it any more. */
  #tidy(lost: number): void {
    for (const [id, { state, last }] of this.#aside) {
      if (state === 0 || last > lost) continue;
      this.#aside.delete(id);
      this.#dropped(id);
    }
  }

  #read(id: number, place: number): EntryNumbers {
    const at = place * width;
    const numbers = this.#numbers;
    return {
      id,
      point: numbers[at + pointColumn]!,
      parent: numbers[at + parentColumn]!,
      thread: numbers[at + threadColumn]!,
      progress: numbers[at + progressColumn]!,
      expected: numbers[at + expectedColumn]!,
      state: numbers[at + stateColumn]!,
      children: numbers[at + childrenColumn]!,
      last: numbers[at + lastColumn]!,
      created: this.#times[place * 2]!,
      updated: this.#times[place * 2 + 1]!,
    };
  }

  #grow(): void {
    this.#capacity = Math.min(this.#capacity * 2, this.kept.first + this.kept.last);
    const [numbers, times] = [this.#numbers, this.#times];
    this.#numbers = new Int32Array(this.#capacity * width);
    this.#times = new Float64Array(this.#capacity * 2);
    this.#numbers.set(numbers);
    this.#times.set(times);
  }
}
