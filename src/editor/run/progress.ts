import * as vscode from 'vscode';
import type { Execution } from '../../execution/record.ts';
import { isTerminal } from '../../execution/state.ts';
import type { ExecutionService } from '../../service/service.ts';
import { stateLooks } from '../executions/words.ts';

/** Runs shorter than this (milliseconds) never show as running: a flicker tells nobody anything. */
const quiet = 400;
const outcomeShown = 8000;

/** One item in the status bar for the runs that commands started: what runs, then how the last one ended. */
export class RunProgress implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #running = new Map<string, Execution>();
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    this.#item = vscode.window.createStatusBarItem('stepthrough.runs', vscode.StatusBarAlignment.Left);
    this.#item.name = 'Stepthrough';
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#item.dispose();
  }

  /** Watches an execution to its end and then calls back, once. */
  follow(service: ExecutionService, execution: Execution, ended: (execution: Execution) => void): void {
    this.#running.set(execution.id, execution);
    const take = (now: Execution): void => {
      if (!this.#running.has(now.id)) return;
      if (!isTerminal(now.state) && now.state !== 'UNAVAILABLE') {
        this.#running.set(now.id, now);
        return;
      }
      watch.dispose();
      this.#running.delete(now.id);
      this.#showEnd(now);
      ended(now);
    };
    const watch = service.watch((change) => {
      if (change.kind === 'updated' && change.execution.id === execution.id) take(change.execution);
      else if (change.kind === 'deleted' && change.id === execution.id) {
        watch.dispose();
        this.#running.delete(execution.id);
        this.#item.hide();
      }
    });
    this.#later(quiet, () => this.#showRunning());
    // It may have ended before the watch began.
    void service.get(execution.id).then((now) => now && take(now), () => undefined);
  }

  #showRunning(): void {
    const all = [...this.#running.values()];
    const last = all.at(-1);
    if (!last) return;
    this.#item.text = `$(sync~spin) ${all.length === 1 ? last.name : vscode.l10n.t('{0} executions', all.length)}`;
    this.#item.tooltip = vscode.l10n.t('Running; click to see it in the tree, where it can be paused and cancelled');
    this.#item.command = { command: 'stepthrough.execution.show', title: vscode.l10n.t('Show Execution'), arguments: [last.id] };
    this.#item.accessibilityInformation = { label: vscode.l10n.t('{0} is running', last.name) };
    this.#item.show();
  }

  #showEnd(execution: Execution): void {
    const look = stateLooks[execution.state];
    this.#item.text = `$(${look.icon}) ${execution.name}: ${look.word.toLowerCase()}`;
    const open = execution.output_value === undefined ? 'show' : 'openResult';
    this.#item.tooltip = open === 'show' ? vscode.l10n.t('Show it in the tree') : vscode.l10n.t('Open the result');
    this.#item.command = { command: `stepthrough.execution.${open}`, title: this.#item.tooltip, arguments: [execution.id] };
    this.#item.accessibilityInformation = { label: `${execution.name}: ${look.word}` };
    this.#item.show();
    this.#later(outcomeShown, () => (this.#running.size > 0 ? this.#showRunning() : this.#item.hide()));
  }

  #later(delay: number, what: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(what, delay);
  }
}
