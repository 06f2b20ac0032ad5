import * as vscode from 'vscode';
import type { Connection } from '../../debug/connection.ts';
import type { Launch as LaunchAdapter } from '../../debug/launch.ts';
import type { App } from '../app.ts';
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
    const connection = createSession({ launch: this.#launch(session.configuration), readText });
    return new vscode.DebugAdapterInlineImplementation(asDebugAdapter(connection));
  }

  #launch(configuration: OwnConfiguration): LaunchAdapter {
    return async ({ program, input, mocks, options }) => {
      const typed = configuration.__argument;
      const { startRequestOf } = await import('../../service/local/startRequest.ts');
      const request = await startRequestOf({ program, input: typed === undefined ? input : { kind: 'json', json: typed }, mocks, options }, readFile);
      const service = await this.#app.store.open();
      return await service.debug(request);
    };
  }
}

/** The two libraries declare the same messages in types of their own. */
function asDebugAdapter(connection: Connection): vscode.DebugAdapter {
  return {
    onDidSendMessage: (listener: (message: vscode.DebugProtocolMessage) => unknown) => connection.onDidSendMessage((message) => void listener(message)),
    handleMessage: (message) => connection.handleMessage(message as Parameters<Connection['handleMessage']>[0]),
    dispose: () => connection.dispose(),
  };
}
