import { StepIndex } from '../../execution/stepIndex.ts';
import type { ExecutionService } from '../../service/service.ts';

/** Executions whose steps are held at once: those whose steps are open in the tree. */
const held = 8;

/** The steps of executions as they were last read. */
export class StepIndexes {
  readonly #service: Pick<ExecutionService, 'history'>;
  readonly #indexes = new Map<string, Promise<StepIndex>>();

  constructor(service: Pick<ExecutionService, 'history'>) {
    this.#service = service;
  }

  get(id: string): Promise<StepIndex> {
    let index = this.#indexes.get(id);
    if (!index) {
      index = this.#service.history(id).then((history) => new StepIndex(history));
      index.catch(() => this.#indexes.delete(id));
      if (this.#indexes.size >= held) this.#indexes.delete(this.#indexes.keys().next().value!);
      this.#indexes.set(id, index);
    }
    return index;
  }

  /** They are read anew when they are asked for next. */
  forget(id: string): void {
    this.#indexes.delete(id);
  }

  clear(): void {
    this.#indexes.clear();
  }
}
