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
  type EvaluationContext,
  type ExceptionDetails,
  type ExceptionFilter,
  type ExceptionFilterBinding,
  type FunctionBreakpointRequest,
  type ResumeCommand,
  type SourceLocation,
} from '../../debuggee/debuggee.ts';
import type { Soon } from '../../debuggee/soon.ts';
import { errorSeverities, type LogEntry } from '../../execution/listing.ts';
import type { Execution } from '../../execution/record.ts';
import type { DebugSettings, FlowBinding, FlowDebugEvent, FlowResume } from '../debugProtocol.ts';
import { Conversation } from './conversation.ts';
import { whyNoBreakpoints, type DebuggableFlow, type DebuggableHost } from './debuggableFlow.ts';
import { FlowBreakpoints, flowFilter } from './flowBreakpoints.ts';
import { flowFilterKinds } from './flowFilters.ts';
import { FlowSources } from './flowSources.ts';
import { executionNotes, executionReference, executionScope, frameOf, scopeOf, valueOf, variableOf } from './flowValues.ts';

/** A flow under a debugger. */
export class FlowDebuggee implements Debuggee {
  readonly capabilities: DebuggeeCapabilities;
  readonly #run: DebuggableFlow;
  readonly #host: DebuggableHost;
  readonly #off: string | undefined;
  readonly #sources: FlowSources;
  readonly #breakpoints: FlowBreakpoints;
  readonly #conversation: Conversation;
  readonly #threads = new Map<number, string>([[1, 'main']]);
  #filters: readonly ExceptionFilter[] = [];
  #listener: (event: DebuggeeEvent) => void = () => undefined;
  #stopOnEntry = false;
  #stopped = false;
  #pauseFirst = false;
  #first = true;
  /** Whether the next process stops at the savepoint that the user went back to. */
  #goesBack = false;
  #detached = false;
  /** Whether breakpoints or filters were set after a process got those that there were. */
  #changed = false;
  #lastCall: { readonly file: string; readonly line: number } | undefined;

  constructor(run: DebuggableFlow, host: DebuggableHost) {
    const { execution } = run;
    this.#run = run;
    this.#host = host;
    this.#off = whyNoBreakpoints(execution);
    this.#sources = new FlowSources(execution.type === 'SCRIPT' ? '' : execution.program, execution.script);
    const silent = host.state === 'ready' ? 'The flow has not begun yet.' : 'The debugger has not come into the flow yet.';
    this.#breakpoints = new FlowBreakpoints(this.#off, silent);
    this.#conversation = new Conversation((command) => host.debug(command), silent);
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

  // Breakpoints: kept here, and bound by the process as soon as there is one

  setBreakpoints(source: DebuggeeSource, breakpoints: readonly BreakpointRequest[]): Soon<BreakpointBinding[]> {
    this.#breakpoints.setLines(source, breakpoints);
    const asked = this.#asked('setBreakpoints', { path: this.#sources.pathOf(source), breakpoints: this.#breakpoints.lines(source) });
    return asked ? asked.then(() => this.#breakpoints.lineBindings(source)) : this.#breakpoints.lineBindings(source);
  }

  setFunctionBreakpoints(breakpoints: readonly FunctionBreakpointRequest[]): Soon<BreakpointBinding[]> {
    this.#breakpoints.setFunctions(breakpoints);
    const asked = this.#asked('setFunctionBreakpoints', { breakpoints: this.#breakpoints.functions });
    return asked ? asked.then(() => this.#breakpoints.functionBindings()) : this.#breakpoints.functionBindings();
  }

  /** Undefined where there is no process to ask; one that ends meanwhile leaves the bindings as they were. */
  #asked(...[name, body]: ['setBreakpoints', { path: string; breakpoints: ReturnType<FlowBreakpoints['lines']> }] | ['setFunctionBreakpoints', { breakpoints: FlowBreakpoints['functions'] }]): Promise<void> | undefined {
    this.#changed = true;
    if (!this.#conversation.open || this.#off !== undefined) return undefined;
    const bindings = name === 'setBreakpoints' ? this.#conversation.ask(name, body) : this.#conversation.ask(name, body);
    return bindings.then((bound) => bound.forEach((binding) => this.#breakpoints.bind(binding)), () => undefined);
  }

  setExceptionFilters(filters: readonly ExceptionFilter[]): Soon<ExceptionFilterBinding[]> {
    this.#filters = filters;
    this.#changed = true;
    const off = this.#off;
    if (off !== undefined) return filters.map(() => ({ verified: false, message: off }));
    if (!this.#conversation.open) return filters.map(() => ({ verified: true }));
    return this.#conversation.ask('setExceptionFilters', { filters: filters.map(flowFilter) }).then((bindings) => [...bindings], (error: unknown) => filters.map(() => ({ verified: false, message: reasonOf(error) })));
  }

  breakpointLocations(source: DebuggeeSource, startLine: number, endLine: number): Soon<SourceLocation[]> {
    if (!this.#conversation.open) return [];
    return this.#conversation.ask('breakpointLocations', { path: this.#sources.pathOf(source), first: startLine, last: endLine }).then((found) => [...found], () => []);
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
    this.#changed = false;
    const { execution } = this.#run;
    return {
      script: execution.script,
      off: this.#off ?? null,
      own: execution.breakpoints,
      sources: this.#breakpoints.sources.map((source) => ({ path: this.#sources.pathOf(source), breakpoints: this.#breakpoints.lines(source) })),
      functions: this.#breakpoints.functions,
      filters: this.#filters.map(flowFilter),
      stopOnEntry: this.#stopOnEntry && first,
      replay: recorded,
      stopAfterReplay,
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
        for (const binding of event.bindings) this.#rebound(binding);
        if (this.#changed) this.#applyChanges();
        if (this.#pauseFirst) this.#conversation.tell('pause', {});
        this.#pauseFirst = false;
        break;
      case 'breakpoint':
        this.#rebound(event.binding);
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

  /** What was changed after the process had got its settings. */
  #applyChanges(): void {
    this.#changed = false;
    const rebound = (bindings: readonly FlowBinding[]): void => bindings.forEach((binding) => this.#rebound(binding));
    for (const source of this.#breakpoints.sources) void this.#conversation.ask('setBreakpoints', { path: this.#sources.pathOf(source), breakpoints: this.#breakpoints.lines(source) }).then(rebound, () => undefined);
    void this.#conversation.ask('setFunctionBreakpoints', { breakpoints: this.#breakpoints.functions }).then(rebound, () => undefined);
    this.#conversation.tell('setExceptionFilters', { filters: this.#filters.map(flowFilter) });
  }

  #rebound(binding: BreakpointBinding): void {
    const changed = this.#breakpoints.bind(binding);
    if (changed) this.#tell({ kind: 'breakpoint', binding: changed });
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
    if (record.state === 'SUCCEEDED') this.#print('console', `Succeeded. Result: ${record.output_value ?? 'null'}`);
    else if (record.state === 'CANCELLED') this.#print('console', 'Cancelled.');
    else this.#print('stderr', `Failed. ${record.error?.context ?? record.message}`);
    for (const id of this.#threads.keys()) this.#tell({ kind: 'thread', threadId: id, reason: 'exited' });
    this.#threads.clear();
    this.#tell({ kind: 'ended', exitCode: record.state === 'SUCCEEDED' ? 0 : 1 });
  }

  #print(category: 'console' | 'stderr', text: string): void {
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

  frames(threadId: number): Soon<DebugFrame[]> {
    return this.#conversation.ask('stack', { thread: threadId }).then((frames) => frames.map((frame) => frameOf(frame, this.#sources)));
  }

  scopes(frameId: number): Soon<DebugScope[]> {
    return this.#conversation.ask('scopes', { frame: frameId }).then((scopes) => [...scopes.map(scopeOf), executionScope]);
  }

  children(reference: number, page: { start?: number; count?: number; filter?: 'named' | 'indexed' } = {}): Soon<DebugVariable[]> {
    if (reference === executionReference) return page.filter === 'indexed' ? [] : executionNotes(this.#run.execution);
    return this.#conversation.ask('children', { reference, ...page }).then((values) => values.map(variableOf));
  }

  evaluate(expression: string, frameId: number | undefined, context: EvaluationContext): Soon<DebugValue> {
    return this.#conversation.ask('evaluate', { expression, context, ...(frameId === undefined ? {} : { frame: frameId }) }).then(valueOf);
  }

  setVariable(reference: number, name: string, valueText: string): Soon<DebugValue> {
    if (reference === executionReference) throw new DebugError(`${JSON.stringify(name)} cannot be changed: it is of the execution.`);
    return this.#conversation.ask('setVariable', { reference, name, value: valueText }).then(valueOf);
  }

  setExpression(target: string, valueText: string, frameId: number): Soon<DebugValue> {
    return this.#conversation.ask('setExpression', { target, value: valueText, frame: frameId }).then(valueOf);
  }

  exceptionInfo(threadId: number): Soon<ExceptionDetails | undefined> {
    return this.#conversation.ask('exception', { thread: threadId }).then((details) => details ?? undefined);
  }
}

function flowResume(command: ResumeCommand): FlowResume {
  if (command.kind === 'continue') return { kind: 'continue' };
  if (command.kind === 'stepToCall') return { kind: 'stepToCall', thread: command.threadId };
  return { kind: command.kind, thread: command.threadId, granularity: command.granularity };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
