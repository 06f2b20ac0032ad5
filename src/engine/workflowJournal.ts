import type { LogEntry } from '../execution/listing.ts';
import type { JsonText } from '../execution/record.ts';
import type { Effect, EffectRequest, Outcome } from '../machine/effect.ts';
import type { Arrival, Edit, Past } from '../machine/recording.ts';
import type { CallbackCall } from './effects/callbacks.ts';
import { callName } from './effects/callName.ts';
import type { Journal, JournalEntry, NewEntry } from './journal.ts';
import { StoreError } from './store.ts';

/** What the journal of a workflow holds, by kind of entry. Moments are the machine's. */
export interface WorkflowEntries {
  /** An effect's outcome, with what a list of savepoints says of it. */
  answer: { readonly effect: number; readonly moment: number; readonly routine: string; readonly step: string; readonly what: string; readonly outcome: Outcome };
  /** An effect that must not simply be begun again was begun; or one with a deadline (milliseconds since the epoch). */
  begun: { readonly effect: number; readonly deadline?: number };
  /** A child execution is about to be made, the effect's child number `index`. */
  child: { readonly effect: number; readonly index: number; readonly id: string };
  /** A call of a callback came in. */
  called: { readonly path: string; readonly call: CallbackCall };
  edit: Edit & { readonly moment: number };
  /** The run came to this moment, and what it had logged until then is kept. */
  reached: { readonly moment: number };
}

type Kind = keyof WorkflowEntries;

/** What an earlier process noted of an effect that it could not end. */
export interface Begun {
  readonly deadline: number | undefined;
  readonly children: ReadonlyMap<number, string>;
}

/** What an earlier process left. */
export interface WorkflowPast extends Past {
  /** Effects that have been answered. */
  readonly answered: ReadonlyMap<number, Outcome>;
  readonly begun: ReadonlyMap<number, Begun>;
  /** Calls that no step has had, by the callback's path, oldest first. */
  readonly calls: ReadonlyMap<string, readonly CallbackCall[]>;
}

/** The store could not keep something, so it has not happened; the message says why. */
export class NotKept extends Error {
  override readonly name = 'NotKept';
}

/**
 * The journal of one workflow execution. What nobody outside can have seen yet (logs, the answers of `sys.now` and the
 * like) is gathered and written with what comes next, or at `flush`: before anything reaches outside, and whenever the
 * machine rests. All methods that write throw `NotKept`.
 */
export class WorkflowJournal {
  readonly #journal: Journal;
  readonly #moment: () => number;
  #gathered: NewEntry[] = [];
  #logs: LogEntry[] = [];
  #gatheredMoment = 0;
  /** The last one that the past goes on to. */
  #lastMoment = 0;
  #begun: ReadonlyMap<number, Begun> = new Map();
  /** Effects under way that must not simply be begun again. */
  readonly #unrepeatable = new Set<number>();
  /** While the past is computed again; it has been logged before. */
  replaying = false;

  /** `moment` gives the machine's. */
  constructor(journal: Journal, moment: () => number) {
    this.#journal = journal;
    this.#moment = moment;
  }

  /** What came before; undefined where it is a new execution. */
  past(): WorkflowPast | undefined {
    const entries = this.#journal.entries();
    this.#gathered = [];
    this.#gatheredMoment = 0;
    this.#logs = [];
    const past = entries.length === 0 ? undefined : pastOf(entries);
    this.#lastMoment = past?.end ?? 0;
    this.#begun = past?.begun ?? new Map<number, Begun>();
    this.#unrepeatable.clear();
    return past;
  }

  /** What an earlier process noted of an effect. */
  before(effect: number): Begun | undefined {
    return this.#begun.get(effect);
  }

  log(entry: LogEntry): void {
    if (!this.replaying) this.#logs.push(entry);
  }

  /** Gathers an answer that could be given again just so, or that nobody else has seen. */
  gather(effect: Effect, outcome: Outcome): void {
    this.#gathered.push(this.#answer(effect, outcome));
    this.#gatheredMoment = this.#moment();
  }

  /** Keeps answers that came from outside. */
  answers(given: readonly { readonly effect: Effect; readonly outcome: Outcome }[]): void {
    for (const { effect } of given) this.#unrepeatable.delete(effect.id);
    this.#write(given.map(({ effect, outcome }) => this.#answer(effect, outcome)), this.#moment());
  }

  /** Whether something is under way whose answer, if it comes, must not be lost. */
  get awaitsOnce(): boolean {
    return this.#unrepeatable.size > 0;
  }

  begun(effect: number, deadline?: number): void {
    this.#write([entryOf('begun', { effect, ...(deadline !== undefined && { deadline }) })]);
    if (deadline === undefined) this.#unrepeatable.add(effect);
  }

  child(effect: number, index: number, id: string): void {
    this.#write([entryOf('child', { effect, index, id })]);
  }

  called(path: string, call: CallbackCall): void {
    this.#write([entryOf('called', { path, call })]);
  }

  edited(edit: Edit): void {
    const moment = this.#moment();
    this.#write([entryOf('edit', { ...edit, moment })], moment);
  }

  /** Keeps that the run came to where it is now. */
  reached(): void {
    const moment = this.#moment();
    if (moment > this.#lastMoment) this.#write([entryOf('reached', { moment })], moment);
  }

  /** Writes what was gathered. */
  flush(): void {
    if (this.#gathered.length > 0 || this.#logs.length > 0) this.#write([]);
  }

  /** All that is kept. */
  entries(): readonly JournalEntry[] {
    return this.#journal.entries();
  }

  /** Forgets the entries after a number; `past` is to be read again. */
  truncate(number: number): void {
    this.#journal.truncate(number);
  }

  #answer({ id, routine, step, request }: Effect, outcome: Outcome): NewEntry {
    return entryOf('answer', { effect: id, moment: this.#moment(), routine, step, what: summary(request), outcome });
  }

  /** `reached` is the moment that the added entries take the past to. */
  #write(added: readonly NewEntry[], reached = 0): void {
    const moment = this.#moment();
    const last = Math.max(this.#lastMoment, this.#gatheredMoment, reached);
    // What was logged has been logged up to this moment, so the past has to go on until then.
    const marks = this.#logs.length > 0 && moment > last ? [entryOf('reached', { moment })] : [];
    try {
      this.#journal.appendAll([...this.#gathered, ...added, ...marks], this.#logs);
    } catch (error) {
      if (error instanceof StoreError) throw new NotKept(error.message);
      throw error;
    }
    this.#gathered = [];
    this.#logs = [];
    this.#lastMoment = marks.length > 0 ? moment : last;
  }
}

function entryOf<K extends Kind>(kind: K, data: WorkflowEntries[K]): NewEntry {
  return { kind, data: JSON.stringify(data) satisfies JsonText };
}

/** An entry's data, if it is of the kind. */
export function dataOf<K extends Kind>(entry: JournalEntry, kind: K): WorkflowEntries[K] | undefined {
  return entry.kind === kind ? (JSON.parse(entry.data) as WorkflowEntries[K]) : undefined;
}

function pastOf(entries: readonly JournalEntry[]): WorkflowPast {
  const arrivals: Arrival[] = [];
  const answered = new Map<number, Outcome>();
  const begun = new Map<number, { deadline: number | undefined; readonly children: Map<number, string> }>();
  const calls = new Map<string, CallbackCall[]>();
  let end = 0;
  const noted = (effect: number) => {
    const known = begun.get(effect) ?? { deadline: undefined, children: new Map<number, string>() };
    begun.set(effect, known);
    return known;
  };
  const read: { readonly [K in Kind]: (data: WorkflowEntries[K]) => void } = {
    answer: ({ effect, moment, outcome }) => {
      arrivals.push({ kind: 'answer', moment, effectId: effect, outcome });
      answered.set(effect, outcome);
      begun.delete(effect);
      if (outcome.kind === 'callback') calls.get(pathOf(outcome.url))?.shift();
      end = moment;
    },
    begun: ({ effect, deadline }) => void (noted(effect).deadline = deadline),
    child: ({ effect, index, id }) => void noted(effect).children.set(index, id),
    called: ({ path, call }) => void calls.set(path, [...(calls.get(path) ?? []), call]),
    edit: ({ moment, ...edit }) => {
      arrivals.push({ kind: 'edit', moment, edit });
      end = moment;
    },
    reached: ({ moment }) => void (end = moment),
  };
  for (const entry of entries) if (Object.hasOwn(read, entry.kind)) (read[entry.kind as Kind] as (data: unknown) => void)(JSON.parse(entry.data));
  return { arrivals, end, answered, begun, calls };
}

function pathOf(url: string): string {
  return url.split('?', 1)[0]!;
}

/** Characters of what is said of an effect. */
const summaryLength = 200;

/** What an effect was, in a line. */
function summary(request: EffectRequest): string {
  const text = summaryText(request);
  return text.length > summaryLength ? `${text.slice(0, summaryLength)}…` : text;
}

function summaryText(request: EffectRequest): string {
  if (request.kind === 'http') return `${request.method} ${request.url}`;
  if (request.kind === 'sleep' && request.reason === 'retry') return 'wait before a retry';
  return callName(request);
}
