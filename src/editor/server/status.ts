import * as vscode from 'vscode';
import type { LocalExecutionService } from '../../service/local/localService.ts';

/** Milliseconds in which changes are gathered: a burst of executions is drawn once. */
const drawInterval = 150;

/** Says in the status bar where the API server listens and how many executions run. */
export class ApiStatus implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  #watch: { dispose(): void } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    this.#item = vscode.window.createStatusBarItem('stepthrough.server', vscode.StatusBarAlignment.Left);
    this.#item.name = vscode.l10n.t('Stepthrough API Server');
    this.#item.command = 'stepthrough.server.menu';
  }

  dispose(): void {
    this.hide();
    this.#item.dispose();
  }

  show(address: string, service: LocalExecutionService, withToken: boolean): void {
    this.#watch?.dispose();
    const draw = (): void => {
      this.#timer = undefined;
      const running = service.engine.living;
      const place = address.replace('http://', '');
      this.#item.text = `$(broadcast) ${place}${running === 0 ? '' : ` · ${running}`}`;
      const count = running === 0 ? vscode.l10n.t('Nothing runs.') : running === 1 ? vscode.l10n.t('1 execution runs.') : vscode.l10n.t('{0} executions run.', running);
      const token = withToken ? vscode.l10n.t('It asks for a token.') : '';
      this.#item.tooltip = [vscode.l10n.t('The API server listens on {0}.', address), count, token, vscode.l10n.t('Click for more.')].filter(Boolean).join(' ');
      this.#item.accessibilityInformation = { label: vscode.l10n.t('API server on {0}. {1}', place, count) };
    };
    this.#watch = service.watch(() => (this.#timer ??= setTimeout(draw, drawInterval)));
    draw();
    this.#item.show();
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#watch?.dispose();
    this.#watch = undefined;
    this.#item.hide();
  }
}
