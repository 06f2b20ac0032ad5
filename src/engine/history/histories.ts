import type { Execution } from '../../execution/record.ts';
import { isDetailed, noHistory, type StepHistory } from '../../execution/stepEntry.ts';
import type { Program } from '../../machine/program.ts';
import { StoreError, type ExecutionStore } from '../store.ts';
import { readParts, writePart, type HistoryPart } from './parts.ts';
import { StepRecorder } from './recorder.ts';

/** Milliseconds between two times that the steps of living executions are written. Who looks at them here needs no store. */
const writeInterval = 1000;

/** The histories of an engine's executions: of living ones as they are recorded, of others as they were stored. */
export class StepHistories {
  readonly #store: ExecutionStore;
  readonly #living = new Map<string, StepRecorder>();
  #written = 0;

  constructor(store: ExecutionStore) {
    this.#store = store;
  }

  /**
   * Records an execution's steps from the beginning. One that ran before, in another process, is run again up to where
   * it was, and while `isRepeated` its steps keep the times of the first time.
   */
  recorder({ id, start_time, execution_history_level }: Pick<Execution, 'id' | 'start_time' | 'execution_history_level'>, program: Program, isRepeated: () => boolean): StepRecorder {
    const earlier = start_time === undefined ? noHistory : this.#takeEarlier(id);
    const recorder = new StepRecorder(program, { detailed: isDetailed(execution_history_level), earlier, isRepeated });
    this.#living.set(id, recorder);
    return recorder;
  }

  /** The steps of any execution. Throws `StoreError`. */
  of(id: string): StepHistory {
    const living = this.#living.get(id);
    if (living) return living.history();
    const parts = this.#store.steps(id);
    return parts.length === 0 ? noHistory : readParts(parts);
  }

  /** Writes what changed of living executions, now and then. Throws `StoreError`. */
  writeAll(): void {
    const now = performance.now();
    if (now - this.#written < writeInterval) return;
    this.#written = now;
    for (const [id, recorder] of this.#living) this.#write(id, recorder);
  }

  /** An execution has ended: what it was at did not come to its end. Gives what is to be written with its record. */
  end({ id, state, error }: Pick<Execution, 'id' | 'state' | 'error'>): readonly HistoryPart[] {
    const living = this.#living.get(id);
    if (!living) return [];
    this.#living.delete(id);
    living.finish(state === 'FAILED' ? 'STATE_FAILED' : 'STATE_CANCELLED', error?.payload);
    return changedParts(living);
  }

  /** Writes the rest: executions that live on go on in another process. Throws `StoreError`. */
  close(): void {
    for (const [id, recorder] of this.#living) this.#write(id, recorder);
    this.#living.clear();
  }

  delete(id: string): void {
    this.#store.deleteSteps(id);
  }

  /** It may have been taken back to before the last of these steps: they are written anew. */
  #takeEarlier(id: string): StepHistory {
    try {
      const earlier = this.of(id);
      if (earlier.count > 0) this.#store.deleteSteps(id);
      return earlier;
    } catch (error) {
      // Then the steps have the times of now; the execution matters more.
      if (error instanceof StoreError) return noHistory;
      throw error;
    }
  }

  #write(id: string, recorder: StepRecorder): void {
    const parts = changedParts(recorder);
    if (parts.length > 0) this.#store.writeSteps(id, parts);
  }
}

function changedParts(recorder: StepRecorder): HistoryPart[] {
  return recorder.takeChanged().map((part) => writePart(part, recorder.part(part), recorder.count));
}
