import type { ExceptionFilterKind } from './exceptionFilters.ts';
import type { Soon } from './soon.ts';

/**
 * What can be debugged. The debug adapter knows this interface and nothing about engines; a workflow machine,
 * a Python flow and a recording of a past execution implement it. Lines and columns are 1-based. All methods may
 * be called only while the listener is attached; ids are unique within the debuggee's life. Where the answer is a
 * promise, events that happened after what it answers are told after it is settled.
 */
export interface Debuggee {
  readonly capabilities: DebuggeeCapabilities;
  /** The executed program's texts; index 0 is the main one. There may be more of them later. */
  readonly sources: readonly DebuggeeSource[];
  /** A file that the program may come to run, such as a module it has not imported yet; undefined where it cannot. */
  possibleSource?(path: string): DebuggeeSource | undefined;

  onEvent(listener: (event: DebuggeeEvent) => void): void;

  /**
   * Replaces all line breakpoints of a source; answers in the same order. Also valid while running. Breakpoints that
   * stay as they were keep their id and their count of hits.
   */
  setBreakpoints(source: DebuggeeSource, breakpoints: readonly BreakpointRequest[]): Soon<BreakpointBinding[]>;
  /** Replaces the breakpoints on functions, where the debuggee has them. */
  setFunctionBreakpoints?(breakpoints: readonly FunctionBreakpointRequest[]): Soon<BreakpointBinding[]>;
  /** Replaces the exception filters. Conditions are expressions over the error as `e`. */
  setExceptionFilters(filters: readonly ExceptionFilter[]): Soon<ExceptionFilterBinding[]>;
  /** Places in a line range where a breakpoint binds as it is. */
  breakpointLocations(source: DebuggeeSource, startLine: number, endLine: number): Soon<SourceLocation[]>;

  /** Begins the execution. One that has begun is taken up where it is: a paused one is told as stopped, another one runs on. */
  start(options: { stopOnEntry: boolean }): void;
  resume(command: ResumeCommand): void;
  /** Stops at the next location; answered by a `stopped` event. */
  pause(): void;
  /** Ends the execution; answered by an `ended` event. */
  terminate(): void;
  /** Lets the execution run on with nobody watching. */
  detach(): void;

  threads(): DebugThread[];
  /** Innermost first. Empty while the thread runs. */
  frames(threadId: number): Soon<DebugFrame[]>;
  scopes(frameId: number): Soon<DebugScope[]>;
  /** All children, or `count` of them from `start`; a filter leaves only the named or the indexed ones. */
  children(reference: number, page?: { readonly start?: number; readonly count?: number; readonly filter?: 'named' | 'indexed' }): Soon<DebugVariable[]>;
  /** Never performs a call that reaches outside. `context` is where the text was typed. Throws `DebugError`. */
  evaluate(expression: string, frameId: number | undefined, context: EvaluationContext): Soon<DebugValue>;
  /** `valueText` is an expression of the debuggee's language. Returns the new value. Throws `DebugError`. */
  setVariable(reference: number, name: string, valueText: string): Soon<DebugValue>;
  /** Assigns to any assignable expression, such as `order.items[2].price`. Throws `DebugError`. */
  setExpression(target: string, valueText: string, frameId: number): Soon<DebugValue>;
  /** The error a thread is stopped at. */
  exceptionInfo(threadId: number): Soon<ExceptionDetails | undefined>;
}

export interface DebuggeeCapabilities {
  /** Step commands and pause work; off with `use_only_explicit_breakpoints`. */
  readonly stepping: boolean;
  readonly setVariable: boolean;
  readonly exceptionFilters: readonly ExceptionFilterKind[];
  /** `setFunctionBreakpoints` is there. */
  readonly functionBreakpoints?: boolean;
  /** `resume` knows `stepToCall`. */
  readonly stepToCall?: boolean;
}

/** A statement can only be typed in the console; `clipboard` wants the whole value. */
export type EvaluationContext = 'console' | 'watch' | 'hover' | 'clipboard';

export interface DebuggeeSource {
  readonly name: string;
  /** Undefined for a text that has no file. */
  readonly path: string | undefined;
  /** The executed text, which may differ from the file's text now. */
  readonly text: string;
}

export interface SourceLocation {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface BreakpointRequest {
  readonly line: number;
  readonly column?: number | undefined;
  readonly condition?: string | undefined;
  readonly hitCondition?: string | undefined;
  /** Text with `{expression}` parts; printed instead of stopping. */
  readonly logMessage?: string | undefined;
}

export interface FunctionBreakpointRequest {
  readonly name: string;
  readonly condition?: string | undefined;
  readonly hitCondition?: string | undefined;
}

export interface BreakpointBinding {
  readonly id: number;
  readonly verified: boolean;
  /** Not decided yet: the program has not begun, and a `breakpoint` event will tell. */
  readonly pending?: boolean;
  /** Where it will stop; may be another line than asked for. */
  readonly location?: SourceLocation;
  /** Why it is not verified, or that it moved. */
  readonly message?: string;
}

export interface ExceptionFilter {
  readonly id: string;
  readonly condition?: string | undefined;
}

export interface ExceptionFilterBinding {
  readonly verified: boolean;
  readonly message?: string;
}

export type ResumeCommand =
  | { readonly kind: 'continue' }
  | { readonly kind: 'next' | 'stepIn' | 'stepOut'; readonly threadId: number; readonly granularity: 'statement' | 'line' }
  /** On to the next call that reaches outside, in any thread. */
  | { readonly kind: 'stepToCall'; readonly threadId: number };

export type StopReason = 'entry' | 'breakpoint' | 'step' | 'pause' | 'exception' | 'function breakpoint';

export type DebuggeeEvent =
  | {
      readonly kind: 'stopped';
      readonly reason: StopReason;
      readonly threadId: number;
      /** The whole reason for people, naming the step: `Paused on breakpoint at step "charge"`. */
      readonly description?: string | undefined;
      /** What to say beside the reason, such as the error's first line or what a thread waits for. */
      readonly text?: string | undefined;
      readonly breakpointIds?: readonly number[] | undefined;
    }
  /** Runs again though this listener did not ask for it, such as after a resume in the list of executions. */
  | { readonly kind: 'resumed' }
  /** A breakpoint is bound to another place than was answered, such as when its file has been loaded. */
  | { readonly kind: 'breakpoint'; readonly binding: BreakpointBinding }
  | { readonly kind: 'thread'; readonly threadId: number; readonly reason: 'started' | 'exited' }
  | {
      readonly kind: 'output';
      /** VS Code shows `console` as it shows warnings, `stdout` as plain text, and `stderr` as errors. */
      readonly category: 'console' | 'stdout' | 'stderr' | 'important';
      readonly text: string;
      readonly source?: DebuggeeSource | undefined;
      readonly line?: number | undefined;
      /** A structured value to show below the text; a reference for `children`. */
      readonly variablesReference?: number | undefined;
    }
  | { readonly kind: 'ended'; readonly exitCode: number };

export interface DebugThread {
  readonly id: number;
  readonly name: string;
}

export interface DebugFrame {
  readonly id: number;
  readonly name: string;
  readonly source: DebuggeeSource;
  readonly location: SourceLocation;
  /** `label` for a block that is shown but not a routine of its own, `subtle` for what users rarely look at. */
  readonly presentation: 'normal' | 'label' | 'subtle';
}

export interface DebugScope {
  readonly name: string;
  readonly hint: 'arguments' | 'locals' | 'returnValue' | undefined;
  readonly reference: number;
  readonly expensive: boolean;
}

export interface DebugValue {
  /** Short text for a tree or hover. */
  readonly display: string;
  /** The whole value as the language writes it, for the clipboard. */
  readonly full: () => Soon<string>;
  readonly type: string;
  /** Reference for `children`; 0 where the value has none. */
  readonly reference: number;
  readonly namedChildren: number;
  readonly indexedChildren: number;
}

export interface DebugVariable extends DebugValue {
  readonly name: string;
  /** An expression that yields this value, for watches and "Copy as Expression". */
  readonly evaluateName: string | undefined;
  readonly readOnly: boolean;
}

export interface ExceptionDetails {
  readonly id: string;
  readonly description: string;
  readonly breakMode: 'always' | 'unhandled';
  /** Every tag and field worth showing, one line each. */
  readonly details: string;
  readonly stackTrace: string;
}

/** A request of the debugger's user that cannot be done; the message is shown as it is. */
export class DebugError extends Error {
  override readonly name = 'DebugError';
}
