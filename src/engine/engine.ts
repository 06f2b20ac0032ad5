import { LaunchRefused, type StartRequest } from '../execution/launch.ts';
import type { ExecutionChange, ExecutionPage, ListQuery, LogEntry } from '../execution/listing.ts';
import type { Execution } from '../execution/record.ts';
import type { Savepoint } from '../execution/savepoint.ts';
import type { StepHistory } from '../execution/stepEntry.ts';
import { isTerminal } from '../execution/state.ts';
import { Interpreters, type InterpreterChoice } from '../flow/host/interpreter.ts';
import type { Files } from '../schema/files.ts';
import { LineMap } from '../source/text.ts';
import { Adoption } from './adoption.ts';
import { CallbackEffects, type CallbackState } from './effects/callbackEffects.ts';
import type { CallbackCall, Refusal } from './effects/callbacks.ts';
import type { ConnectorTransport } from './effects/connectors.ts';
import { HttpClient } from './effects/http.ts';
import type { InFlightRule } from './effects/inFlight.ts';
import { cancelledEnd, endedNow } from './endings.ts';
import { EngineError } from './engineError.ts';
import { environmentSecrets, type Secrets } from './flows/connections/secrets.ts';
import { flowEngine } from './flows/flowEngine.ts';
import { isFlow } from './flows/flowKind.ts';
import { Flows } from './flows/flows.ts';
import type { Messages } from './flows/messages/messages.ts';
import { ExecutionLog } from './executionLog.ts';
import { Families } from './families.ts';
import { StepHistories } from './history/histories.ts';
import type { HistoryPart } from './history/parts.ts';
import { StoreJournal } from './journal.ts';
import { fromSavepoint, newExecution } from './newExecution.ts';
import { defaultPlace, type LocalPlace } from './environment.ts';
import type { LaunchPlan, ProgramKind } from './executionHost.ts';
import { Run } from './run.ts';
import { ExecutionQueue, ResourceExhausted, usualConcurrency } from './queue.ts';
import { restoredName } from './sqliteDeletions.ts';
import { NameTaken, pageSizeLimit, StoreError, type ExecutionStore, type Kept, type NewExecution, type PurgeRule } from './store.ts';
import { nodeFiles } from './textFile.ts';
import type { FoundWorkflow } from './workflowFinder.ts';
import { WorkflowKind } from './workflowKind.ts';

export { EngineError, ResourceExhausted };

export interface EngineOptions {
  readonly store: ExecutionStore;
  /** The revision's own environment variables, for `sys.get_env`. */
  readonly environment?: ReadonlyMap<string, string>;
  readonly place?: LocalPlace;
  /** Where schemas and mock files are looked for. */
  readonly files?: Files;
  /** Folders in which workflows are looked for that other ones start by their ids, beside those of the program's own folder. */
  readonly workspace?: () => readonly string[];
  /** The deployed workflow of an id, which goes before files. */
  readonly deployed?: (id: string) => FoundWorkflow | undefined;
  /** Such as `http://127.0.0.1:4711`, of a server that hands in calls of callbacks; without it the engine has a server of its own. */
  readonly callbackOrigin?: () => string | undefined;
  /** For executions that begin from now on: see `MachineOptions.seed`. */
  readonly seed?: () => number | undefined;
  /**
   * Asked before an execution begins that was not launched by a debugger: by the API, by another execution and the
   * like. Resolves with true where a debugger has taken it, which then begins it itself.
   */
  readonly attend?: (execution: Execution) => Promise<boolean> | undefined;
  /** Executions that may run at once; the others wait. */
  readonly concurrency?: () => number | undefined;
  /** What becomes of calls that may have effects outside and were under way when their process ended; `error` where it is not given. */
  readonly inFlight?: () => InFlightRule;
  /** The Python that flows run with, where somebody chose one. */
  readonly python?: () => InterpreterChoice | undefined;
  /** Folder for compiled Python modules, which nobody else may write to; without one flows begin slower. */
  readonly pythonCache?: string;
  /** Bytes of memory that a flow's process may have. */
  readonly flowMemory?: () => number | undefined;
  /** What `vault.secret(…)` in connectors stands for. */
  readonly secrets?: Secrets;
  /** Makes connector calls of real services. */
  readonly connectors?: ConnectorTransport;
  /** Told what went wrong with keeping records; the executions themselves go on. */
  readonly notice?: (message: string) => void;
}

/** Milliseconds between two looks at what runs here and what other processes changed. */
const tickTime = 250;

/** Milliseconds between two looks for executions whose process is gone. */
const adoptTime = 5000;

/** Starts executions, keeps their records and tells what changes. */
export class Engine {
  readonly #store: ExecutionStore;
  readonly #options: EngineOptions;
  readonly #runs = new Map<string, Run>();
  readonly #families: Families;
  readonly #histories: StepHistories;
  readonly #queue: ExecutionQueue;
  readonly #callbacks: CallbackEffects;
  readonly #workflows: WorkflowKind;
  readonly #flows: Flows;
  readonly #adoption: Adoption;
  readonly #http = new HttpClient(process.env);
  /** Those that no debugger takes. */
  readonly #undebugged = new Set<string>();
  readonly #listeners = new Set<(change: ExecutionChange) => void>();
  /** Records that the store could not take; tried again at every tick. */
  readonly #unsaved = new Map<string, Execution>();
  #ticker: NodeJS.Timeout | undefined;
  #complained = false;
  #closed = false;
  /** Whether this engine goes on with executions of other processes, and when it looked for them last. */
  #adopts = false;
  #adopted = 0;
  readonly #adopting = new Set<Promise<number>>();

  constructor(options: EngineOptions) {
    this.#store = options.store;
    this.#options = options;
    this.#histories = new StepHistories(options.store);
    this.#queue = new ExecutionQueue({ limit: () => options.concurrency?.() ?? usualConcurrency });
    this.#callbacks = new CallbackEffects(options.callbackOrigin);
    this.#families = new Families(this, this.#runs, {
      place: options.place ?? defaultPlace,
      files: options.files ?? nodeFiles,
      workspace: options.workspace ?? (() => []),
      deployed: options.deployed ?? (() => undefined),
      prepare: (request, parent, id) => this.#prepare(request, parent, id),
      letGo: (run) => this.#letGo(run),
    });
    this.#workflows = new WorkflowKind({
      files: options.files ?? nodeFiles,
      environment: options.environment ?? new Map(),
      http: this.#http,
      callbacks: this.#callbacks,
      executions: this.#families,
      transport: options.connectors,
      seed: options.seed ?? (() => undefined),
      inFlight: options.inFlight ?? (() => 'error'),
      notice: (message) => options.notice?.(message),
      recorder: (execution, program, isRepeated) => this.#histories.recorder(execution, program, isRepeated),
    });
    this.#flows = new Flows({
      tables: options.store.flows,
      files: options.files ?? nodeFiles,
      http: this.#http,
      secrets: options.secrets ?? environmentSecrets(process.env),
      interpreters: new Interpreters(options.python),
      cache: options.pythonCache,
      memory: options.flowMemory ?? (() => undefined),
      engine: flowEngine({
        files: options.files ?? nodeFiles,
        workspace: options.workspace ?? (() => []),
        findWorkflow: (id, asking) => this.#families.findWorkflow(id, asking),
        get: (id) => this.get(id),
        getDeleted: (id) => this.getDeleted(id),
        find: (reference) => this.find(reference),
        list: (query) => this.list(query),
        running: (id) => this.running(id),
        prepareChild: (request, parent, id, plan) => this.#families.prepareChild(parent, () => this.#prepare(request, parent, id, plan)),
        letGo: (run) => this.#letGo(run),
        pause: (id) => this.pause(id),
        resume: (id) => this.resume(id),
        cancel: (id) => this.cancel(id),
        delete: (id) => this.delete(id),
      }),
    });
    this.#adoption = new Adoption(options.store, {
      kindOf: (execution) => this.#kindOf(execution),
      admit: (execution, plan, kept) => this.#admit(execution, plan, kept),
      ended: (execution) => this.#changed(execution),
    });
  }

  /**
   * Goes on with executions that other processes began and did not end: now, and from now on whenever a process is
   * gone. Resolves with how many go on, when they are where they were. Rejects with `StoreError`.
   */
  async resumeAbandoned(): Promise<number> {
    if (this.#closed || !this.#store.durable) return 0;
    this.#adopts = true;
    this.#schedule();
    return this.#adopt();
  }

  async #adopt(): Promise<number> {
    this.#adopted = performance.now();
    const adopting = this.#adoption.adopt();
    this.#adopting.add(adopting);
    try {
      return await adopting;
    } finally {
      this.#adopting.delete(adopting);
    }
  }

  /** False where executions end with this process. */
  get durable(): boolean {
    return this.#store.durable;
  }

  /** Makes an execution that waits to begin: with `run.host.go()`, or under a debugger. Rejects with `LaunchRefused`. */
  prepare(request: StartRequest): Promise<Run> {
    return this.#prepare(request, undefined);
  }

  async #prepare(asked: StartRequest, parent: Execution | undefined, id?: string, given?: LaunchPlan): Promise<Run> {
    // Children come with their wrappers around them.
    const request = !parent && isFlow(asked) ? await this.#flows.wrapped(asked) : asked;
    const plan = given ?? (await (isFlow(request) ? this.#flows.kind : this.#workflows).plan(request));
    if (this.#closed) throw new EngineError('The engine has been closed.');
    const mayWait = request.options.disable_concurrency_quota_overflow_buffering !== true;
    this.#queue.checkRoom(mayWait);
    const execution = this.#insert(newExecution(request, plan, parent, this.#options.workspace?.() ?? [], id), plan, request.revision, id !== undefined);
    if (request.withoutDebugging === true || (parent && this.#undebugged.has(parent.id))) this.#undebugged.add(execution.id);
    if (!mayWait) this.#queue.reserve(execution.id);
    if (request.mocks !== undefined) this.#flows.mocked(execution.id, request.mocks);
    return this.#begin(execution, plan);
  }

  /** Makes the run of a record. */
  #begin(execution: Execution, plan: LaunchPlan): Run {
    const run = this.#runOf(execution, plan, { ran: 0, logged: 0 });
    this.#runs.set(execution.id, run);
    this.#tell({ kind: 'created', execution });
    this.#schedule();
    return run;
  }

  #runOf(execution: Execution, plan: LaunchPlan, { ran, logged }: Pick<Kept, 'ran' | 'logged'>): Run {
    const { id } = execution;
    const log = new ExecutionLog((entry) => {
      run.logged(entry);
      this.#tell({ kind: 'logged', id, entry });
    }, logged);
    const run = new Run(execution, plan, {
      journal: new StoreJournal(this.#store, id, log),
      log: (entry) => log.write([entry], (kept) => this.#keepLog(id, kept)),
      listener: { changed: (changed) => this.#changed(changed), revised: (revised) => this.#store.revise(revised), begin: (beginning) => this.#enter(beginning) },
      ran,
    });
    return run;
  }

  /** An execution of an earlier process lives here from now on. */
  #admit(execution: Execution, plan: LaunchPlan, kept: Kept): Run | undefined {
    if (this.#closed) {
      this.#store.release([execution.id]);
      return undefined;
    }
    const run = this.#runOf(execution, plan, kept);
    this.#runs.set(execution.id, run);
    this.#schedule();
    return run;
  }

  /** Makes an execution and lets it go. Rejects with `LaunchRefused`. */
  async start(request: StartRequest): Promise<Run> {
    const run = await this.prepare(request);
    await this.#letGo(run);
    return run;
  }

  /** Begins an execution; a debugger that takes it decides itself when. */
  async #letGo(run: Run): Promise<void> {
    const { execution, host } = run;
    const taken = this.#undebugged.has(execution.id) || execution.is_productive || !execution.use_breakpoints ? undefined : this.#options.attend?.(execution);
    if (taken && (await taken)) return;
    if (host.state === 'ready') run.begin();
  }

  /** Begins an execution when its turn comes. One that has begun before, in an earlier process, goes on whatever the limit. */
  #enter(run: Run): void {
    const { id, name, priority, create_time, start_time, scheduled_for } = run.execution;
    if (start_time !== undefined) {
      this.#queue.reserve(id);
      return run.host.go();
    }
    const notBefore = scheduled_for === undefined ? undefined : Date.parse(scheduled_for);
    this.#queue.enter({ id, name, priority, created: Date.parse(create_time), notBefore, begin: () => run.host.go() });
    if (this.#queue.isWaiting(id)) run.waits();
  }

  /** To be called when the limit of `concurrency` may have grown. */
  letIn(): void {
    this.#queue.letIn();
  }

  /** The run of an execution that lives here; undefined where none does. */
  running(id: string): Run | undefined {
    return this.#runs.get(id);
  }

  /** The record of an execution that runs here, when it ends; undefined where none does. */
  ended(id: string): Promise<Execution> | undefined {
    return this.#runs.get(id)?.ended;
  }

  get(id: string): Execution | undefined {
    return this.#runs.get(id)?.execution ?? this.#store.get(id);
  }

  /** By id, name or a unique beginning of an id. */
  find(reference: string): Execution | undefined {
    const found = this.#store.find(reference);
    return found && (this.#runs.get(found.id)?.execution ?? found);
  }

  list(query: ListQuery): ExecutionPage {
    const page = this.#store.list(query);
    return { ...page, executions: page.executions.map((execution) => this.#runs.get(execution.id)?.execution ?? execution) };
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

  /** The callback addresses of an execution that runs here, oldest first. */
  callbacks(id: string): readonly CallbackState[] {
    return this.#callbacks.of(id);
  }

  /** What speaks against a call of a callback; undefined where it may come. */
  checkCallback(method: string, path: string): Refusal | undefined {
    return this.#callbacks.check(method, path);
  }

  /** Hands in a call of a callback; undefined where it was taken. */
  receiveCallback(call: CallbackCall): Refusal | undefined {
    return this.#callbacks.receive(call);
  }

  /** Messages of flows to people. */
  get messages(): Messages {
    return this.#flows.messages;
  }

  /** How many executions live here. */
  get living(): number {
    return this.#runs.size;
  }

  /** Resolves when nothing runs here. */
  async idle(): Promise<void> {
    while (this.#runs.size > 0) await Promise.all([...this.#runs.values()].map((run) => run.ended));
  }

  /** Pauses here at once; an execution of another process is asked to, which its process does within a moment. */
  pause(id: string): void {
    const run = this.#ownOrAsk(id, true);
    if (!run) return;
    // What waits for its turn gives it up; resumed, it waits again.
    if (this.#queue.isWaiting(id)) this.#queue.leave(id);
    run.host.askPause();
  }

  resume(id: string): void {
    const run = this.#ownOrAsk(id, false);
    if (!run) return;
    if (run.hasBegun || run.isWatched) return run.host.askResume();
    run.requeued();
    run.begin();
  }

  /** The moments that an execution of this process, or one that has ended, can go back to, oldest first. Throws `EngineError` where it lives elsewhere. */
  savepoints(id: string): readonly Savepoint[] {
    const run = this.#here(id);
    if (run) return run.host.savepoints?.() ?? [];
    const ended = this.#present(id);
    return this.#kindOf(ended).savepoints?.(ended, this.#store.journal(id)) ?? [];
  }

  /**
   * Takes an execution back to a savepoint; what it did outside stays done. One that has ended stays as it is: a new
   * execution goes on from there. Gives the execution that goes on. Rejects with `EngineError`.
   */
  async goBackTo(id: string, savepoint: string): Promise<Execution> {
    const run = this.#here(id);
    if (!run) return this.#goOnFrom(this.#present(id), savepoint);
    if (!run.host.goBackTo) throw new EngineError(`${run.execution.name} has no savepoints.`);
    run.host.goBackTo(savepoint);
    return run.execution;
  }

  async #goOnFrom(ended: Execution, savepoint: string): Promise<Execution> {
    if (!this.savepoints(ended.id).some((candidate) => candidate.id === savepoint)) throw new EngineError(`${ended.name} has no savepoint ${savepoint}.`);
    const kept = this.#store.kept(ended.id);
    if (!kept) throw new EngineError(`There is no execution ${ended.id}.`);
    const plan = await this.#kindOf(ended).revive(ended, kept.data);
    const execution = this.#insert(fromSavepoint(ended, savepoint), plan, ended.workflow_revision_id);
    this.#store.appendJournal(execution.id, this.#store.journal(ended.id).filter((entry) => entry.number <= Number(savepoint)), []);
    const run = this.#begin(execution, plan);
    const restored = run.host.restore?.();
    run.begin();
    await restored;
    return run.execution;
  }

  #kindOf(execution: Execution): Pick<ProgramKind, 'revive' | 'savepoints'> {
    return this.#flows.kindOf(execution) ?? this.#workflows;
  }

  #here(id: string): Run | undefined {
    const run = this.#runs.get(id);
    const execution = run?.execution ?? this.#present(id);
    if (run || isTerminal(execution.state) || execution.state === 'UNAVAILABLE') return run;
    throw new EngineError(`${execution.name} runs in another window or process; its savepoints are there.`);
  }

  /** Cancels here at once; an execution of another process is asked to end, which its process does within a moment. */
  cancel(id: string): void {
    const run = this.#runs.get(id);
    if (run) {
      run.host.cancel();
      return;
    }
    const execution = this.#present(id);
    if (isTerminal(execution.state)) throw new EngineError(`${execution.name} has already ended (${execution.state}).`);
    if (execution.state === 'UNAVAILABLE') throw new EngineError(`${execution.name} cannot be read, so it cannot be cancelled.`);
    if (!this.#endAbandoned(execution)) this.#store.requestCancel(id);
  }

  /** Cancels what no process runs, since none would hear of it; false where one does. */
  #endAbandoned(execution: Execution): boolean {
    if (!this.#store.claim(execution.id)) return false;
    this.#changed(endedNow(execution, cancelledEnd(undefined, execution.current_steps)));
    return true;
  }

  /**
   * Deletes an execution and its children, which nobody could find without it; what runs here is cancelled first. Until
   * it is removed for good it can be restored.
   */
  async delete(id: string, time = new Date().toISOString()): Promise<void> {
    const run = this.#runs.get(id);
    if (run) {
      run.host.cancel();
      await run.ended;
    }
    const execution = this.#present(id);
    if (!run && !isTerminal(execution.state) && execution.state !== 'UNAVAILABLE' && !this.#endAbandoned(execution)) {
      throw new EngineError(`${execution.name} still runs in another window or process: cancel it before deleting it.`);
    }
    for (const child of this.#childrenOf(id)) await this.delete(child.id, time);
    this.#unsaved.delete(id);
    if (this.#store.delete(id, time)) this.#tell({ kind: 'deleted', id });
  }

  /** One that was deleted and is not yet removed for good. */
  getDeleted(id: string): Execution | undefined {
    return this.#store.getDeleted(id);
  }

  /** Takes back a deleted execution, with what was deleted with it. One whose name is taken gets another. */
  restore(id: string): Execution {
    const deleted = this.#store.getDeleted(id);
    if (!deleted) throw new EngineError(this.#store.get(id) ? `${this.#store.get(id)!.name} is not deleted.` : `There is no deleted execution ${id}.`);
    const parent = deleted.parent_execution_id === undefined || deleted.orphan ? undefined : this.#store.getDeleted(deleted.parent_execution_id);
    if (parent) throw new EngineError(`${deleted.name} was deleted with ${parent.name}, which started it: restore that.`);
    for (const one of this.#store.deletedWith(id)) {
      const execution = this.#store.restore(one);
      if (execution) this.#tell({ kind: 'created', execution });
    }
    return this.#present(id);
  }

  /** Removes ended executions for good; gives how many went, at most `limit`. */
  purge(rule: PurgeRule, limit: number): number {
    return this.#store.purge(rule, limit);
  }

  /** The store's own word on who runs a schedule at which moment. */
  get schedules(): Pick<ExecutionStore, 'claimSchedule' | 'scheduleTime'> {
    return this.#store;
  }

  watch(listener: (change: ExecutionChange) => void): { dispose(): void } {
    this.#listeners.add(listener);
    this.#schedule();
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  /** Cancels all that lives here. */
  cancelAll(): void {
    for (const run of [...this.#runs.values()]) run.host.cancel();
  }

  /**
   * Lets go of what runs here, so that another process goes on with it; what is not kept anywhere is cancelled. Keeps
   * the last records and closes the store.
   */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const runs = [...this.#runs.values()];
    this.#queue.close();
    if (!this.#store.durable) this.cancelAll();
    await Promise.all(runs.map((run) => (this.#store.durable ? run.release() : run.ended)));
    await Promise.allSettled(this.#adopting);
    clearInterval(this.#ticker);
    this.#http.close();
    for (const { execution } of this.#runs.values()) this.#callbacks.end(execution.id);
    this.#writeSteps();
    this.#saveAgain();
    this.#letGoOfAll();
    this.#store.close();
  }

  #letGoOfAll(): void {
    try {
      this.#noteRan();
      this.#store.release([...this.#runs.keys()]);
    } catch (error) {
      // They are found again when this process is gone.
      if (!(error instanceof StoreError)) throw error;
    }
  }

  #noteRan(): void {
    for (const { ran, execution } of this.#runs.values()) if (ran !== undefined) this.#store.noteRan(execution.id, ran);
  }

  /** `mayRename`: flows name their children the same in every run, so a name that is taken gets the id's beginning. */
  #insert(execution: NewExecution, plan: LaunchPlan, revision: string | undefined, mayRename = false): Execution {
    const { environment, kept } = plan;
    try {
      return this.#store.insert(execution, JSON.stringify([...environment]), revision, kept);
    } catch (error) {
      if (!(error instanceof NameTaken)) throw error;
      if (mayRename) return this.#insert({ ...execution, name: restoredName(execution.name, execution.id) }, plan, revision);
      const problem = { code: 'execution/name-taken', severity: 'error', message: error.message, range: { start: 0, end: 0 } } as const;
      throw new LaunchRefused(error.message, '', new LineMap(''), [problem]);
    }
  }

  #childrenOf(id: string): Execution[] {
    const children: Execution[] = [];
    let pageToken: string | undefined;
    do {
      const page = this.#store.list({ pageSize: pageSizeLimit, parent: id, pageToken });
      children.push(...page.executions);
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
    return children;
  }

  /** The run of an execution; where it belongs to another process, that one is asked. */
  #ownOrAsk(id: string, pause: boolean): Run | undefined {
    const run = this.#runs.get(id);
    if (run) return run;
    const execution = this.#present(id);
    if (isTerminal(execution.state)) throw new EngineError(`${execution.name} has already ended (${execution.state}).`);
    if (execution.state === 'UNAVAILABLE') throw new EngineError(`${execution.name} cannot be read, so it cannot be ${pause ? 'paused' : 'resumed'}.`);
    this.#store.requestPause(id, pause);
    return undefined;
  }

  #present(id: string): Execution {
    const execution = this.get(id);
    if (!execution) throw new EngineError(`There is no execution ${id}.`);
    return execution;
  }

  #changed(execution: Execution): void {
    const run = this.#runs.get(execution.id);
    let steps: readonly HistoryPart[] = [];
    if (run && isTerminal(execution.state)) {
      this.#runs.delete(execution.id);
      this.#undebugged.delete(execution.id);
      steps = this.#histories.end(execution);
    }
    this.#save(execution, steps);
    this.#tell({ kind: 'updated', execution });
    if (!run || !isTerminal(execution.state)) return;
    this.#queue.leave(execution.id);
    this.#callbacks.end(execution.id);
    this.#flows.end(execution.id);
    if (run.stopped) this.#families.stopChildren(execution.id);
  }

  /** A full disk or a locked file must not end executions: they go on, and the record is written when it can be. */
  #save(execution: Execution, steps: readonly HistoryPart[] = []): void {
    try {
      this.#store.update(execution, steps);
      this.#unsaved.delete(execution.id);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#unsaved.set(execution.id, execution);
      this.#complain(error);
    }
  }

  /** A history that cannot be written is lost; the execution is not. */
  #writeSteps(): void {
    try {
      this.#histories.close();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#complain(error);
    }
  }

  #saveAgain(): void {
    for (const execution of [...this.#unsaved.values()]) this.#save(execution);
    if (this.#unsaved.size === 0) this.#complained = false;
  }

  #complain(error: StoreError): void {
    if (!this.#complained) this.#options.notice?.(error.message);
    this.#complained = true;
  }

  #keepLog(id: string, entries: readonly LogEntry[]): void {
    try {
      for (const entry of entries) this.#store.appendLog(id, entry);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#complain(error);
    }
  }

  #tell(change: ExecutionChange): void {
    for (const listener of [...this.#listeners]) listener(change);
  }

  #takePauseRequests(): void {
    for (const { id, pause } of this.#store.pauseRequests()) {
      if (!this.#runs.has(id)) continue;
      if (pause) this.pause(id);
      else this.resume(id);
    }
  }

  #schedule(): void {
    if (this.#ticker || this.#closed) return;
    this.#ticker = setInterval(() => this.#tick(), tickTime);
    // Watching alone does not keep a process alive.
    this.#ticker.unref();
  }

  #tick(): void {
    for (const run of this.#runs.values()) run.noteProgress();
    try {
      this.#saveAgain();
      this.#histories.writeAll();
      if (this.#runs.size > 0) for (const id of this.#store.cancelRequests()) this.#runs.get(id)?.host.cancel();
      if (this.#runs.size > 0) this.#takePauseRequests();
      this.#adoptNowAndThen();
      for (const change of this.#store.changesElsewhere()) {
        // What runs here is known better here.
        if (change.kind === 'deleted' || !this.#runs.has(change.execution.id)) this.#tell(change);
      }
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#complain(error);
    }
    if (this.#runs.size === 0 && this.#listeners.size === 0 && this.#unsaved.size === 0 && !this.#adopts) {
      clearInterval(this.#ticker);
      this.#ticker = undefined;
    }
  }

  /** Another process may have crashed, or this one may. */
  #adoptNowAndThen(): void {
    if (performance.now() - this.#adopted < adoptTime) return;
    this.#adopted = performance.now();
    this.#noteRan();
    if (!this.#adopts) return;
    this.#adopt().catch((error: unknown) => {
      if (error instanceof StoreError) this.#complain(error);
      else throw error;
    });
  }
}
