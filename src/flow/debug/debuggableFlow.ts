import type { LogEntry } from '../../execution/listing.ts';
import type { Execution } from '../../execution/record.ts';

/** A run of a flow that can be debugged. */
export interface DebuggableFlow {
  readonly execution: Execution;
  /** The record at the end. */
  readonly ended: Promise<Execution>;
  /** Begins it when its turn comes. */
  begin(): void;
}

/** What a debugger hears of a flow's host. */
export interface FlowListener {
  /** `FlowStart.debug` for a process that begins, or that runs, of which `recorded` calls are answered from the journal. */
  start(recorded: number): unknown;
  /** The run has gone back to a savepoint while it was held; `go` goes on from there. */
  wentBack(): void;
  debug(event: unknown): void;
  output(category: 'stdout' | 'stderr', text: string): void;
  logged(entry: LogEntry): void;
  calling(call: { readonly file: string; readonly line: number }): void;
  pauseAsked(): void;
  resumeAsked(): void;
  ended(): void;
}

/** What drives a flow. */
export interface DebuggableHost {
  readonly state: 'ready' | 'going' | 'held' | 'ended';
  /** With a process that runs `listener.start` is asked at once. */
  watch(listener: FlowListener | undefined): void;
  debug(command: unknown): void;
  go(): void;
  /** Keeps the answers to calls back until `go`. */
  hold(): void;
  cancel(): void;
}

/** Why no breakpoint stops an execution; undefined where they do. */
export function whyNoBreakpoints(execution: Execution): string | undefined {
  if (isStandardWrapper(execution)) return 'A standard wrapper has no lines to stop at: the flow that it starts has.';
  if (!execution.use_breakpoints) return 'Breakpoints are off for this execution: use_breakpoints is false.';
  return execution.is_productive ? 'Breakpoints are off for this execution: is_productive is true.' : undefined;
}

/** Whether what runs is a wrapper that comes with Stepthrough: only those of the workspace have an id. */
export function isStandardWrapper({ type, wrapper_id }: Execution): boolean {
  return type === 'WRAPPER' && wrapper_id === undefined;
}
