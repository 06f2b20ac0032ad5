import type { Wait } from '../waits.ts';
import type { LockEntry } from './lockTable.ts';

/** One wait of an execution of the circle; with its entry where it waits for a lock. */
interface Edge extends Wait {
  readonly entry: LockEntry | undefined;
}

/** A circle of waiting through a lock: the entries that stand in it, first that of the lock that is asked about. */
export interface Deadlock {
  /** The one whose wait is ended, so that the others can go on. */
  readonly victim: LockEntry;
  /** Who has what the entry asked about wants. */
  readonly holder: LockEntry;
  /** What stands between the holder and the execution that closes the circle. */
  readonly path: readonly LockEntry[];
}

/**
 * Whether an execution that asks for a lock would wait for itself: for executions that all wait, and for nothing that
 * could end but by one of them. Waiting for others is part of the circle, as a parent that waits for the child that wants
 * its lock. Of a circle with timeouts the first one would end it: that wait is ended at once, since nothing else could
 * come of it; without timeouts it is the one that was asked last. Where waiting for an execution has the first timeout,
 * the circle ends then, and is none.
 */
export function findDeadlock(entry: LockEntry, all: readonly LockEntry[], waits: (execution: string) => readonly Wait[]): Deadlock | undefined {
  const circle = new Circle(entry, all, waits);
  const members = circle.members();
  if (members.size === 0) return undefined;
  const edges = [...members].flatMap((execution) => circle.edges(execution)).filter(({ others }) => others.some((other) => members.has(other)));
  const first = edges.reduce((one, other) => (endsBefore(other, one, all) ? other : one));
  const holder = circle.holder(entry);
  return first.entry && holder && { victim: first.entry, holder, path: circle.path(holder.execution, members) };
}

/** Where two end together, or neither does, it is the one that was asked later; waiting for executions is ended by its own timeout only. */
function endsBefore(one: Edge, other: Edge, all: readonly LockEntry[]): boolean {
  const [ends, otherEnds] = [one.deadline ?? Infinity, other.deadline ?? Infinity];
  return ends === otherEnds ? place(one, all) > place(other, all) : ends < otherEnds;
}

/** In the order of asking; one that does not stand in the queue yet is the last. */
function place({ entry }: Edge, all: readonly LockEntry[]): number {
  if (!entry) return -1;
  const index = all.findIndex(({ id }) => id === entry.id);
  return index < 0 ? all.length : index;
}

class Circle {
  readonly #entry: LockEntry;
  readonly #waits: (execution: string) => readonly Wait[];
  readonly #waiting = new Map<string, LockEntry[]>();
  readonly #holders = new Map<string, LockEntry>();
  readonly #edges = new Map<string, readonly Edge[]>();

  constructor(entry: LockEntry, all: readonly LockEntry[], waits: (execution: string) => readonly Wait[]) {
    this.#entry = entry;
    this.#waits = waits;
    for (const one of all) {
      if (one.depth > 0) this.#holders.set(one.setting, one);
      else if (one.id !== entry.id) this.#waiting.set(one.execution, [...(this.#waiting.get(one.execution) ?? []), one]);
    }
    this.#waiting.set(entry.execution, [...(this.#waiting.get(entry.execution) ?? []), entry]);
  }

  /** Who only waits before somebody is in no circle that the holder is not in. */
  holder({ setting }: LockEntry): LockEntry | undefined {
    return this.#holders.get(setting);
  }

  edges(execution: string): readonly Edge[] {
    let edges = this.#edges.get(execution);
    if (!edges) {
      const locks = (this.#waiting.get(execution) ?? []).map((entry): Edge => {
        const holder = this.holder(entry);
        return { others: holder ? [holder.execution] : [], needsAll: true, deadline: entry.deadline, entry };
      });
      edges = [...locks, ...this.#waits(execution).map((wait): Edge => ({ ...wait, entry: undefined }))];
      this.#edges.set(execution, edges);
    }
    return edges;
  }

  /** The executions that wait for each other, with the one that asks; none where it is in no circle. */
  members(): ReadonlySet<string> {
    const stuck = this.#stuck();
    const start = this.#entry.execution;
    if (!stuck.has(start)) return new Set();
    const backwards = new Map<string, string[]>();
    for (const execution of stuck) {
      for (const other of this.#next(execution, stuck)) backwards.set(other, [...(backwards.get(other) ?? []), execution]);
    }
    const reaching = new Set<string>();
    const left = [...(backwards.get(start) ?? [])];
    for (let one = left.pop(); one !== undefined; one = left.pop()) {
      if (reaching.has(one)) continue;
      reaching.add(one);
      left.push(...(backwards.get(one) ?? []));
    }
    // Everything that is looked at can be reached from the start.
    return reaching.has(start) ? reaching : new Set();
  }

  /** The locks that are waited for on a shortest way back to the execution that asks. */
  path(from: string, members: ReadonlySet<string>): LockEntry[] {
    const ways = new Map<string, readonly LockEntry[]>([[from, []]]);
    for (const [execution, way] of ways) {
      if (execution === this.#entry.execution) return [...way];
      for (const { others, entry } of this.edges(execution)) {
        for (const other of others) if (members.has(other) && !ways.has(other)) ways.set(other, entry ? [...way, entry] : way);
      }
    }
    return [];
  }

  /** Those that can be reached and never go on: a wait ends only by what is not among them. */
  #stuck(): Set<string> {
    const stuck = new Set<string>();
    const left = [this.#entry.execution];
    for (let one = left.pop(); one !== undefined; one = left.pop()) {
      if (stuck.has(one)) continue;
      stuck.add(one);
      left.push(...this.edges(one).flatMap(({ others }) => others));
    }
    const isStuck = ({ others, needsAll }: Edge): boolean => (needsAll ? others.some((other) => stuck.has(other)) : others.length > 0 && others.every((other) => stuck.has(other)));
    for (let size = -1; size !== stuck.size; ) {
      size = stuck.size;
      for (const execution of [...stuck]) {
        const edges = this.edges(execution);
        if (edges.length === 0 || !edges.every(isStuck)) stuck.delete(execution);
      }
    }
    return stuck;
  }

  #next(execution: string, among: ReadonlySet<string>): string[] {
    return this.edges(execution).flatMap(({ others }) => others.filter((other) => among.has(other)));
  }
}
