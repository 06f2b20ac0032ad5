import type { BreakpointBinding, BreakpointRequest, DebuggeeSource, ExceptionFilter, ExceptionFilterBinding, FunctionBreakpointRequest, SourceLocation } from '../../debuggee/debuggee.ts';
import type { Soon } from '../../debuggee/soon.ts';
import type { DebugSettings, FlowBinding } from '../debugProtocol.ts';
import type { Conversation } from './conversation.ts';
import { FlowBreakpoints, flowFilter } from './flowBreakpoints.ts';
import type { FlowSources } from './flowSources.ts';

/** Where a flow stops: kept here, and bound by its process as soon as there is one. */
export class FlowBindings {
  readonly #conversation: Conversation;
  readonly #sources: FlowSources;
  readonly #off: string | undefined;
  readonly #breakpoints: FlowBreakpoints;
  readonly #rebound: (binding: BreakpointBinding) => void;
  #filters: readonly ExceptionFilter[] = [];
  /** Whether something was set after a process got what there was. */
  #changed = false;

  /** `off` says why nothing stops this flow, `unbound` why nothing is bound yet; `rebound` hears of each binding that has become another one. */
  constructor(conversation: Conversation, sources: FlowSources, off: string | undefined, unbound: string, rebound: (binding: BreakpointBinding) => void) {
    this.#conversation = conversation;
    this.#sources = sources;
    this.#off = off;
    this.#breakpoints = new FlowBreakpoints(off, unbound);
    this.#rebound = rebound;
  }

  setLines(source: DebuggeeSource, breakpoints: readonly BreakpointRequest[]): Soon<BreakpointBinding[]> {
    this.#changed = true;
    this.#breakpoints.setLines(source, breakpoints);
    const bindings = (): BreakpointBinding[] => this.#breakpoints.lineBindings(source);
    return this.#asks ? this.#bound(this.#askLines(source)).then(bindings) : bindings();
  }

  setFunctions(breakpoints: readonly FunctionBreakpointRequest[]): Soon<BreakpointBinding[]> {
    this.#changed = true;
    this.#breakpoints.setFunctions(breakpoints);
    const bindings = (): BreakpointBinding[] => this.#breakpoints.functionBindings();
    return this.#asks ? this.#bound(this.#askFunctions()).then(bindings) : bindings();
  }

  setFilters(filters: readonly ExceptionFilter[]): Soon<ExceptionFilterBinding[]> {
    this.#changed = true;
    this.#filters = filters;
    const off = this.#off;
    if (off !== undefined) return filters.map(() => ({ verified: false, message: off }));
    if (!this.#asks) return filters.map(() => ({ verified: true }));
    return this.#conversation.ask('setExceptionFilters', { filters: filters.map(flowFilter) }).then((bindings) => [...bindings], (error: unknown) => filters.map(() => ({ verified: false, message: reasonOf(error) })));
  }

  locations(source: DebuggeeSource, first: number, last: number): Soon<SourceLocation[]> {
    if (!this.#conversation.open) return [];
    return this.#conversation.ask('breakpointLocations', { path: this.#sources.pathOf(source), first, last }).then((found) => [...found], () => []);
  }

  /** For a process that begins. */
  settings(): Pick<DebugSettings, 'sources' | 'functions' | 'filters'> {
    this.#changed = false;
    return {
      sources: this.#breakpoints.sources.map((source) => this.#lines(source)),
      functions: this.#breakpoints.functions,
      filters: this.#filters.map(flowFilter),
    };
  }

  /** The process has what `settings` gave, bound like this; what was set since then is sent. */
  begun(bindings: readonly FlowBinding[]): void {
    this.tell(bindings);
    if (!this.#changed) return;
    this.#changed = false;
    const tell = (bound: readonly FlowBinding[]): void => this.tell(bound);
    for (const source of this.#breakpoints.sources) void this.#askLines(source).then(tell, () => undefined);
    void this.#askFunctions().then(tell, () => undefined);
    this.#conversation.tell('setExceptionFilters', { filters: this.#filters.map(flowFilter) });
  }

  /** Bindings that nobody has asked for. */
  tell(bindings: readonly FlowBinding[]): void {
    for (const binding of bindings) {
      const changed = this.#breakpoints.bind(binding);
      if (changed) this.#rebound(changed);
    }
  }

  /** Whether there is a process to ask. */
  get #asks(): boolean {
    return this.#conversation.open && this.#off === undefined;
  }

  #lines(source: DebuggeeSource): DebugSettings['sources'][number] {
    return { path: this.#sources.pathOf(source), breakpoints: this.#breakpoints.lines(source) };
  }

  #askLines(source: DebuggeeSource): Promise<readonly FlowBinding[]> {
    return this.#conversation.ask('setBreakpoints', this.#lines(source));
  }

  #askFunctions(): Promise<readonly FlowBinding[]> {
    return this.#conversation.ask('setFunctionBreakpoints', { breakpoints: this.#breakpoints.functions });
  }

  /** A process that ends meanwhile leaves the bindings as they were. */
  #bound(asked: Promise<readonly FlowBinding[]>): Promise<void> {
    return asked.then((bindings) => bindings.forEach((binding) => this.#breakpoints.bind(binding)), () => undefined);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
