import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { FlowContext } from '../../../../src/engine/flows/calls.ts';
import { SettingLocks } from '../../../../src/engine/flows/locks/settingLocks.ts';
import { Messages } from '../../../../src/engine/flows/messages/messages.ts';
import { Records } from '../../../../src/engine/flows/records/records.ts';
import { ResourceFiles } from '../../../../src/engine/flows/records/resourceFiles.ts';
import { sqliteFlowTables, type FlowTables } from '../../../../src/engine/flows/flowTables.ts';
import type { Wait } from '../../../../src/engine/flows/waits.ts';
import { Watchers } from '../../../../src/engine/flows/watchers.ts';
import { SqliteDatabase } from '../../../../src/engine/sqliteDatabase.ts';
import { migrations } from '../../../../src/engine/storeSchema.ts';
import type { Execution } from '../../../../src/execution/record.ts';
import { usualFields } from '../../../../src/execution/usualFields.ts';
import type { RecordReference } from '../../../../src/flow/flowCalls.ts';
import type { RecordType } from '../../../../src/execution/recordFiles.ts';

/** A record by its name. */
export function named(type: RecordType, select: string, more: Partial<RecordReference> = {}): RecordReference {
  return { type, select, by: 'name', allow_normal: true, allow_deleted: false, ...more };
}

/** The tables of a store's file, as one process has them open. */
function openTables(folder: string): { readonly tables: FlowTables; readonly close: () => void } {
  const database = new SqliteDatabase(join(folder, 'executions.db'), 2000);
  database.migrate(migrations, (version) => new Error(`version ${version}`));
  return { tables: sqliteFlowTables(database), close: () => database.close() };
}

/** One process with its flows, over a store's file that others may have open too. */
export class Sharing {
  readonly tables: FlowTables;
  readonly records: Records;
  readonly locks: SettingLocks;
  readonly messages: Messages;
  readonly logged: string[] = [];
  readonly shown = new Set<string>();
  readonly waits = new Map<string, readonly Wait[]>();
  readonly #folder: string;
  readonly #executions: Map<string, Execution>;
  readonly #close: () => void;

  /** Processes that share executions know each other's. */
  constructor(folder: string, executions = new Map<string, Execution>()) {
    const { tables, close } = openTables(folder);
    const watchers = new Watchers(tables);
    const execution = (id: string): Execution | undefined => executions.get(id);
    this.tables = tables;
    this.#folder = folder;
    this.#executions = executions;
    this.#close = () => {
      watchers.close();
      close();
    };
    this.records = new Records(tables, new ResourceFiles(() => [folder]));
    this.messages = new Messages({ tables, records: this.records, watchers, execution });
    this.locks = new SettingLocks({ tables, watchers, execution, waits: (id) => this.waits.get(id) ?? [] });
  }

  get executions(): Map<string, Execution> {
    return this.#executions;
  }

  /** A call of an execution that is made when it is first named. */
  context(name: string, args: object, more: Partial<FlowContext> = {}): FlowContext {
    const context = {
      args: JSON.stringify(args),
      execution: this.#execution(name),
      id: randomUUID(),
      began: Date.now(),
      place: { file: 'flow.py', line: 1, function: 'handler' },
      signal: new AbortController().signal,
      change: () => undefined,
      log: (_severity: string, entry: { readonly text?: string; readonly json?: string }) => this.logged.push(entry.text ?? entry.json ?? ''),
      waiting: (text: string) => {
        this.shown.add(text);
        return { over: () => void this.shown.delete(text) };
      },
      ...more,
    };
    return context as unknown as FlowContext;
  }

  end(name: string): void {
    const execution = this.#execution(name);
    this.#executions.set(execution.id, { ...execution, state: 'SUCCEEDED' });
    this.locks.end(execution.id);
    this.messages.end(execution.id);
  }

  close(): void {
    this.#close();
  }

  #execution(name: string): Execution {
    const known = [...this.#executions.values()].find((execution) => execution.name === name);
    if (known) return known;
    const made = { ...usualFields, id: randomUUID(), name, type: 'FLOW', program: join(this.#folder, `${name}.py`), state: 'ACTIVE', script: '', input_value: 'null' } as unknown as Execution;
    this.#executions.set(made.id, made);
    return made;
  }
}
