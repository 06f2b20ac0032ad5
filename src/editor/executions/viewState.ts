import * as vscode from 'vscode';
import { groupings, type Grouping } from '../../execution/grouping.ts';

const filterKey = 'executions.filter';
const groupingKey = 'executions.grouping';

/** How the user wants to see the executions of this workspace; it is the same in the next window. */
export class ViewState {
  readonly #memento: vscode.Memento;
  #filter: string | undefined;
  #grouping: Grouping | undefined;

  constructor(memento: vscode.Memento) {
    this.#memento = memento;
    const filter = memento.get<unknown>(filterKey);
    this.#filter = typeof filter === 'string' && filter !== '' ? filter : undefined;
    this.#grouping = readGrouping(memento.get<unknown>(groupingKey));
    if (this.#filter !== undefined) this.#tellFiltered();
  }

  get filter(): string | undefined {
    return this.#filter;
  }

  get grouping(): Grouping | undefined {
    return this.#grouping;
  }

  async setFilter(filter: string | undefined): Promise<void> {
    this.#filter = filter;
    this.#tellFiltered();
    await this.#memento.update(filterKey, filter);
  }

  async setGrouping(grouping: Grouping | undefined): Promise<void> {
    this.#grouping = grouping;
    await this.#memento.update(groupingKey, grouping);
  }

  #tellFiltered(): void {
    void vscode.commands.executeCommand('setContext', 'stepthrough.executions.filtered', this.#filter !== undefined);
  }
}

/** What an earlier window kept, if this one knows it. */
function readGrouping(kept: unknown): Grouping | undefined {
  if (typeof kept !== 'object' || kept === null || !('by' in kept)) return undefined;
  if (kept.by === 'label') return 'key' in kept && typeof kept.key === 'string' ? { by: 'label', key: kept.key } : undefined;
  const by = groupings.find((known) => known === kept.by);
  return by && { by };
}
