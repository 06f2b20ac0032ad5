import type { LaunchPlan } from '../executionHost.ts';
import type { CallAnswer, Fields, FlowCallName, FlowCalls, RecordReference, Saved } from '../../flow/flowCalls.ts';
import type { RecordType } from '../../execution/recordFiles.ts';
import type { StartRequest } from '../../execution/launch.ts';
import type { ExecutionPage, ListQuery } from '../../execution/listing.ts';
import type { Execution, JsonText } from '../../execution/record.ts';
import type { Files } from '../../schema/files.ts';
import type { FoundWorkflow, MissingWorkflow } from '../workflowFinder.ts';

/**
 * Answers one call of the Flow-API. It throws `FlowError` for what the flow shall see; anything else thrown becomes an
 * InternalError. An answer that is there at once is journaled in one entry; where a promise is given, the call is
 * journaled first, and after a crash it is made again with the same `context.id` and `context.began`: what it creates
 * gets that id, and a deadline counts from that time, so making it again is the same as having gone on.
 */
export type CallHandler<Name extends FlowCallName> = (args: FlowCalls[Name]['args'], context: FlowContext) => CallAnswer<Name> | Promise<CallAnswer<Name>>;

/** Handlers by the names of the calls. Those of `record.*` are found by the record's type instead (`RecordHandlers`). */
export type CallHandlers = { readonly [Name in Exclude<FlowCallName, RecordCallName>]?: CallHandler<Name> };

export type RecordCallName = Extract<FlowCallName, `record.${string}`>;

/** The `record.*` calls for one type of record. */
export type RecordHandler = { readonly [Name in RecordCallName]: CallHandler<Name> };

export type RecordHandlers = { readonly [Type in RecordType]?: RecordHandler };

/** What a handler has of the execution that calls, and of the engine. */
export interface FlowContext {
  /** The arguments as they came: parsed, 1.0 and integers beyond 2^53 are no longer what they were (`exactMember`). */
  readonly args: JsonText;
  /** The calling execution's record, as it is now. */
  readonly execution: Execution;
  /** A UUID for what this call creates: the same when the call is made again after a crash, another for every other call. */
  readonly id: string;
  /** When the call was first made, in milliseconds since the epoch. */
  readonly began: number;
  /** Where in the user's code. */
  readonly place: { readonly file: string; readonly line: number; readonly function: string };
  /** Aborted when the execution ends or goes back to a savepoint; then nobody needs the answer. */
  readonly signal: AbortSignal;
  readonly engine: FlowEngine;
  /** Begins the run again from a savepoint of this execution, by its id or name; this call is then never answered. Throws `FlowError`. */
  goBack(select: string, by: 'id' | 'name'): void;
  /** What the caller of the webhook that started the execution gets, as HTML. */
  readonly respond: (html: string) => void;
  /** Changes fields of the calling execution's own record. */
  readonly change: (part: Partial<Execution>) => void;
  /** Writes an entry into the execution's log, with the call's line. */
  log(severity: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR', entry: { readonly text: string } | { readonly json: JsonText }): void;
  /** Shows what the execution waits for as its status line, until `over`. */
  waiting(text: string): { over(): void };
}

/** What of the engine calls can use. */
export interface FlowEngine {
  readonly files: Files;
  /** Folders in which flows and other records of the workspace are looked for. */
  workspace(): readonly string[];
  /** A Google workflow by its id, as workflows find one another. */
  findWorkflow(id: string, asking: Execution): Promise<FoundWorkflow | MissingWorkflow>;
  get(id: string): Execution | undefined;
  /** One that was deleted and is not yet removed for good. */
  getDeleted(id: string): Execution | undefined;
  /** By id or by exact name. */
  find(reference: string): Execution | undefined;
  list(query: ListQuery): ExecutionPage;
  /** Makes a child (or with the option `orphan` a detached execution) that has not begun, by the program of the request. Rejects with `LaunchRefused`. */
  prepareChild(parent: Execution, child: ChildLaunch): Promise<Execution>;
  /** Begins one that has not begun, or resumes a paused one; nothing for one that runs or has ended. Rejects with `EngineError`. */
  run(id: string): Promise<void>;
  pause(id: string): void;
  cancel(id: string, message?: string): void;
  /** Changes an execution that lives in this process. Throws `EngineError` for others. */
  change(id: string, part: Partial<Execution>): void;
  delete(id: string): Promise<void>;
  /** The record at its end; undefined where it does not run in this process. */
  ended(id: string): Promise<Execution> | undefined;
}

export interface ChildLaunch {
  /** The id that the execution gets. Where one of that id is there already, it is given instead. */
  readonly id: string;
  readonly request: StartRequest;
  /** How it runs; undefined: by the request's program. */
  readonly plan: LaunchPlan | undefined;
  /** Nobody has asked for it to begin: it is paused until somebody does, also where this process ends meanwhile. */
  readonly heldBack?: boolean;
}

/**
 * Finds how a child is run: `execution.create` asks the one of the type. What stands in `fields` of the constructor is
 * `StartRequest.options` in so far as it is an option of every execution.
 */
export type ChildMaker = (fields: Fields, context: FlowContext) => Promise<Pick<ChildLaunch, 'request' | 'plan'>>;

/** Everything that answers calls; the parts are put together in `answerer.ts`. */
export interface FlowParts {
  readonly calls: CallHandlers;
  readonly records: RecordHandlers;
  /**
   * What a call that is answered from the journal does nevertheless: after a crash, or when the run goes back, it brings
   * back what the engine keeps only while the execution lives (its own output, its locks). What it throws is ignored.
   */
  readonly again: { readonly [Name in FlowCallName]?: (args: FlowCalls[Name]['args'], context: FlowContext) => void | Promise<void> };
  readonly children: { readonly [Type in FlowCalls['execution.create']['args']['type']]?: ChildMaker };
}

/** What the flow sees raised at the call: a class of `flow_api.exceptions` by its name, with its details. */
export class FlowError extends Error {
  override readonly name = 'FlowError';
  readonly type: string;
  readonly details: unknown;

  constructor(type: FlowErrorType, message: string, details?: unknown) {
    super(message);
    this.type = type;
    this.details = details;
  }
}

/** Ends the calling flow: the lifecycle signal is raised at the call. */
export class FlowSignal extends Error {
  override readonly name = 'FlowSignal';
  readonly signal: 'success' | 'error' | 'cancel';

  constructor(signal: 'success' | 'error' | 'cancel', message: string) {
    super(message);
    this.signal = signal;
  }
}

export type FlowErrorType =
  | 'InternalError'
  | 'PermissionDenied'
  | 'ResourceNotFoundError'
  | 'DependencyFailedError'
  | 'DependencyTimeoutError'
  | 'LockTimeoutError'
  | 'MessageResponseTimeoutError'
  | 'TimeoutExceededError'
  | 'MissingInputError'
  | 'InvalidInputError'
  | 'ExtraInputError'
  | 'SchemaValidationError'
  | 'SchemaError'
  | 'ValueError';

export function notFound(reference: Pick<RecordReference, 'type' | 'select' | 'by'>, hint = ''): FlowError {
  return new FlowError('ResourceNotFoundError', `There is no ${reference.type} with the ${reference.by} ${JSON.stringify(reference.select)}.${hint}`);
}

export function savedOf({ id, name }: Saved): Saved {
  return { id, name };
}
