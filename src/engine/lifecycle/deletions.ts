import type { Execution } from '../../execution/record.ts';
import { isTerminal } from '../../execution/state.ts';
import { EngineError } from '../engineError.ts';
import type { Run } from '../run.ts';
import type { ExecutionStore } from '../store.ts';
import type { Changes } from './changes.ts';
import type { Control } from './control.ts';
import type { RecordKeeping } from './recordKeeping.ts';

export interface DeletionParts {
  readonly store: ExecutionStore;
  readonly runs: ReadonlyMap<string, Run>;
  readonly records: RecordKeeping;
  readonly control: Control;
  readonly changes: Changes;
}

/** Deletes executions with their children, which nobody could find without them, and takes them back. */
export class Deletions {
  readonly #parts: DeletionParts;

  constructor(parts: DeletionParts) {
    this.#parts = parts;
  }

  /** What runs here is cancelled first. `time` (RFC 3339) ties together what goes together. Rejects with `EngineError`. */
  async delete(id: string, time: string): Promise<void> {
    const { store, runs, records, control, changes } = this.#parts;
    const run = runs.get(id);
    if (run) {
      run.host.cancel();
      await run.ended;
    }
    const execution = records.present(id);
    if (!run && !isTerminal(execution.state) && execution.state !== 'UNAVAILABLE' && !control.endAbandoned(execution)) {
      throw new EngineError(`${execution.name} still runs in another window or process: cancel it before deleting it.`);
    }
    for (const child of records.childrenOf(id)) await this.delete(child.id, time);
    records.forget(id);
    if (store.delete(id, time)) changes.tell({ kind: 'deleted', id });
  }

  /** Takes back a deleted execution, with what was deleted with it. One whose name is taken gets another. Throws `EngineError`. */
  restore(id: string): Execution {
    const { store, records, changes } = this.#parts;
    const deleted = store.getDeleted(id);
    if (!deleted) {
      const present = store.get(id);
      throw new EngineError(present ? `${present.name} is not deleted.` : `There is no deleted execution ${id}.`);
    }
    const parent = deleted.parent_execution_id === undefined || deleted.orphan ? undefined : store.getDeleted(deleted.parent_execution_id);
    if (parent) throw new EngineError(`${deleted.name} was deleted with ${parent.name}, which started it: restore that.`);
    for (const one of store.deletedWith(id)) {
      const execution = store.restore(one);
      if (execution) changes.tell({ kind: 'created', execution });
    }
    return records.present(id);
  }
}
