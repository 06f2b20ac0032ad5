import { LaunchRefused } from '../../execution/launch.ts';
import type { ExecutionPage, ListQuery, LogEntry } from '../../execution/listing.ts';
import type { Execution } from '../../execution/record.ts';
import { LineMap } from '../../source/text.ts';
import { EngineError } from '../engineError.ts';
import type { LaunchPlan } from '../executionHost.ts';
import type { HistoryPart } from '../history/parts.ts';
import type { Run } from '../run.ts';
import { restoredName } from '../sqliteDeletions.ts';
import { NameTaken, pageSizeLimit, StoreError, type ExecutionStore, type NewExecution } from '../store.ts';

/**
 * The records of executions: of those that live here as they are now, of others as they were kept. A full disk or a
 * locked file must not end executions: they go on, and a record that could not be written is written when it can be.
 */
export class RecordKeeping {
  readonly #store: ExecutionStore;
  readonly #runs: ReadonlyMap<string, Run>;
  readonly #notice: (message: string) => void;
  /** Records that the store could not take. */
  readonly #unsaved = new Map<string, Execution>();
  #complained = false;

  /** `notice` is told what goes wrong, once until everything could be written again. */
  constructor(store: ExecutionStore, runs: ReadonlyMap<string, Run>, notice: (message: string) => void) {
    this.#store = store;
    this.#runs = runs;
    this.#notice = notice;
  }

  get(id: string): Execution | undefined {
    return this.#runs.get(id)?.execution ?? this.#store.get(id);
  }

  /** Throws `EngineError` where there is none. */
  present(id: string): Execution {
    const execution = this.get(id);
    if (!execution) throw new EngineError(`There is no execution ${id}.`);
    return execution;
  }

  find(reference: string): Execution | undefined {
    const found = this.#store.find(reference);
    return found && (this.#runs.get(found.id)?.execution ?? found);
  }

  list(query: ListQuery): ExecutionPage {
    const page = this.#store.list(query);
    return { ...page, executions: page.executions.map((execution) => this.#runs.get(execution.id)?.execution ?? execution) };
  }

  /** The execution of a row of the store. */
  at(row: number): Execution | undefined {
    const execution = this.#store.at(row);
    return execution && (this.#runs.get(execution.id)?.execution ?? execution);
  }

  childrenOf(id: string): Execution[] {
    const children: Execution[] = [];
    let pageToken: string | undefined;
    do {
      const page = this.#store.list({ pageSize: pageSizeLimit, parent: id, pageToken });
      children.push(...page.executions);
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
    return children;
  }

  /**
   * Makes the record of a new execution. `mayRename`: flows name their children the same in every run, so a name that is
   * taken gets the id's beginning. Throws `LaunchRefused` for a name that is taken.
   */
  insert(execution: NewExecution, plan: LaunchPlan, revision: string | undefined, mayRename = false): Execution {
    const { environment, kept } = plan;
    try {
      return this.#store.insert(execution, JSON.stringify([...environment]), revision, kept);
    } catch (error) {
      if (!(error instanceof NameTaken)) throw error;
      if (mayRename) return this.insert({ ...execution, name: restoredName(execution.name, execution.id) }, plan, revision);
      const problem = { code: 'execution/name-taken', severity: 'error', message: error.message, range: { start: 0, end: 0 } } as const;
      throw new LaunchRefused(error.message, '', new LineMap(''), [problem]);
    }
  }

  /** See `ExecutionStore.alone`. */
  alone<T>(action: () => T): T {
    return this.#store.alone(action);
  }

  save(execution: Execution, steps: readonly HistoryPart[] = []): void {
    this.#unsaved.set(execution.id, execution);
    this.attempt(() => {
      this.#store.update(execution, steps);
      this.#unsaved.delete(execution.id);
    });
  }

  /** As `save`, of an end that would be the same again: it may be written together with what comes next. */
  saveSoon(execution: Execution, steps: readonly HistoryPart[]): void {
    this.#unsaved.delete(execution.id);
    this.#store.updateSoon(execution, steps, (error) => {
      this.#unsaved.set(execution.id, execution);
      this.complain(error);
    });
  }

  /** False while records wait for a store that keeps things again. */
  get isSaved(): boolean {
    return this.#unsaved.size === 0;
  }

  saveAgain(): void {
    for (const execution of [...this.#unsaved.values()]) this.save(execution);
    if (this.isSaved) this.#complained = false;
  }

  /** What is about to be deleted need not be written. */
  forget(id: string): void {
    this.#unsaved.delete(id);
  }

  log(id: string, entries: readonly LogEntry[]): void {
    this.attempt(() => {
      for (const entry of entries) this.#store.appendLog(id, entry);
    });
  }

  /** Writes something that the store may be unable to take: then that is lost, and said. */
  attempt(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.complain(error);
    }
  }

  complain(error: StoreError): void {
    if (!this.#complained) this.#notice(error.message);
    this.#complained = true;
  }
}
