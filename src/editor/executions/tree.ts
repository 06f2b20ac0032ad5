import * as vscode from 'vscode';
import type { Criterion } from '../../execution/criterion.ts';
import { groupLimit, type Grouping } from '../../execution/grouping.ts';
import { showFailure } from '../messages.ts';
import type { Programs } from '../programs.ts';
import { isMoreEntriesNode } from './entryNodes.ts';
import type { ExecutionsModel, ModelChange } from './model.ts';
import { isMoreNode, type ExecutionNode, type ExecutionsNode } from './nodes.ts';
import { ExecutionsProvider } from './provider.ts';
import type { Store } from './store.ts';
import { ViewState } from './viewState.ts';

/** Changes that come faster than this many milliseconds are drawn once. */
const drawInterval = 150;
const tickInterval = 1000;

/** Milliseconds between two looks at whether it is another day. */
const dayInterval = 60_000;

/** The view *Executions*: what it shows, its badge and messages, and how often it is drawn. */
export class ExecutionsTree implements vscode.Disposable {
  readonly view: vscode.TreeView<ExecutionsNode>;
  readonly #provider: ExecutionsProvider;
  readonly #store: Store;
  readonly #programs: Programs;
  readonly #state: ViewState;
  readonly #dirty = new Set<string>();
  readonly #disposables: readonly { dispose(): unknown }[];
  #model: Promise<ExecutionsModel> | undefined;
  #deleted = false;
  /** Why the executions could not be read when that was last tried. */
  #failure: string | undefined;
  #allDirty = false;
  #drawing: NodeJS.Timeout | undefined;
  #ticking: NodeJS.Timeout | undefined;
  /** While the filter is of today. */
  #days: NodeJS.Timeout | undefined;

  constructor(store: Store, programs: Programs, memento: vscode.Memento) {
    this.#store = store;
    this.#programs = programs;
    this.#state = new ViewState(memento);
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
      this.view.onDidExpandElement(({ element }) => this.#provider.toggled(element, true)),
      this.view.onDidCollapseElement(({ element }) => this.#provider.toggled(element, false)),
      // A run opens the store before anyone has looked at the tree; the badge counts all the same.
      store.onDidOpen(() => void this.#count()),
      { dispose: () => this.#close() },
    ];
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  get filter(): string | undefined {
    return this.#state.filter;
  }

  get grouping(): Grouping | undefined {
    return this.#state.grouping;
  }

  get showsDeleted(): boolean {
    return this.#deleted;
  }

  /** Shows only what a filter takes, kept for the next window too. Rejects with `ServiceError`, and changes nothing, where it is wrong. */
  async setFilter(filter: string | undefined): Promise<void> {
    const text = filter?.trim() === '' ? undefined : filter?.trim();
    const criterion = await criterionOf(text);
    await this.#state.setFilter(text);
    const model = await this.#open();
    model.show({ criterion });
    this.#followDays(text);
  }

  /** A filter that names today takes others tomorrow. The clock is looked at, since timers stand still while the computer sleeps. */
  #followDays(filter: string | undefined): void {
    clearInterval(this.#days);
    this.#days = undefined;
    if (filter === undefined || !filter.includes('today')) return;
    let day = new Date().toDateString();
    this.#days = setInterval(() => {
      if (new Date().toDateString() === day) return;
      day = new Date().toDateString();
      void this.#kept().then(async (criterion) => (await this.#model)?.show({ criterion })).catch(() => undefined);
    }, dayInterval);
  }

  async setGrouping(grouping: Grouping | undefined): Promise<void> {
    await this.#state.setGrouping(grouping);
    const model = await this.#open();
    model.show({ grouping });
  }

  /** Shows the deleted executions instead of the others, or the others again. */
  async showDeleted(deleted: boolean): Promise<void> {
    this.#deleted = deleted;
    await vscode.commands.executeCommand('setContext', 'stepthrough.executions.deleted', deleted);
    const model = await this.#open();
    model.show({ deleted });
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
    await model.loadMore(isMoreNode(node) ? node.group?.key : undefined);
  }

  async reveal(id: string): Promise<void> {
    const model = await this.#open();
    await model.size();
    const node = await this.#nodeOf(model, id);
    if (node) await this.view.reveal(node, { select: true, focus: true, expand: true });
  }

  /** The node of an execution, below all that led to it; undefined where it was deleted. Rejects where the view does not show it. */
  async #nodeOf(model: ExecutionsModel, id: string): Promise<ExecutionNode | undefined> {
    const execution = model.known(id) ?? (await model.service.get(id));
    if (!execution) return undefined;
    if (execution.orphan || execution.parent_execution_id === undefined) {
      const shown = await model.roots(model.groupOf(execution));
      if (!shown.includes(id)) throw new Error(this.#whyNotShown(execution.name));
      return this.#provider.rootNode(model, execution);
    }
    // A child is known once its parent's children were read.
    await model.children(execution.parent_execution_id);
    const parent = await this.#nodeOf(model, execution.parent_execution_id);
    return parent && this.#provider.node(id, parent);
  }

  #whyNotShown(name: string): string {
    if (this.#deleted) return vscode.l10n.t('The view shows deleted executions only, and {0} is none.', name);
    if (this.#state.filter !== undefined) return vscode.l10n.t('The filter of the view leaves {0} out. Clear it to see the execution.', name);
    return vscode.l10n.t('{0} is older than what the view has loaded. Filter executions for its name.', name);
  }

  async #loaded(model: ExecutionsModel, count: number): Promise<void> {
    if (count === 0) await this.#programs.lookAround();
    this.#failure = undefined;
    // A message would hide the welcome view, which says what an empty tree is about and offers the way out.
    this.#say(count > 0 ? this.#shown(count) : undefined);
    this.#setState('ready');
    this.#some(count);
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
      const model = Promise.all([this.#store.open(), import('./model.ts'), this.#kept()]).then(([service, { ExecutionsModel }, criterion]) => {
        const opened = new ExecutionsModel(service, (change) => this.#take(change));
        opened.show({ criterion, grouping: this.#state.grouping, deleted: this.#deleted });
        this.#followDays(this.#state.filter);
        return opened;
      });
      model.catch(() => {
        if (this.#model === model) this.#model = undefined;
      });
      this.#model = model;
    }
    return this.#model;
  }

  /** What an earlier version took for a filter need not be one any more. */
  async #kept(): Promise<Criterion | undefined> {
    try {
      return await criterionOf(this.#state.filter);
    } catch {
      await this.#state.setFilter(undefined);
      return undefined;
    }
  }

  /** What is shown where that is not everything. */
  #shown(count: number): string | undefined {
    const { filter, grouping } = this.#state;
    const parts = [...(this.#deleted ? [vscode.l10n.t('Deleted executions, until they are removed for good')] : []), ...(filter === undefined ? [] : [vscode.l10n.t('Only: {0}', filter)]), ...(grouping && count >= groupLimit ? [vscode.l10n.t('The first {0} groups; a filter shows others', groupLimit.toLocaleString(vscode.env.language))] : [])];
    return parts.length === 0 ? undefined : parts.join('. ');
  }

  #close(): void {
    clearTimeout(this.#drawing);
    clearInterval(this.#ticking);
    clearInterval(this.#days);
    void this.#model?.then((model) => model.dispose()).catch(() => undefined);
  }

  #take(change: ModelChange): void {
    if (change.kind === 'roots') this.#allDirty = true;
    else if (change.kind === 'group') return this.#drawGroup(change.key);
    else this.#dirty.add(change.id);
    this.#drawing ??= setTimeout(() => this.#draw(), drawInterval);
  }

  #drawGroup(key: string | undefined): void {
    if (this.#state.grouping) this.#provider.redrawGroup(this.#state.grouping, key);
  }

  #draw(): void {
    this.#drawing = undefined;
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    if (this.#allDirty) this.#provider.redraw();
    else void this.#model?.then((model) => dirty.forEach((id) => this.#provider.redrawIfOld(id, model, true)), () => undefined);
    this.#allDirty = false;
    void this.#count();
  }

  async #count(): Promise<void> {
    try {
      const model = await this.#open();
      this.#some(await model.size());
      this.#badge(model);
      this.#tick();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Whether there are executions, for the palette. What a filter leaves out is there all the same. */
  #some(count: number): void {
    if (count > 0 || (this.#state.filter === undefined && !this.#deleted)) void vscode.commands.executeCommand('setContext', 'stepthrough.executions.some', count > 0);
  }

  #badge(model: ExecutionsModel): void {
    const count = model.liveCount;
    void vscode.commands.executeCommand('setContext', 'stepthrough.executions.live', count > 0);
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
    for (const id of model.live) this.#provider.redrawIfOld(id, model, false);
    this.#tick();
  }
}

/** A filter as the store takes it. Rejects with `ServiceError`. */
async function criterionOf(filter: string | undefined): Promise<Criterion | undefined> {
  return filter === undefined ? undefined : (await import('../../service/filter.ts')).readFilter(filter);
}
