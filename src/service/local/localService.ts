import type { CallbackState } from '../../engine/effects/callbackEffects.ts';
import { Engine, EngineError, type EngineOptions } from '../../engine/engine.ts';
import { WorkflowHost } from '../../engine/host.ts';
import { MemoryStore } from '../../engine/memoryStore.ts';
import type { Run } from '../../engine/run.ts';
import { openSqliteStore } from '../../engine/sqliteStore.ts';
import { WorkflowDebuggee } from '../../engine/workflowDebuggee.ts';
import { StoreError, StoreUnavailable, type ExecutionStore } from '../../engine/store.ts';
import type { Debuggee } from '../../debuggee/debuggee.ts';
import type { StartRequest } from '../../execution/launch.ts';
import type { ExecutionChange, ExecutionPage, ListQuery, LogEntry } from '../../execution/listing.ts';
import type { Execution } from '../../execution/record.ts';
import { ServiceError, type DebuggableService } from '../service.ts';

/** The executions of this machine's engine. */
export class LocalExecutionService implements DebuggableService {
  readonly id = 'local';
  readonly label = 'Local';
  readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  list(query: ListQuery): Promise<ExecutionPage> {
    return answer(() => this.engine.list(query));
  }

  get(id: string): Promise<Execution | undefined> {
    return answer(() => this.engine.get(id));
  }

  start(request: StartRequest): Promise<Execution> {
    return answer(async () => (await this.engine.start(request)).execution);
  }

  /** Makes an execution that begins when its host is told to go. Rejects with `LaunchRefused`. */
  prepare(request: StartRequest): Promise<Run> {
    return answer(() => this.engine.prepare(request));
  }

  debug(request: StartRequest): Promise<{ readonly execution: Execution; readonly debuggee: Debuggee }> {
    return this.prepare(request).then((run) => ({ execution: run.execution, debuggee: debuggeeOf(run) }));
  }

  pause(id: string): Promise<void> {
    return answer(() => this.engine.pause(id));
  }

  resume(id: string): Promise<void> {
    return answer(() => this.engine.resume(id));
  }

  cancel(id: string): Promise<void> {
    return answer(() => this.engine.cancel(id));
  }

  delete(id: string): Promise<void> {
    return answer(() => this.engine.delete(id));
  }

  logs(id: string): Promise<LogEntry[]> {
    return answer(() => this.engine.logs(id));
  }

  watch(listener: (change: ExecutionChange) => void): { dispose(): void } {
    return this.engine.watch(listener);
  }

  /** The callback addresses of an execution of this process, oldest first. */
  callbacks(id: string): readonly CallbackState[] {
    return this.engine.callbacks(id);
  }

  /** Resolves when no execution of this process lives. */
  idle(): Promise<void> {
    return this.engine.idle();
  }

  /** Resolves with the record when an execution of this process ends; at once for one that has. */
  async ended(id: string): Promise<Execution | undefined> {
    return (await this.engine.ended(id)) ?? this.get(id);
  }

  /** By id, name or a unique beginning of an id, as people type them. Throws `ServiceError` for an ambiguous one. */
  find(reference: string): Execution | undefined {
    try {
      return this.engine.find(reference);
    } catch (error) {
      throw serviceError(error);
    }
  }

  /** False where executions end with this process. */
  get durable(): boolean {
    return this.engine.durable;
  }

  /** Cancels what runs and closes the store. */
  dispose(): Promise<void> {
    return this.engine.close();
  }
}

function debuggeeOf(run: Run): Debuggee {
  if (run.host instanceof WorkflowHost) return new WorkflowDebuggee(run, run.host);
  throw new ServiceError(`${run.execution.name} cannot be debugged.`);
}

/** Rejects with `ServiceError` where the engine or its store says that something cannot be done. */
async function answer<T>(action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw serviceError(error);
  }
}

function serviceError(error: unknown): Error {
  if (error instanceof EngineError || error instanceof StoreError) return new ServiceError(error.message);
  return error instanceof Error ? error : new TypeError(String(error));
}

export interface LocalServiceOptions extends Omit<EngineOptions, 'store'> {
  /** Milliseconds to wait for a store that another process is writing to. */
  readonly busyTimeout?: number;
}

/** The store of a folder. */
export const storeFile = 'executions.db';

/**
 * Opens the engine over the store of a folder. Where this Node has no SQLite, executions are kept only as long as the
 * process lives, and `notice` is told. Throws `ServiceError` where the store is locked, too new or cannot be written.
 */
export function openLocalService(folder: string, options: LocalServiceOptions = {}): LocalExecutionService {
  return new LocalExecutionService(new Engine({ ...options, store: openStore(folder, options) }));
}

/** An engine whose executions end with this process and leave nothing behind. */
export function openTransientService(options: Omit<EngineOptions, 'store'> = {}): LocalExecutionService {
  return new LocalExecutionService(new Engine({ ...options, store: new MemoryStore() }));
}

function openStore(folder: string, { notice, busyTimeout }: LocalServiceOptions): ExecutionStore {
  try {
    return openSqliteStore(`${folder}/${storeFile}`, {
      ...(busyTimeout !== undefined && { busyTimeout }),
      ...(notice && { notice: ({ message }) => notice(message) }),
    });
  } catch (error) {
    if (error instanceof StoreUnavailable) {
      notice?.(`${error.message} Executions are not kept.`);
      return new MemoryStore();
    }
    if (error instanceof StoreError) throw new ServiceError(error.message);
    throw error;
  }
}
