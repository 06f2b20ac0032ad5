import type { Relaunch, StartRequest } from '../execution/launch.ts';
import type { ExecutionGroup } from '../execution/grouping.ts';
import type { ExecutionChange, ExecutionPage, GroupQuery, LabelUse, ListQuery, LogEntry } from '../execution/listing.ts';
import type { Execution } from '../execution/record.ts';
import type { Savepoint } from '../execution/savepoint.ts';
import type { StepHistory } from '../execution/stepEntry.ts';
import { Adoption } from './adoption.ts';
import { relaunchOf } from './asked.ts';
import type { CallbackState } from './effects/callbackEffects.ts';
import type { CallbackCall, Refusal } from './effects/callbacks.ts';
import { EngineError } from './engineError.ts';
import type { EngineOptions } from './engineOptions.ts';
import type { LaunchPlan } from './executionHost.ts';
import type { Messages } from './flows/messages/messages.ts';
import type { Records } from './flows/records/records.ts';
import { StepHistories } from './history/histories.ts';
import { Changes } from './lifecycle/changes.ts';
import { Control } from './lifecycle/control.ts';
import { Deletions } from './lifecycle/deletions.ts';
import { GoingBack } from './lifecycle/goingBack.ts';
import { Launches } from './lifecycle/launches.ts';
import { LivingRuns } from './lifecycle/livingRuns.ts';
import { ProgramKinds } from './lifecycle/programKinds.ts';
import { RecordKeeping } from './lifecycle/recordKeeping.ts';
import { Upkeep } from './lifecycle/upkeep.ts';
import type { OperationTable } from './operationTable.ts';
import { ExecutionQueue, ResourceExhausted, usualConcurrency } from './queue.ts';
import type { Run } from './run.ts';
import type { ScanPart, ScanQuery } from './scan.ts';
import type { ExecutionStore, GoBackRequest, Kept, PurgeRule } from './store.ts';

export { EngineError, ResourceExhausted };
export type { EngineOptions };

/**
 * Starts executions, keeps their records and tells what changes. This is the engine's face: what it does is in
 * `lifecycle/`, one part for each reason to change, and is put together here.
 */
export class Engine {
  readonly #store: ExecutionStore;
  readonly #runs = new Map<string, Run>();
  readonly #changes = new Changes();
  readonly #histories: StepHistories;
  readonly #queue: ExecutionQueue;
  readonly #records: RecordKeeping;
  readonly #kinds: ProgramKinds;
  readonly #living: LivingRuns;
  readonly #launches: Launches;
  readonly #control: Control;
  readonly #deletions: Deletions;
  readonly #goingBack: GoingBack;
  readonly #upkeep: Upkeep;
  #closed = false;

  constructor(options: EngineOptions) {
    const { store } = options;
    const runs = this.#runs;
    const changes = this.#changes;
    const histories = new StepHistories(store);
    const queue = new ExecutionQueue({ limit: () => options.concurrency?.() ?? usualConcurrency, places: store.places });
    const records = new RecordKeeping(store, runs, (message) => options.notice?.(message));
    const launcher = {
      prepare: (request: StartRequest, parent: Execution, id: string, plan?: LaunchPlan) => this.#launches.prepare(request, parent, id, plan),
      letGo: (run: Run) => this.#launches.letGo(run),
    };
    const kinds = new ProgramKinds(options, { engine: this, launcher, runs, histories });
    const living = new LivingRuns(runs, { store, records, histories, queue, changes, appeared: () => this.#upkeep.start(), ended: (run) => this.#ended(run) });
    const adoption = new Adoption(store, {
      kindOf: (execution) => kinds.kindOf(execution),
      admit: (execution, plan, kept) => this.#admit(execution, plan, kept),
      ended: (execution) => living.changed(execution),
    });
    this.#store = store;
    this.#histories = histories;
    this.#queue = queue;
    this.#records = records;
    this.#kinds = kinds;
    this.#living = living;
    this.#launches = new Launches({ kinds, records, living, queue, workspace: options.workspace ?? (() => []), attend: (execution) => options.attend?.(execution) });
    this.#control = new Control({ store, runs, living, records, queue });
    this.#deletions = new Deletions({ store, runs, records, control: this.#control, changes });
    this.#goingBack = new GoingBack({ store, runs, living, records, kinds });
    this.#upkeep = new Upkeep({ store, runs, living, records, histories, control: this.#control, goingBack: this.#goingBack, changes, adoption });
  }

  // Beginning

  /** Makes an execution that waits to begin: with `run.host.go()`, or under a debugger. Rejects with `LaunchRefused`. */
  prepare(request: StartRequest, id?: string): Promise<Run> {
    return this.#launches.prepare(request, undefined, id);
  }

  /** Makes an execution, of an id of its own where one is given, and lets it go. Rejects with `LaunchRefused`. */
  async start(request: StartRequest, id?: string): Promise<Run> {
    const run = await this.prepare(request, id);
    await this.#launches.letGo(run);
    return run;
  }

  /**
   * Goes on with executions that other processes began and did not end: now, and from now on whenever a process is
   * gone. Resolves with how many go on, when they are where they were. Rejects with `StoreError`.
   */
  async resumeAbandoned(): Promise<number> {
    return this.#closed || !this.#store.durable ? 0 : this.#upkeep.adopt();
  }

  /** To be called when the limit of `concurrency` may have grown. */
  letIn(): void {
    this.#queue.letIn();
  }

  // Looking

  /** False where executions end with this process. */
  get durable(): boolean {
    return this.#store.durable;
  }

  /** Throws `StoreError` where nothing can be kept now. */
  checkWritable(): void {
    this.#store.checkWritable();
  }

  /** How many executions live here. */
  get living(): number {
    return this.#runs.size;
  }

  /** The run of an execution that lives here; undefined where none does. */
  running(id: string): Run | undefined {
    return this.#runs.get(id);
  }

  /** The record of an execution that runs here, when it ends; undefined where none does. */
  ended(id: string): Promise<Execution> | undefined {
    return this.#runs.get(id)?.ended;
  }

  /** Those of them that somebody wants to come to an end: what is held back stays until somebody begins it. */
  get unfinished(): readonly Run[] {
    return [...this.#runs.values()].filter((run) => !run.isHeldBack);
  }

  /** Resolves when nothing is unfinished here. */
  async idle(): Promise<void> {
    for (let runs = this.unfinished; runs.length > 0; runs = this.unfinished) await Promise.all(runs.map((run) => run.ended));
  }

  get(id: string): Execution | undefined {
    return this.#records.get(id);
  }

  /** By id, name or a unique beginning of an id. */
  find(reference: string): Execution | undefined {
    return this.#records.find(reference);
  }

  /** Another start like that of an execution; undefined where there is none. */
  relaunch(id: string): Relaunch | undefined {
    const execution = this.get(id);
    return execution && relaunchOf(execution, this.#store.kept(id)?.data ?? 'null');
  }

  list(query: ListQuery): ExecutionPage {
    if (query.criterion ?? query.group) this.keepGathered();
    return this.#records.list(query);
  }

  /** The groups of a list with their sizes, in their order. */
  groups(query: GroupQuery): readonly ExecutionGroup[] {
    this.keepGathered();
    return this.#store.groups(query);
  }

  /** The labels that executions at the root have, those of most executions first. */
  labels(limit: number): readonly LabelUse[] {
    return this.#store.labels(limit);
  }

  /** Looks for executions of one program: see `scan.ts`. Throws `StoreError`. */
  scan(query: ScanQuery, from: number | undefined, size: number): ScanPart {
    return this.#store.scan(query, from, size);
  }

  /** The execution that a scan found. */
  at(row: number): Execution | undefined {
    return this.#records.at(row);
  }

  /** Keeps at once what is being gathered about executions that live here, so that the store finds them as they are. */
  keepGathered(): void {
    this.#living.keepGathered();
  }

  logs(id: string): LogEntry[] {
    return this.#store.logs(id);
  }

  /** The steps that an execution ran, as far as they were kept. */
  history(id: string): StepHistory {
    return this.#histories.of(id);
  }

  /** Forgets the steps of an execution that has ended. */
  deleteHistory(id: string): void {
    this.#histories.delete(id);
  }

  watch(listener: (change: ExecutionChange) => void): { dispose(): void } {
    const watch = this.#changes.watch(listener);
    this.#upkeep.start();
    return watch;
  }

  // What comes from outside

  /** The callback addresses of an execution that runs here, oldest first. */
  callbacks(id: string): readonly CallbackState[] {
    return this.#kinds.callbacks.of(id);
  }

  /** What speaks against a call of a callback; undefined where it may come. */
  checkCallback(method: string, path: string): Refusal | undefined {
    return this.#kinds.callbacks.check(method, path);
  }

  /** Hands in a call of a callback; undefined where it was taken. */
  receiveCallback(call: CallbackCall): Refusal | undefined {
    return this.#kinds.callbacks.receive(call);
  }

  /** Messages of flows to people. */
  get messages(): Messages {
    return this.#kinds.messages;
  }

  /** Records of flows: of the workspace's files, and what flows saved. */
  get records(): Records {
    return this.#kinds.records;
  }

  /** Operations of the API, which outlive a server. */
  get operations(): OperationTable {
    return this.#store.operations;
  }

  /** The store's own word on who runs a schedule at which moment. */
  get schedules(): Pick<ExecutionStore, 'claimSchedule' | 'scheduleTime'> {
    return this.#store;
  }

  // Control

  /** Pauses here at once; an execution of another process is asked to, which its process does within a moment. */
  pause(id: string): void {
    this.#control.pause(id);
  }

  resume(id: string): void {
    this.#control.resume(id);
  }

  /** Cancels here at once; an execution of another process is asked to end, which its process does within a moment. */
  cancel(id: string): void {
    this.#control.cancel(id);
  }

  /** Cancels all that lives here. */
  cancelAll(): void {
    this.#control.cancelAll();
  }

  /** The moments that an execution can go back to, oldest first. Throws `EngineError`. */
  savepoints(id: string): readonly Savepoint[] {
    return this.#goingBack.savepoints(id);
  }

  /**
   * Takes an execution back to a savepoint; what it did outside stays done. One that has ended stays as it is: a new
   * execution goes on from there. One of another process is asked to. Gives the execution that goes on. Rejects with
   * `EngineError`.
   */
  goBackTo(id: string, savepoint: string): Promise<Execution> {
    return this.#goingBack.to(id, savepoint);
  }

  /** What has become of asking another process to take its execution back. */
  goBackRequest(id: string): GoBackRequest {
    return this.#goingBack.request(id);
  }

  /** Makes an execution that goes on from a savepoint of one that has ended, and waits to begin. Rejects with `EngineError`. */
  prepareFrom(id: string, savepoint: string): Promise<Run> {
    return this.#goingBack.from(id, savepoint);
  }

  // Going

  /**
   * Deletes an execution and its children, which nobody could find without it; what runs here is cancelled first. Until
   * it is removed for good it can be restored.
   */
  delete(id: string, time = new Date().toISOString()): Promise<void> {
    return this.#deletions.delete(id, time);
  }

  /** One that was deleted and is not yet removed for good. */
  getDeleted(id: string): Execution | undefined {
    return this.#store.getDeleted(id);
  }

  /** Takes back a deleted execution, with what was deleted with it. One whose name is taken gets another. */
  restore(id: string): Execution {
    return this.#deletions.restore(id);
  }

  /** Removes ended executions for good; gives how many went, at most `limit`. */
  purge(rule: PurgeRule, limit: number): number {
    return this.#store.purge(rule, limit);
  }

  /**
   * Lets go of what runs here, so that another process goes on with it; what is not kept anywhere is cancelled. Keeps
   * the last records and closes the store.
   */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#launches.close();
    const runs = [...this.#runs.values()];
    this.#queue.close();
    if (!this.#store.durable) this.cancelAll();
    await Promise.all(runs.map((run) => (this.#store.durable ? run.release() : run.ended)));
    await this.#upkeep.stop();
    this.#kinds.close([...this.#runs.keys()]);
    // A history that cannot be written is lost; the execution is not.
    this.#records.attempt(() => this.#histories.close());
    this.#records.saveAgain();
    this.#living.abandon();
    this.#store.close();
  }

  /** An execution that an earlier process began, unless this one is about to go as well. */
  #admit(execution: Execution, plan: LaunchPlan, kept: Kept): Run | undefined {
    if (!this.#closed) return this.#living.admit(execution, plan, kept);
    this.#store.release([execution.id]);
    return undefined;
  }

  #ended(run: Run): void {
    this.#launches.ended(run.execution.id);
    this.#kinds.ended(run);
  }
}
