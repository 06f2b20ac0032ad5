import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';

/** What a debug session says, read as it passes by. One object follows the sessions of one test. */
export class SessionWatch implements vscode.Disposable {
  readonly messages: DebugProtocol.ProtocolMessage[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #registration: vscode.Disposable;
  #next = 0;
  #session: vscode.DebugSession | undefined;

  constructor() {
    this.#registration = vscode.debug.registerDebugAdapterTrackerFactory('stepthrough', {
      createDebugAdapterTracker: (session) => {
        this.#session = session;
        return {
          onDidSendMessage: (message: DebugProtocol.ProtocolMessage) => {
            this.messages.push(message);
            for (const look of this.#waiting) look();
          },
        };
      },
    });
  }

  dispose(): void {
    this.#registration.dispose();
  }

  /** Asks the newest session; VS Code's own idea of the active one lags behind when one follows another. */
  async request<T>(command: string, args: object): Promise<T> {
    if (!this.#session) throw new Error('no session has begun');
    return (await this.#session.customRequest(command, args)) as T;
  }

  /** The next event of a name after the last one that was waited for. */
  event<T extends DebugProtocol.Event>(name: T['event'] | string): Promise<T> {
    return this.#find((message): message is T => message.type === 'event' && (message as DebugProtocol.Event).event === name);
  }

  response<T extends DebugProtocol.Response>(command: string): Promise<T> {
    return this.#find((message): message is T => message.type === 'response' && (message as DebugProtocol.Response).command === command);
  }

  /** What was printed, of all categories. */
  get output(): string {
    return this.messages
      .filter((message): message is DebugProtocol.OutputEvent => message.type === 'event' && (message as DebugProtocol.Event).event === 'output')
      .map(({ body }) => body.output)
      .join('');
  }

  #find<T extends DebugProtocol.ProtocolMessage>(accept: (message: DebugProtocol.ProtocolMessage) => message is T): Promise<T> {
    return new Promise((resolve) => {
      const look = (): void => {
        for (let i = this.#next; i < this.messages.length; i++) {
          const message = this.messages[i]!;
          if (!accept(message)) continue;
          this.#next = i + 1;
          this.#waiting.delete(look);
          resolve(message);
          return;
        }
      };
      this.#waiting.add(look);
      look();
    });
  }
}
