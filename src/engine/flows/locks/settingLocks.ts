import type { Execution } from '../../../execution/record.ts';
import { isTerminal } from '../../../execution/state.ts';
import { isGone, thisOwner } from '../../owner.ts';
import { StoreError } from '../../store.ts';
import { FlowError, type FlowContext } from '../calls.ts';
import type { FlowTables } from '../flowTables.ts';
import type { Wait } from '../waits.ts';
import type { Watchers } from '../watchers.ts';
import { findDeadlock, type Deadlock } from './deadlock.ts';
import type { LockEntry } from './lockTable.ts';

export interface LockOptions {
  readonly tables: FlowTables;
  readonly watchers: Watchers;
  /** Undefined where there is no such execution any more. */
  execution(id: string): Execution | undefined;
  /** What an execution waits for beside locks, such as its children. */
  waits(execution: string): readonly Wait[];
}

/**
 * Locks of settings: one execution has a setting's lock at a time, in whichever process it runs; the others have it in
 * the order in which they asked. An execution that has it may acquire it again, and gives it up with as many releases.
 * It is freed when the execution ends; one that was interrupted by a crash keeps it for when it goes on.
 */
export class SettingLocks {
  readonly #options: LockOptions;

  constructor(options: LockOptions) {
    this.#options = options;
  }

  /** At once where the lock is free. Throws or rejects with `LockTimeoutError`. */
  acquire(setting: { readonly id: string; readonly name: string }, timeoutSeconds: number | null, context: FlowContext): Promise<null> | null {
    const deadline = timeoutSeconds === null ? undefined : context.began + timeoutSeconds * 1000;
    const entry: LockEntry = {
      id: context.id,
      setting: setting.id,
      settingName: setting.name,
      execution: context.execution.id,
      executionName: context.execution.name,
      depth: 0,
      deadline,
      owner: thisOwner,
    };
    const taken = this.#take(entry);
    if (taken === true) return null;
    const waiting = this.#wait(entry, timeoutSeconds, context);
    // Somebody else's wait has become one that nothing can come of.
    if (taken === 'stuck') this.#options.watchers.check();
    return waiting;
  }

  /** Nothing happens where the execution does not have the lock. */
  release(setting: string, execution: string): void {
    const { tables, watchers } = this.#options;
    tables.write(() => {
      const held = tables.locks.entries().find((entry) => entry.setting === setting && entry.execution === execution && entry.depth > 0);
      if (held && held.depth > 1) tables.locks.put({ ...held, depth: held.depth - 1 });
      else if (held) tables.locks.remove(held.id);
    });
    watchers.check();
  }

  /** Frees what an execution had and wanted. */
  end(execution: string): void {
    const { tables, watchers } = this.#options;
    const own = tables.locks.entries().filter((entry) => entry.execution === execution);
    if (own.length === 0) return;
    tables.write(() => {
      for (const { id } of own) tables.locks.remove(id);
    });
    watchers.check();
  }

  /**
   * Whether the lock is had now; else the execution stands in the queue, where it may be `stuck` until the wait of
   * another one is ended. Throws where it is this one's that is.
   */
  #take(entry: LockEntry): boolean | 'stuck' {
    const { tables } = this.#options;
    const { locks } = tables;
    const found = tables.write((): Deadlock | boolean | 'stuck' => {
      const all = this.#living();
      const same = all.filter(({ setting }) => setting === entry.setting);
      const held = same.find(({ depth }) => depth > 0);
      if (held?.execution === entry.execution) {
        // Made again after a crash, the same call counts once.
        if (held.id !== entry.id) locks.put({ ...held, depth: held.depth + 1 });
        return true;
      }
      const place = same.findIndex(({ id }) => id === entry.id);
      const before = held ?? same.slice(0, place < 0 ? same.length : place)[0];
      if (!before) {
        locks.put({ ...entry, depth: 1 });
        return true;
      }
      const deadlock = findDeadlock(entry, all, (execution) => this.#options.waits(execution));
      if (deadlock?.victim.id === entry.id) {
        locks.remove(entry.id);
        return deadlock;
      }
      if (place < 0) locks.put(entry);
      return deadlock ? 'stuck' : false;
    });
    if (typeof found !== 'object') return found;
    throw new FlowError('LockTimeoutError', deadlockMessage(entry, found));
  }

  #wait(entry: LockEntry, timeoutSeconds: number | null, context: FlowContext): Promise<null> {
    const { tables, watchers } = this.#options;
    const forget = (): void => {
      try {
        tables.write(() => tables.locks.remove(entry.id));
      } catch (error) {
        // What is left in the store is passed over when the execution has ended or its process is gone.
        if (!(error instanceof StoreError)) throw error;
      }
    };
    // Who went back to a savepoint must not stand in the queue for nothing.
    context.signal.addEventListener('abort', forget, { once: true });
    const shown = context.waiting(`Waiting for the lock of the setting ${JSON.stringify(entry.settingName)}`);
    return watchers
      .until(() => this.#take(entry) === true, entry.deadline, context.signal)
      .then((end) => {
        if (end === 'done') return null;
        forget();
        const holder = tables.locks.entries().find(({ setting, depth }) => setting === entry.setting && depth > 0);
        const by = holder ? `; ${JSON.stringify(holder.executionName)} has it` : '';
        throw new FlowError('LockTimeoutError', `The lock of the setting ${JSON.stringify(entry.settingName)} was not to be had within ${timeoutSeconds ?? 0} s${by}.`);
      })
      .finally(() => {
        context.signal.removeEventListener('abort', forget);
        shown.over();
      });
  }

  /** Entries that count: those of ended executions are removed, and those that wait in a process that is gone. */
  #living(): LockEntry[] {
    const { tables } = this.#options;
    return tables.locks.entries().filter((entry) => {
      const record = this.#options.execution(entry.execution);
      const counts = record !== undefined && !isTerminal(record.state) && record.state !== 'UNAVAILABLE' && (entry.depth > 0 || !isGone(entry.owner));
      if (!counts) tables.locks.remove(entry.id);
      return counts;
    });
  }
}

/** Names who waits for what. */
function deadlockMessage({ executionName, settingName }: LockEntry, { holder, path }: Deadlock): string {
  const name = (text: string): string => JSON.stringify(text);
  const waits = path.map((waiting) => `${name(waiting.executionName)} waits for ${name(waiting.settingName)}`);
  const has = `${name(executionName)} wants the lock of the setting ${name(settingName)}, which ${name(holder.executionName)} has`;
  const rest = waits.length > 0 ? `, and ${waits.join(', ')}` : `, which waits for ${name(executionName)} to end`;
  return `Deadlock: ${has}${rest}. Acquire locks in the same order everywhere.`;
}
