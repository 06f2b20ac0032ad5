import { DebugError } from '../../debuggee/debuggee.ts';
import type { FlowCommandName, FlowCommands, FlowDebugEvent } from '../debugProtocol.ts';

interface Question {
  readonly answered: (body: unknown) => void;
  readonly refused: (error: DebugError) => void;
  readonly timer: NodeJS.Timeout;
}

/** Commands to the debugger in a flow's process, and their replies. */
export class Conversation {
  readonly #send: (command: unknown) => void;
  readonly #answerTime: number;
  readonly #questions = new Map<number, Question>();
  #last = 0;
  /** Why nothing is answered; undefined while the process is there. */
  #silent: string | undefined;

  /** `silent` says why nothing is answered yet; `answerTime` are milliseconds for an answer: not every expression that computes for ever can be ended. */
  constructor(send: (command: unknown) => void, silent: string, answerTime: number) {
    this.#send = send;
    this.#answerTime = answerTime;
    this.#silent = silent;
  }

  get open(): boolean {
    return this.#silent === undefined;
  }

  /** The process is there and understands commands. */
  begin(): void {
    this.#silent = undefined;
  }

  /** The process has gone; what was asked is refused, and what will be. */
  end(reason: string): void {
    this.#silent = reason;
    for (const id of [...this.#questions.keys()]) this.#take(id)?.refused(new DebugError(reason));
  }

  /** Rejects with `DebugError`. */
  ask<Name extends FlowCommandName>(name: Name, body: FlowCommands[Name]['arguments']): Promise<FlowCommands[Name]['body']> {
    if (this.#silent !== undefined) return Promise.reject(new DebugError(this.#silent));
    return new Promise((answered, refused) => {
      const id = ++this.#last;
      const timer = setTimeout(() => {
        this.#take(id)?.refused(new DebugError(`The flow's process does not answer (${name}); it may be computing for a long time. Stop the flow if it does not come back.`));
      }, this.#answerTime);
      // The shape of each reply is that of its command; the process is ours.
      this.#questions.set(id, { answered: (reply) => answered(reply as FlowCommands[Name]['body']), refused, timer });
      this.#send({ id, command: name, ...body });
    });
  }

  /** Sends a command for whose reply nobody waits. */
  tell<Name extends FlowCommandName>(name: Name, body: FlowCommands[Name]['arguments']): void {
    if (this.#silent === undefined) this.#send({ command: name, ...body });
  }

  reply(event: Extract<FlowDebugEvent, { kind: 'reply' }>): void {
    const question = this.#take(event.id);
    if (event.ok) question?.answered(event.body);
    else question?.refused(new DebugError(event.body));
  }

  #take(id: number): Question | undefined {
    const question = this.#questions.get(id);
    this.#questions.delete(id);
    clearTimeout(question?.timer);
    return question;
  }
}
