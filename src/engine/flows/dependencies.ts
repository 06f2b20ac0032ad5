import { statusOf } from '../../execution/flowStatus.ts';
import type { Execution } from '../../execution/record.ts';
import { isTerminal } from '../../execution/state.ts';
import type { FlowCalls, ReturnWhen } from '../../flow/flowCalls.ts';
import { wakeAt } from '../effects/sleep.ts';
import { FlowError, notFound, type FlowContext } from './calls.ts';
import type { Waits } from './waits.ts';

/** Milliseconds between two looks at executions of other processes, of whose end nobody tells. */
const lookTime = 500;

/** Names that are shown of those that are waited for. */
const namesShown = 3;

/** `execution.wait`: the ids that have ended, once the condition is met. Throws or rejects with `FlowError`. */
export function waitFor(args: FlowCalls['execution.wait']['args'], context: FlowContext, waits: Waits): readonly string[] | Promise<readonly string[]> {
  if (args.ids.includes(context.execution.id)) throw new FlowError('InvalidInputError', 'An execution cannot wait for itself.');
  return new Dependencies(args, context).answer(waits);
}

/** Executions that one waits for. Each end is looked at once, since there may be ten thousand. */
class Dependencies {
  readonly #context: FlowContext;
  readonly #condition: ReturnWhen;
  readonly #timeout: number | null;
  /** Names of those that live, by id. */
  readonly #living = new Map<string, string>();
  /** In the order in which they ended, but for those that had before. */
  readonly #ended: string[] = [];
  #succeeded = false;
  #failure: FlowError | undefined;

  constructor({ ids, return_when, timeout }: FlowCalls['execution.wait']['args'], context: FlowContext) {
    this.#context = context;
    this.#condition = return_when;
    this.#timeout = timeout;
    for (const id of new Set(ids)) {
      const execution = context.engine.get(id);
      if (!execution) throw notFound({ type: 'execution', select: id, by: 'id' });
      this.#living.set(id, execution.name);
      if (hasEnded(execution)) this.#end(id, execution);
    }
  }

  answer(waits: Waits): readonly string[] | Promise<readonly string[]> {
    return this.#met() ?? this.#wait(waits);
  }

  /** One has ended; a deleted one has no record. */
  #end(id: string, execution: Execution | undefined): void {
    if (!this.#living.delete(id)) return;
    this.#ended.push(id);
    if (execution?.state === 'SUCCEEDED') this.#succeeded = true;
    else this.#failure ??= dependencyFailed(execution, id);
  }

  /** The ids that have ended, where the condition is met. Throws DependencyFailedError. */
  #met(): readonly string[] | undefined {
    const all = this.#living.size === 0;
    switch (this.#condition) {
      case 'ALL_ENDED':
        return all ? this.#ended : undefined;
      case 'FIRST_ENDED':
        return all || this.#ended.length > 0 ? this.#ended : undefined;
      case 'FIRST_SUCCEEDED':
        if (all && !this.#succeeded && this.#failure) throw this.#failure;
        return all || this.#succeeded ? this.#ended : undefined;
      case 'ALL_SUCCEEDED':
        if (this.#failure) throw this.#failure;
        return all ? this.#ended : undefined;
    }
  }

  #wait(waits: Waits): Promise<readonly string[]> {
    const { engine, signal, began, execution } = this.#context;
    const over = new AbortController();
    const stop = (): void => over.abort();
    signal.addEventListener('abort', stop, { once: true });
    const deadline = this.#timeout === null ? undefined : began + this.#timeout * 1000;
    // The failure of one of them may be enough too.
    const noted = waits.begin(execution.id, () => ({ others: [...this.#living.keys()], needsAll: this.#condition === 'ALL_ENDED', deadline }));
    const shown = this.#context.waiting(`Waiting for ${this.#names()}`);
    return new Promise<readonly string[]>((resolve, reject) => {
      const look = (): void => {
        if (over.signal.aborted) return;
        try {
          const answer = this.#met();
          if (answer) resolve([...answer]);
        } catch (error) {
          reject(error instanceof Error ? error : new TypeError(String(error)));
        }
      };
      const elsewhere = new Set<string>();
      for (const id of this.#living.keys()) {
        const end = engine.ended(id);
        if (!end) elsewhere.add(id);
        else
          void end.then((record) => {
            this.#end(id, record);
            look();
          });
      }
      const lookElsewhere = (): void => {
        for (const id of elsewhere) {
          const record = engine.get(id);
          if (!hasEnded(record)) continue;
          elsewhere.delete(id);
          this.#end(id, record);
        }
        look();
        if (elsewhere.size > 0) wakeAt(Date.now() + lookTime, over.signal, lookElsewhere);
      };
      if (elsewhere.size > 0) lookElsewhere();
      if (deadline !== undefined) wakeAt(deadline, over.signal, () => reject(new FlowError('DependencyTimeoutError', `${this.#names()} did not end within ${this.#timeout ?? 0} seconds.`)));
    }).finally(() => {
      stop();
      signal.removeEventListener('abort', stop);
      noted.over();
      shown.over();
    });
  }

  #names(): string {
    const names = [...this.#living.values()];
    return names.length > namesShown ? `${names.slice(0, namesShown).join(', ')} and ${names.length - namesShown} more` : names.join(', ');
  }
}

function hasEnded(execution: Execution | undefined): boolean {
  return execution === undefined || isTerminal(execution.state) || execution.state === 'UNAVAILABLE';
}

function dependencyFailed(execution: Execution | undefined, id: string): FlowError {
  if (!execution) return new FlowError('DependencyFailedError', `The execution ${id} has been deleted.`, { execution_id: id });
  const { name, type, state, message } = execution;
  const status = statusOf(state);
  return new FlowError('DependencyFailedError', `${name} ended with ${status}${message === '' ? '.' : `: ${message}`}`, { execution_id: id, name, type, status, message });
}
