import type { LogEntry } from '../execution/listing.ts';
import type { CurrentStep, Execution, ExecutionError, ExecutionType, JsonText } from '../execution/record.ts';

/** `ready` before the first `go`; `held` while it is paused. */
export type HostState = 'ready' | 'going' | 'held' | 'ended';

export type HostEnd =
  | { readonly kind: 'returned'; readonly result: JsonText }
  /** By an error of the program that nothing caught. */
  | { readonly kind: 'failed'; readonly message: string; readonly error: ExecutionError }
  | { readonly kind: 'cancelled' }
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
  /** Grows while the execution gets on: a machine tells nothing by itself. */
  readonly progress: number;
  currentSteps(): CurrentStep[];
  /** Begins, or goes on after `hold`. */
  go(): void;
  /** Stops before the next step. What is under way outside goes on; the answers wait. */
  hold(): void;
  /** Pauses or resumes on behalf of somebody who does not watch it; a debugger then decides. */
  askPause(): void;
  askResume(): void;
  cancel(): void;
  /** Ends it with an error that the program cannot catch. */
  abort(tag: string, message: string): void;
  /** Something was logged; who watches is told. */
  logged(entry: LogEntry): void;
}

/** What a host has of the execution it drives. */
export interface HostSurroundings {
  readonly execution: Execution;
  readonly listener: HostListener;
  /** Keeps an entry. */
  log(entry: LogEntry): void;
  /** Shows what the execution waits for, until `over`; the entry is not kept. */
  waiting(entry: LogEntry): { over(): void };
}

/** A launch in which everything was found right. */
export interface LaunchPlan {
  readonly type: ExecutionType;
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
