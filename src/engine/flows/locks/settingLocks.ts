import type { Execution } from '../../../execution/record.ts';
import { isTerminal } from '../../../execution/state.ts';
import { isGone, thisOwner } from '../../owner.ts';
import { StoreError } from '../../store.ts';
import { FlowError, type FlowContext } from '../calls.ts';
import type { FlowTables } from '../flowTables.ts';
import type { Watchers } from '../watchers.ts';
import type { LockEntry } from './lockTable.ts';

export interface LockOptions {
  readonly tables: FlowTables;
  readonly watchers: Watchers;
  /** Undefined where there is no such execution any more. */
  execution(id: string): Execution | undefined;
  /** Executions that one waits for, such as its children. */
  waitsFor(execution: string): readonly string[];
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
    return this.#take(entry) ? null : this.#wait(entry, timeoutSeconds, context);
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

  /** Whether the lock is had now; else the execution stands in the queue. Throws where waiting could never end. */
  #take(entry: LockEntry): boolean {
    const { tables } = this.#options;
    const { locks } = tables;
    const circle = tables.write((): LockEntry[] | boolean => {
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
      const found = this.#circle(entry, before, all);
      if (found) locks.remove(entry.id);
      else if (place < 0) locks.put(entry);
      return found ?? false;
    });
    if (typeof circle === 'boolean') return circle;
    throw new FlowError('LockTimeoutError', deadlockMessage(circle));
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
      .until(() => this.#take(entry), entry.deadline, context.signal)
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

  /**
   * The entries through which an execution would wait for itself; undefined where the wait can end: also by a timeout
   * of one of them. Waiting for others is part of the circle, as a parent that waits for the child that wants its lock.
   */
  #circle(entry: LockEntry, before: LockEntry, all: readonly LockEntry[]): LockEntry[] | undefined {
    if (entry.deadline !== undefined) return undefined;
    const seen = new Set<string>();
    const search = (execution: string, path: readonly LockEntry[]): LockEntry[] | undefined => {
      if (execution === entry.execution) return [...path];
      if (seen.has(execution)) return undefined;
      seen.add(execution);
      for (const waiting of all.filter((one) => one.execution === execution && one.depth === 0 && one.deadline === undefined)) {
        const holder = all.find(({ setting, depth }) => setting === waiting.setting && depth > 0);
        const found = holder && search(holder.execution, [...path, waiting]);
        if (found) return found;
      }
      for (const other of this.#options.waitsFor(execution)) {
        const found = search(other, path);
        if (found) return found;
      }
      return undefined;
    };
    // Who only waits before this one is part of no circle that the holder is not in.
    const holder = all.find(({ setting, depth }) => setting === entry.setting && depth > 0) ?? before;
    const path = search(holder.execution, []);
    return path && [entry, { ...holder, setting: entry.setting, settingName: entry.settingName }, ...path];
  }
}

/** Names who waits for what: the first entry is the one that closes the circle, the second who has what it wants. */
function deadlockMessage([entry, holder, ...path]: readonly LockEntry[]): string {
  const name = (text: string): string => JSON.stringify(text);
  const waits = path.map(({ executionName, settingName }) => `${name(executionName)} waits for ${name(settingName)}`);
  const has = `${name(entry!.executionName)} wants the lock of the setting ${name(entry!.settingName)}, which ${name(holder!.executionName)} has`;
  const rest = waits.length > 0 ? `, and ${waits.join(', ')}` : `, which waits for ${name(entry!.executionName)} to end`;
  return `Deadlock: ${has}${rest}. Acquire locks in the same order everywhere, or with a timeout.`;
}
