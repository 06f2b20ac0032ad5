import type { Execution } from '../../execution/record.ts';
import { isTerminal, type ExecutionState } from '../../execution/state.ts';
import type { ExecutionChange, ExecutionService, ListQuery } from '../../service/service.ts';
import { StepIndexes } from './stepIndexes.ts';

/** What listeners are told: the list of roots changed, or one execution or its children did. */
export type ModelChange = { readonly kind: 'roots' } | { readonly kind: 'execution'; readonly id: string };

const pageSize = 50;
/** Children of one execution that are shown. A parallel step has at most this many (google-workflows 5). */
const childLimit = 200;
const liveStates: readonly ExecutionState[] = ['QUEUED', 'ACTIVE', 'PAUSED'];

/** The executions that the tree shows, kept up to date from a service. Knows nothing of trees or VS Code. */
export class ExecutionsModel {
  readonly service: ExecutionService;
  readonly steps: StepIndexes;
  readonly #listener: (change: ModelChange) => void;
  readonly #watch: { dispose(): void };
  readonly #byId = new Map<string, Execution>();
  readonly #children = new Map<string, Promise<readonly string[]>>();
  readonly #live = new Set<string>();
  #roots: Promise<readonly string[]> | undefined;
  #nextPage: string | undefined;
  #states: readonly ExecutionState[] | undefined;
  #deleted = false;

  constructor(service: ExecutionService, listener: (change: ModelChange) => void) {
    this.service = service;
    this.steps = new StepIndexes(service);
    this.#listener = listener;
    this.#watch = service.watch((change) => this.#take(change));
  }

  dispose(): void {
    this.#watch.dispose();
  }

  get filter(): readonly ExecutionState[] | undefined {
    return this.#states;
  }

  set filter(states: readonly ExecutionState[] | undefined) {
    if (states === this.#states) return;
    this.#states = states;
    this.refresh();
  }

  /** Whether the deleted executions are shown instead of the others. */
  set deleted(deleted: boolean) {
    if (deleted === this.#deleted) return;
    this.#deleted = deleted;
    this.refresh();
  }

  /** How many executions live, whatever the filter. Known once the roots were asked for. */
  get liveCount(): number {
    return this.#live.size;
  }

  /** The ids of those. */
  get live(): Iterable<string> {
    return this.#live;
  }

  get hasMore(): boolean {
    return this.#nextPage !== undefined;
  }

  /** As last heard of; undefined where it was never loaded. */
  known(id: string): Execution | undefined {
    return this.#byId.get(id);
  }

  async roots(): Promise<readonly string[]> {
    this.#roots ??= this.#load();
    return await this.#roots;
  }

  async loadMore(): Promise<void> {
    const pageToken = this.#nextPage;
    if (pageToken === undefined) return;
    const page = await this.service.list({ pageSize, pageToken, ...this.#shown });
    if (this.#nextPage !== pageToken) return;
    this.#nextPage = page.nextPageToken;
    const more = this.#keep(page.executions);
    this.#changeRoots((ids) => [...ids, ...more.filter((id) => !ids.includes(id))]);
  }

  /** Newest first. */
  async children(id: string): Promise<readonly string[]> {
    let ids = this.#children.get(id);
    if (!ids) {
      ids = this.service.list({ pageSize: childLimit, parent: id }).then((page) => this.#keep(page.executions));
      ids.catch(() => this.#children.delete(id));
      this.#children.set(id, ids);
    }
    return await ids;
  }

  /** Forgets everything, so that it is read anew. */
  refresh(): void {
    this.#roots = undefined;
    this.#nextPage = undefined;
    this.#children.clear();
    this.steps.clear();
    this.#listener({ kind: 'roots' });
  }

  async #load(): Promise<readonly string[]> {
    try {
      const live = await this.service.list({ pageSize: 1000, states: liveStates });
      this.#live.clear();
      for (const execution of live.executions) this.#live.add(execution.id);
      const page = await this.service.list({ pageSize, ...this.#shown });
      this.#nextPage = page.nextPageToken;
      return this.#keep(page.executions);
    } catch (error) {
      this.#roots = undefined;
      throw error;
    }
  }

  get #shown(): Pick<ListQuery, 'states' | 'deleted'> {
    return { states: this.#states, ...(this.#deleted && { deleted: true }) };
  }

  #keep(executions: readonly Execution[]): readonly string[] {
    for (const execution of executions) this.#byId.set(execution.id, execution);
    return executions.map((execution) => execution.id);
  }

  #take(change: ExecutionChange): void {
    // What is deleted changes only by being deleted or restored.
    if (this.#deleted && (change.kind === 'created' || change.kind === 'deleted')) this.refresh();
    switch (change.kind) {
      case 'created':
      case 'updated':
        return this.#takeRecord(change.execution, change.kind === 'created');
      case 'deleted':
        this.#byId.delete(change.id);
        this.#children.clear();
        this.#live.delete(change.id);
        if (this.#deleted) return;
        return this.#changeRoots((ids) => ids.filter((id) => id !== change.id));
      case 'logged':
    }
  }

  #takeRecord(execution: Execution, created: boolean): void {
    const { id } = execution;
    const parent = execution.orphan ? undefined : execution.parent_execution_id;
    this.steps.forget(id);
    // A child is read when its parent is opened; a workflow may start many that nobody ever looks at.
    if (parent === undefined || this.#byId.has(id)) this.#byId.set(id, execution);
    if (isTerminal(execution.state) || execution.state === 'UNAVAILABLE') this.#live.delete(id);
    else this.#live.add(id);
    if (created && parent !== undefined) {
      this.#children.delete(parent);
      return this.#listener({ kind: 'execution', id: parent });
    }
    const shown = this.#states === undefined || this.#states.includes(execution.state);
    if (created && parent === undefined) {
      if (this.#deleted) return;
      if (shown) this.#changeRoots((ids) => (ids.includes(id) ? ids : [id, ...ids]));
      return;
    }
    // With a filter a change of state moves executions in or out of the list; which page it belongs to only the service knows.
    if (this.#states !== undefined && parent === undefined) return void this.#refilter(id, shown);
    this.#listener({ kind: 'execution', id });
  }

  async #refilter(id: string, shown: boolean): Promise<void> {
    const listed = await this.#roots?.catch(() => undefined);
    if (listed === undefined || listed.includes(id) === shown) this.#listener({ kind: 'execution', id });
    else this.refresh();
  }

  #changeRoots(change: (ids: readonly string[]) => readonly string[]): void {
    if (this.#roots) {
      const changed = this.#roots.then(change);
      changed.catch(() => undefined);
      this.#roots = changed;
    }
    this.#listener({ kind: 'roots' });
  }
}
