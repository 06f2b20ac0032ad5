import type { CallbackState } from '../../engine/effects/callbackEffects.ts';
import { Engine, EngineError, type EngineOptions } from '../../engine/engine.ts';
import { FlowHost } from '../../engine/flows/flowHost.ts';
import { WorkflowHost } from '../../engine/host.ts';
import { MemoryStore } from '../../engine/memoryStore.ts';
import type { Run } from '../../engine/run.ts';
import { openSqliteStore } from '../../engine/sqliteStore.ts';
import { WorkflowDebuggee } from '../../engine/workflowDebuggee.ts';
import { StoreError, StoreUnavailable, type ExecutionStore, type GoBackRequest } from '../../engine/store.ts';
import type { Debuggee } from '../../debuggee/debuggee.ts';
import { FlowDebuggee } from '../../flow/debug/flowDebuggee.ts';
import type { Relaunch, StartRequest } from '../../execution/launch.ts';
import type { ExecutionGroup } from '../../execution/grouping.ts';
import type { ExecutionChange, ExecutionPage, GroupQuery, LabelUse, ListQuery, LogEntry } from '../../execution/listing.ts';
import type { Execution } from '../../execution/record.ts';
import type { StepHistory } from '../../execution/stepEntry.ts';
import { isTerminal } from '../../execution/state.ts';
import type { Savepoint } from '../../execution/savepoint.ts';
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

  groups(query: GroupQuery): Promise<readonly ExecutionGroup[]> {
    return answer(() => this.engine.groups(query));
  }

  labels(limit: number): Promise<readonly LabelUse[]> {
    return answer(() => this.engine.labels(limit));
  }

  get(id: string): Promise<Execution | undefined> {
    return answer(() => this.engine.get(id));
  }

  start(request: StartRequest): Promise<Execution> {
    return answer(async () => (await this.engine.start(request)).execution);
  }

  relaunch(id: string): Promise<Relaunch | undefined> {
    return answer(() => this.engine.relaunch(id));
  }

  /** Makes an execution that begins when its host is told to go. Rejects with `LaunchRefused`. */
  prepare(request: StartRequest): Promise<Run> {
    return answer(() => this.engine.prepare(request));
  }

  debug(request: StartRequest): Promise<{ readonly execution: Execution; readonly debuggee: Debuggee }> {
    if (request.options.type === 'CONNECTION') return Promise.reject(new ServiceError('A CONNECTION is one call of another system and has no steps to debug: run it without debugging.'));
    return this.prepare(request).then((run) => ({ execution: run.execution, debuggee: debuggeeOf(run) }));
  }

  /** A debugger's hold on an execution that lives in this process. Rejects with `ServiceError`. */
  attach(reference: string): Promise<{ readonly execution: Execution; readonly debuggee: Debuggee }> {
    return answer(() => {
      const execution = this.engine.find(reference);
      if (!execution) throw new ServiceError(`There is no execution ${reference}.`);
      const run = this.engine.running(execution.id);
      if (run) return { execution, debuggee: debuggeeOf(run) };
      if (isTerminal(execution.state)) throw new ServiceError(`${execution.name} has already ended (${execution.state}).`);
      throw new ServiceError(`${execution.name} runs in another window or process and can only be debugged there.`);
    });
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

  getDeleted(id: string): Promise<Execution | undefined> {
    return answer(() => this.engine.getDeleted(id));
  }

  restore(id: string): Promise<Execution> {
    return answer(() => this.engine.restore(id));
  }

  /** A deleted execution by its id, name or the beginning of its id; of several the one made last. */
  async findDeleted(reference: string): Promise<Execution | undefined> {
    const exact = this.engine.getDeleted(reference);
    if (exact) return exact;
    const begin = reference.length < 4 ? undefined : reference.toLowerCase();
    let pageToken: string | undefined;
    do {
      const page = await this.list({ pageSize: 500, deleted: true, pageToken });
      const found = page.executions.find(({ id, name }) => name === reference || (begin !== undefined && id.startsWith(begin)));
      if (found) return found;
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
    return undefined;
  }

  /** The moments that an execution can go back to, oldest first. Rejects with `ServiceError`. */
  savepoints(id: string): Promise<readonly Savepoint[]> {
    return answer(() => this.engine.savepoints(id));
  }

  /** Takes an execution back to a savepoint; of one that has ended, a new one goes on from there. Gives the one that goes on. Rejects with `ServiceError`. */
  goBackTo(id: string, savepoint: string): Promise<Execution> {
    return answer(() => this.engine.goBackTo(id, savepoint));
  }

  /** What has become of asking another process to take its execution back. Rejects with `ServiceError`. */
  goBackRequest(id: string): Promise<GoBackRequest> {
    return answer(() => this.engine.goBackRequest(id));
  }

  /** Makes an execution that goes on from a savepoint of one that has ended, and waits to begin. Rejects with `ServiceError`. */
  prepareFrom(id: string, savepoint: string): Promise<Run> {
    return answer(() => this.engine.prepareFrom(id, savepoint));
  }

  logs(id: string): Promise<LogEntry[]> {
    return answer(() => this.engine.logs(id));
  }

  history(id: string): Promise<StepHistory> {
    return answer(() => this.engine.history(id));
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

  /** Rejects with `ServiceError` where nothing can be kept now, as on a full disk: what runs then waits. */
  checkWritable(): Promise<void> {
    return answer(() => this.engine.checkWritable());
  }

  /** Closes the store. What runs goes on in the next process that resumes executions, or is cancelled where nothing is kept. */
  dispose(): Promise<void> {
    return this.engine.close();
  }
}

function debuggeeOf(run: Run): Debuggee {
  const { host, execution } = run;
  if (host.watched) throw new ServiceError(`${execution.name} is being debugged already.`);
  if (host instanceof WorkflowHost) return new WorkflowDebuggee(run, host);
  if (host instanceof FlowHost) return new FlowDebuggee(run, host);
  throw new ServiceError(`${execution.name} cannot be debugged.`);
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
  return new LocalExecutionService(new Engine({ pythonCache: `${folder}/python`, ...options, store: openStore(folder, options) }));
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
