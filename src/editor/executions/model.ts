import { filterOf, type Criterion, type Filter } from '../../execution/criterion.ts';
import { groupKey, type ExecutionGroup, type Grouping } from '../../execution/grouping.ts';
import { storedFields } from '../../execution/recordQuery.ts';
import type { Execution } from '../../execution/record.ts';
import { liveStates } from '../../execution/state.ts';
import type { ExecutionChange, ExecutionService, ListQuery } from '../../service/service.ts';
import { RootList } from './rootList.ts';
import { StepIndexes } from './stepIndexes.ts';

/** What listeners are told: the list of roots changed, the list of one group did, or one execution or its children. */
export type ModelChange = { readonly kind: 'roots' } | { readonly kind: 'group'; readonly key: string | undefined } | { readonly kind: 'execution'; readonly id: string };

/** What the tree shows, and how. */
export interface Shown {
  readonly criterion: Criterion | undefined;
  readonly grouping: Grouping | undefined;
  /** The deleted executions instead of the others. */
  readonly deleted: boolean;
}

const everything: Shown = { criterion: undefined, grouping: undefined, deleted: false };

/** Children of one execution that are shown. A parallel step has at most this many (google-workflows 5). */
const childLimit = 200;

/** Sizes of groups are counted again at most once in so many milliseconds. */
const countInterval = 300;

/** The executions that the tree shows, kept up to date from a service. Knows nothing of trees or VS Code. */
export class ExecutionsModel {
  readonly service: ExecutionService;
  readonly steps: StepIndexes;
  readonly #listener: (change: ModelChange) => void;
  readonly #watch: { dispose(): void };
  readonly #byId = new Map<string, Execution>();
  readonly #children = new Map<string, Promise<readonly string[]>>();
  readonly #live = new Set<string>();
  /** By the key of a group; without groups one under undefined. */
  readonly #lists = new Map<string | undefined, RootList>();
  #alive: Promise<void> | undefined;
  #groups: Promise<readonly ExecutionGroup[]> | undefined;
  #counting: NodeJS.Timeout | undefined;
  /** How often something changed that groups are counted again for. */
  #changes = 0;
  #shown = everything;
  #holds: Filter<Execution> = () => true;

  constructor(service: ExecutionService, listener: (change: ModelChange) => void) {
    this.service = service;
    this.steps = new StepIndexes(service);
    this.#listener = listener;
    this.#watch = service.watch((change) => this.#take(change));
  }

  dispose(): void {
    clearTimeout(this.#counting);
    this.#watch.dispose();
  }

  get grouping(): Grouping | undefined {
    return this.#shown.grouping;
  }

  /** Shows other executions, or the same in another way; what is not given stays. */
  show(shown: Partial<Shown>): void {
    this.#shown = { ...this.#shown, ...shown };
    const { criterion } = this.#shown;
    this.#holds = criterion ? filterOf(criterion, storedFields) : () => true;
    this.refresh();
  }

  /** How many executions live, whatever the filter. Known once the roots or groups were asked for. */
  get liveCount(): number {
    return this.#live.size;
  }

  /** The ids of those. */
  get live(): Iterable<string> {
    return this.#live;
  }

  /** As last heard of; undefined where it was never loaded. */
  known(id: string): Execution | undefined {
    return this.#byId.get(id);
  }

  /** The first executions of all, or of a group. */
  async roots(group?: string): Promise<readonly string[]> {
    await this.#countLive();
    return await this.#list(group).ids();
  }

  hasMore(group?: string): boolean {
    return this.#lists.get(group)?.hasMore ?? false;
  }

  async loadMore(group?: string): Promise<void> {
    await this.#list(group).readMore();
    this.#listener(this.#shown.grouping ? { kind: 'group', key: group } : { kind: 'roots' });
  }

  /** How many rows there are at the top, as far as they have been read. */
  async size(): Promise<number> {
    return (this.#shown.grouping ? await this.groups() : await this.roots()).length;
  }

  /** In an order that stays; none where nothing is grouped. */
  async groups(): Promise<readonly ExecutionGroup[]> {
    await this.#countLive();
    // Asked only now: what is shown may have become something else meanwhile.
    const { grouping } = this.#shown;
    if (!grouping) return [];
    this.#groups ??= this.#readGroups(grouping);
    return await this.#groups;
  }

  /** The key of the group that an execution is shown in. */
  groupOf(execution: Execution): string | undefined {
    return this.#shown.grouping && groupKey(execution, this.#shown.grouping);
  }

  /** Newest first. */
  async children(id: string): Promise<readonly string[]> {
    let ids = this.#children.get(id);
    if (!ids) {
      ids = this.service.list({ pageSize: childLimit, parent: id }).then((page) => this.#keep(page.executions).map((execution) => execution.id));
      ids.catch(() => this.#children.delete(id));
      this.#children.set(id, ids);
    }
    return await ids;
  }

  /** Forgets everything, so that it is read anew. */
  refresh(): void {
    this.#lists.clear();
    this.#alive = undefined;
    this.#groups = undefined;
    this.#children.clear();
    this.steps.clear();
    this.#listener({ kind: 'roots' });
  }

  async #countLive(): Promise<void> {
    this.#alive ??= this.#readLive();
    await this.#alive;
  }

  async #readLive(): Promise<void> {
    try {
      const live = await this.service.list({ pageSize: 1000, states: liveStates });
      this.#live.clear();
      for (const execution of live.executions) this.#live.add(execution.id);
    } catch (error) {
      this.#alive = undefined;
      throw error;
    }
  }

  async #readGroups(grouping: Grouping): Promise<readonly ExecutionGroup[]> {
    const { criterion, deleted } = this.#shown;
    try {
      return await this.service.groups({ grouping, criterion, deleted });
    } catch (error) {
      this.#groups = undefined;
      throw error;
    }
  }

  #list(key: string | undefined): RootList {
    let list = this.#lists.get(key);
    if (!list) {
      const { grouping, criterion, deleted } = this.#shown;
      const query: Omit<ListQuery, 'pageSize'> = { criterion, group: grouping && { grouping, key }, ...(deleted && { deleted }) };
      list = new RootList(async (page) => {
        const found = await this.service.list({ ...query, ...page });
        this.#keep(found.executions);
        return found;
      }, (id) => this.known(id));
      this.#lists.set(key, list);
    }
    return list;
  }

  #keep(executions: readonly Execution[]): readonly Execution[] {
    for (const execution of executions) this.#byId.set(execution.id, execution);
    return executions;
  }

  #take(change: ExecutionChange): void {
    // What is deleted changes only by being deleted or restored.
    if (this.#shown.deleted && (change.kind === 'created' || change.kind === 'deleted')) this.refresh();
    switch (change.kind) {
      case 'created':
      case 'updated':
        return this.#takeRecord(change.execution, change.kind === 'created');
      case 'deleted':
        return this.#forget(change.id);
      case 'logged':
    }
  }

  #forget(id: string): void {
    this.#byId.delete(id);
    this.#children.clear();
    this.#live.delete(id);
    if (this.#shown.deleted) return;
    for (const list of this.#lists.values()) list.remove(id);
    this.#countAgain();
    this.#listener({ kind: 'roots' });
  }

  #takeRecord(execution: Execution, created: boolean): void {
    const { id } = execution;
    const parent = execution.orphan ? undefined : execution.parent_execution_id;
    const before = this.#byId.get(id);
    this.steps.forget(id);
    // A child is read when its parent is opened; a workflow may start many that nobody ever looks at.
    if (parent === undefined || before) this.#byId.set(id, execution);
    if (liveStates.includes(execution.state)) this.#live.add(id);
    else this.#live.delete(id);
    if (parent !== undefined) {
      if (created) this.#children.delete(parent);
      return this.#listener({ kind: 'execution', id: created ? parent : id });
    }
    if (this.#shown.deleted) return this.#listener({ kind: 'execution', id });
    this.#place(execution, before, created);
  }

  /** Puts an execution at the root into the list that it belongs to now, and out of all others. */
  #place(execution: Execution, before: Execution | undefined, created: boolean): void {
    const { id } = execution;
    const isShown = this.#holds(execution);
    const key = this.groupOf(execution);
    const isSame = before !== undefined && this.#holds(before) === isShown && this.groupOf(before) === key;
    if (isSame && !created) return this.#listener({ kind: 'execution', id });
    for (const [other, list] of this.#lists) {
      if (!isShown || other !== key) list.remove(id);
    }
    const list = isShown ? this.#lists.get(key) : undefined;
    if (created) list?.begin(execution);
    else list?.add(execution);
    this.#countAgain();
    // Where it was and where it is are drawn at once: one element stands in two places never.
    this.#listener({ kind: 'roots' });
  }

  /** Counts the groups again, soon; what is shown stays until then. */
  #countAgain(): void {
    if (!this.#shown.grouping || !this.#groups) return;
    this.#changes++;
    this.#counting ??= setTimeout(() => void this.#recount(), countInterval);
  }

  /** One count at a time: a slow filter may take longer than the next change lets it wait. */
  async #recount(): Promise<void> {
    const { grouping } = this.#shown;
    const before = this.#groups;
    const changes = this.#changes;
    const groups = grouping && (await this.#readGroups(grouping).catch(() => undefined));
    this.#counting = undefined;
    // Others are shown by now, or these were read anew.
    if (groups && before === this.#groups) this.#takeGroups(groups);
    if (changes !== this.#changes) this.#countAgain();
  }

  #takeGroups(groups: readonly ExecutionGroup[]): void {
    this.#groups = Promise.resolve(groups);
    const there = new Set(groups.map(({ key }) => key));
    for (const key of this.#lists.keys()) if (!there.has(key)) this.#lists.delete(key);
    this.#listener({ kind: 'roots' });
  }
}
