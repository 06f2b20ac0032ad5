import type { LogEntry } from '../../execution/listing.ts';
import type { CurrentStep, Execution } from '../../execution/record.ts';
import type { FlowProcessOptions, ProcessEnd } from '../../flow/host/flowProcess.ts';
import type { FlowCall, FlowEnd, FlowStart } from '../../flow/protocol.ts';
import type { ExecutionHost, HostEnd, HostState, HostSurroundings } from '../executionHost.ts';
import { EngineError } from '../engineError.ts';
import { StoreError } from '../store.ts';
import type { Answerer } from './answerer.ts';
import type { FlowEngine } from './calls.ts';
import { endOfFlow, endOfProcess, type EndingRun } from './flowEnd.ts';
import { FlowJournal, type RecordedCall, type RecordedRun } from './flowJournal.ts';
import { outputEntry, Tail, type OutputCategory } from './flowOutput.ts';
import { FlowSession } from './flowSession.ts';
import type { ProcessSlots, Slot } from './processSlots.ts';
import { findSavepoint, savepointsOf, type FlowSavepoint } from './savepoints.ts';

/** Who looks at a run of a flow: a debugger. */
export interface FlowWatcher {
  /** `FlowStart.debug` for a process that begins, of which `recorded` calls are repeated, or that runs; asked again for each, as when the run goes back. */
  start(recorded: number): unknown;
  /** The run has gone back to a savepoint while it was held; `go` goes on from there. */
  wentBack(): void;
  /** What the debugger in the process says. */
  debug(event: unknown): void;
  /** What the flow printed. */
  output(category: OutputCategory, text: string): void;
  /** Any other entry of the log. */
  logged(entry: LogEntry): void;
  /** Before a call is performed; `hold` there keeps its answer back. */
  calling(call: FlowCall): void;
  /** Somebody else (the tree, the command line) asks to pause or to go on. */
  pauseAsked(): void;
  resumeAsked(): void;
  ended(end: HostEnd): void;
}

export interface FlowHostOptions {
  readonly process: FlowProcessOptions;
  readonly start: Omit<FlowStart, 'kind' | 'debug'>;
  readonly answerer: Answerer;
  readonly engine: FlowEngine;
  readonly slots: ProcessSlots;
}

/** Milliseconds for a flow that was cancelled to clean up, before its process is killed. */
const graceTime = 5000;

/** How often one execution may go back to a savepoint: a flow that always loads the same one comes to an end. */
const repetitionLimit = 1000;

/** Drives one flow: a process of its own that the engine answers, and that can be held, begun again and ended at any time. */
export class FlowHost implements ExecutionHost {
  /** Only the flow writes its status line. */
  readonly ownMessage = true;
  readonly #around: HostSurroundings;
  readonly #options: FlowHostOptions;
  readonly #journal: FlowJournal;
  /** Entries of what was printed, which a watcher hears otherwise. */
  readonly #printed = new WeakSet<LogEntry>();
  #watcher: FlowWatcher | undefined;
  /** What is shown while the store can keep nothing. */
  #stuck: { over(): void } | undefined;
  #session: FlowSession | undefined;
  #slot: Slot | undefined;
  #state: HostState = 'ready';
  #progress = 0;
  #stderr = new Tail();
  #grace: NodeJS.Timeout | undefined;
  #cancelled: string | undefined;
  #html: string | undefined;
  /** Its process is gone without an end of the run. */
  #released = false;

  constructor(around: HostSurroundings, options: FlowHostOptions) {
    this.#around = around;
    this.#options = options;
    this.#journal = new FlowJournal(around.journal, around.execution.id);
  }

  get state(): HostState {
    return this.#state;
  }

  get progress(): number {
    return this.#progress;
  }

  /** The call that the flow made last. */
  get lastCall(): FlowCall | undefined {
    return this.#session?.lastCall;
  }

  /** The process that runs now. */
  get pid(): number | undefined {
    return this.#session?.pid;
  }

  /** What the caller of the webhook that started it gets, where the flow said so. */
  get htmlResponse(): string | undefined {
    return this.#html;
  }

  /** Whether a debugger has it. */
  get watched(): boolean {
    return this.#watcher !== undefined;
  }

  /** Replaces who looks at the run. A process that is there gets its debugger now, another one when it begins. */
  watch(watcher: FlowWatcher | undefined): void {
    this.#watcher = watcher;
    if (watcher) this.#session?.attach((recorded) => watcher.start(recorded));
  }

  /** Tells the debugger in the process. */
  debug(command: unknown): void {
    this.#session?.debug(command);
  }

  currentSteps(): CurrentStep[] {
    const call = this.#session?.lastCall;
    return call ? [{ routine: call.function, step: `line ${call.line}` }] : [];
  }

  go(): void {
    if (this.#released || (this.#state !== 'ready' && this.#state !== 'held')) return;
    this.#enter('going');
    if (this.#session) this.#session.release();
    else if (!this.#slot) this.#askToBegin();
  }

  hold(): void {
    if (this.#released || (this.#state !== 'ready' && this.#state !== 'going')) return;
    this.#session?.hold();
    this.#enter('held');
  }

  askPause(): void {
    if (this.#watcher) this.#watcher.pauseAsked();
    else this.hold();
  }

  askResume(): void {
    if (this.#watcher) this.#watcher.resumeAsked();
    else this.go();
  }

  /** Raises ExecutionCancel in the flow, so that it can clean up; what does not end then is killed. */
  cancel(message = 'Cancelled.'): void {
    if (this.#isOver() || this.#cancelled !== undefined) return;
    this.#cancelled = message;
    if (!this.#session) {
      this.#end({ kind: 'cancelled', message });
      return;
    }
    this.#session.cancel(message);
    this.#grace = setTimeout(() => this.#end({ kind: 'cancelled', message }), graceTime);
  }

  /** Ends the process; another one goes on from the journal. */
  release(): Promise<void> {
    this.#released = true;
    clearTimeout(this.#grace);
    this.#session?.stop();
    this.#slot?.end();
    return Promise.resolve();
  }

  abort(tag: string, message: string): void {
    this.#end({ kind: 'aborted', tag, message });
  }

  logged(entry: LogEntry): void {
    if (!this.#printed.has(entry)) this.#watcher?.logged(entry);
  }

  /** The moments to go back to, oldest first. Throws `StoreError`. */
  savepoints(): FlowSavepoint[] {
    return savepointsOf(this.#around.current(), this.#journal.read());
  }

  /** Goes back to the savepoint of an id. Throws `EngineError`, `StoreError`. */
  goBackTo(savepoint: string): void {
    const found = this.savepoints().find(({ id }) => id === savepoint);
    if (!found) throw new EngineError(`There is no savepoint ${savepoint} any more.`);
    this.goBack(found.calls);
  }

  /** Begins again and takes the first `to` calls from the journal; those after it are forgotten. */
  goBack(to: number): void {
    if (this.#isOver()) return;
    this.#session?.stop();
    this.#session = undefined;
    this.#unstuck();
    this.#slot?.end();
    this.#slot = undefined;
    try {
      this.#journal.goBack(to);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#unwritable(error);
      return;
    }
    if (this.#state === 'going') this.#askToBegin();
    else this.#watcher?.wentBack();
  }

  /** Begins when there is room for a process; who watches does not wait. */
  #askToBegin(): void {
    if (this.#watcher) {
      this.#begin();
      return;
    }
    const slot = this.#options.slots.enter(this.#around.current().priority, () => {
      this.#begin();
      if (this.#state === 'held') this.#session?.hold();
    });
    // What begins at once may also end at once.
    if (this.#isOver()) slot.end();
    else this.#slot = slot;
  }

  #isOver(): boolean {
    return this.#released || this.#state === 'ended';
  }

  #begin(): void {
    let recorded: RecordedRun;
    try {
      recorded = this.#journal.read();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#unwritable(error);
      return;
    }
    if (recorded.times > repetitionLimit) {
      this.abort('RecursionError', `the execution went back to a savepoint ${repetitionLimit} times`);
      return;
    }
    // What the flow wrote into its own record is written again while the recorded calls are repeated.
    if (recorded.calls.size > 0 || recorded.times > 0) this.#around.change({ output_value: undefined, message: '' });
    this.#stderr = new Tail();
    this.#html = undefined;
    const { start, process, answerer, engine } = this.#options;
    const debug = this.#watcher?.start(recorded.last);
    const context = {
      engine,
      change: (part: Partial<Execution>) => this.#around.change(part),
      waiting: (text: string) => this.#waiting(text),
      respond: (html: string) => void (this.#html = html),
      goBack: (select: string, by: 'id' | 'name') => this.goBack(findSavepoint(this.savepoints(), select, by).calls),
    };
    this.#session = new FlowSession({ process, start: { kind: 'run', ...start, inputs: this.#around.current().input_value, ...(debug === undefined ? {} : { debug }) }, journal: this.#journal, recorded, answerer, context, execution: () => this.#around.current(), log: (entry) => this.#around.log(entry) }, {
      output: (category, text) => this.#print(category, text),
      debug: (event) => this.#watcher?.debug(event),
      calling: (call) => {
        this.#progress++;
        this.#watcher?.calling(call);
      },
      resting: () => this.#slot?.rest(),
      proceed: (proceed) => (this.#slot ? this.#slot.resume(proceed) : proceed()),
      differs: (before, call) => this.#differs(before, call),
      tooMany: (limit) => this.abort('ResourceLimitError', `the flow made more than ${limit} calls of the Flow-API`),
      stuck: ({ message }) => void (this.#stuck ??= this.#waiting(`Waiting until its journal can be written: ${message}`)),
      unstuck: () => this.#unstuck(),
      ended: (end) => this.#sessionEnded(end),
    });
  }

  #print(category: OutputCategory, text: string): void {
    if (category === 'stderr') this.#stderr.add(text);
    const entry = outputEntry(category, text);
    this.#printed.add(entry);
    this.#watcher?.output(category, text);
    this.#around.log(entry);
  }

  #waiting(text: string): { over(): void } {
    const call = this.lastCall;
    return this.#around.waiting({ time: new Date().toISOString(), severity: 'INFO', text, json: undefined, routine: call?.function ?? '', step: call ? `line ${call.line}` : '' });
  }

  #differs(before: RecordedCall, call: FlowCall): void {
    const shown = ({ name, args }: RecordedCall): string => ('text' in args ? `${name} ${args.text}` : name);
    const message = `call ${before.number} of the flow was ${shown(before)} in line ${before.line} when it was recorded, and is now ${call.name} ${call.args.slice(0, 4096)} in line ${call.line}: `
      + 'a flow that goes on after a restart, or goes back to a savepoint, is run again with the recorded answers and must make the same calls (no decisions by time, random numbers or the order of sets before them).';
    const { output, ...place } = this.#ending();
    this.#end(endOfFlow({ kind: 'end', status: 'error', message: `NondeterminismError: ${message}`, exception: { type: 'NondeterminismError', message, traceback: `NondeterminismError: ${message}`, frames: [call] } }, { output, ...place }));
  }

  #unstuck(): void {
    this.#stuck?.over();
    this.#stuck = undefined;
  }

  #unwritable(error: StoreError): void {
    this.abort('StoreError', error.message);
  }

  #sessionEnded(end: FlowEnd | ProcessEnd): void {
    if (this.#cancelled !== undefined) this.#end({ kind: 'cancelled', message: this.#cancelled });
    else this.#end(end.kind === 'end' ? endOfFlow(end, this.#ending()) : endOfProcess(end, this.#stderr.text, this.#ending()));
  }

  #ending(): EndingRun {
    const { start } = this.#options;
    const { output_value, message } = this.#around.current();
    return { script: start.script, file: start.path === '' ? '<script>' : start.path, place: this.lastCall, output: output_value, message };
  }

  #enter(state: HostState): void {
    this.#state = state;
    this.#around.listener.changed(state);
  }

  #end(end: HostEnd): void {
    if (this.#isOver()) return;
    this.#state = 'ended';
    clearTimeout(this.#grace);
    this.#session?.stop();
    this.#slot?.end();
    this.#around.listener.ended(end);
    this.#watcher?.ended(end);
  }
}
