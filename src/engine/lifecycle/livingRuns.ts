import type { Execution } from '../../execution/record.ts';
import { isTerminal } from '../../execution/state.ts';
import { ExecutionLog } from '../executionLog.ts';
import type { LaunchPlan } from '../executionHost.ts';
import type { StepHistories } from '../history/histories.ts';
import type { HistoryPart } from '../history/parts.ts';
import { StoreJournal } from '../journal.ts';
import type { ExecutionQueue } from '../queue.ts';
import { Run } from '../run.ts';
import { StoreError, type ExecutionStore, type Kept } from '../store.ts';
import type { Changes } from './changes.ts';
import type { RecordKeeping } from './recordKeeping.ts';

export interface LivingParts {
  readonly store: ExecutionStore;
  readonly records: RecordKeeping;
  readonly histories: StepHistories;
  readonly queue: ExecutionQueue;
  readonly changes: Changes;
  /** One lives here that did not before. */
  readonly appeared: () => void;
  /** One has ended, and its record is kept. */
  readonly ended: (run: Run) => void;
}

/** The executions that live in this process: from their beginning, or from when it took them over, to their end. */
export class LivingRuns {
  readonly #runs: Map<string, Run>;
  readonly #parts: LivingParts;

  /** `runs` is kept by this class and read by others. */
  constructor(runs: Map<string, Run>, parts: LivingParts) {
    this.#runs = runs;
    this.#parts = parts;
  }

  /** Makes the run of a record that is new. */
  make(execution: Execution, plan: LaunchPlan): Run {
    const run = this.#runOf(execution, plan, { ran: 0, logged: 0 });
    this.#parts.changes.tell({ kind: 'created', execution });
    return run;
  }

  /** An execution of an earlier process lives here from now on. */
  admit(execution: Execution, plan: LaunchPlan, kept: Kept): Run {
    const run = this.#runOf(execution, plan, kept);
    // Where it has not begun it has waited since it was made, also when its turn comes at once.
    if (!run.hasBegun) run.waits();
    if (run.isHeldBack) this.#parts.queue.holdBack(execution.id);
    return run;
  }

  #runOf(execution: Execution, plan: LaunchPlan, { ran, logged }: Pick<Kept, 'ran' | 'logged'>): Run {
    const { store, records, changes, appeared } = this.#parts;
    const { id } = execution;
    const log = new ExecutionLog((entry) => {
      run.logged(entry);
      changes.tell({ kind: 'logged', id, entry });
    }, logged);
    const run = new Run(execution, plan, {
      journal: new StoreJournal(store, id, log),
      log: (entry) => log.write([entry], (kept) => records.log(id, kept)),
      listener: { changed: (changed) => this.changed(changed), revised: (revised) => store.revise(revised), begin: (beginning) => this.#enter(beginning), heldBack: () => this.#parts.queue.holdBack(id) },
      ran,
    });
    this.#runs.set(id, run);
    appeared();
    return run;
  }

  /** Begins an execution when its turn comes. One that has begun before, in an earlier process, goes on whatever the limit. */
  #enter(run: Run): void {
    const { queue } = this.#parts;
    const { id, name, priority, create_time, start_time, scheduled_for } = run.execution;
    if (start_time !== undefined) {
      queue.reserve(id);
      return run.host.go();
    }
    const notBefore = scheduled_for === undefined ? undefined : Date.parse(scheduled_for);
    queue.enter({ id, name, priority, created: Date.parse(create_time), notBefore, waited: run.hasWaited, begin: () => run.host.go() });
    if (queue.isWaiting(id)) run.waits();
  }

  /** Keeps and tells the record of an execution as it is now, also of one that ended without living here. */
  changed(execution: Execution): void {
    const { records, histories, queue, changes, ended } = this.#parts;
    const run = this.#runs.get(execution.id);
    const endedHere = run !== undefined && isTerminal(execution.state);
    let steps: readonly HistoryPart[] = [];
    if (endedHere) {
      this.#runs.delete(execution.id);
      steps = histories.end(execution);
    }
    // The journal of a workflow gives its own end again, but not one that came from outside.
    if (endedHere && execution.type === 'WORKFLOW' && !run.stopped) records.saveSoon(execution, steps);
    else records.save(execution, steps);
    changes.tell({ kind: 'updated', execution });
    if (!endedHere) return;
    queue.leave(execution.id);
    ended(run);
  }

  /** Keeps what has changed and was going to be kept in a moment. */
  keepGathered(): void {
    for (const run of this.#runs.values()) run.tellGathered();
  }

  /** Looks which executions have moved on. */
  noteProgress(): void {
    for (const run of this.#runs.values()) run.noteProgress();
  }

  /** Keeps how long those have run that may only run for so long: this process may crash. Throws `StoreError`. */
  noteRan(): void {
    for (const { ran, execution } of this.#runs.values()) if (ran !== undefined) this.#parts.store.noteRan(execution.id, ran);
  }

  /** Lets another process take over what lives here. */
  abandon(): void {
    try {
      this.noteRan();
      this.#parts.store.release([...this.#runs.keys()]);
    } catch (error) {
      // They are found again when this process is gone.
      if (!(error instanceof StoreError)) throw error;
    }
  }
}
