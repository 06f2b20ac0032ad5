/**
 * What a debuggee and the debugger in a flow's process (`python/stepthrough_flow/debugging`) say to each other, inside
 * the frames of `protocol.ts`. Lines are 1-based; columns are 1-based UTF-16 units. Values of the flow stay in its
 * process: only texts and references cross.
 */

import type { ExceptionDetails, SourceLocation, StopReason } from '../debuggee/debuggee.ts';
import type { HitCountRule } from '../debuggee/conditions/hitCount.ts';
import type { LogPart } from '../debuggee/conditions/logMessage.ts';

/** `FlowStart.debug`: everything that is there before the flow begins, or before a debugger is attached to it. */
export interface DebugSettings {
  /** The text that runs, which the file need not hold any more. */
  readonly script: string;
  /** Why nothing stops this flow. */
  readonly off: string | null;
  /** The execution's own field `breakpoints`. */
  readonly own: readonly number[];
  readonly sources: readonly FlowBreakpoints[];
  readonly functions: readonly FlowFunctionBreakpoint[];
  readonly filters: readonly FlowFilter[];
  readonly stopOnEntry: boolean;
  /** Calls that are answered from the journal; nothing stops before the last of them. */
  readonly replay: number;
  /** Whether to stop there: the user went back to a savepoint. */
  readonly stopAfterReplay: boolean;
  /** Seconds that an expression, a condition or a part of a log message may take. */
  readonly evaluationTime: number;
}

export interface FlowBreakpoints {
  readonly path: string;
  readonly breakpoints: readonly FlowBreakpoint[];
}

interface FlowBreakpointCondition {
  /** Of the debuggee; it outlives the process. */
  readonly number: number;
  readonly condition?: string;
  readonly hit?: HitCountRule;
}

export interface FlowBreakpoint extends FlowBreakpointCondition {
  readonly line: number;
  readonly message?: readonly LogPart[];
}

export interface FlowFunctionBreakpoint extends FlowBreakpointCondition {
  /** Such as `handler`, `Order.total` or `total`. */
  readonly name: string;
}

export interface FlowFilter {
  readonly id: string;
  readonly condition?: string;
}

/** Commands and the bodies of their replies. */
export interface FlowCommands {
  setBreakpoints: { readonly arguments: FlowBreakpoints; readonly body: readonly FlowBinding[] };
  setFunctionBreakpoints: { readonly arguments: { readonly breakpoints: readonly FlowFunctionBreakpoint[] }; readonly body: readonly FlowBinding[] };
  setExceptionFilters: { readonly arguments: { readonly filters: readonly FlowFilter[] }; readonly body: readonly { readonly verified: boolean; readonly message?: string }[] };
  breakpointLocations: { readonly arguments: { readonly path: string; readonly first: number; readonly last: number }; readonly body: readonly SourceLocation[] };
  resume: { readonly arguments: FlowResume; readonly body: null };
  /** Stops at the next line, or where the flow is blocked. */
  pause: { readonly arguments: object; readonly body: null };
  /** Nothing stops any more, and nothing is watched; a debugger may be attached again. */
  detach: { readonly arguments: object; readonly body: null };

  // Of a stopped flow
  stack: { readonly arguments: { readonly thread: number }; readonly body: readonly FlowFrame[] };
  scopes: { readonly arguments: { readonly frame: number }; readonly body: readonly FlowScope[] };
  children: { readonly arguments: { readonly reference: number; readonly start?: number; readonly count?: number; readonly filter?: 'named' | 'indexed' }; readonly body: readonly FlowValue[] };
  evaluate: { readonly arguments: { readonly expression: string; readonly frame?: number; readonly context: string }; readonly body: FlowValue };
  setVariable: { readonly arguments: { readonly reference: number; readonly name: string; readonly value: string }; readonly body: FlowValue };
  setExpression: { readonly arguments: { readonly target: string; readonly value: string; readonly frame: number }; readonly body: FlowValue };
  exception: { readonly arguments: { readonly thread: number }; readonly body: ExceptionDetails | null };
}

export type FlowResume = { readonly kind: 'continue' } | { readonly kind: 'next' | 'stepIn' | 'stepOut'; readonly thread: number; readonly granularity: 'statement' | 'line' } | { readonly kind: 'stepToCall'; readonly thread: number };

export type FlowCommandName = keyof FlowCommands;

export interface FlowBinding {
  readonly id: number;
  readonly verified: boolean;
  /** Its file has not been imported yet. */
  readonly pending?: boolean;
  readonly location?: SourceLocation;
  readonly message?: string;
}

export interface FlowFrame extends SourceLocation {
  readonly id: number;
  readonly name: string;
  /** As Python names it: a path, or a text in `<>` where there is no file. */
  readonly path: string;
  /** Of a library that calls the flow's own code. */
  readonly subtle: boolean;
}

export interface FlowScope {
  readonly name: string;
  readonly hint: 'locals' | null;
  readonly reference: number;
  readonly expensive: boolean;
}

export interface FlowValue {
  readonly name: string;
  readonly display: string;
  readonly type: string;
  readonly reference: number;
  readonly named: number;
  readonly indexed: number;
  readonly expression: string | null;
  readonly readOnly: boolean;
  /** Where the whole value was asked for. */
  readonly full?: string;
}

/** What the debugger in the process tells. */
export type FlowDebugEvent =
  | { readonly kind: 'reply'; readonly id: number; readonly ok: true; readonly body: unknown }
  | { readonly kind: 'reply'; readonly id: number; readonly ok: false; readonly body: string }
  /** The flow's own code is about to begin, or goes on under the debugger. */
  | { readonly kind: 'begun'; readonly bindings: readonly FlowBinding[] }
  | { readonly kind: 'breakpoint'; readonly binding: FlowBinding }
  /** A file is about to be imported. */
  | { readonly kind: 'source'; readonly path: string }
  | { readonly kind: 'stopped'; readonly thread: number; readonly reason: StopReason; readonly description: string; readonly text: string | null; readonly breakpoints: readonly number[] }
  | { readonly kind: 'thread'; readonly thread: number; readonly reason: 'started' | 'exited'; readonly name: string }
  | { readonly kind: 'output'; readonly category: 'console' | 'stdout' | 'stderr'; readonly text: string; readonly path: string | null; readonly line: number | null };
