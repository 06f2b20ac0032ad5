import type { StartRequest } from '../execution/launch.ts';
import type { ExecutionChange, ExecutionPage, ListQuery } from '../execution/listing.ts';
import type { Execution, ExecutionOptions, JsonText } from '../execution/record.ts';
import { isTerminal } from '../execution/state.ts';
import type { Files } from '../schema/files.ts';
import { apiError } from './effects/apiError.ts';
import { Answered, type ExecutionPlace, type StartedChild } from './effects/children.ts';
import type { LocalPlace } from './environment.ts';
import type { Run } from './run.ts';
import { RoomForChildren } from './roomForChildren.ts';
import { findWorkflow, startOf, type FoundWorkflow, type MissingWorkflow } from './workflowFinder.ts';

/** Generations of executions where nobody says otherwise: one that starts itself again and again comes to an end. */
const usualGenerations = 100;

/** What of an engine is needed. */
export interface ParentEngine {
  get(id: string): Execution | undefined;
  list(query: ListQuery): ExecutionPage;
  cancel(id: string): void;
  watch(listener: (change: ExecutionChange) => void): { dispose(): void };
}

export interface FamilyOptions {
  readonly place: LocalPlace;
  readonly files: Files;
  readonly workspace: () => readonly string[];
  readonly deployed: (id: string) => FoundWorkflow | undefined;
  readonly generations: number | undefined;
  /** See `RoomForChildren`. */
  readonly living: number | undefined;
  /** The new execution gets the id. */
  prepare(request: StartRequest, parent: Execution, id: string): Promise<Run>;
  letGo(run: Run): Promise<void>;
}

/**
 * Executions that other ones start. A child is cancelled when its parent is cancelled or runs out of time; where the
 * parent ends by itself the child goes on, as on the service.
 */
export class Families implements ExecutionPlace {
  readonly #engine: ParentEngine;
  readonly #runs: ReadonlyMap<string, Run>;
  readonly #options: FamilyOptions;

  readonly #room: RoomForChildren;

  constructor(engine: ParentEngine, runs: ReadonlyMap<string, Run>, options: FamilyOptions) {
    this.#engine = engine;
    this.#runs = runs;
    this.#options = options;
    this.#room = new RoomForChildren(runs, options.living);
  }

  get place(): LocalPlace {
    return this.#options.place;
  }

  async findWorkflow(id: string, parent: Execution): Promise<FoundWorkflow | MissingWorkflow> {
    return this.#options.deployed(id) ?? findWorkflow(id, parent, this.#options.workspace(), this.#options.files);
  }

  async startChild(parent: Execution, workflow: FoundWorkflow, input: JsonText, options: ExecutionOptions, id: string): Promise<StartedChild> {
    const run = await this.prepareChild(parent, () => this.#options.prepare(startOf(workflow, input, { ...options, is_productive: parent.is_productive }), parent, id));
    await this.#options.letGo(run);
    return { execution: run.execution, ended: run.ended, cancel: () => run.host.cancel() };
  }

  /** Makes a child that begins later, unless there are too many generations or executions. */
  async prepareChild(parent: Execution, prepare: () => Promise<Run>): Promise<Run> {
    this.#checkGenerations(parent);
    if (this.#room.isFull) throw new Answered(apiError(429, `${this.#runs.size} executions run here, and no more can be started by other executions until some have ended`));
    return this.#room.take(prepare);
  }

  /** As `prepareChild`, but waits until there is room. Rejects with `EngineError` where there will be none. */
  async prepareChildInTurn(parent: Execution, prepare: () => Promise<Run>): Promise<Run> {
    this.#checkGenerations(parent);
    await this.#room.wait(parent);
    return this.#room.take(prepare);
  }

  /** An execution has ended; its children end too where somebody `stopped` it. */
  ended(id: string, stopped: boolean): void {
    this.#room.changed();
    if (stopped) this.#stopChildren(id);
  }

  startedChild(id: string): StartedChild | undefined {
    const execution = this.#engine.get(id);
    return execution && { execution, ended: this.#ended(execution), cancel: () => this.#engine.cancel(id) };
  }

  /** The end of an execution of any process. */
  #ended(execution: Execution): Promise<Execution> {
    const { id, name, state } = execution;
    if (isTerminal(state)) return Promise.resolve(execution);
    return new Promise((resolve, reject) => {
      const watch = this.#engine.watch((change) => {
        if (change.kind === 'deleted' && change.id === id) reject(new Answered(apiError(404, `the execution ${name} has been deleted`)));
        else if (change.kind === 'updated' && change.execution.id === id && isTerminal(change.execution.state)) resolve(change.execution);
        else return;
        watch.dispose();
      });
    });
  }

  get(id: string): Execution | undefined {
    return this.#engine.get(id);
  }

  list(query: ListQuery): ExecutionPage {
    return this.#engine.list(query);
  }

  cancel(id: string): void {
    this.#engine.cancel(id);
  }

  #stopChildren(parent: string): void {
    for (const { execution, host } of [...this.#runs.values()]) if (execution.parent_execution_id === parent && !execution.orphan) host.cancel();
  }

  #checkGenerations(parent: Execution): void {
    const { generations: limit = usualGenerations } = this.#options;
    let generations = 1;
    for (let at: Execution | undefined = parent; at; at = at.parent_execution_id === undefined ? undefined : this.#engine.get(at.parent_execution_id)) generations++;
    if (generations > limit) {
      const message = `executions may start one another ${limit} deep; ${parent.name} is the last that could be started`;
      throw new Answered({ kind: 'error', tag: 'RecursionError', message });
    }
  }
}
