/**
 * What the engine and a flow's Python process say to each other: frames of 4 bytes (big-endian length) and that many
 * bytes of UTF-8 JSON, on the process's standard input and output. `python/stepthrough_flow/channel.py` is the other end.
 *
 * The process is thin: every Flow-API call is a `call`, answered by the engine, which journals it. So a run can be
 * repeated by answering from the journal, and the process needs to know nothing of that.
 *
 * Values of users travel as JSON texts inside the frames (`JsonText`), so that integers beyond 2^53 and 1.0 survive.
 */

import type { JsonText } from '../execution/record.ts';

/** Bytes of one frame, checked before any of it is read. */
export const frameLimit = 64 * 1024 * 1024;

/** From the engine to the process. */
export type ToFlow =
  | FlowStart
  | { readonly kind: 'answer'; readonly id: number; readonly outcome: CallOutcome }
  /** Raises ExecutionCancel in the flow's main thread; a process that does not end is killed after a grace time. */
  | { readonly kind: 'cancel'; readonly message: string }
  /** Begins to debug a flow that runs; what `FlowStart.debug` is for one that begins. */
  | { readonly kind: 'attach'; readonly debug: unknown }
  /** For the debugger in the process (`python/stepthrough_flow/debugger.py`); `debugProtocol.ts` has their shapes. */
  | { readonly kind: 'debug'; readonly command: unknown };

/** The first frame: what to run. */
export interface FlowStart {
  readonly kind: 'run';
  /** Where the text comes from (a path that need not exist; empty for a SCRIPT), and the text as it was at the start. */
  readonly path: string;
  readonly script: string;
  /** Folders for imports, after those of the process. */
  readonly modules: readonly string[];
  /** The record's fields by their own names; `this.get(…)` is a call nevertheless. */
  readonly execution: { readonly id: string; readonly name: string; readonly type: 'FLOW' | 'SCRIPT' | 'WRAPPER' };
  readonly inputs: JsonText;
  /** Bytes that the process may have, where the system can hold it to that; without it as many as there are. */
  readonly memory?: number;
  /** Present where a debugger watches; see `debugProtocol.ts`. */
  readonly debug?: unknown;
}

export type CallOutcome =
  | { readonly kind: 'value'; readonly value: JsonText }
  /** Raised at the call: a class of `flow_api.exceptions` by its name (another name becomes InternalError). */
  | { readonly kind: 'error'; readonly type: string; readonly message: string; readonly details?: JsonText }
  /** Ends the flow: raises the lifecycle signal. */
  | { readonly kind: 'signal'; readonly signal: 'success' | 'error' | 'cancel'; readonly message: string };

/** From the process to the engine. */
export type FromFlow =
  /** The process is up; then it waits for `run`. */
  | { readonly kind: 'ready'; readonly python: string; readonly implementation: string }
  | FlowCall
  /** What the flow (or a library, or a subprocess) printed; undecodable bytes are replaced. */
  | { readonly kind: 'output'; readonly category: 'stdout' | 'stderr'; readonly text: string }
  | FlowEnd
  | { readonly kind: 'debug'; readonly event: unknown };

/** One Flow-API call. Ids count up from 1 in the order of the calls. */
export interface FlowCall {
  readonly kind: 'call';
  readonly id: number;
  /** A name of `flowCalls.ts`, such as `setting.acquire`. */
  readonly name: string;
  /** The arguments as a JSON object; their shapes are in `flowCalls.ts`. */
  readonly args: JsonText;
  /** The place in user code that called, innermost first: file as Python names it, 1-based line. */
  readonly file: string;
  readonly line: number;
  readonly function: string;
  /** False where the process does not wait for the answer, such as of `log`; then none is sent. */
  readonly wait: boolean;
}

export interface FlowEnd {
  readonly kind: 'end';
  readonly status: 'success' | 'error' | 'cancel';
  readonly message: string;
  /** What the handler returned, where that is a JSON value and not None: it becomes the output value. */
  readonly returned?: JsonText;
  /**
   * Of an uncaught exception: its class, and the traceback as Python prints it and by frames, outermost first. Lines and
   * columns are 1-based, columns in UTF-16 units and only where Python (3.11 and newer) knows them.
   */
  readonly exception?: {
    readonly type: string;
    readonly message: string;
    readonly traceback: string;
    readonly frames: readonly { readonly file: string; readonly line: number; readonly column?: number; readonly endColumn?: number; readonly function: string }[];
  };
}
