import type { Debuggee } from '../debuggee/debuggee.ts';
import type { Relaunch, StartRequest } from '../execution/launch.ts';
import type { ExecutionGroup } from '../execution/grouping.ts';
import type { ExecutionChange, ExecutionPage, GroupQuery, LabelUse, ListQuery, LogEntry } from '../execution/listing.ts';
import type { Execution } from '../execution/record.ts';
import type { StepHistory } from '../execution/stepEntry.ts';

export { LaunchRefused, type InputFile, type StartRequest } from '../execution/launch.ts';
export type { ExecutionChange, ExecutionPage, GroupQuery, LabelUse, ListQuery, LogEntry } from '../execution/listing.ts';

/**
 * Where executions live: the local engine, Google Cloud or Cloudomation. The tree, the commands and the detail page
 * know only this. Methods that reach a service reject with `ServiceError`.
 */
export interface ExecutionService {
  readonly id: string;
  readonly label: string;

  list(query: ListQuery): Promise<ExecutionPage>;
  /** The groups of a list with their sizes, in their order. */
  groups(query: GroupQuery): Promise<readonly ExecutionGroup[]>;
  /** The labels that executions have, those of most executions first. */
  labels(limit: number): Promise<readonly LabelUse[]>;
  get(id: string): Promise<Execution | undefined>;
  /** Starts a run without a debugger; resolves when it has begun. Rejects with `LaunchRefused` before anything started. */
  start(request: StartRequest): Promise<Execution>;
  /** How to start another one like it; undefined where there is none. */
  relaunch(id: string): Promise<Relaunch | undefined>;
  pause(id: string): Promise<void>;
  resume(id: string): Promise<void>;
  cancel(id: string): Promise<void>;
  /** It can be restored for a while. */
  delete(id: string): Promise<void>;
  /** One that was deleted and is not yet removed for good. */
  getDeleted(id: string): Promise<Execution | undefined>;
  /** Takes back a deleted execution, maybe under another name. */
  restore(id: string): Promise<Execution>;
  /** What the execution logged, oldest first. */
  logs(id: string): Promise<LogEntry[]>;
  /** The steps that the execution ran, as far as they are known. */
  history(id: string): Promise<StepHistory>;
  /** Calls back on every change until disposed. */
  watch(listener: (change: ExecutionChange) => void): { dispose(): void };
}

/** A service whose executions can be started under a debugger. */
export interface DebuggableService extends ExecutionService {
  debug(request: StartRequest): Promise<{ readonly execution: Execution; readonly debuggee: Debuggee }>;
}

/** A request the service could not do; the message is shown as it is. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
}
