import * as vscode from 'vscode';
import type { Catalog } from '../../server/catalog.ts';
import type { WebhookPlace } from '../../server/webhooks.ts';
import type { Listening } from '../../server/server.ts';
import type { LocalExecutionService } from '../../service/local/localService.ts';
import type { Store } from '../executions/store.ts';
import { withoutLinks } from '../links.ts';
import { showFailure } from '../messages.ts';
import { programPath } from '../programs.ts';
import { isTrustedToRun } from '../run/trust.ts';
import { ApiStatus } from './status.ts';

/** Where the token is kept; it is this machine's, as VS Code keeps secrets. */
const tokenKey = 'stepthrough.server.token';

const usualPort = 8787;

interface Serving {
  readonly listening: Listening;
  readonly catalog: Catalog;
  readonly service: LocalExecutionService;
}

/** The API server of this window: Google's REST API over the window's own executions. */
export class LocalApi implements vscode.Disposable {
  readonly #store: Store;
  readonly #secrets: vscode.SecretStorage;
  readonly #webhooks: WebhookPlace;
  readonly #status = new ApiStatus();
  #log: vscode.LogOutputChannel | undefined;
  #serving: Promise<Serving> | undefined;

  constructor(store: Store, secrets: vscode.SecretStorage, webhooks: WebhookPlace) {
    this.#webhooks = webhooks;
    this.#store = store;
    this.#secrets = secrets;
  }

  dispose(): void {
    this.#status.dispose();
    this.#log?.dispose();
  }

  /** The address, where it listens. */
  async address(): Promise<string | undefined> {
    return (await this.#serving?.catch(() => undefined))?.listening.origin;
  }

  /** *Start Local API Server*; gives the address. */
  async start(): Promise<string | undefined> {
    if (!(await isTrustedToRun())) return undefined;
    if (!this.#serving) {
      const serving = this.#serve(vscode.workspace.getConfiguration('stepthrough').get<number>('server.port') ?? usualPort);
      this.#serving = serving;
      serving.catch(() => {
        if (this.#serving === serving) this.#serving = undefined;
      });
    }
    return (await this.#serving).listening.origin;
  }

  async stop(): Promise<void> {
    const serving = await this.#serving?.catch(() => undefined);
    this.#serving = undefined;
    if (!serving) return;
    this.#status.hide();
    await setRunning(false);
    await serving.listening.close();
    await serving.catalog.close();
    this.#log?.info(vscode.l10n.t('Stopped.'));
  }

  async copyAddress(): Promise<void> {
    const address = await this.start();
    if (address !== undefined) await this.copy(address);
  }

  /** A call that starts the workflow in the editor, else the first one there is. */
  async copyCurl(): Promise<void> {
    const address = await this.start();
    const serving = await this.#serving;
    if (address === undefined || !serving) return;
    const workflows = serving.catalog.list();
    const document = vscode.window.activeTextEditor?.document;
    const workflow = workflows.find(({ program }) => document && programPath(document.uri) === program) ?? workflows[0];
    const token = (await this.#token()) === undefined ? '' : ' -H "Authorization: Bearer $STEPTHROUGH_TOKEN"';
    const path = `v1/projects/local-project/locations/local/workflows/${workflow?.id ?? 'WORKFLOW'}/executions`;
    await this.copy(`curl -X POST ${address}/${path}${token} -H "Content-Type: application/json" -d "{\\"argument\\": \\"{}\\"}"`);
  }

  /** *Set API Token*; an empty one takes it away. */
  async setToken(): Promise<void> {
    const token = await vscode.window.showInputBox({
      title: vscode.l10n.t('Token of the Local API Server'),
      prompt: vscode.l10n.t('Requests must carry it as "Authorization: Bearer TOKEN". Empty: no token is asked for.'),
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) => (/^[\x21-\x7e]*$/.test(text) ? undefined : vscode.l10n.t('A token has no spaces and only ASCII characters, as headers have.')),
    });
    if (token === undefined) return;
    if (token === '') await this.#secrets.delete(tokenKey);
    else await this.#secrets.store(tokenKey, token);
    const address = await this.address();
    if (address === undefined) return;
    await this.stop();
    this.#serving = this.#serve(Number(new URL(address).port));
    await this.#serving;
  }

  openLog(): void {
    this.#logChannel().show();
  }

  /** What a click on the status bar offers. */
  async showMenu(): Promise<void> {
    const address = await this.address();
    const entries: readonly (vscode.QuickPickItem & { readonly act: () => Promise<void> | void })[] = [
      { label: `$(copy) ${vscode.l10n.t('Copy Address')}`, ...(address !== undefined && { description: address }), act: () => this.copyAddress() },
      { label: `$(terminal) ${vscode.l10n.t('Copy curl Example')}`, act: () => this.copyCurl() },
      { label: `$(key) ${vscode.l10n.t('Set API Token…')}`, act: () => this.setToken() },
      { label: `$(output) ${vscode.l10n.t('Open Log')}`, act: () => this.openLog() },
      { label: `$(debug-stop) ${vscode.l10n.t('Stop')}`, act: () => this.stop() },
    ];
    const picked = await vscode.window.showQuickPick(entries, { title: vscode.l10n.t('Local API Server') });
    await picked?.act();
  }

  async #serve(port: number): Promise<Serving> {
    const [{ serveApi }, { openWorkspaceCatalog }, service] = await Promise.all([import('../../server/server.ts'), import('./workspaceCatalog.ts'), this.#store.open()]);
    const log = this.#logChannel();
    const notice = (message: string): void => log.warn(message);
    const catalog = await openWorkspaceCatalog(this.#store.file, notice);
    const token = await this.#token();
    const listen = (at: number): Promise<Listening> => serveApi(service.engine, catalog, { port: at, token, notice, webhooks: this.#webhooks, observe: (request) => log.info(request) });
    try {
      const listening = await this.#listen(port, listen);
      log.info(vscode.l10n.t('Listening on {0}', listening.origin));
      this.#status.show(listening.origin, service, token !== undefined);
      await setRunning(true);
      return { listening, catalog, service };
    } catch (error) {
      await catalog.close();
      throw error;
    }
  }

  /** Where the port is taken, such as by another window, any free one does. */
  async #listen(port: number, listen: (port: number) => Promise<Listening>): Promise<Listening> {
    try {
      return await listen(port);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
      const listening = await listen(0);
      const why = code === 'EACCES' ? vscode.l10n.t('Port {0} may not be used', port) : vscode.l10n.t('Port {0} is used by another program or window', port);
      void this.#tellElsewhere(vscode.l10n.t('{0}, so the API server listens on {1}.', why, listening.origin), listening.origin).catch(showFailure);
      return listening;
    }
  }

  async #tellElsewhere(message: string, address: string): Promise<void> {
    const copy = vscode.l10n.t('Copy Address');
    if ((await vscode.window.showWarningMessage(withoutLinks(message), copy)) === copy) await this.copy(address);
  }

  /** Copies a text and says so. */
  async copy(text: string): Promise<void> {
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(vscode.l10n.t('Copied: {0}', text.length > 80 ? `${text.slice(0, 79)}…` : text), 3000);
  }

  async #token(): Promise<string | undefined> {
    return (await this.#secrets.get(tokenKey)) || undefined;
  }

  #logChannel(): vscode.LogOutputChannel {
    this.#log ??= vscode.window.createOutputChannel(vscode.l10n.t('Stepthrough API'), { log: true });
    return this.#log;
  }
}

async function setRunning(running: boolean): Promise<void> {
  await vscode.commands.executeCommand('setContext', 'stepthrough.server.running', running);
}
