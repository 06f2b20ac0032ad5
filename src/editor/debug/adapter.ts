import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import type { Connection } from '../../debug/connection.ts';
import type { Launch as LaunchAdapter } from '../../debug/launch.ts';
import { LaunchRefused } from '../../execution/launch.ts';
import type { App } from '../app.ts';
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
    return new vscode.DebugAdapterInlineImplementation(asDebugAdapter(connection, refusals));
  }

  #launch(configuration: OwnConfiguration, refusals: Refusals): LaunchAdapter {
    return async ({ program, input, mocks, options }) => {
      const typed = configuration.__argument;
      const { startRequestOf } = await import('../../service/local/startRequest.ts');
      try {
        const request = await startRequestOf({ program, input: typed === undefined ? input : { kind: 'json', json: typed }, mocks, options }, readFile);
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
    void showRefusal(refusal);
  }

  /** A response as VS Code gets it: without a message of its own where the user has been told. */
  silence<T extends DebugProtocol.ProtocolMessage>(message: T): T {
    if (!this.#told || message.type !== 'response') return message;
    const { command, success, body } = message as DebugProtocol.ProtocolMessage as DebugProtocol.ErrorResponse;
    if (command !== 'launch' || success || !body.error) return message;
    return { ...message, body: { error: { ...body.error, showUser: false } } };
  }
}

/** The two libraries declare the same messages in types of their own. */
function asDebugAdapter(connection: Connection, refusals: Refusals): vscode.DebugAdapter {
  return {
    onDidSendMessage: (listener: (message: vscode.DebugProtocolMessage) => unknown) => connection.onDidSendMessage((message) => void listener(refusals.silence(message))),
    handleMessage: (message) => connection.handleMessage(message as Parameters<Connection['handleMessage']>[0]),
    dispose: () => connection.dispose(),
  };
}
