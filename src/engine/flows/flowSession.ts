import { setMaxListeners } from 'node:events';
import type { LogEntry } from '../../execution/listing.ts';
import type { Execution } from '../../execution/record.ts';
import { FlowProcess, type FlowProcessOptions, type ProcessEnd } from '../../flow/host/flowProcess.ts';
import { FrameFault } from '../../flow/host/frames.ts';
import type { CallOutcome, FlowCall, FlowEnd, FlowStart, FromFlow } from '../../flow/protocol.ts';
import type { StoreError } from '../store.ts';
import type { Answerer } from './answerer.ts';
import type { FlowContext } from './calls.ts';
import { callId, type FlowJournal, type RecordedCall, type RecordedRun } from './flowJournal.ts';
import { Lines, type OutputCategory } from './flowOutput.ts';
import { Keeping } from './keeping.ts';

export interface SessionListener {
  output(category: OutputCategory, text: string): void;
  debug(event: unknown): void;
  /** A call was made that the journal does not answer; before it is performed. */
  calling(call: FlowCall): void;
  /** The flow waits for the answer to a call. */
  resting(): void;
  /** The answer is there; `proceed` gives it, when the flow may go on. */
  proceed(proceed: () => void): void;
  /** The flow did something else than what is recorded; the session has been stopped. */
  differs(recorded: RecordedCall, call: FlowCall): void;
  /** It made more calls than can be kept; the session has been stopped. */
  tooMany(limit: number): void;
  /** The journal cannot be written, and the flow waits until it can; told at each attempt. */
  stuck(error: StoreError): void;
  /** It could be written again. */
  unstuck(): void;
  /** Told once, unless the session was stopped. */
  ended(end: FlowEnd | ProcessEnd): void;
}

export interface SessionOptions {
  readonly process: FlowProcessOptions;
  readonly start: FlowStart;
  readonly journal: FlowJournal;
  readonly recorded: RecordedRun;
  readonly answerer: Answerer;
  /** What handlers have, but for what is of one call. */
  readonly context: Omit<FlowContext, 'args' | 'id' | 'began' | 'place' | 'signal' | 'execution' | 'log'>;
  readonly execution: () => Execution;
  readonly log: (entry: LogEntry) => void;
}

/** Calls of one run: each is kept, so that a flow that calls without end must come to one. */
const callLimit = 500_000;

/** Milliseconds that a process has to end after its flow has. */
const leavingTime = 1000;

/** One process of a flow from its start to its end: it answers calls, first from what is recorded, and journals the others. */
export class FlowSession {
  readonly #options: SessionOptions;
  readonly #listener: SessionListener;
  readonly #process: FlowProcess;
  readonly #aborter = new AbortController();
  readonly #keeping: Keeping;
  readonly #stderr = new Lines((text) => this.#print('stderr', text));
  /** What is done when the hold is over; undefined while there is none. */
  #held: (() => void)[] | undefined;
  #end: FlowEnd | undefined;
  #leaving: NodeJS.Timeout | undefined;
  #over = false;
  #lastCall: FlowCall | undefined;

  /** Begins at once. */
  constructor(options: SessionOptions, listener: SessionListener) {
    this.#options = options;
    this.#listener = listener;
    this.#keeping = new Keeping({ stuck: (error) => listener.stuck(error), over: () => listener.unstuck() });
    // Many calls of threads may wait at once.
    setMaxListeners(0, this.#aborter.signal);
    this.#process = new FlowProcess(options.process, {
      frame: (frame) => this.#receive(frame),
      stderr: (text) => this.#stderr.add(text),
      gone: (end) => {
        this.#stderr.end();
        this.#gone(end);
      },
    });
    this.#process.send(options.start);
  }

  /** The call made last, also one that was answered from the journal. */
  get lastCall(): FlowCall | undefined {
    return this.#lastCall;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** True while calls are answered from the journal: what is printed meanwhile has been seen. */
  get replaying(): boolean {
    return (this.#lastCall?.id ?? 0) < this.#options.recorded.last;
  }

  /** No call is performed and no answer given until `release`; what is under way goes on. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const waiting = this.#held ?? [];
    this.#held = undefined;
    for (const action of waiting) this.#keeping.afterwards(() => this.#whenFree(action));
  }

  /** Raises ExecutionCancel in the flow. */
  cancel(message: string): void {
    this.release();
    this.#process.send({ kind: 'cancel', message });
  }

  debug(command: unknown): void {
    this.#process.send({ kind: 'debug', command });
  }

  /** Begins to debug what runs; `settings` gets the number of the last call that is answered from the journal. */
  attach(settings: (recorded: number) => unknown): void {
    this.#process.send({ kind: 'attach', debug: settings(this.#options.recorded.last) });
  }

  /** Ends it at once; nothing more is told. */
  stop(): void {
    this.#over = true;
    clearTimeout(this.#leaving);
    this.#keeping.stop();
    this.#aborter.abort();
    this.#process.kill();
  }

  #whenFree(action: () => void): void {
    if (this.#over) return;
    if (this.#held) this.#held.push(action);
    else action();
  }

  #print(category: OutputCategory, text: string): void {
    if (!this.#over && !this.replaying) this.#listener.output(category, text);
  }

  #receive(frame: FromFlow): void {
    // What is read after the end comes from threads that the flow has left behind.
    if (this.#over || this.#end) return;
    switch (frame.kind) {
      case 'call':
        this.#keeping.afterwards(() => this.#whenFree(() => this.#call(frame)));
        return;
      case 'output':
        this.#print(frame.category, frame.text);
        return;
      case 'debug':
        this.#listener.debug(frame.event);
        return;
      case 'end':
        this.#end = frame;
        // Until the process is gone there may be output of subprocesses; threads that were left behind may keep it for ever.
        this.#leaving = setTimeout(() => this.#process.kill(), leavingTime);
        return;
      case 'ready':
    }
  }

  #call(call: FlowCall): void {
    this.#lastCall = call;
    if (call.id > callLimit) {
      this.stop();
      this.#listener.tooMany(callLimit);
      return;
    }
    const recorded = this.#options.recorded.calls.get(call.id);
    if (recorded && !this.#options.journal.isSame(recorded, call)) {
      this.stop();
      this.#listener.differs(recorded, call);
      return;
    }
    if (recorded?.outcome) this.#repeat(call, recorded, recorded.outcome);
    else this.#perform(call, recorded);
  }

  /** Answers from the journal. */
  #repeat(call: FlowCall, recorded: RecordedCall, outcome: CallOutcome): void {
    const ready = this.#options.answerer.again(call, this.#context(call, recorded.began));
    if (ready) void ready.then(() => this.#answer(call, outcome));
    else this.#answer(call, outcome);
  }

  /** A call that is recorded without an answer was under way when the process before this one ended. */
  #perform(call: FlowCall, recorded: RecordedCall | undefined): void {
    const { journal } = this.#options;
    this.#listener.calling(call);
    const began = recorded?.began ?? Date.now();
    // What is logged while it is answered is kept together with the answer; what comes later is kept by itself.
    const logs: LogEntry[] = [];
    let keep = (entry: LogEntry): void => void logs.push(entry);
    const outcome = this.#options.answerer.answer(call, this.#context(call, began, (entry) => keep(entry)));
    keep = this.#options.log;
    // A handler may have ended the session, as going back to a savepoint does.
    if (this.#isOver()) return;
    if (!(outcome instanceof Promise)) {
      this.#keeping.write(() => (recorded ? journal.answered(call.id, outcome, logs) : journal.performed(call, began, outcome, logs)), () => this.#answer(call, outcome));
      return;
    }
    const awaits = (): void => {
      if (call.wait) this.#listener.resting();
      void outcome.then((late) => {
        if (this.#isOver() || this.#end) return;
        this.#keeping.write(() => journal.answered(call.id, late), () => this.#listener.proceed(() => this.#answer(call, late)));
      });
    };
    if (recorded) awaits();
    else this.#keeping.write(() => journal.asked(call, began, logs), awaits);
  }

  #isOver(): boolean {
    return this.#over;
  }

  #answer({ id, wait }: FlowCall, outcome: CallOutcome): void {
    if (!wait) return;
    this.#whenFree(() => {
      try {
        this.#process.send({ kind: 'answer', id, outcome });
      } catch (error) {
        if (!(error instanceof FrameFault)) throw error;
        this.#process.send({ kind: 'answer', id, outcome: { kind: 'error', type: 'InternalError', message: `The answer is too large: ${error.message}.` } });
      }
    });
  }

  #context(call: FlowCall, began: number, keep = this.#options.log): FlowContext {
    const { context, execution, recorded } = this.#options;
    return {
      ...context,
      get execution() {
        return execution();
      },
      args: call.args,
      // Few need it, and it takes time.
      get id() {
        return callId(execution().id, recorded.times, call.id);
      },
      began,
      place: { file: call.file, line: call.line, function: call.function },
      signal: this.#aborter.signal,
      log: (severity, entry) => keep({ time: new Date().toISOString(), severity, text: undefined, json: undefined, ...entry, routine: call.function, step: `line ${call.line}` }),
    };
  }

  #gone(end: ProcessEnd): void {
    clearTimeout(this.#leaving);
    const told = this.#end;
    this.#keeping.afterwards(() => {
      if (told) this.#whenFree(() => this.#finish(told));
      else this.#finish(end);
    });
  }

  #finish(end: FlowEnd | ProcessEnd): void {
    if (this.#over) return;
    this.#over = true;
    this.#keeping.stop();
    this.#aborter.abort();
    this.#listener.ended(end);
  }
}
