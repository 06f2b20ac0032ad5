import { Event, Response } from '@vscode/debugadapter';
import { ProtocolServer } from '@vscode/debugadapter/lib/protocol.js';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { DebugError } from '../debuggee/debuggee.ts';
import { internal, refusedByDebuggee, RequestError, toMessage, unknownRequest } from './errors.ts';
import type { Answer, RequestHandlers } from './requests.ts';

/**
 * One conversation with a client: each request gets exactly one response, and what a request sets off is told after
 * its response. Works on streams (`start`) and inline in VS Code (`handleMessage`, `onDidSendMessage`, `dispose`).
 */
export class Connection extends ProtocolServer {
  readonly #handlers: ReadonlyMap<string, (args: unknown) => Answer<unknown> | Promise<Answer<unknown>>>;
  readonly #onClose: () => void;

  /** `onClose` is called when the client is gone: at the end of its stream, or when VS Code disposes the adapter. */
  constructor(handlers: RequestHandlers, onClose: () => void) {
    super();
    // Arguments come from outside as they are; each handler checks what it reads.
    this.#handlers = new Map(Object.entries(handlers) as [string, (args: unknown) => Answer<unknown>][]);
    this.#onClose = onClose;
    this.on('close', onClose);
    // A message that is not JSON, or a broken stream: nothing that follows could be trusted.
    this.on('error', onClose);
  }

  /** Sends an event by name. */
  tell(event: string, body?: object): void {
    this.sendEvent(new Event(event, body));
  }

  override dispose(): void {
    this.#onClose();
  }

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    const handler = this.#handlers.get(request.command);
    if (!handler) {
      this.#refuse(request, unknownRequest(request.command));
      return;
    }
    // Handlers that need not wait answer at once, so that the order of answers is the order of questions.
    try {
      const answer = handler(request.arguments);
      if (answer instanceof Promise) void answer.then((late) => this.#answer(request, late), (error: unknown) => this.#refuse(request, error));
      else this.#answer(request, answer);
    } catch (error) {
      this.#refuse(request, error);
    }
  }

  #answer(request: DebugProtocol.Request, answer: Answer<unknown>): void {
    const response: DebugProtocol.Response = new Response(request);
    if (answer.body !== undefined) response.body = answer.body;
    this.sendResponse(response);
    const failed = (error: unknown): void => this.tell('output', { category: 'important', output: `${asRequestError(request.command, error).message}\n` });
    try {
      const after = answer.after?.();
      if (after instanceof Promise) after.catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  #refuse(request: DebugProtocol.Request, reason: unknown): void {
    const error = asRequestError(request.command, reason);
    const response: DebugProtocol.ErrorResponse = new Response(request, error.message) as DebugProtocol.ErrorResponse;
    response.body = { error: toMessage(error) };
    this.sendResponse(response);
  }
}

function asRequestError(command: string, error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  if (error instanceof DebugError) return refusedByDebuggee(error.message);
  return internal(command, error instanceof Error ? error.message : String(error));
}
