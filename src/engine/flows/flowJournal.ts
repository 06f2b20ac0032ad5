import { createHash } from 'node:crypto';
import type { LogEntry } from '../../execution/listing.ts';
import type { JsonText } from '../../execution/record.ts';
import type { CallOutcome, FlowCall } from '../../flow/protocol.ts';
import type { Journal, JournalEntry } from '../journal.ts';

/** One call as the journal has it. */
export interface RecordedCall {
  /** Counts up from 1 within the run. */
  readonly number: number;
  readonly name: string;
  /** The arguments, or where they are long their length and digest. */
  readonly args: RecordedArguments;
  readonly file: string;
  readonly line: number;
  readonly function: string;
  /** When it was first made, in milliseconds since the epoch. */
  readonly began: number;
  /** Undefined where it had not been answered. */
  readonly outcome: CallOutcome | undefined;
  /** The journal's entry up to which a run is kept that goes back to the moment after this call. */
  readonly entry: number;
}

export type RecordedArguments = { readonly text: JsonText } | { readonly length: number; readonly digest: string };

/** Characters of arguments that are kept as they are: they are compared and shown, but not needed to run again. */
const keptArguments = 4096;

type Asked = Omit<RecordedCall, 'outcome' | 'entry'>;

/** The journal's entries of a flow, by kind. */
interface EntryData {
  /** A call that was answered at once. */
  readonly call: Asked & { readonly outcome: CallOutcome };
  /** A call that is being answered, and its answer. */
  readonly asked: Asked;
  readonly answered: { readonly number: number; readonly outcome: CallOutcome };
  /** The run went back to the moment after call `to`. What this begins is the `times`-th repetition. */
  readonly back: { readonly to: number; readonly times: number };
}

/** What a journal says of a flow's run. */
export interface RecordedRun {
  /** By their numbers; without those that the run went back behind. */
  readonly calls: ReadonlyMap<number, RecordedCall>;
  /** The number of the last of them; 0 where there is none. */
  readonly last: number;
  /** How often it has gone back. */
  readonly times: number;
}

/** Reads the entries of a flow's journal. */
export function recordedRun(entries: readonly JournalEntry[]): RecordedRun {
  const calls = new Map<number, RecordedCall>();
  let times = 0;
  for (const { number: entry, kind, data } of entries) {
    if (kind === 'call') {
      const call = JSON.parse(data) as EntryData['call'];
      calls.set(call.number, { ...call, entry });
    } else if (kind === 'asked') {
      const call = JSON.parse(data) as EntryData['asked'];
      calls.set(call.number, { ...call, outcome: undefined, entry });
    } else if (kind === 'answered') {
      const { number, outcome } = JSON.parse(data) as EntryData['answered'];
      const asked = calls.get(number);
      if (asked) calls.set(number, { ...asked, outcome, entry });
    } else if (kind === 'back') {
      const back = JSON.parse(data) as EntryData['back'];
      for (const number of [...calls.keys()]) if (number > back.to) calls.delete(number);
      times = back.times;
    }
  }
  let last = 0;
  for (const number of calls.keys()) last = Math.max(last, number);
  return { calls, last, times };
}

/** Stands for the execution's own id in what is recorded: another execution may go on from its savepoints. */
const ownId = '<the own id of the execution>';

/** Writes a flow's calls into the journal of its execution. Every method throws `StoreError`. */
export class FlowJournal {
  readonly #journal: Journal;
  readonly #execution: string;

  constructor(journal: Journal, execution: string) {
    this.#journal = journal;
    this.#execution = execution;
  }

  read(): RecordedRun {
    return recordedRun(this.#journal.entries().map((entry) => ({ ...entry, data: entry.data.replaceAll(ownId, this.#execution) })));
  }

  /** A call with its answer, and what it logged: both or neither. */
  performed(call: FlowCall, began: number, outcome: CallOutcome, logs: readonly LogEntry[]): void {
    this.#append('call', { ...this.#asked(call, began), outcome }, logs);
  }

  /** A call that is answered later. */
  asked(call: FlowCall, began: number, logs: readonly LogEntry[]): void {
    this.#append('asked', this.#asked(call, began), logs);
  }

  answered(number: number, outcome: CallOutcome, logs: readonly LogEntry[] = []): void {
    this.#append('answered', { number, outcome }, logs);
  }

  /** Forgets the calls after `to`. */
  goBack(to: number): void {
    const { calls, times } = this.read();
    // Entries of threads may lie mixed; those of later calls that stay are passed over when it is read.
    let kept = 0;
    for (const { number, entry } of calls.values()) if (number <= to) kept = Math.max(kept, entry);
    this.#journal.truncate(kept);
    this.#append('back', { to, times: times + 1 });
  }

  /** Whether a call is the one that was recorded. Lines may differ: they are told, not compared. */
  isSame(recorded: RecordedCall, call: FlowCall): boolean {
    if (recorded.name !== call.name) return false;
    if (looselyCompared.has(call.name)) return true;
    const { args } = recorded;
    if ('text' in args) return args.text === call.args;
    const given = call.args.replaceAll(this.#execution, ownId);
    return args.length === given.length && args.digest === digest(given);
  }

  #asked({ id, name, args, file, line, function: place }: FlowCall, began: number): Asked {
    return { number: id, name, args: recordedArguments(args.length <= keptArguments ? args : args.replaceAll(this.#execution, ownId)), file, line, function: place, began };
  }

  #append<Kind extends keyof EntryData>(kind: Kind, data: EntryData[Kind], logs: readonly LogEntry[] = []): void {
    this.#journal.appendAll([{ kind, data: JSON.stringify(data).replaceAll(this.#execution, ownId) }], logs);
  }
}

function recordedArguments(args: JsonText): RecordedArguments {
  return args.length <= keptArguments ? { text: args } : { length: args.length, digest: digest(args) };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** Calls whose arguments often hold the time, and change nothing that a later call could see. */
const looselyCompared: ReadonlySet<string> = new Set(['this.log', 'deprecated']);

/** A UUID that is the same whenever the same call of the same `round` (such as `RecordedRun.times`) is meant. */
export function callId(execution: string, round: number, call: number): string {
  const hash = createHash('sha256').update(`${execution}/${round}/${call}`).digest();
  // The form of version 8 (RFC 9562): bits of one's own.
  hash[6] = (hash[6]! & 0x0f) | 0x80;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
