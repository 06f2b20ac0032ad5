import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BreakpointBinding, BreakpointRequest, Debuggee, DebuggeeSource, ExceptionFilter, ExceptionFilterBinding } from '../debuggee/debuggee.ts';
import { when, type Soon } from '../debuggee/soon.ts';
import { BreakpointTable, type ChangedPlace, type Entry } from './breakpointTable.ts';
import type { Connection } from './connection.ts';
import type { Coordinates } from './coordinates.ts';
import * as errors from './errors.ts';
import { FunctionBreakpoints } from './functionBreakpoints.ts';
import type { Answer } from './requests.ts';
import type { SourceTable } from './sourceTable.ts';

/** An execution in which breakpoints may be. */
export interface Breakable {
  readonly debuggee: Debuggee;
  readonly noDebug: boolean;
}

/** What of a session its breakpoints need. */
export interface BreakpointSession {
  readonly run: () => Breakable | undefined;
  /** Says once that a file is not what runs. */
  readonly lookAt: (source: DebuggeeSource) => Promise<unknown>;
  readonly coordinates: () => Coordinates;
  readonly isClosed: () => boolean;
  readonly tell: Connection['tell'];
}

/** The protocol's requests about breakpoints: in sources, at functions and for errors. They outlive the execution, which may be started again. */
export class BreakpointRequests {
  readonly #sources: SourceTable;
  readonly #session: BreakpointSession;
  readonly #table: BreakpointTable;
  readonly #functions: FunctionBreakpoints;
  #filters: readonly ExceptionFilter[] = [];

  constructor(sources: SourceTable, session: BreakpointSession) {
    this.#sources = sources;
    this.#session = session;
    this.#table = new BreakpointTable(sources);
    this.#functions = new FunctionBreakpoints(() => this.#table.nextId());
  }

  /** Binds all that is set to a new execution. */
  bind(run: Breakable): Soon<unknown> {
    return when(this.#table.retarget(run), (changes) => {
      for (const place of changes) this.#tellChanged(place);
      return when(this.#functions.bind(run.debuggee, run.noDebug), () => this.#applyFilters(run));
    });
  }

  /** A breakpoint was bound later, or anew. */
  rebind(binding: BreakpointBinding): void {
    const place = this.#table.rebind(binding);
    const breakpoint = this.#functions.rebind(binding);
    if (place) this.#tellChanged(place);
    if (breakpoint) this.#session.tell('breakpoint', { reason: 'changed', breakpoint });
  }

  /** The client's ids of what the debuggee stopped at. */
  clientIds(ids: readonly number[]): number[] {
    return [...this.#table.clientIds(ids), ...this.#functions.clientIds(ids)];
  }

  #tellChanged({ client, changed }: ChangedPlace): void {
    for (const entry of changed) this.#session.tell('breakpoint', { reason: 'changed', breakpoint: this.#table.toClient(client, entry, this.#session.coordinates()) });
  }

  /** Binds and answers at once: an execution that runs must not stop at a breakpoint before its client knows of it. */
  setBreakpoints(args: DebugProtocol.SetBreakpointsArguments): Soon<Answer<DebugProtocol.SetBreakpointsResponse['body']>> {
    const asked = args.breakpoints ?? args.lines?.map((line) => ({ line })) ?? [];
    return when(this.#table.set(args.source, asked.map((breakpoint) => this.#breakpointRequest(breakpoint))), (entries) => {
      const run = this.#session.run();
      const executed = run && this.#sources.find(args.source, run.debuggee.sources);
      return {
        body: { breakpoints: entries.map((entry) => this.#table.toClient(args.source, entry, this.#session.coordinates())) },
        after: () => {
          if (executed) void this.#review(args.source, entries, executed);
        },
      };
    });
  }

  setFunctionBreakpoints(args: DebugProtocol.SetFunctionBreakpointsArguments): Soon<Answer<DebugProtocol.SetFunctionBreakpointsResponse['body']>> {
    this.#functions.set(args.breakpoints.map(({ name, condition, hitCondition }) => ({ name, condition, hitCondition })));
    const run = this.#session.run();
    return when(this.#functions.bind(run?.debuggee, run?.noDebug ?? false), (breakpoints) => ({ body: { breakpoints } }));
  }

  /** A file that has changed since it was last looked at gives its breakpoints a note. */
  async #review(client: DebugProtocol.Source, entries: readonly Entry[], executed: DebuggeeSource): Promise<void> {
    const had = this.#sources.hasChanged(executed);
    await this.#session.lookAt(executed);
    if (this.#session.isClosed() || had === this.#sources.hasChanged(executed) || !this.#table.isCurrent(client, entries)) return;
    for (const entry of entries) this.#session.tell('breakpoint', { reason: 'changed', breakpoint: this.#table.toClient(client, entry, this.#session.coordinates()) });
  }

  #breakpointRequest(breakpoint: DebugProtocol.SourceBreakpoint): BreakpointRequest {
    const { line, column, condition, hitCondition, logMessage } = breakpoint;
    if (!Number.isSafeInteger(line)) throw errors.badRequest('setBreakpoints', `a breakpoint's line is a whole number; got ${JSON.stringify(line)}.`);
    return {
      line: this.#session.coordinates().lineFromClient(line),
      column: column === undefined ? undefined : this.#session.coordinates().columnFromClient(column),
      condition,
      hitCondition,
      logMessage,
    };
  }

  setExceptionBreakpoints(args: DebugProtocol.SetExceptionBreakpointsArguments): Soon<Answer<DebugProtocol.SetExceptionBreakpointsResponse['body']>> {
    this.#filters = [...args.filters.map((id) => ({ id })), ...(args.filterOptions ?? []).map(({ filterId, condition }) => ({ id: filterId, condition }))];
    const run = this.#session.run();
    const bindings = run ? this.#applyFilters(run) : this.#filters.map((): ExceptionFilterBinding => ({ verified: false, message: errors.breakpointNotLaunched() }));
    return when<readonly ExceptionFilterBinding[], Answer<DebugProtocol.SetExceptionBreakpointsResponse['body']>>(bindings, (answered) => ({
      body: { breakpoints: answered.map(({ verified, message }) => ({ verified, ...(message === undefined ? {} : { message }) })) },
    }));
  }

  #applyFilters(run: Breakable): Soon<readonly ExceptionFilterBinding[]> {
    if (!run.noDebug) return run.debuggee.setExceptionFilters(this.#filters);
    return this.#filters.map(() => ({ verified: false, message: errors.breakpointWithoutDebugging() }));
  }

  breakpointLocations(args: DebugProtocol.BreakpointLocationsArguments): Soon<Answer<DebugProtocol.BreakpointLocationsResponse['body']>> {
    const run = this.#session.run();
    const source = run && this.#sources.find(args.source, run.debuggee.sources);
    if (!run || !source) return { body: { breakpoints: [] } };
    const first = this.#session.coordinates().lineFromClient(args.line);
    const last = args.endLine === undefined ? first : this.#session.coordinates().lineFromClient(args.endLine);
    return when(run.debuggee.breakpointLocations(source, first, last), (locations) => ({ body: { breakpoints: locations.map((location) => this.#session.coordinates().toClient(location)) } }));
  }
}
