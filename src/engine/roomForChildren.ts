import type { Execution } from '../execution/record.ts';
import { EngineError } from './engineError.ts';
import type { Run } from './run.ts';

/** Executions that may live here when another one starts a child, where nobody says otherwise. */
const usualLimit = 1000;

/**
 * Holds executions that start ever more children to as many as there is memory for. A flow waits for room as long as
 * something can make it; a workflow is told at once, as by the service.
 */
export class RoomForChildren {
  readonly #runs: ReadonlyMap<string, Run>;
  readonly #limit: number;
  /** Children whose files are being read. */
  #starting = 0;
  /** Told when an execution has ended; by the executions that wait. */
  readonly #waiting = new Map<symbol, { readonly parent: string; readonly look: () => void }>();

  constructor(runs: ReadonlyMap<string, Run>, limit = usualLimit) {
    this.#runs = runs;
    this.#limit = limit;
  }

  get isFull(): boolean {
    return this.#runs.size + this.#starting >= this.#limit;
  }

  /** Counts a child while it is being made; there must be room. */
  async take<T>(make: () => Promise<T>): Promise<T> {
    this.#starting++;
    try {
      return await make();
    } finally {
      this.#starting--;
      this.changed();
    }
  }

  /** Resolves when there is room, which must be taken at once. Rejects with `EngineError` where none will come, or where `parent` has ended. */
  async wait(parent: Execution): Promise<void> {
    const key = Symbol(parent.id);
    try {
      while (this.isFull) {
        const next = new Promise<void>((look) => this.#waiting.set(key, { parent: parent.id, look }));
        if (!this.#runs.has(parent.id)) throw new EngineError(`${parent.name} has ended.`);
        if (!this.#canEnd()) throw new EngineError(`${this.#runs.size} executions live here, the most there may be, and none of them will end: each has not begun, is paused, or waits to start another one. Begin or end some before more are started.`);
        await next;
      }
    } finally {
      this.#waiting.delete(key);
      // The others may now be the only ones that wait.
      if (this.isFull) queueMicrotask(() => this.changed());
    }
  }

  /** To be called when an execution has ended. */
  changed(): void {
    for (const { look } of this.#waiting.values()) look();
  }

  /** Whether some execution goes on without room for another one: one that waits for its children counts as they do. */
  #canEnd(): boolean {
    if (this.#starting > 0) return true;
    const waiting = new Set([...this.#waiting.values()].map(({ parent }) => parent));
    const living = [...this.#runs.values()];
    const parents = new Set(living.map(({ execution }) => execution.parent_execution_id));
    return living.some(({ execution: { id }, host }) => host.state === 'going' && !waiting.has(id) && !parents.has(id));
  }
}
