import { basename } from 'node:path';
import {
  DebugError,
  type BreakpointBinding,
  type BreakpointRequest,
  type Debuggee,
  type DebuggeeCapabilities,
  type DebuggeeEvent,
  type DebuggeeSource,
  type DebugFrame,
  type DebugScope,
  type DebugThread,
  type DebugValue,
  type DebugVariable,
  type ExceptionDetails,
  type ExceptionFilter,
  type ExceptionFilterBinding,
  type ResumeCommand,
  type SourceLocation,
} from '../debuggee/debuggee.ts';
import { exceptionFilterKinds } from '../debuggee/exceptionFilters.ts';
import type { LogEntry } from '../execution/listing.ts';
import type { Execution } from '../execution/record.ts';
import type { Failure } from '../machine/failure.ts';
import type { Machine } from '../machine/machine.ts';
import type { Watch } from '../machine/stop.ts';
import type { Frame, Thread } from '../machine/state.ts';
import { BreakpointBinder } from './debug/binding.ts';
import { WorkflowBreakpoints } from './debug/breakpoints.ts';
import { exceptionDetails, ExceptionStops } from './debug/exceptions.ts';
import { Inspection } from './debug/inspection.ts';
import { endOutput, logOutput, type Output } from './debug/output.ts';
import { anyStep, stepWatch } from './debug/stepping.ts';
import { stepOf, waitedFor } from './debug/threads.ts';
import type { WatchedStop, WorkflowHost } from './host.ts';

/** A run that can be debugged. */
export interface DebuggableRun {
  /** As it is now. */
  readonly execution: Execution;
  /** The record at the end. */
  readonly ended: Promise<Execution>;
  /** Begins it when its turn comes; the host then goes. */
  begin(): void;
}

/** What the debugger waits for while the execution runs: only breakpoints and errors, a step, a pause, or the entry. */
type Goal = { readonly kind: 'continue' } | { readonly kind: 'step' | 'pause' | 'entry'; readonly watch: Watch };

interface Stop {
  readonly thread: Thread;
  readonly failure: Failure | undefined;
  readonly breakMode: ExceptionDetails['breakMode'];
}

/** A workflow execution under a debugger. */
export class WorkflowDebuggee implements Debuggee {
  readonly capabilities: DebuggeeCapabilities;
  readonly sources: readonly DebuggeeSource[];
  readonly #run: DebuggableRun;
  readonly #host: WorkflowHost;
  readonly #machine: Machine;
  readonly #binder: BreakpointBinder;
  readonly #breakpoints: WorkflowBreakpoints;
  readonly #exceptions: ExceptionStops;
  readonly #inspection: Inspection;
  readonly #shownFailures = new WeakSet<Failure>();
  #listener: (event: DebuggeeEvent) => void = () => undefined;
  #knownThreads = new Set<number>();
  #goal: Goal = { kind: 'continue' };
  #stop: Stop | undefined;
  #detached = false;
  #started = false;

  constructor(run: DebuggableRun, host: WorkflowHost) {
    const { execution } = run;
    this.#run = run;
    this.#host = host;
    this.#machine = host.machine;
    const { program } = this.#machine;
    this.capabilities = { stepping: !execution.use_only_explicit_breakpoints, setVariable: true, exceptionFilters: exceptionFilterKinds };
    const source: DebuggeeSource = { name: execution.program === '' ? 'workflow.yaml' : basename(execution.program), path: execution.program === '' ? undefined : execution.program, text: program.source.text };
    this.sources = [source];
    this.#binder = new BreakpointBinder(program);
    this.#breakpoints = new WorkflowBreakpoints(program, this.#binder, this.#machine.stopAt, whyNoBreakpoints(execution));
    this.#exceptions = new ExceptionStops(program);
    this.#inspection = new Inspection(this.#machine, source, () => run.execution, (edit) => host.edits(edit));
  }

  onEvent(listener: (event: DebuggeeEvent) => void): void {
    this.#listener = listener;
  }

  setBreakpoints(_source: DebuggeeSource, breakpoints: readonly BreakpointRequest[]): BreakpointBinding[] {
    return this.#breakpoints.set(breakpoints);
  }

  setExceptionFilters(filters: readonly ExceptionFilter[]): ExceptionFilterBinding[] {
    const off = whyNoBreakpoints(this.#run.execution);
    if (off !== undefined) return filters.map(() => ({ verified: false, message: off }));
    const bindings = this.#exceptions.set(filters);
    this.#machine.stopOnRaise = this.#exceptions.any;
    return bindings;
  }

  breakpointLocations(_source: DebuggeeSource, startLine: number, endLine: number): SourceLocation[] {
    return this.#binder.locations(startLine, endLine);
  }

  // Life

  start({ stopOnEntry }: { stopOnEntry: boolean }): void {
    const { execution, ended } = this.#run;
    this.#started = true;
    this.#host.watch({
      stopped: (stop) => this.#stopped(stop),
      logged: (entry) => this.#logged(entry),
      wentBack: () => this.#wentBack(),
      pauseAsked: () => this.pause(),
      resumeAsked: () => this.#resumeAsked(),
      ended: () => this.#inspection.clear(),
    });
    void ended.then((record) => this.#ended(record));
    for (const note of this.#breakpoints.setOwn(execution.breakpoints)) this.#print({ category: 'console', text: note });
    if (stopOnEntry && !this.capabilities.stepping) this.#print({ category: 'console', text: 'stopOnEntry has no effect: use_only_explicit_breakpoints is true for this execution.' });
    this.#tellThreads();
    if (this.#host.state === 'held') this.#tellHeld();
    else this.#go(stopOnEntry && this.capabilities.stepping ? { kind: 'entry', watch: anyStep } : { kind: 'continue' });
  }

  resume(command: ResumeCommand): void {
    // Not offered, so not asked for: a workflow has no step to the next call.
    this.#go(command.kind === 'continue' || command.kind === 'stepToCall' ? { kind: 'continue' } : { kind: 'step', watch: stepWatch(command, this.#thread(command.threadId)) });
  }

  pause(): void {
    if (this.#stop || this.#host.state !== 'going') return;
    this.#aim({ kind: 'pause', watch: anyStep });
    this.#pauseWhereWaiting();
  }

  terminate(): void {
    if (!this.#started) void this.#run.ended.then((record) => this.#ended(record));
    this.#host.cancel();
  }

  detach(): void {
    const host = this.#host;
    this.#detached = true;
    host.watch(undefined);
    this.#breakpoints.clear();
    this.#machine.stopOnRaise = false;
    this.#aim({ kind: 'continue' });
    if (host.state === 'ready') this.#run.begin();
    else host.go();
  }

  #go(goal: Goal): void {
    this.#stop = undefined;
    this.#inspection.clear();
    this.#aim(goal);
    if (this.#host.state === 'ready') this.#run.begin();
    else this.#host.go();
  }

  #aim(goal: Goal): void {
    this.#goal = goal;
    this.#machine.watch = goal.kind === 'continue' ? undefined : goal.watch;
  }

  /** The execution is at a savepoint, or on its way there: what stands still is asked to show where. */
  #wentBack(): void {
    const stopped = this.#stop !== undefined;
    this.#stop = undefined;
    this.#inspection.clear();
    if (!stopped) return;
    this.#listener({ kind: 'resumed' });
    this.#aim({ kind: 'pause', watch: anyStep });
    this.#host.go();
  }

  #resumeAsked(): void {
    if (!this.#stop) return;
    this.#go({ kind: 'continue' });
    this.#listener({ kind: 'resumed' });
  }

  /** A pause where every thread waits has nothing to wait for; those that still run come to a step or wait soon. */
  #pauseWhereWaiting(): void {
    if (this.#goal.kind !== 'pause' || this.#host.state !== 'going') return;
    const { threads } = this.#machine;
    if (threads.some((thread) => thread.state === 'ready')) {
      setImmediate(() => this.#pauseWhereWaiting());
      return;
    }
    const thread = threads.find((candidate) => candidate.state === 'waiting');
    if (!thread) return;
    this.#host.hold();
    const step = stepOf(thread.top).name;
    this.#tellStop({ thread, failure: undefined, breakMode: 'always' }, { reason: 'pause', description: `Paused at step "${step}"`, text: `Step "${step}" waits for ${waitedFor(thread) ?? 'nothing'}.` });
  }

  /** Somebody has paused it before. */
  #tellHeld(): void {
    const { threads } = this.#machine;
    const thread = threads.find(({ state }) => state === 'ready') ?? threads.find(({ state }) => state === 'waiting');
    if (thread) this.#tellStop({ thread, failure: undefined, breakMode: 'always' }, { reason: 'pause', description: `Paused at step "${stepOf(thread.top).name}"` });
  }

  // Stops

  #stopped(stop: WatchedStop): 'continue' | 'hold' {
    return stop.kind === 'raised' ? this.#raised(stop) : this.#reached(stop);
  }

  #reached({ thread, location }: Extract<WatchedStop, { kind: 'stopped' }>): 'continue' | 'hold' {
    const verdict = this.#breakpoints.at(location, this.#inspection.placeOf(thread.top));
    const place = { source: this.sources[0], line: this.#binder.place(location).line };
    for (const text of verdict.messages) this.#print({ category: 'stdout', text, ...place });
    for (const text of verdict.failures) this.#print({ category: 'stderr', text, ...place });
    const goal = this.#goal;
    const arrived = goal.kind !== 'continue' && goal.watch(thread, location);
    if (!verdict.stop && !arrived) return 'continue';
    const reason = verdict.stop || goal.kind === 'continue' ? 'breakpoint' : goal.kind;
    const at = `at step "${location.step.name}"`;
    const description = { breakpoint: `Paused on breakpoint ${at}`, step: `Paused ${at}`, pause: `Paused ${at}`, entry: `Paused on entry ${at}` }[reason];
    this.#tellStop({ thread, failure: undefined, breakMode: 'always' }, { reason, description, text: verdict.failures[0], ...(verdict.stop ? { breakpointIds: verdict.hit } : {}) });
    return 'hold';
  }

  #raised({ thread, failure, caught, again }: Extract<WatchedStop, { kind: 'raised' }>): 'continue' | 'hold' {
    // Once an error has been shown it is not shown again on its way out.
    if (this.#shownFailures.has(failure)) return 'continue';
    const verdict = this.#exceptions.decide(failure, caught, again, this.#inspection.placeOf(thread.top));
    if (!verdict.stop) return 'continue';
    this.#shownFailures.add(failure);
    if (verdict.failure !== undefined) this.#print({ category: 'stderr', text: verdict.failure });
    const step = stepOf(thread.top).name;
    const description = caught ? `Paused on error at step "${step}"` : `Paused on uncaught error at step "${step}"`;
    this.#tellStop({ thread, failure, breakMode: verdict.breakMode }, { reason: 'exception', description, text: failure.headline });
    return 'hold';
  }

  #tellStop(stop: Stop, event: Omit<Extract<DebuggeeEvent, { kind: 'stopped' }>, 'kind' | 'threadId'>): void {
    this.#stop = stop;
    this.#aim({ kind: 'continue' });
    this.#tellThreads();
    this.#listener({ kind: 'stopped', threadId: stop.thread.id, ...event });
  }

  /** Threads that came and went since the last look. */
  #tellThreads(): void {
    const present = new Set(this.#machine.threads.map((thread) => thread.id));
    for (const id of this.#knownThreads) if (!present.has(id)) this.#listener({ kind: 'thread', threadId: id, reason: 'exited' });
    for (const id of present) if (!this.#knownThreads.has(id)) this.#listener({ kind: 'thread', threadId: id, reason: 'started' });
    this.#knownThreads = present;
  }

  #ended(record: Execution): void {
    if (this.#detached) return;
    const succeeded = record.state === 'SUCCEEDED';
    this.#print(endOutput(record, this.sources[0]!));
    for (const id of this.#knownThreads) this.#listener({ kind: 'thread', threadId: id, reason: 'exited' });
    this.#listener({ kind: 'ended', exitCode: succeeded ? 0 : 1 });
  }

  #logged(entry: LogEntry): void {
    this.#print(logOutput(entry, this.#machine.program, this.sources[0]!));
  }

  #print({ text, ...output }: Output): void {
    this.#listener({ kind: 'output', ...output, text: `${text}\n` });
  }

  // Looking

  threads(): DebugThread[] {
    return this.#machine.threads.filter((thread) => thread.state !== 'ended').map(({ id, name }) => ({ id, name }));
  }

  frames(threadId: number): DebugFrame[] {
    return this.#stop ? this.#inspection.frames(this.#thread(threadId)) : [];
  }

  scopes(frameId: number): DebugScope[] {
    return this.#inspection.scopes(frameId);
  }

  children(reference: number, page = {}): DebugVariable[] {
    return this.#inspection.children(reference, page);
  }

  evaluate(expression: string, frameId: number | undefined): DebugValue {
    return this.#inspection.evaluate(expression, this.#frame(frameId));
  }

  setVariable(reference: number, name: string, valueText: string): DebugValue {
    return this.#inspection.setVariable(reference, name, valueText);
  }

  setExpression(target: string, valueText: string, frameId: number): DebugValue {
    return this.#inspection.setExpression(target, valueText, this.#frame(frameId));
  }

  exceptionInfo(threadId: number): ExceptionDetails | undefined {
    const { thread, failure, breakMode } = this.#stop ?? {};
    return failure && breakMode && thread?.id === threadId ? exceptionDetails(failure, breakMode) : undefined;
  }

  /** Without a frame an expression is about the place of the stop. */
  #frame(frameId: number | undefined): Frame {
    if (frameId !== undefined) return this.#inspection.frame(frameId);
    if (!this.#stop) throw new DebugError('The execution is running; pause it to look at values.');
    return this.#stop.thread.top;
  }

  #thread(threadId: number): Thread {
    const thread = this.#machine.threads.find((candidate) => candidate.id === threadId);
    if (!thread) throw new DebugError(`There is no thread ${threadId}; it may have ended.`);
    return thread;
  }
}

/** Why no breakpoint stops an execution; undefined where they do. */
function whyNoBreakpoints(execution: Execution): string | undefined {
  if (!execution.use_breakpoints) return 'Breakpoints are off for this execution: use_breakpoints is false.';
  return execution.is_productive ? 'Breakpoints are off for this execution: is_productive is true.' : undefined;
}
