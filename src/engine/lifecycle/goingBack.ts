import type { Execution } from '../../execution/record.ts';
import type { Savepoint } from '../../execution/savepoint.ts';
import { isTerminal } from '../../execution/state.ts';
import { EngineError } from '../engineError.ts';
import { fromSavepoint } from '../newExecution.ts';
import type { Run } from '../run.ts';
import type { ExecutionStore, GoBackRequest } from '../store.ts';
import type { LivingRuns } from './livingRuns.ts';
import type { ProgramKinds } from './programKinds.ts';
import type { RecordKeeping } from './recordKeeping.ts';

export interface GoingBackParts {
  readonly store: ExecutionStore;
  readonly runs: ReadonlyMap<string, Run>;
  readonly living: LivingRuns;
  readonly records: RecordKeeping;
  readonly kinds: ProgramKinds;
}

/** Takes executions back to their savepoints; those of other processes through the store. All throw `EngineError`. */
export class GoingBack {
  readonly #parts: GoingBackParts;

  constructor(parts: GoingBackParts) {
    this.#parts = parts;
  }

  /** The moments that an execution can go back to, oldest first; of another process's as far as it has kept them. */
  savepoints(id: string): readonly Savepoint[] {
    const { store, runs, records, kinds } = this.#parts;
    const run = runs.get(id);
    if (run) return run.host.savepoints?.() ?? [];
    const execution = records.present(id);
    if (execution.state === 'UNAVAILABLE') throw new EngineError(`${execution.name} cannot be read, so it has no savepoints.`);
    return kinds.kindOf(execution).savepoints?.(execution, store.journal(id)) ?? [];
  }

  /**
   * Gives the execution that goes on: the same one while it lives, a new one where it has ended. One of another process
   * is asked to; `request` tells what has become of that.
   */
  async to(id: string, savepoint: string): Promise<Execution> {
    const { store, runs, records } = this.#parts;
    const execution = records.present(id);
    const run = runs.get(id);
    if (run) {
      back(run, savepoint);
    } else if (isTerminal(execution.state)) {
      const next = await this.from(id, savepoint);
      if (next.host.state === 'ready') next.begin();
      return next.execution;
    } else {
      this.#check(execution, savepoint);
      store.requestGoBack(id, savepoint);
    }
    return execution;
  }

  /** Makes the execution that goes on from a savepoint of one that has ended; it waits to begin. */
  async from(id: string, savepoint: string): Promise<Run> {
    const { store, living, records, kinds } = this.#parts;
    const ended = records.present(id);
    this.#check(ended, savepoint);
    const kept = store.kept(id);
    if (!kept) throw new EngineError(`There is no execution ${id}.`);
    const plan = await kinds.kindOf(ended).revive(ended, kept.data);
    const execution = records.insert(fromSavepoint(ended, savepoint), plan, ended.workflow_revision_id);
    store.appendJournal(execution.id, store.journal(id).filter((entry) => entry.number <= Number(savepoint)), []);
    const run = living.make(execution, plan);
    await run.host.restore?.();
    return run;
  }

  /** What has become of asking another process. */
  request(id: string): GoBackRequest {
    return this.#parts.store.goBackRequest(id);
  }

  /** Does what other processes ask for. Throws `StoreError`. */
  takeRequests(): void {
    const { store, runs } = this.#parts;
    if (runs.size === 0) return;
    for (const { id, savepoint } of store.goBackRequests()) {
      const run = runs.get(id);
      if (run) store.answerGoBack(id, refusalOf(run, savepoint));
    }
  }

  #check({ id, name }: Execution, savepoint: string): void {
    if (!this.savepoints(id).some((candidate) => candidate.id === savepoint)) throw new EngineError(`${name} has no savepoint ${savepoint}.`);
  }
}

function back({ host, execution }: Run, savepoint: string): void {
  if (!host.goBackTo) throw new EngineError(`${execution.name} has no savepoints.`);
  host.goBackTo(savepoint);
}

/** Takes it back, or says why not: it may have gone on since it was asked. */
function refusalOf(run: Run, savepoint: string): string | undefined {
  try {
    back(run, savepoint);
    return undefined;
  } catch (error) {
    if (error instanceof EngineError) return error.message;
    throw error;
  }
}
