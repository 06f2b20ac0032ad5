import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import type { Connection } from '../../debug/connection.ts';
import type { Launch as LaunchAdapter } from '../../debug/launch.ts';
import { LaunchRefused } from '../../execution/launch.ts';
import type { App } from '../app.ts';
import { showFailure } from '../messages.ts';
import { confirmProductive } from '../run/productive.ts';
import { showRefusal } from '../run/refusal.ts';
import type { OwnConfiguration } from '../run/start.ts';
import { readFile, readText } from '../run/texts.ts';

/** Debug sessions run inside the extension host, over the executions of this window. */
export class InlineAdapters implements vscode.DebugAdapterDescriptorFactory {
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  async createDebugAdapterDescriptor(session: vscode.DebugSession): Promise<vscode.DebugAdapterDescriptor> {
    // VS Code never debugs in Restricted Mode by itself; what starts sessions in other ways ends here.
    if (!vscode.workspace.isTrusted) throw new Error(vscode.l10n.t('Workflows run only in a trusted workspace.'));
    const { createSession } = await import('../../debug/session.ts');
    const refusals = new Refusals();
    const connection = createSession({ launch: this.#launch(session.configuration, refusals), readText });
    return new vscode.DebugAdapterInlineImplementation(new InlineAdapter(connection, refusals));
  }

  #launch(configuration: OwnConfiguration, refusals: Refusals): LaunchAdapter {
    return async ({ program, input, mocks, options }) => {
      const typed = configuration.__argument;
      const { startRequestOf } = await import('../../service/local/startRequest.ts');
      try {
        const request = await startRequestOf({ program, input: typed === undefined ? input : { kind: 'json', json: typed }, mocks, options }, readFile);
        if (!(await confirmProductive(request))) throw refusals.withdrawn();
        const service = await this.#app.store.open();
        return await service.debug(request);
      } catch (error) {
        if (error instanceof LaunchRefused) refusals.tell(error);
        throw error;
      }
    };
  }
}

/**
 * Why a launch was refused is said by a message of our own: VS Code's is modal, and links only to files of the
 * machine the window is on.
 */
class Refusals {
  #told = false;

  tell(refusal: LaunchRefused): void {
    this.#told = true;
    void showRefusal(refusal).catch(showFailure);
  }

  /** The user does not want it after all, and need not be told. */
  withdrawn(): Error {
    this.#told = true;
    return new Error(vscode.l10n.t('The launch was withdrawn.'));
  }

  /** A response as VS Code gets it: without a message of its own where the user has been told. */
  silence(message: vscode.DebugProtocolMessage): vscode.DebugProtocolMessage {
    if (!this.#told) return message;
    const response = message as DebugProtocol.ErrorResponse;
    const isRefusal = response.type === 'response' && response.command === 'launch' && !response.success;
    return isRefusal && response.body.error ? { ...response, body: { error: { ...response.body.error, showUser: false } } } : message;
  }
}

/** A session as VS Code wants it; the two libraries declare the same messages in types of their own. */
class InlineAdapter extends vscode.Disposable implements vscode.DebugAdapter {
  readonly #connection: Connection;
  readonly #messages = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  readonly onDidSendMessage = this.#messages.event;

  constructor(connection: Connection, refusals: Refusals) {
    super(() => connection.dispose());
    this.#connection = connection;
    connection.onDidSendMessage((message) => this.#messages.fire(refusals.silence(message)));
  }

  handleMessage(message: vscode.DebugProtocolMessage): void {
    this.#connection.handleMessage(message as Parameters<Connection['handleMessage']>[0]);
  }
}
