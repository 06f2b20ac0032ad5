import type { StartRequest } from '../execution/launch.ts';
import type { LogEntry } from '../execution/listing.ts';
import type { CurrentStep, Execution, ExecutionError, ExecutionOptions, ExecutionType, JsonText } from '../execution/record.ts';
import type { Savepoint } from '../execution/savepoint.ts';
import type { Journal, JournalEntry } from './journal.ts';

/** `ready` before the first `go`; `held` while it is paused. */
export type HostState = 'ready' | 'going' | 'held' | 'ended';

export type HostEnd =
  /** The message is the status line that stays. */
  | { readonly kind: 'returned'; readonly result: JsonText; readonly message?: string }
  /** By an error of the program that nothing caught. */
  | { readonly kind: 'failed'; readonly message: string; readonly error: ExecutionError }
  | { readonly kind: 'cancelled'; readonly message?: string }
  /** A time limit, or a fault of the engine itself. */
  | { readonly kind: 'aborted'; readonly tag: string; readonly message: string };

export interface HostListener {
  /** The state changed, other than to `ended`. */
  changed(state: HostState): void;
  ended(end: HostEnd): void;
}

/** What drives one execution: a workflow's machine, or a flow's process. */
export interface ExecutionHost {
  readonly state: HostState;
  /** Whether a debugger has it. */
  readonly watched?: boolean;
  /** Grows while the execution gets on: a machine tells nothing by itself. */
  readonly progress: number;
  /** True where the program alone writes the status line; else it shows what was logged last. */
  readonly ownMessage?: boolean;
  currentSteps(): CurrentStep[];
  /**
   * Takes an execution that an earlier process began to where its journal ends; resolves when it is there. Called at
   * most once, before anything else; `go`, `hold` and `cancel` may come meanwhile and act when it is there. Nothing is
   * done outside before `go` or `hold`.
   */
  restore?(): Promise<void>;
  /** Begins, or goes on after `hold`. */
  go(): void;
  /** Stops before the next step. What is under way outside goes on; the answers wait. */
  hold(): void;
  /** Pauses or resumes on behalf of somebody who does not watch it; a debugger then decides. */
  askPause(): void;
  askResume(): void;
  cancel(): void;
  /** Stops without an end, so that another process can go on from the journal; nothing is told any more. */
  release?(): Promise<void>;
  /** Ends it with an error that the program cannot catch. */
  abort(tag: string, message: string): void;
  /** The moments that it can go back to, oldest first. Throws `StoreError`. */
  savepoints?(): readonly Savepoint[];
  /** Goes back to one, by its id, and goes on from there; what it did outside stays done. Throws `EngineError`, `StoreError`. */
  goBackTo?(savepoint: string): void;
  /** Something was logged; who watches is told. */
  logged(entry: LogEntry): void;
}

/** What a host has of the execution it drives. */
export interface HostSurroundings {
  readonly execution: Execution;
  readonly listener: HostListener;
  readonly journal: Journal;
  /** The record as it is now. */
  current(): Execution;
  /** Changes the record, as a program may change its own. */
  change(part: Partial<Execution>): void;
  /** Keeps an entry. */
  log(entry: LogEntry): void;
  /** Shows what the execution waits for, until `over`; the entry is not kept. */
  waiting(entry: LogEntry): { over(): void };
}

/** A launch in which everything was found right. */
export interface LaunchPlan {
  readonly type: ExecutionType;
  /** What the program itself gives its executions where their start says nothing. */
  readonly defaults?: ExecutionOptions;
  /** With the schema's defaults. */
  readonly input: JsonText;
  readonly inputSchema: JsonText | undefined;
  readonly outputSchema: JsonText | undefined;
  /** The program's own environment, which with the text makes its revision. */
  readonly environment: ReadonlyMap<string, string>;
  /** What `ProgramKind.revive` needs beside the record. */
  readonly kept: JsonText;
  /** Checks a result; the violation is told in a sentence. */
  checkOutput(result: JsonText): string | undefined;
  host(around: HostSurroundings): ExecutionHost;
}

/** How executions of some types are launched. */
export interface ProgramKind {
  /** Rejects with `LaunchRefused`. */
  plan(request: StartRequest): Promise<LaunchPlan>;
  /** The plan of an execution that an earlier process began, by its record and what `LaunchPlan.kept` said then. Rejects with `EngineError`. */
  revive(execution: Execution, kept: JsonText): Promise<LaunchPlan>;
  /**
   * What an execution that has ended could go back to, oldest first, by its journal. An id is the number of the last
   * entry that is kept then. Absent where that cannot be done.
   */
  savepoints?(execution: Execution, entries: readonly JournalEntry[]): readonly Savepoint[];
}
