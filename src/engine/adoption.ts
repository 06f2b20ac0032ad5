import type { Execution } from '../execution/record.ts';
import { endedNow, failedEnd } from './endings.ts';
import { EngineError } from './engineError.ts';
import type { LaunchPlan, ProgramKind } from './executionHost.ts';
import type { Run } from './run.ts';
import type { ExecutionStore, Kept } from './store.ts';

export interface Adopter {
  kindOf(execution: Execution): Pick<ProgramKind, 'revive'>;
  /** Makes the run of an execution that now belongs to this process; undefined where the engine has been closed. */
  admit(execution: Execution, plan: LaunchPlan, kept: Kept): Run | undefined;
  /** An execution that could not be resumed has ended. */
  ended(execution: Execution): void;
}

/** Goes on with executions that an earlier process began and did not end. */
export class Adoption {
  readonly #store: ExecutionStore;
  readonly #adopter: Adopter;

  constructor(store: ExecutionStore, adopter: Adopter) {
    this.#store = store;
    this.#adopter = adopter;
  }

  /** Takes over what belongs to no living process; resolves with how many go on, when all are where they were. Throws `StoreError`. */
  async adopt(): Promise<number> {
    const claimed = this.#store.claimAbandoned();
    const resumed = await Promise.all(claimed.map((execution) => this.#resume(execution)));
    return resumed.filter(Boolean).length;
  }

  async #resume(execution: Execution): Promise<boolean> {
    // What cannot be read stays as it is.
    if (execution.state === 'UNAVAILABLE') return false;
    const kept = this.#store.kept(execution.id);
    if (!kept) return false;
    let plan: LaunchPlan;
    try {
      plan = await this.#adopter.kindOf(execution).revive(execution, kept.data);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.#adopter.ended(endedNow(execution, failedEnd('SystemError', `the process that ran this execution ended, and it cannot be resumed: ${error.message}`)));
      return false;
    }
    const run = this.#adopter.admit(execution, plan, kept);
    if (!run) return false;
    const restored = run.host.restore?.();
    if (execution.state === 'PAUSED') run.host.hold();
    else run.begin();
    await restored;
    return true;
  }
}
