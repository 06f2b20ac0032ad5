import { pathToFileURL } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Debuggee, DebuggeeEvent, DebuggeeSource, ResumeCommand } from '../debuggee/debuggee.ts';
import type { ExceptionFilterKind } from '../debuggee/exceptionFilters.ts';
import { when, type Soon } from '../debuggee/soon.ts';
import { LaunchRefused } from '../execution/launch.ts';
import { ServiceError } from '../service/service.ts';
import { BreakpointRequests } from './breakpointRequests.ts';
import { capabilitiesWith, difference } from './capabilities.ts';
import { Connection } from './connection.ts';
import { Coordinates } from './coordinates.ts';
import * as errors from './errors.ts';
import { launchAgain, readAttach, readLaunch, type Attach, type Launch, type LaunchRequest } from './launch.ts';
import { lookingHandlers } from './looking.ts';
import { refusal } from './present.ts';
import type { Answer, RequestHandlers } from './requests.ts';
import { SourceTable, type ReadText } from './sourceTable.ts';

export interface SessionHost {
  readonly launch: Launch;
  readonly attach: Attach;
  /** The text of a file as the user has it now, unsaved where an editor has it open; undefined where there is none. */
  readonly readText: ReadText;
  /** Those of what is going to run, where that is known before it is launched; else those that everything has. */
  readonly exceptionFilters?: readonly ExceptionFilterKind[] | undefined;
  /** The client has said what it wants to be told; the execution begins or goes on under it. */
  readonly onBegun?: () => void;
  /** The client is gone, or said that it is done. */
  readonly onClosed?: () => void;
}

/** A debug session; also what VS Code calls an inline debug adapter. */
export function createSession(host: SessionHost): Connection {
  return new Session(host).connection;
}

interface Run {
  readonly debuggee: Debuggee;
  readonly request: Pick<LaunchRequest, 'stopOnEntry' | 'noDebug' | 'notes'>;
  /** Undefined for an execution that others began. */
  readonly launch: LaunchRequest | undefined;
  state: 'ready' | 'running' | 'stopped' | 'ended';
}

/**
 * The protocol's side of one debugging session: what the client asked for, whether the execution runs, and the order
 * in which things are told. Everything about the execution itself is the debuggee's.
 */
class Session {
  readonly connection: Connection;
  readonly #host: SessionHost;
  readonly #sources: SourceTable;
  readonly #breakpoints: BreakpointRequests;
  #client: DebugProtocol.InitializeRequestArguments = { adapterID: '' };
  #coordinates = new Coordinates({});
  #launching = false;
  #configured = false;
  #closed = false;
  #run: Run | undefined;

  constructor(host: SessionHost) {
    this.#host = host;
    this.#sources = new SourceTable(host.readText);
    this.#breakpoints = new BreakpointRequests(this.#sources, {
      run: () => this.#run && { debuggee: this.#run.debuggee, noDebug: this.#run.request.noDebug },
      lookAt: (source) => this.#lookAt(source),
      coordinates: () => this.#coordinates,
      isClosed: () => this.#closed,
      tell: (event, body) => this.connection.tell(event, body),
    });
    this.connection = new Connection(this.#handlers(), () => this.#close(undefined));
  }

  #handlers(): RequestHandlers {
    return {
      initialize: (args) => this.#initialize(args),
      launch: (args) => this.#launch(args),
      attach: (args) => this.#attach(args),
      restart: (args) => this.#restart(args),
      configurationDone: () => this.#configurationDone(),
      terminate: () => this.#terminate(),
      disconnect: (args) => ({ body: undefined, after: () => this.#close(args?.terminateDebuggee) }),
      setBreakpoints: (args) => this.#breakpoints.setBreakpoints(args),
      setFunctionBreakpoints: (args) => this.#breakpoints.setFunctionBreakpoints(args),
      setExceptionBreakpoints: (args) => this.#breakpoints.setExceptionBreakpoints(args),
      breakpointLocations: (args) => this.#breakpoints.breakpointLocations(args),
      continue: () => this.#resume('continue', { kind: 'continue' }, { allThreadsContinued: true }),
      next: (args) => this.#step('next', args),
      stepIn: (args) => this.#step('stepIn', args),
      stepOut: (args) => this.#step('stepOut', args),
      stepToNextCall: (args) => this.#stepToCall(args),
      pause: () => this.#pause(),
      threads: () => ({ body: { threads: this.#run?.state === 'ended' ? [] : [...(this.#run?.debuggee.threads() ?? [])] } }),
      ...lookingHandlers({
        stopped: (what) => this.#stopped(what),
        lookAt: (source) => this.#lookAt(source),
        coordinates: () => this.#coordinates,
        client: () => this.#client,
        tell: (event, body) => this.connection.tell(event, body),
      }),
      source: (args) => this.#source(args),
      loadedSources: () => this.#loadedSources(),
    };
  }

  // Life

  #initialize(args: DebugProtocol.InitializeRequestArguments): Answer<DebugProtocol.Capabilities> {
    if (args.pathFormat !== undefined && args.pathFormat !== 'path') throw errors.urisNotSupported();
    this.#client = args;
    this.#coordinates = new Coordinates(args);
    return { body: capabilitiesWith(this.#host.exceptionFilters) };
  }

  async #launch(args: unknown): Promise<Answer<undefined>> {
    if (this.#run || this.#launching) throw errors.launchedAlready();
    const run = await this.#prepare(readLaunch(args));
    return { body: undefined, after: () => this.#ask(run) };
  }

  /** Takes up an execution that others began. It is theirs: when the client goes, it goes on. */
  async #attach(args: unknown): Promise<Answer<undefined>> {
    if (this.#run || this.#launching) throw errors.launchedAlready();
    const request = readAttach(args);
    this.#launching = true;
    try {
      const { debuggee } = await this.#host.attach(request);
      if (this.#closed) debuggee.detach();
      const run: Run = { debuggee, request: { stopOnEntry: request.stopOnEntry, noDebug: false, notes: [] }, launch: undefined, state: 'ready' };
      return {
        body: undefined,
        after: () => {
          // What began it could begin it again, not this session.
          this.connection.tell('capabilities', { capabilities: { supportsRestartRequest: false } });
          return this.#ask(run);
        },
      };
    } catch (error) {
      if (error instanceof ServiceError) throw errors.cannotAttach(error.message);
      throw error;
    } finally {
      this.#launching = false;
    }
  }

  /** Only when there is an execution can breakpoints be bound, so only then is the client asked for them. */
  #ask(run: Run): Soon<void> {
    return when(this.#adopt(run), (adopted) => {
      if (!adopted) return;
      this.connection.tell('initialized');
      if (this.#configured) this.#begin();
    });
  }

  /** The execution that is there goes on until another one is ready, so that a mistake in the program costs nothing. */
  async #restart(args: DebugProtocol.RestartArguments | undefined): Promise<Answer<undefined>> {
    if (!this.#run) throw errors.notLaunched('restart');
    if (this.#launching) throw errors.launchedAlready();
    if (!this.#run.launch) throw errors.cannotRestartAttached();
    const run = await this.#prepare(launchAgain(args?.arguments === undefined ? this.#run.launch : readLaunch(args.arguments)));
    return {
      body: undefined,
      after: () => {
        this.#leave();
        return when(this.#adopt(run), (adopted) => {
          if (adopted && this.#configured) this.#begin();
        });
      },
    };
  }

  /** Ends the present execution as far as the client sees it; another one takes its place. */
  #leave(): void {
    const run = this.#run;
    if (!run || run.state === 'ended') return;
    const threads = run.debuggee.threads();
    if (run.state === 'stopped') this.connection.tell('continued', { threadId: threads[0]?.id ?? 1, allThreadsContinued: true });
    for (const thread of threads) this.connection.tell('thread', { reason: 'exited', threadId: thread.id });
    this.#run = undefined;
    run.debuggee.terminate();
  }

  async #prepare(request: LaunchRequest): Promise<Run> {
    this.#launching = true;
    try {
      const { debuggee } = await this.#host.launch(request);
      if (this.#closed) debuggee.terminate();
      return { debuggee, request, launch: request, state: 'ready' };
    } catch (error) {
      if (error instanceof LaunchRefused) throw refusal(error, (path) => pathToFileURL(path).href);
      throw error;
    } finally {
      this.#launching = false;
    }
  }

  /** False where the client has gone in the meantime. */
  #adopt(run: Run): Soon<boolean> {
    if (this.#closed) return false;
    this.#run = run;
    run.debuggee.onEvent((event) => {
      if (this.#run === run && !this.#closed) this.#tell(run, event);
    });
    const different = difference(run.debuggee.capabilities);
    if (different) this.connection.tell('capabilities', { capabilities: different });
    for (const note of run.request.notes) this.connection.tell('output', { category: 'console', output: `${note}\n` });
    return when(this.#breakpoints.bind({ debuggee: run.debuggee, noDebug: run.request.noDebug }), () => this.#run === run);
  }

  #configurationDone(): Answer<undefined> {
    this.#configured = true;
    return { body: undefined, after: () => this.#begin() };
  }

  #begin(): void {
    const run = this.#run;
    if (run?.state !== 'ready') return;
    run.state = 'running';
    run.debuggee.start({ stopOnEntry: run.request.stopOnEntry && !run.request.noDebug });
    this.#host.onBegun?.();
  }

  #terminate(): Answer<undefined> {
    return {
      body: undefined,
      after: () => {
        if (this.#run && this.#run.state !== 'ended') this.#run.debuggee.terminate();
        else this.connection.tell('terminated');
      },
    };
  }

  /** What the session launched ends with it, what it attached to does not, unless the client says otherwise. */
  #close(terminate: boolean | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#run && this.#run.state !== 'ended') {
      if (terminate ?? this.#run.launch !== undefined) this.#run.debuggee.terminate();
      else this.#run.debuggee.detach();
    }
    this.#host.onClosed?.();
  }

  /** What happens in the execution, in the protocol's words. */
  #tell(run: Run, event: DebuggeeEvent): void {
    switch (event.kind) {
      case 'stopped': {
        run.state = 'stopped';
        const hit = this.#breakpoints.clientIds(event.breakpointIds ?? []);
        this.connection.tell('stopped', {
          reason: event.reason,
          ...(event.description === undefined ? {} : { description: event.description }),
          ...(event.text === undefined ? {} : { text: event.text }),
          threadId: event.threadId,
          allThreadsStopped: true,
          ...(hit.length > 0 ? { hitBreakpointIds: hit } : {}),
        });
        break;
      }
      case 'resumed':
        run.state = 'running';
        this.connection.tell('continued', { threadId: run.debuggee.threads()[0]?.id ?? 1, allThreadsContinued: true });
        break;
      case 'breakpoint':
        this.#breakpoints.rebind(event.binding);
        break;
      case 'thread':
        this.connection.tell('thread', { reason: event.reason, threadId: event.threadId });
        break;
      case 'output':
        this.connection.tell('output', {
          category: event.category,
          output: event.text,
          ...(event.source ? { source: this.#sources.asLastSeen(event.source) } : {}),
          ...(event.line === undefined ? {} : { line: this.#coordinates.lineToClient(event.line) }),
          ...(event.variablesReference === undefined ? {} : { variablesReference: event.variablesReference }),
        });
        break;
      case 'ended':
        run.state = 'ended';
        this.connection.tell('exited', { exitCode: event.exitCode });
        this.connection.tell('terminated');
        break;
    }
  }

  // Running and stopping

  #step(kind: 'next' | 'stepIn' | 'stepOut', args: DebugProtocol.NextArguments | DebugProtocol.StepInArguments | DebugProtocol.StepOutArguments): Answer<undefined> {
    // There is nothing smaller than an assignment or condition, so that is what an "instruction" is as well.
    const granularity = args.granularity === 'line' || args.granularity === 'instruction' ? 'line' : 'statement';
    const { debuggee } = this.#live(kind);
    if (!debuggee.capabilities.stepping) throw errors.steppingOff();
    if (!debuggee.threads().some((thread) => thread.id === args.threadId)) throw errors.noThread(args.threadId);
    return this.#resume(kind, { kind, threadId: args.threadId, granularity }, undefined);
  }

  #stepToCall({ threadId }: DebugProtocol.NextArguments): Answer<undefined> {
    const { debuggee } = this.#live('stepToNextCall');
    if (!debuggee.capabilities.stepping) throw errors.steppingOff();
    if (!debuggee.capabilities.stepToCall) throw errors.noStepToCall();
    if (!debuggee.threads().some((thread) => thread.id === threadId)) throw errors.noThread(threadId);
    const answer = this.#resume('stepToNextCall', { kind: 'stepToCall', threadId }, undefined);
    return {
      ...answer,
      after: () => {
        // A request that clients do not know does not tell them that the flow goes on.
        this.connection.tell('continued', { threadId, allThreadsContinued: true });
        return answer.after?.();
      },
    };
  }

  #resume<Body>(name: string, command: ResumeCommand, body: Body): Answer<Body> {
    const run = this.#live(name);
    if (run.state !== 'stopped') throw errors.notStopped(name);
    return {
      body,
      after: () => {
        run.state = 'running';
        run.debuggee.resume(command);
      },
    };
  }

  #pause(): Answer<undefined> {
    const run = this.#live('pause');
    if (run.request.noDebug) throw errors.withoutDebugging();
    if (!run.debuggee.capabilities.stepping) throw errors.steppingOff();
    return {
      body: undefined,
      after: () => {
        if (run.state === 'running') run.debuggee.pause();
      },
    };
  }

  #live(command: string): Run {
    if (!this.#run) throw errors.notLaunched(command);
    if (this.#run.state === 'ended') throw errors.ended(command);
    return this.#run;
  }

  // Looking at a stopped execution: see looking.ts

  #stopped(what: string): Debuggee {
    const run = this.#run;
    if (!run) throw errors.notLaunched(what);
    if (run.state === 'ended') throw errors.endedForGood(what);
    if (run.state !== 'stopped') throw errors.stillRunning(what);
    return run.debuggee;
  }

  /** Says once that a file is not what runs. */
  async #lookAt(source: DebuggeeSource): Promise<DebugProtocol.Source> {
    const had = this.#sources.hasChanged(source);
    const shown = await this.#sources.toClient(source);
    if (!had && this.#sources.hasChanged(source)) this.connection.tell('output', { category: 'console', output: `${errors.fileChanged(source.name)}\n` });
    return shown;
  }

  // Texts

  #source(args: DebugProtocol.SourceArguments): Answer<DebugProtocol.SourceResponse['body']> {
    const source = this.#sources.byReference(args.source?.sourceReference || args.sourceReference);
    if (!source) throw errors.unknownSource();
    return { body: { content: source.text } };
  }

  async #loadedSources(): Promise<Answer<DebugProtocol.LoadedSourcesResponse['body']>> {
    const sources = await Promise.all((this.#run?.debuggee.sources ?? []).map((source) => this.#sources.toClient(source)));
    return { body: { sources } };
  }
}
