import { LaunchRefused, type StartRequest } from '../execution/launch.ts';
import type { ExecutionChange, ExecutionPage, ListQuery, LogEntry } from '../execution/listing.ts';
import type { Execution } from '../execution/record.ts';
import { isTerminal } from '../execution/state.ts';
import type { Files } from '../schema/files.ts';
import { LineMap } from '../source/text.ts';
import { CallbackEffects, type CallbackState } from './effects/callbackEffects.ts';
import type { CallbackCall, Refusal } from './effects/callbacks.ts';
import type { ConnectorTransport } from './effects/connectors.ts';
import { HttpClient } from './effects/http.ts';
import { EngineError } from './engineError.ts';
import { Families } from './families.ts';
import { newExecution } from './newExecution.ts';
import { defaultPlace, type LocalPlace } from './environment.ts';
import type { LaunchPlan } from './executionHost.ts';
import { Run } from './run.ts';
import { NameTaken, pageSizeLimit, StoreError, type ExecutionStore, type NewExecution } from './store.ts';
import { nodeFiles } from './textFile.ts';
import type { FoundWorkflow } from './workflowFinder.ts';
import { WorkflowKind } from './workflowKind.ts';

export { EngineError };

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
  /** Makes connector calls of real services. */
  readonly connectors?: ConnectorTransport;
  /** Told what went wrong with keeping records; the executions themselves go on. */
  readonly notice?: (message: string) => void;
}

/** Milliseconds between two looks at what runs here and what other processes changed. */
const tickTime = 250;

/** Characters of logs that one execution may keep. */
const logLimit = 16 * 1024 * 1024;

/** Starts executions, keeps their records and tells what changes. */
export class Engine {
  readonly #store: ExecutionStore;
  readonly #options: EngineOptions;
  readonly #runs = new Map<string, Run>();
  readonly #families: Families;
  readonly #callbacks: CallbackEffects;
  readonly #workflows: WorkflowKind;
  readonly #http = new HttpClient(process.env);
  readonly #listeners = new Set<(change: ExecutionChange) => void>();
  /** Records that the store could not take; tried again at every tick. */
  readonly #unsaved = new Map<string, Execution>();
  #ticker: NodeJS.Timeout | undefined;
  #complained = false;
  #closed = false;

  constructor(options: EngineOptions) {
    this.#store = options.store;
    this.#options = options;
    this.#callbacks = new CallbackEffects(options.callbackOrigin);
    this.#families = new Families(this, this.#runs, {
      place: options.place ?? defaultPlace,
      files: options.files ?? nodeFiles,
      workspace: options.workspace ?? (() => []),
      deployed: options.deployed ?? (() => undefined),
      prepare: (request, parent) => this.#prepare(request, parent),
    });
    this.#workflows = new WorkflowKind({
      files: options.files ?? nodeFiles,
      environment: options.environment ?? new Map(),
      http: this.#http,
      callbacks: this.#callbacks,
      executions: this.#families,
      transport: options.connectors,
      seed: options.seed ?? (() => undefined),
    });
  }

  /** False where executions end with this process. */
  get durable(): boolean {
    return this.#store.durable;
  }

  /** Makes an execution that waits to begin: with `run.host.go()`, or under a debugger. Rejects with `LaunchRefused`. */
  prepare(request: StartRequest): Promise<Run> {
    return this.#prepare(request, undefined);
  }

  async #prepare(request: StartRequest, parent: Execution | undefined): Promise<Run> {
    const plan = await this.#workflows.plan(request);
    if (this.#closed) throw new EngineError('The engine has been closed.');
    const execution = this.#insert(newExecution(request, plan, parent?.id), plan.environment, request.revision);
    return this.#begin(execution, plan);
  }

  /** Makes the run of a record. */
  #begin(execution: Execution, plan: LaunchPlan): Run {
    const log = this.#logger(execution.id, () => run);
    const run = new Run(execution, plan, log, { changed: (changed) => this.#changed(changed) });
    this.#runs.set(execution.id, run);
    this.#tell({ kind: 'created', execution });
    this.#schedule();
    return run;
  }

  /** Makes an execution and lets it go. Rejects with `LaunchRefused`. */
  async start(request: StartRequest): Promise<Run> {
    const run = await this.prepare(request);
    run.host.go();
    return run;
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

  /** How many executions live here. */
  get living(): number {
    return this.#runs.size;
  }

  /** Resolves when nothing runs here. */
  async idle(): Promise<void> {
    while (this.#runs.size > 0) await Promise.all([...this.#runs.values()].map((run) => run.ended));
  }

  pause(id: string): void {
    this.#own(id, 'paused').host.askPause();
  }

  resume(id: string): void {
    this.#own(id, 'resumed').host.askResume();
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
    this.#store.requestCancel(id);
  }

  /** Removes an execution and its children, which nobody could find without it; what runs here is cancelled first. */
  async delete(id: string): Promise<void> {
    const run = this.#runs.get(id);
    if (run) {
      run.host.cancel();
      await run.ended;
    }
    const execution = this.#present(id);
    if (!run && !isTerminal(execution.state) && execution.state !== 'UNAVAILABLE') {
      throw new EngineError(`${execution.name} still runs in another window or process: cancel it before deleting it.`);
    }
    for (const child of this.#childrenOf(id)) await this.delete(child.id);
    this.#unsaved.delete(id);
    if (this.#store.delete(id)) this.#tell({ kind: 'deleted', id });
  }

  watch(listener: (change: ExecutionChange) => void): { dispose(): void } {
    this.#listeners.add(listener);
    this.#schedule();
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  /** Cancels what runs here, keeps the last records and closes the store. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const runs = [...this.#runs.values()];
    for (const run of runs) run.host.cancel();
    await Promise.all(runs.map((run) => run.ended));
    clearInterval(this.#ticker);
    this.#http.close();
    this.#saveAgain();
    this.#store.close();
  }

  #insert(execution: NewExecution, environment: ReadonlyMap<string, string>, revision: string | undefined): Execution {
    try {
      return this.#store.insert(execution, JSON.stringify([...environment]), revision);
    } catch (error) {
      if (!(error instanceof NameTaken)) throw error;
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

  #own(id: string, verb: string): Run {
    const run = this.#runs.get(id);
    if (run) return run;
    const execution = this.#present(id);
    throw new EngineError(
      isTerminal(execution.state) ? `${execution.name} has already ended (${execution.state}).` : `${execution.name} runs in another window or process and can only be ${verb} there.`,
    );
  }

  #present(id: string): Execution {
    const execution = this.get(id);
    if (!execution) throw new EngineError(`There is no execution ${id}.`);
    return execution;
  }

  #changed(execution: Execution): void {
    const run = this.#runs.get(execution.id);
    if (run && isTerminal(execution.state)) this.#runs.delete(execution.id);
    this.#save(execution);
    this.#tell({ kind: 'updated', execution });
    if (!run || !isTerminal(execution.state)) return;
    this.#callbacks.end(execution.id);
    if (run.stopped) this.#families.stopChildren(execution.id);
  }

  /** A full disk or a locked file must not end executions: they go on, and the record is written when it can be. */
  #save(execution: Execution): void {
    try {
      this.#store.update(execution);
      this.#unsaved.delete(execution.id);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#unsaved.set(execution.id, execution);
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

  #logger(id: string, run: () => Run): (entry: LogEntry) => void {
    let size = 0;
    return (entry) => {
      const before = size;
      size += (entry.text?.length ?? 0) + (entry.json?.length ?? 0);
      if (before > logLimit) return;
      const kept: LogEntry = size <= logLimit ? entry : { ...entry, severity: 'WARNING', text: `The log has reached ${logLimit / 1024 / 1024} MB; nothing more is kept.`, json: undefined };
      try {
        this.#store.appendLog(id, kept);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        this.#complain(error);
      }
      run().logged(kept);
      this.#tell({ kind: 'logged', id, entry: kept });
    };
  }

  #tell(change: ExecutionChange): void {
    for (const listener of [...this.#listeners]) listener(change);
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
      if (this.#runs.size > 0) for (const id of this.#store.cancelRequests()) this.#runs.get(id)?.host.cancel();
      for (const change of this.#store.changesElsewhere()) {
        // What runs here is known better here.
        if (change.kind === 'deleted' || !this.#runs.has(change.execution.id)) this.#tell(change);
      }
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#complain(error);
    }
    if (this.#runs.size === 0 && this.#listeners.size === 0 && this.#unsaved.size === 0) {
      clearInterval(this.#ticker);
      this.#ticker = undefined;
    }
  }
}
