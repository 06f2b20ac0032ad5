import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { resolve } from 'node:path';
import type { Connection } from '../../../src/debug/connection.ts';
import { fixtures, Transcript } from './transcript.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The parts of a session's other side that both transports share. */
export interface Channel {
  send(message: DebugProtocol.Request): void;
  receive(listener: (message: DebugProtocol.ProtocolMessage) => void): void;
}

/** Talks to a session in this process, as VS Code does with an inline adapter. */
export function inline(connection: Connection): Channel {
  return {
    send: (message) => connection.handleMessage(message),
    receive: (listener) => {
      // Messages are copied as they are sent: what is changed later must not show.
      connection.onDidSendMessage((message) => listener(JSON.parse(JSON.stringify(message)) as DebugProtocol.ProtocolMessage));
    },
  };
}

/** A client of the protocol that writes down what is said. */
export class Client {
  readonly transcript = new Transcript();
  readonly #channel: Channel;
  readonly #answers = new Map<number, (response: DebugProtocol.Response) => void>();
  readonly #events: DebugProtocol.Event[] = [];
  readonly #waiting: { readonly matches: (event: DebugProtocol.Event) => boolean; readonly found: (event: DebugProtocol.Event) => void }[] = [];
  #seq = 0;

  constructor(channel: Channel) {
    this.#channel = channel;
    channel.receive((message) => this.#receive(message));
  }

  /** Sends a request and writes both sides down. */
  async request(command: string, args?: Fields): Promise<DebugProtocol.Response> {
    this.transcript.add(`-> ${command}${args === undefined ? '' : ` ${shown(args)}`}`);
    return await this.#send(command, args, (response) => {
      const body = response.body as Fields | undefined;
      const said = response.success ? (body === undefined ? '' : ` ${shown(body)}`) : ` failed: ${shown(body?.['error'] as Fields)}`;
      this.transcript.add(`<- ${command}${said}`);
    });
  }

  /** Sends a request without a word in the transcript. */
  ask(command: string, args?: Fields): Promise<DebugProtocol.Response> {
    return this.#send(command, args, () => undefined);
  }

  #send(command: string, args: Fields | undefined, heard: (response: DebugProtocol.Response) => void): Promise<DebugProtocol.Response> {
    const seq = ++this.#seq;
    return new Promise((answered) => {
      this.#answers.set(seq, (response) => {
        heard(response);
        answered(response);
      });
      this.#channel.send({ seq, type: 'request', command, ...(args === undefined ? {} : { arguments: args }) });
    });
  }

  /** The next event of a name that nobody has waited for yet, perhaps one that is here already. */
  event(name: string): Promise<DebugProtocol.Event> {
    const matches = (event: DebugProtocol.Event): boolean => event.event === name;
    const index = this.#events.findIndex(matches);
    if (index >= 0) return Promise.resolve(this.#events.splice(index, 1)[0]!);
    return new Promise((found) => this.#waiting.push({ matches, found }));
  }

  note(text: string): void {
    this.transcript.add(`# ${text}`);
  }

  initialize(args: Fields = {}): Promise<DebugProtocol.Response> {
    return this.ask('initialize', { adapterID: 'stepthrough', linesStartAt1: true, columnsStartAt1: true, pathFormat: 'path', supportsVariableType: true, supportsInvalidatedEvent: true, ...args });
  }

  /** Initializes, launches a fixture, sets breakpoints and filters, and lets it run. */
  async launch(program: string, args: Fields = {}, options: { readonly breakpoints?: readonly Fields[]; readonly filters?: Fields } = {}): Promise<void> {
    await this.initialize();
    const launched = await this.request('launch', { program: resolve(fixtures, program), ...args });
    assert.ok(launched.success, launched.message);
    await this.event('initialized');
    if (options.breakpoints) await this.setBreakpoints(program, options.breakpoints);
    if (options.filters) await this.request('setExceptionBreakpoints', { filters: [], ...options.filters });
    await this.request('configurationDone');
  }

  /** The program is the name of a fixture or an absolute path. */
  async setBreakpoints(program: string, breakpoints: readonly Fields[]): Promise<void> {
    await this.request('setBreakpoints', { source: { path: resolve(fixtures, program) }, breakpoints });
  }

  /** Waits for a stop, writes down where, and gives the thread. */
  async stopped(): Promise<number> {
    const event = await this.event('stopped');
    const { threadId } = event.body as { threadId: number };
    await this.stack(threadId);
    return threadId;
  }

  /** Continues or steps, and waits for the next stop. */
  async until(command: 'continue' | 'next' | 'stepIn' | 'stepOut', threadId: number, args: Fields = {}): Promise<number> {
    await this.request(command, { threadId, ...args });
    return await this.stopped();
  }

  /** Continues to the end. */
  async finish(threadId: number): Promise<void> {
    await this.request('continue', { threadId });
    await this.terminated();
  }

  /** Writes down the call stack and gives the id of a frame. */
  async stack(threadId: number): Promise<DebugProtocol.StackFrame[]> {
    const response = (await this.ask('stackTrace', { threadId })) as DebugProtocol.StackTraceResponse;
    for (const frame of response.body.stackFrames) {
      const kind = frame.presentationHint === 'normal' ? '' : ` [${frame.presentationHint}]`;
      this.transcript.add(`   at ${frame.name}${kind}, ${frame.source?.name}${frame.source?.sourceReference ? ` (${frame.source.origin})` : ''}:${frame.line}:${frame.column}`);
    }
    return response.body.stackFrames;
  }

  async topFrame(threadId: number): Promise<number> {
    const response = (await this.ask('stackTrace', { threadId, startFrame: 0, levels: 1 })) as DebugProtocol.StackTraceResponse;
    return response.body.stackFrames[0]!.id;
  }

  async threads(): Promise<void> {
    const response = (await this.ask('threads')) as DebugProtocol.ThreadsResponse;
    this.transcript.add(`   threads: ${response.body.threads.map((thread) => `${thread.id} ${thread.name}`).join(', ')}`);
  }

  /** Writes down the scopes of a thread's innermost frame with everything in them, down to a depth. */
  async variables(threadId: number, only?: readonly string[], depth = 3): Promise<void> {
    const frameId = await this.topFrame(threadId);
    const response = (await this.ask('scopes', { frameId })) as DebugProtocol.ScopesResponse;
    for (const scope of response.body.scopes) {
      if (only && !only.includes(scope.name)) continue;
      this.transcript.add(`   ${scope.name}${scope.presentationHint ? ` [${scope.presentationHint}]` : ''}`);
      await this.#children(scope.variablesReference, '     ', depth);
    }
  }

  async #children(variablesReference: number, indent: string, depth: number): Promise<void> {
    const response = (await this.ask('variables', { variablesReference })) as DebugProtocol.VariablesResponse;
    for (const variable of response.body.variables) {
      const counts = variable.indexedVariables ? ` (${variable.indexedVariables} indexed)` : variable.namedVariables ? ` (${variable.namedVariables} named)` : '';
      this.transcript.add(`${indent}${variable.name}: ${variable.type} = ${variable.value}${counts}${variable.presentationHint?.attributes?.includes('readOnly') ? ' [read-only]' : ''}`);
      if (variable.variablesReference > 0 && depth > 1) await this.#children(variable.variablesReference, `${indent}  `, depth - 1);
    }
  }

  /** Writes down the value of an expression in a thread's innermost frame. */
  async evaluate(expression: string, threadId: number, context = 'repl'): Promise<void> {
    const frameId = await this.topFrame(threadId);
    const response = (await this.ask('evaluate', { expression, frameId, context })) as DebugProtocol.EvaluateResponse;
    const answer = response.success ? `${response.body.type} ${response.body.result}` : `refused: ${response.message}`;
    this.transcript.add(`   ${context} ${expression} => ${answer}`);
  }

  /** Waits for the end of the session's execution. */
  async terminated(): Promise<void> {
    await this.event('terminated');
  }

  #receive(message: DebugProtocol.ProtocolMessage): void {
    if (message.type === 'response') {
      const response = message as DebugProtocol.Response;
      this.#answers.get(response.request_seq)?.(response);
      this.#answers.delete(response.request_seq);
      return;
    }
    const event = message as DebugProtocol.Event;
    this.transcript.add(`** ${event.event}${event.body === undefined ? '' : ` ${shown(event.body as Fields)}`}`);
    const index = this.#waiting.findIndex((waiting) => waiting.matches(event));
    if (index >= 0) this.#waiting.splice(index, 1)[0]!.found(event);
    else this.#events.push(event);
  }
}

/** JSON that is easy to read in a line. */
function shown(value: Fields): string {
  return JSON.stringify(value, undefined, 1)
    .replaceAll(/\n\s*/g, ' ')
    .replaceAll(/"([A-Za-z_]\w*)": /g, '$1: ');
}
