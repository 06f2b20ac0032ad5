import type { LogEntry } from '../execution/listing.ts';
import type { CallLogLevel } from '../execution/record.ts';
import { Raised } from '../machine/error.ts';
import type { Failure } from '../machine/failure.ts';
import { printJson } from '../machine/json.ts';
import type { CallObserver } from '../machine/callObserver.ts';
import type { Frame, Thread } from '../machine/state.ts';
import { list, map, MapValue, typeName, type Value } from '../machine/value.ts';

/** Characters of one argument, result or error in the log. */
const textLimit = 8192;

interface OpenCall {
  readonly pc: number;
  readonly callee: string;
  readonly startTime: string;
}

/**
 * Writes the calls of an execution into its log as the service does (google-workflows 6.8, `EngineCallLog`): one entry
 * when a call step begins and one when it succeeds or raises, and one when a called subworkflow handles an error. Calls
 * inside expressions are not logged. Undefined where the level asks for none.
 */
export function callLog(level: CallLogLevel, executionId: string, log: (entry: LogEntry) => void): CallObserver | undefined {
  if (level !== 'LOG_ALL_CALLS' && level !== 'LOG_ERRORS_ONLY') return undefined;
  return new CallLog(level === 'LOG_ALL_CALLS', executionId, log);
}

class CallLog implements CallObserver {
  readonly #all: boolean;
  readonly #executionId: string;
  readonly #log: (entry: LogEntry) => void;
  /** A frame makes one call at a time. */
  readonly #open = new WeakMap<Frame, OpenCall>();

  constructor(all: boolean, executionId: string, log: (entry: LogEntry) => void) {
    this.#all = all;
    this.#executionId = executionId;
    this.#log = log;
  }

  began(frame: Frame, name: string, positional: readonly Value[] | undefined, named: ReadonlyMap<string, Value> | undefined): void {
    const call = { pc: frame.pc, callee: name, startTime: new Date().toISOString() };
    this.#open.set(frame, call);
    if (!this.#all) return;
    const begun = positional ? map([['args', list(positional.map((value) => map([['argument', clip(textOf(value))]])))]]) : map([['named_args', namedArguments(named)]]);
    this.#note(frame, call, 'INFO', 'BEGUN', begun, call.startTime);
  }

  returned(frame: Frame, value: Value): void {
    const call = this.#ended(frame);
    if (call && this.#all) this.#note(frame, call, 'INFO', 'SUCCEEDED', map([['call_start_time', call.startTime], ['response', clip(textOf(value))]]));
  }

  raised(frame: Frame, failure: Failure): void {
    const call = this.#ended(frame);
    if (call) this.#note(frame, call, 'ERROR', 'EXCEPTION_RAISED', exception(call, failure));
  }

  handled(thread: Thread, failure: Failure): void {
    const caller = callerOf(thread);
    const call = caller && this.#open.get(caller);
    if (call && this.#all) this.#note(caller, call, 'INFO', 'EXCEPTION_HANDLED', exception(call, failure));
  }

  /** The call step that ends at the frame's position, if it is one. */
  #ended(frame: Frame): OpenCall | undefined {
    const call = this.#open.get(frame);
    if (call?.pc !== frame.pc) return undefined;
    this.#open.delete(frame);
    return call;
  }

  #note(frame: Frame, { pc, callee }: OpenCall, severity: string, state: string, details: MapValue, time = new Date().toISOString()): void {
    const { code } = frame;
    const step = code.places[code.placeAt[pc]!]!.step.name;
    const json = printJson(map([['execution_id', this.#executionId], ['activity_time', time], ['state', state], ['step', step], ['callee', callee], [state.toLowerCase(), details]]), undefined, 'insertion');
    this.#log({ time, severity, text: undefined, json, routine: code.routine.name, step });
  }
}

/** The frame whose call runs the thread's routine; a branch belongs to the routine of its parallel step. */
function callerOf(thread: Thread): Frame | undefined {
  let at = thread;
  while (at.frames.length === 1 && at.group) at = at.group.owner;
  return at.frames.at(-2);
}

function exception({ startTime }: OpenCall, failure: Failure): MapValue {
  return map([['call_start_time', startTime], ['exception', clip(failure.headline)], ['origin', failure.elements[0]?.step ?? '']]);
}

/** Values as they are; large ones, and those without a JSON form, as text. */
function namedArguments(named: ReadonlyMap<string, Value> | undefined): MapValue {
  return map([...(named ?? [])].map(([name, value]) => {
    const shown = redacted(value);
    const text = jsonOf(shown);
    return [name, text === undefined ? typeName(value) : text.length > textLimit ? clip(text) : shown];
  }));
}

function textOf(value: Value): string {
  return jsonOf(redacted(value)) ?? typeName(value);
}

function jsonOf(value: Value): string | undefined {
  try {
    return printJson(value);
  } catch (error) {
    if (error instanceof Raised) return undefined;
    throw error;
  }
}

/** Credentials of requests are left out. */
function redacted(value: Value): Value {
  if (!(value instanceof MapValue)) return value;
  const secret = (name: string): boolean => /^(proxy-)?authorization$/i.test(name);
  if (![...value.entries.keys()].some(secret)) return value;
  return map([...value.entries].map(([name, item]) => [name, secret(name) ? '[redacted]' : item]));
}

function clip(text: string): string {
  return text.length <= textLimit ? text : `${text.slice(0, textLimit)}…`;
}
