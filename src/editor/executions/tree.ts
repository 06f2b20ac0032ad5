import * as vscode from 'vscode';
import type { ExecutionState } from '../../execution/state.ts';
import { showFailure } from '../messages.ts';
import type { Programs } from '../programs.ts';
import { isMoreEntriesNode } from './entryNodes.ts';
import type { ExecutionsModel, ModelChange } from './model.ts';
import type { ExecutionNode, ExecutionsNode } from './nodes.ts';
import { ExecutionsProvider } from './provider.ts';
import type { Store } from './store.ts';
import { stateLooks } from './words.ts';

/** Changes that come faster than this many milliseconds are drawn once. */
const drawInterval = 150;
const tickInterval = 1000;

/** The view *Executions*: what it shows, its badge and messages, and how often it is drawn. */
export class ExecutionsTree implements vscode.Disposable {
  readonly view: vscode.TreeView<ExecutionsNode>;
  readonly #provider: ExecutionsProvider;
  readonly #store: Store;
  readonly #programs: Programs;
  readonly #dirty = new Set<string>();
  readonly #disposables: readonly { dispose(): unknown }[];
  #model: Promise<ExecutionsModel> | undefined;
  #states: readonly ExecutionState[] | undefined;
  #deleted = false;
  /** Why the executions could not be read when that was last tried. */
  #failure: string | undefined;
  #allDirty = false;
  #drawing: NodeJS.Timeout | undefined;
  #ticking: NodeJS.Timeout | undefined;

  constructor(store: Store, programs: Programs) {
    this.#store = store;
    this.#programs = programs;
    this.#provider = new ExecutionsProvider({
      model: () => this.#open(),
      loaded: (model, count) => this.#loaded(model, count),
      failed: (error) => this.#failed(error),
    });
    this.view = vscode.window.createTreeView('stepthrough.executions', { treeDataProvider: this.#provider, showCollapseAll: true, canSelectMany: true });
    this.#disposables = [
      this.view,
      this.#provider,
      this.view.onDidChangeVisibility(() => this.#tick()),
      // A run opens the store before anyone has looked at the tree; the badge counts all the same.
      store.onDidOpen(() => void this.#count()),
      { dispose: () => this.#close() },
    ];
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  get filter(): readonly ExecutionState[] | undefined {
    return this.#states;
  }

  async setFilter(states: readonly ExecutionState[] | undefined): Promise<void> {
    this.#states = states;
    await vscode.commands.executeCommand('setContext', 'stepthrough.executions.filtered', states !== undefined);
    const model = await this.#open();
    model.filter = states;
  }

  /** Shows the deleted executions instead of the others, or the others again. */
  async showDeleted(deleted: boolean): Promise<void> {
    this.#deleted = deleted;
    await vscode.commands.executeCommand('setContext', 'stepthrough.executions.deleted', deleted);
    const model = await this.#open();
    model.deleted = deleted;
    if (deleted) await vscode.commands.executeCommand('stepthrough.executions.focus');
  }

  /** Reads everything anew; where the executions could not be read, tries again. */
  async refresh(): Promise<void> {
    this.#failure = undefined;
    const model = await this.#model?.catch(() => undefined);
    if (model) model.refresh();
    else this.#provider.redraw();
  }

  /** More executions, or more of a list of steps. */
  async loadMore(node?: unknown): Promise<void> {
    if (isMoreEntriesNode(node)) return this.#provider.showMore(node);
    const model = await this.#open();
    await model.loadMore();
  }

  async reveal(id: string): Promise<void> {
    const model = await this.#open();
    await model.roots();
    const execution = model.known(id) ?? (await model.service.get(id));
    if (!execution) return;
    // A child is known once its parent's children were read.
    if (execution.parent_execution_id !== undefined) await model.children(execution.parent_execution_id);
    const parent: ExecutionNode | undefined = execution.parent_execution_id === undefined ? undefined : this.#provider.node(execution.parent_execution_id, undefined);
    await this.view.reveal(this.#provider.node(id, parent), { select: true, focus: true, expand: true });
  }

  async #loaded(model: ExecutionsModel, count: number): Promise<void> {
    if (count === 0) await this.#programs.lookAround();
    this.#failure = undefined;
    // A message would hide the welcome view, which says what an empty tree is about and offers the way out.
    this.#say(this.#deleted && count > 0 ? vscode.l10n.t('Deleted executions, until they are removed for good') : this.#states && count > 0 ? vscode.l10n.t('Only: {0}', this.#states.map((state) => stateLooks[state].word).join(', ')) : undefined);
    this.#setState('ready');
    this.#badge(model);
    this.#tick();
  }

  #failed(error: unknown): void {
    this.#say(undefined);
    this.#setState('unavailable');
    const reason = error instanceof Error ? error.message : String(error);
    // The view is drawn often, and says by itself that something is wrong.
    if (reason !== this.#failure) showFailure(new Error(vscode.l10n.t('The executions cannot be read: {0}', reason)));
    this.#failure = reason;
  }

  /** The typings do not let a message be taken away again, which an empty one does. */
  #say(message: string | undefined): void {
    this.view.message = message ?? '';
  }

  #setState(state: 'ready' | 'unavailable'): void {
    void vscode.commands.executeCommand('setContext', 'stepthrough.executions.state', state);
  }

  #open(): Promise<ExecutionsModel> {
    if (!this.#model) {
      const model = Promise.all([this.#store.open(), import('./model.ts')]).then(([service, { ExecutionsModel }]) => {
        const opened = new ExecutionsModel(service, (change) => this.#take(change));
        opened.filter = this.#states;
        opened.deleted = this.#deleted;
        return opened;
      });
      model.catch(() => {
        if (this.#model === model) this.#model = undefined;
      });
      this.#model = model;
    }
    return this.#model;
  }

  #close(): void {
    clearTimeout(this.#drawing);
    clearInterval(this.#ticking);
    void this.#model?.then((model) => model.dispose()).catch(() => undefined);
  }

  #take(change: ModelChange): void {
    if (change.kind === 'roots') this.#allDirty = true;
    else this.#dirty.add(change.id);
    this.#drawing ??= setTimeout(() => this.#draw(), drawInterval);
  }

  #draw(): void {
    this.#drawing = undefined;
    const dirty = this.#allDirty ? [undefined] : [...this.#dirty];
    this.#allDirty = false;
    this.#dirty.clear();
    for (const id of dirty) this.#provider.redraw(id);
    void this.#count();
  }

  async #count(): Promise<void> {
    try {
      const model = await this.#open();
      await model.roots();
      this.#badge(model);
      this.#tick();
    } catch (error) {
      this.#failed(error);
    }
  }

  #badge(model: ExecutionsModel): void {
    const count = model.liveCount;
    const tooltip = count === 1 ? vscode.l10n.t('1 execution is running') : vscode.l10n.t('{0} executions are running', count);
    this.view.badge = count === 0 ? undefined : { value: count, tooltip };
  }

  /** Durations of what runs are redrawn each second, but only while somebody can see them. */
  #tick(): void {
    void this.#model?.then(
      (model) => {
        if (this.view.visible && model.liveCount > 0) {
          this.#ticking ??= setInterval(() => this.#redrawLive(model), tickInterval);
        } else {
          clearInterval(this.#ticking);
          this.#ticking = undefined;
        }
      },
      () => undefined,
    );
  }

  #redrawLive(model: ExecutionsModel): void {
    for (const id of model.live) this.#provider.redraw(id);
    this.#tick();
  }
}
