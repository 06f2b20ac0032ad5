import type { Execution } from '../../execution/record.ts';
import { isTerminal } from '../../execution/state.ts';
import { cancelledEnd, endedNow } from '../endings.ts';
import { EngineError } from '../engineError.ts';
import type { ExecutionQueue } from '../queue.ts';
import type { Run } from '../run.ts';
import type { ExecutionStore } from '../store.ts';
import type { LivingRuns } from './livingRuns.ts';
import type { RecordKeeping } from './recordKeeping.ts';

export interface ControlParts {
  readonly store: ExecutionStore;
  readonly runs: ReadonlyMap<string, Run>;
  readonly living: LivingRuns;
  readonly records: RecordKeeping;
  readonly queue: ExecutionQueue;
}

/**
 * Pauses, resumes and cancels: at once where an execution lives here; an execution of another process is asked to,
 * through the store, which its process does within a moment. All throw `EngineError`.
 */
export class Control {
  readonly #parts: ControlParts;

  constructor(parts: ControlParts) {
    this.#parts = parts;
  }

  pause(id: string): void {
    const { store, runs, queue } = this.#parts;
    const run = runs.get(id);
    if (!run) {
      this.#elsewhere(id, 'paused');
      store.requestPause(id, true);
      return;
    }
    // What waits for its turn gives it up; resumed, it waits again.
    if (queue.isWaiting(id)) queue.leave(id);
    run.host.askPause();
  }

  resume(id: string): void {
    const { store, runs } = this.#parts;
    const run = runs.get(id);
    if (!run) {
      this.#elsewhere(id, 'resumed');
      store.requestPause(id, false);
      return;
    }
    if (run.hasBegun || run.isWatched) return run.host.askResume();
    run.requeued();
    run.begin();
  }

  cancel(id: string): void {
    const run = this.#parts.runs.get(id);
    if (run) return run.host.cancel();
    const execution = this.#elsewhere(id, 'cancelled');
    if (!this.endAbandoned(execution)) this.#parts.store.requestCancel(id);
  }

  cancelAll(): void {
    for (const run of [...this.#parts.runs.values()]) run.host.cancel();
  }

  /** Cancels what no process runs, since none would hear of it; false where one does. */
  endAbandoned(execution: Execution): boolean {
    if (!this.#parts.store.claim(execution.id)) return false;
    this.#parts.living.changed(endedNow(execution, cancelledEnd(undefined, execution.current_steps)));
    return true;
  }

  /** Does what other processes ask of executions that live here. Throws `StoreError`. */
  takeRequests(): void {
    const { store, runs } = this.#parts;
    if (runs.size === 0) return;
    for (const id of store.cancelRequests()) runs.get(id)?.host.cancel();
    for (const { id, pause } of store.pauseRequests()) {
      if (!runs.has(id)) continue;
      if (pause) this.pause(id);
      else this.resume(id);
    }
  }

  /** The record of an execution that another process runs. */
  #elsewhere(id: string, asked: 'paused' | 'resumed' | 'cancelled'): Execution {
    const execution = this.#parts.records.present(id);
    if (isTerminal(execution.state)) throw new EngineError(`${execution.name} has already ended (${execution.state}).`);
    if (execution.state === 'UNAVAILABLE') throw new EngineError(`${execution.name} cannot be read, so it cannot be ${asked}.`);
    return execution;
  }
}
