import type { StartRequest } from '../../execution/launch.ts';
import type { Execution } from '../../execution/record.ts';
import { Interpreters } from '../../flow/host/interpreter.ts';
import { CallbackEffects } from '../effects/callbackEffects.ts';
import { HttpClient } from '../effects/http.ts';
import type { EngineOptions } from '../engineOptions.ts';
import { defaultPlace } from '../environment.ts';
import type { LaunchPlan, ProgramKind } from '../executionHost.ts';
import { Families, type ParentEngine } from '../families.ts';
import { environmentSecrets } from '../flows/connections/secrets.ts';
import { flowEngine, type EngineForFlows } from '../flows/flowEngine.ts';
import { isFlow } from '../flows/flowKind.ts';
import { Flows } from '../flows/flows.ts';
import type { Messages } from '../flows/messages/messages.ts';
import type { Records } from '../flows/records/records.ts';
import type { StepHistories } from '../history/histories.ts';
import type { Run } from '../run.ts';
import { nodeFiles } from '../textFile.ts';
import { WorkflowKind } from '../workflowKind.ts';

/** What programs may do with the engine that runs them. */
export interface EngineOfPrograms extends ParentEngine, Pick<EngineForFlows, 'getDeleted' | 'find' | 'running' | 'pause' | 'resume' | 'delete'> {}

/** How executions are made and begun. */
export interface Launcher {
  prepare(request: StartRequest, parent: Execution, id: string, plan?: LaunchPlan): Promise<Run>;
  letGo(run: Run): Promise<void>;
}

export interface KindParts {
  readonly engine: EngineOfPrograms;
  readonly launcher: Launcher;
  readonly runs: ReadonlyMap<string, Run>;
  readonly histories: StepHistories;
}

/** The kinds of programs, workflows and flows, with all that they reach: HTTP, callbacks, each other. */
export class ProgramKinds {
  readonly callbacks: CallbackEffects;
  readonly #http = new HttpClient(process.env);
  readonly #families: Families;
  readonly #workflows: WorkflowKind;
  readonly #flows: Flows;

  constructor(options: EngineOptions, { engine, launcher, runs, histories }: KindParts) {
    const { files = nodeFiles, workspace = () => [] } = options;
    this.callbacks = new CallbackEffects(options.callbackOrigin);
    this.#families = new Families(engine, runs, {
      place: options.place ?? defaultPlace,
      files,
      workspace,
      deployed: options.deployed ?? (() => undefined),
      generations: options.generations,
      living: options.living,
      prepare: (request, parent, id) => launcher.prepare(request, parent, id),
      letGo: (run) => launcher.letGo(run),
    });
    this.#workflows = new WorkflowKind({
      files,
      environment: options.environment ?? new Map(),
      http: this.#http,
      callbacks: this.callbacks,
      executions: this.#families,
      transport: options.connectors,
      seed: options.seed ?? (() => undefined),
      inFlight: options.inFlight ?? (() => 'error'),
      notice: (message) => options.notice?.(message),
      recorder: (execution, program, isRepeated) => histories.recorder(execution, program, isRepeated),
    });
    this.#flows = new Flows({
      tables: options.store.flows,
      files,
      http: this.#http,
      secrets: options.secrets ?? environmentSecrets(process.env),
      inFlight: options.inFlight ?? (() => 'error'),
      interpreters: new Interpreters(options.python),
      cache: options.pythonCache,
      memory: options.flowMemory ?? (() => undefined),
      engine: flowEngine({
        files,
        workspace,
        findWorkflow: (id, asking) => this.#families.findWorkflow(id, asking),
        get: (id) => engine.get(id),
        getDeleted: (id) => engine.getDeleted(id),
        find: (reference) => engine.find(reference),
        list: (query) => engine.list(query),
        running: (id) => engine.running(id),
        prepareChild: (request, parent, id, plan) => this.#families.prepareChildInTurn(parent, () => launcher.prepare(request, parent, id, plan)),
        letGo: (run) => launcher.letGo(run),
        pause: (id) => engine.pause(id),
        resume: (id) => engine.resume(id),
        cancel: (id) => engine.cancel(id),
        delete: (id) => engine.delete(id),
      }),
    });
  }

  /** Messages of flows to people. */
  get messages(): Messages {
    return this.#flows.messages;
  }

  /** Records of flows: of the workspace's files, and what flows saved. */
  get records(): Records {
    return this.#flows.records;
  }

  /** What is started in place of a program: its wrapper, where it has one. */
  async wrapped(request: StartRequest): Promise<StartRequest> {
    return isOfFlows(request) ? this.#flows.wrapped(request) : request;
  }

  /** Checks a start request. Rejects with `LaunchRefused`. */
  plan(request: StartRequest): Promise<LaunchPlan> {
    return (isOfFlows(request) ? this.#flows : this.#workflows).plan(request);
  }

  kindOf(execution: Execution): Pick<ProgramKind, 'revive' | 'savepoints'> {
    return this.#flows.kindOf(execution) ?? this.#workflows;
  }

  /** The file of mocks that an execution was started with. */
  mocked(id: string, mocks: string): void {
    this.#flows.mocked(id, mocks);
  }

  ended({ execution, stopped }: Run): void {
    this.callbacks.end(execution.id);
    this.#flows.end(execution);
    this.#families.ended(execution.id, stopped);
  }

  /** Nothing reaches outside from now on; `living` go on in another process. */
  close(living: readonly string[]): void {
    this.#http.close();
    for (const id of living) this.callbacks.end(id);
  }
}

/** A connector or a wrapper is named by an execution file, which is then what the request has for a program. */
function isOfFlows(request: StartRequest): boolean {
  return isFlow(request) || request.options.type === 'CONNECTION' || (request.options.type === 'WRAPPER' && request.text === '');
}
