import type { BreakpointBinding, BreakpointRequest, Debuggee, DebuggeeCapabilities, DebuggeeEvent, DebuggeeSource, DebugFrame, DebugScope, DebugThread, DebugValue, DebugVariable, EvaluationContext, ExceptionDetails, ExceptionFilter, ExceptionFilterBinding, FunctionBreakpointRequest, ResumeCommand, SourceLocation } from '../../debuggee/debuggee.ts';
import type { Soon } from '../../debuggee/soon.ts';
import { errorSeverities, type LogEntry } from '../../execution/listing.ts';
import type { Execution } from '../../execution/record.ts';
import type { DebugSettings, FlowDebugEvent, FlowResume } from '../debugProtocol.ts';
import { Conversation } from './conversation.ts';
import { whyNoBreakpoints, type DebuggableFlow, type DebuggableHost } from './debuggableFlow.ts';
import { FlowBindings } from './flowBindings.ts';
import { flowFilterKinds } from './flowFilters.ts';
import { FlowLooking } from './flowLooking.ts';
import { FlowSources } from './flowSources.ts';

/** Seconds for an answer beyond those for an expression. */
const answerDelay = 5;

/** A flow under a debugger. */
export class FlowDebuggee implements Debuggee {
  readonly capabilities: DebuggeeCapabilities;
  readonly #run: DebuggableFlow;
  readonly #host: DebuggableHost;
  readonly #off: string | undefined;
  readonly #sources: FlowSources;
  readonly #bindings: FlowBindings;
  readonly #conversation: Conversation;
  readonly #looking: FlowLooking;
  readonly #evaluationTime: number;
  readonly #threads = new Map<number, string>([[1, 'main']]);
  #listener: (event: DebuggeeEvent) => void = () => undefined;
  #stopOnEntry = false;
  #stopped = false;
  #pauseFirst = false;
  #first = true;
  /** Whether the next process stops at the savepoint that the user went back to. */
  #goesBack = false;
  #detached = false;
  #lastCall: { readonly file: string; readonly line: number } | undefined;

  /** `evaluationTime` are the seconds that an expression, a condition or a part of a log message may take. */
  constructor(run: DebuggableFlow, host: DebuggableHost, { evaluationTime = 10 }: { evaluationTime?: number } = {}) {
    const { execution } = run;
    this.#run = run;
    this.#host = host;
    this.#off = whyNoBreakpoints(execution);
    this.#sources = new FlowSources(execution.type === 'SCRIPT' ? '' : execution.program, execution.script);
    const silent = host.state === 'ready' ? 'The flow has not begun yet.' : 'The debugger has not come into the flow yet.';
    this.#evaluationTime = evaluationTime;
    this.#conversation = new Conversation((command) => host.debug(command), silent, (evaluationTime + answerDelay) * 1000);
    this.#bindings = new FlowBindings(this.#conversation, this.#sources, this.#off, silent, (binding) => this.#tell({ kind: 'breakpoint', binding }));
    this.#looking = new FlowLooking(this.#conversation, this.#sources, execution);
    this.capabilities = { stepping: !execution.use_only_explicit_breakpoints, setVariable: true, exceptionFilters: flowFilterKinds, functionBreakpoints: true, stepToCall: true };
  }

  get sources(): readonly DebuggeeSource[] {
    return this.#sources.all;
  }

  possibleSource(path: string): DebuggeeSource | undefined {
    return this.#sources.possible(path);
  }

  onEvent(listener: (event: DebuggeeEvent) => void): void {
    this.#listener = listener;
  }

  // Breakpoints

  setBreakpoints(source: DebuggeeSource, breakpoints: readonly BreakpointRequest[]): Soon<BreakpointBinding[]> {
    return this.#bindings.setLines(source, breakpoints);
  }

  setFunctionBreakpoints(breakpoints: readonly FunctionBreakpointRequest[]): Soon<BreakpointBinding[]> {
    return this.#bindings.setFunctions(breakpoints);
  }

  setExceptionFilters(filters: readonly ExceptionFilter[]): Soon<ExceptionFilterBinding[]> {
    return this.#bindings.setFilters(filters);
  }

  breakpointLocations(source: DebuggeeSource, startLine: number, endLine: number): Soon<SourceLocation[]> {
    return this.#bindings.locations(source, startLine, endLine);
  }

  // Life

  start({ stopOnEntry }: { stopOnEntry: boolean }): void {
    const { state } = this.#host;
    this.#stopOnEntry = stopOnEntry && this.capabilities.stepping && state === 'ready';
    this.#tell({ kind: 'thread', threadId: 1, reason: 'started' });
    this.#host.watch({
      start: (recorded) => this.#begun(recorded),
      wentBack: () => this.#wentBack(),
      debug: (event) => this.#heard(event as FlowDebugEvent),
      output: (category, text) => this.#tell({ kind: 'output', category, text }),
      logged: (entry) => this.#logged(entry),
      calling: (call) => (this.#lastCall = call),
      pauseAsked: () => this.pause(),
      resumeAsked: () => this.#resumeAsked(),
      ended: () => this.#conversation.end('The flow has ended.'),
    });
    void this.#run.ended.then((record) => this.#ended(record));
    if (stopOnEntry && !this.capabilities.stepping) this.#print('console', 'stopOnEntry has no effect: use_only_explicit_breakpoints is true for this execution.');
    if (state === 'ready') this.#run.begin();
    else if (state === 'held') this.#stopHeld();
  }

  /** One that is paused is stopped where it is; where it has no process, one begins and stops where it comes to. */
  #stopHeld(): void {
    if (!this.#first) {
      this.#pauseFirst = true;
      return;
    }
    this.#goesBack = true;
    this.#host.go();
  }

  /** A process begins, the first one or another one after going back to a savepoint, or there is one already. */
  #begun(recorded: number): DebugSettings {
    const first = this.#first;
    const stopAfterReplay = this.#goesBack;
    this.#first = this.#goesBack = false;
    this.#conversation.end('The flow begins again.');
    const { execution } = this.#run;
    return {
      script: execution.script,
      off: this.#off ?? null,
      own: execution.breakpoints,
      ...this.#bindings.settings(),
      stopOnEntry: this.#stopOnEntry && first,
      replay: recorded,
      stopAfterReplay,
      evaluationTime: this.#evaluationTime,
    };
  }

  /** A stopped flow runs to the savepoint and stops there; one that goes back by itself runs on. */
  #wentBack(): void {
    this.#conversation.end('The flow begins again.');
    this.#goesBack = this.#stopped;
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#tell({ kind: 'resumed' });
    this.#host.go();
  }

  resume(command: ResumeCommand): void {
    this.#stopped = false;
    this.#conversation.tell('resume', flowResume(command));
    this.#host.go();
  }

  pause(): void {
    // Before there is a process it is remembered.
    if (!this.#conversation.open) this.#pauseFirst = true;
    else if (!this.#stopped) this.#conversation.tell('pause', {});
  }

  #resumeAsked(): void {
    if (!this.#stopped) return;
    this.resume({ kind: 'continue' });
    this.#tell({ kind: 'resumed' });
  }

  terminate(): void {
    if (this.#host.state === 'ready') void this.#run.ended.then((record) => this.#ended(record));
    this.#host.cancel();
  }

  detach(): void {
    this.#detached = true;
    const { state } = this.#host;
    this.#conversation.tell('detach', {});
    this.#conversation.end('The debugger has been detached.');
    this.#host.watch(undefined);
    if (state === 'ready') this.#run.begin();
    else this.#host.go();
  }

  // What the process tells

  #heard(event: FlowDebugEvent): void {
    switch (event.kind) {
      case 'reply':
        this.#conversation.reply(event);
        break;
      case 'begun':
        this.#conversation.begin();
        this.#bindings.begun(event.bindings);
        if (this.#pauseFirst) this.#conversation.tell('pause', {});
        this.#pauseFirst = false;
        break;
      case 'breakpoint':
        this.#bindings.tell([event.binding]);
        break;
      case 'source':
        this.#sources.imported(event.path);
        break;
      case 'stopped':
        this.#stopped = true;
        this.#host.hold();
        this.#tell({ kind: 'stopped', reason: event.reason, threadId: event.thread, description: event.description, text: event.text ?? undefined, breakpointIds: event.breakpoints });
        break;
      case 'thread':
        if (event.reason === 'started') this.#threads.set(event.thread, event.name);
        else this.#threads.delete(event.thread);
        this.#tell({ kind: 'thread', threadId: event.thread, reason: event.reason });
        break;
      case 'output':
        this.#tell({ kind: 'output', category: event.category, text: event.text, ...(event.path === null || event.line === null ? {} : { source: this.#sources.of(event.path), line: event.line }) });
        break;
    }
  }

  #logged(entry: LogEntry): void {
    const text = entry.text ?? entry.json ?? '';
    const call = this.#lastCall;
    this.#tell({
      kind: 'output',
      category: errorSeverities.has(entry.severity) ? 'stderr' : 'stdout',
      text: `${entry.severity === 'DEFAULT' ? text : `${entry.severity}: ${text}`}\n`,
      ...(call && entry.step === `line ${call.line}` ? { source: this.#sources.of(call.file), line: call.line } : {}),
    });
  }

  #ended(record: Execution): void {
    this.#conversation.end('The flow has ended.');
    if (this.#detached) return;
    if (record.state === 'SUCCEEDED') this.#print('stdout', `Succeeded. Result: ${record.output_value ?? 'null'}`);
    else if (record.state === 'CANCELLED') this.#print('console', 'Cancelled.');
    else this.#print('stderr', `Failed. ${record.error?.context ?? record.message}`);
    for (const id of this.#threads.keys()) this.#tell({ kind: 'thread', threadId: id, reason: 'exited' });
    this.#threads.clear();
    this.#tell({ kind: 'ended', exitCode: record.state === 'SUCCEEDED' ? 0 : 1 });
  }

  #print(category: 'console' | 'stdout' | 'stderr', text: string): void {
    this.#tell({ kind: 'output', category, text: `${text}\n` });
  }

  /** Later than the answers that came before: they are passed on a few promises later. */
  #tell(event: DebuggeeEvent): void {
    setImmediate(() => this.#listener(event));
  }

  // Looking

  threads(): DebugThread[] {
    return [...this.#threads].map(([id, name]) => ({ id, name }));
  }

  frames(threadId: number): Promise<DebugFrame[]> {
    return this.#looking.frames(threadId);
  }

  scopes(frameId: number): Promise<DebugScope[]> {
    return this.#looking.scopes(frameId);
  }

  children(reference: number, page: { start?: number; count?: number; filter?: 'named' | 'indexed' } = {}): Promise<DebugVariable[]> {
    return this.#looking.children(reference, page);
  }

  evaluate(expression: string, frameId: number | undefined, context: EvaluationContext): Promise<DebugValue> {
    return this.#looking.evaluate(expression, frameId, context);
  }

  setVariable(reference: number, name: string, valueText: string): Promise<DebugValue> {
    return this.#looking.setVariable(reference, name, valueText);
  }

  setExpression(target: string, valueText: string, frameId: number): Promise<DebugValue> {
    return this.#looking.setExpression(target, valueText, frameId);
  }

  exceptionInfo(threadId: number): Promise<ExceptionDetails | undefined> {
    return this.#looking.exceptionInfo(threadId);
  }
}

function flowResume(command: ResumeCommand): FlowResume {
  if (command.kind === 'continue') return { kind: 'continue' };
  if (command.kind === 'stepToCall') return { kind: 'stepToCall', thread: command.threadId };
  return { kind: command.kind, thread: command.threadId, granularity: command.granularity };
}
