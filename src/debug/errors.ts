import type { DebugProtocol } from '@vscode/debugprotocol';

/** Every message the adapter itself shows to people is made here. A code never changes its meaning. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: number;
  /** `shown`: the client brings it up by itself, because nothing else would (a button that did nothing). */
  readonly shown: boolean;
  readonly link: MessageLink | undefined;

  constructor(code: number, message: string, options: { shown?: boolean; link?: MessageLink | undefined } = {}) {
    super(message);
    this.code = code;
    this.shown = options.shown ?? false;
    this.link = options.link;
  }
}

/** A place to open from a message. */
export interface MessageLink {
  readonly url: string;
  readonly label: string;
}

const shown = { shown: true };

// 1000: the conversation
export const unknownRequest = (command: string): RequestError => new RequestError(1001, `The request "${command}" is not known to this debugger.`);
export const badRequest = (command: string, reason: string): RequestError => new RequestError(1002, `The request "${command}" cannot be read: ${reason}`);
export const urisNotSupported = (): RequestError => new RequestError(1003, 'This debugger speaks of files by path, not by URI: initialize with pathFormat "path".');
/** The service's own words. */
export const cannotAttach = (message: string): RequestError => new RequestError(1004, message, shown);
export const launchedAlready = (): RequestError => new RequestError(1005, 'An execution has been launched in this session already; use restart to run it again.');
export const notLaunched = (command: string): RequestError => new RequestError(1006, `${command}: there is no execution in this session yet.`);
export const cannotRestartAttached = (): RequestError => new RequestError(1007, 'This session attached to an execution that others began, so it cannot begin it again. Use Run Again or Debug Again.', shown);
/** A fault of ours; `reason` is for a bug report. */
export const internal = (command: string, reason: string): RequestError => new RequestError(1099, `The debugger failed at "${command}": ${reason}`, shown);

// 2000: launching
export const launchRefused = (message: string, link: MessageLink | undefined): RequestError => new RequestError(2001, message, { link });
export const badLaunchField = (name: string, found: string, expected: string): RequestError => new RequestError(2002, `"${name}" in the launch configuration takes ${expected}; got ${found}.`);
export const twoInputs = (first: string, second: string): RequestError => new RequestError(2003, `The launch configuration gives the input twice, as "${first}" and as "${second}". Keep one of them.`);
export const badAttach = (found: string): RequestError => new RequestError(2005, `"execution" in an attach configuration takes the id or the name of an execution; got ${found}.`);
export const badLaunchFields = (messages: readonly string[]): RequestError => new RequestError(2004, messages.join('\n'));

// 3000: a running or stopped execution
export const stillRunning = (what: string): RequestError => new RequestError(3001, `${what} can be seen only while the execution is stopped; pause it first.`);
export const notStopped = (command: string): RequestError => new RequestError(3002, `"${command}" works only while the execution is stopped.`);
export const ended = (command: string): RequestError => new RequestError(3003, `"${command}" is not possible any more: the execution has ended.`);
export const steppingOff = (): RequestError =>
  new RequestError(3004, 'Stepping and pausing are off because use_only_explicit_breakpoints is true for this execution. Set breakpoints, or remove the field from the launch configuration.', shown);
export const withoutDebugging = (): RequestError => new RequestError(3005, 'The execution was started without debugging, so it cannot be paused. Stop it, or start it with debugging.', shown);
export const notChangeable = (): RequestError => new RequestError(3006, 'Values of this execution cannot be changed.');
/** `what` begins the sentence: "Variables". */
export const endedForGood = (what: string): RequestError => new RequestError(3010, `${what} cannot be seen any more: the execution has ended.`);
export const noThread = (threadId: number): RequestError => new RequestError(3011, `There is no thread ${threadId}; it may have ended.`);
/** The debuggee's own words. */
export const refusedByDebuggee = (message: string): RequestError => new RequestError(3007, message);
export const unknownSource = (): RequestError => new RequestError(3008, 'This text does not belong to the execution.');
export const noError = (): RequestError => new RequestError(3009, 'This thread is not stopped at an error.');

export const noStepToCall = (): RequestError => new RequestError(3012, 'This kind of execution has no step to the next call.', shown);

// Notes on breakpoints, beside the debuggee's own
export const breakpointNotLaunched = (): string => 'The execution has not started yet.';
export const breakpointElsewhere = (main: string): string => `This file is not part of the execution of ${main}.`;
export const breakpointWithoutDebugging = (): string => 'The execution was started without debugging.';
export const functionBreakpointsNotSupported = (): string => 'This kind of execution has no breakpoints on functions.';
export const breakpointInChangedFile = (): string => 'The file has changed since this execution began; the breakpoint is at this line of the text that runs.';

export const fileChanged = (name: string): string => `${name} has changed since this execution began; the call stack shows the text that runs.`;

/** Where the executed text comes from, shown beside a document that is not the file. */
export const executedTextOrigin = (): string => 'text of this execution; the file has changed since it began';
export const executedTextWithoutFile = (): string => 'text of this execution';

export function toMessage(error: RequestError): DebugProtocol.Message {
  // No variables: braces in a message are text, never placeholders.
  return {
    id: error.code,
    format: error.message,
    ...(error.shown ? { showUser: true } : {}),
    ...(error.link ? { url: error.link.url, urlLabel: error.link.label } : {}),
  };
}
