import type { Execution } from '../../execution/record.ts';
import type { Savepoint } from '../../execution/savepoint.ts';
import { isTerminal } from '../../execution/state.ts';
import { EngineError } from '../engineError.ts';
import { fromSavepoint } from '../newExecution.ts';
import type { Run } from '../run.ts';
import type { ExecutionStore } from '../store.ts';
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

/** Takes executions back to their savepoints. Those of other processes are theirs: all throw `EngineError` for one. */
export class GoingBack {
  readonly #parts: GoingBackParts;

  constructor(parts: GoingBackParts) {
    this.#parts = parts;
  }

  /** The moments that an execution can go back to, oldest first. */
  savepoints(id: string): readonly Savepoint[] {
    const { store, records, kinds } = this.#parts;
    const run = this.#here(id);
    if (run) return run.host.savepoints?.() ?? [];
    const ended = records.present(id);
    return kinds.kindOf(ended).savepoints?.(ended, store.journal(id)) ?? [];
  }

  /** Gives the execution that goes on: the same one while it lives, a new one where it has ended. */
  async to(id: string, savepoint: string): Promise<Execution> {
    const run = this.#here(id);
    if (!run) return this.#goOnFrom(this.#parts.records.present(id), savepoint);
    if (!run.host.goBackTo) throw new EngineError(`${run.execution.name} has no savepoints.`);
    run.host.goBackTo(savepoint);
    return run.execution;
  }

  async #goOnFrom(ended: Execution, savepoint: string): Promise<Execution> {
    const { store, living, records, kinds } = this.#parts;
    if (!this.savepoints(ended.id).some((candidate) => candidate.id === savepoint)) throw new EngineError(`${ended.name} has no savepoint ${savepoint}.`);
    const kept = store.kept(ended.id);
    if (!kept) throw new EngineError(`There is no execution ${ended.id}.`);
    const plan = await kinds.kindOf(ended).revive(ended, kept.data);
    const execution = records.insert(fromSavepoint(ended, savepoint), plan, ended.workflow_revision_id);
    store.appendJournal(execution.id, store.journal(ended.id).filter((entry) => entry.number <= Number(savepoint)), []);
    const run = living.make(execution, plan);
    const restored = run.host.restore?.();
    run.begin();
    await restored;
    return run.execution;
  }

  #here(id: string): Run | undefined {
    const run = this.#parts.runs.get(id);
    const execution = run?.execution ?? this.#parts.records.present(id);
    if (run || isTerminal(execution.state) || execution.state === 'UNAVAILABLE') return run;
    throw new EngineError(`${execution.name} runs in another window or process; its savepoints are there.`);
  }
}
