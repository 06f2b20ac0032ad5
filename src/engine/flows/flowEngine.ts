import type { StartRequest } from '../../execution/launch.ts';
import type { ExecutionPage, ListQuery } from '../../execution/listing.ts';
import type { Execution } from '../../execution/record.ts';
import { isTerminal } from '../../execution/state.ts';
import type { Files } from '../../schema/files.ts';
import { Answered } from '../effects/children.ts';
import { EngineError } from '../engineError.ts';
import type { LaunchPlan } from '../executionHost.ts';
import type { Run } from '../run.ts';
import { FlowError, type ChildLaunch, type FlowEngine } from './calls.ts';
import { FlowHost } from './flowHost.ts';

/** What of an engine flows are given. */
export interface EngineForFlows {
  readonly files: Files;
  workspace(): readonly string[];
  findWorkflow: FlowEngine['findWorkflow'];
  get(id: string): Execution | undefined;
  getDeleted(id: string): Execution | undefined;
  find(reference: string): Execution | undefined;
  list(query: ListQuery): ExecutionPage;
  running(id: string): Run | undefined;
  /** Rejects with `LaunchRefused`, with `Answered` where there are too many generations, and with `EngineError`. */
  prepareChild(request: StartRequest, parent: Execution, id: string, plan: LaunchPlan | undefined): Promise<Run>;
  /** Begins one, unless a debugger takes it. */
  letGo(run: Run): Promise<void>;
  pause(id: string): void;
  resume(id: string): void;
  cancel(id: string): void;
  delete(id: string): Promise<void>;
}

/** The engine as calls of flows see it. */
export function flowEngine(engine: EngineForFlows): FlowEngine {
  return {
    files: engine.files,
    workspace: () => engine.workspace(),
    findWorkflow: (id, asking) => engine.findWorkflow(id, asking),
    get: (id) => engine.get(id),
    getDeleted: (id) => engine.getDeleted(id),
    find: (reference) => engine.find(reference),
    list: (query) => engine.list(query),
    prepareChild: (parent, child) => prepareChild(engine, parent, child),
    run: async (id) => {
      const run = engine.running(id);
      const execution = run?.execution ?? engine.get(id);
      if (!execution) throw new EngineError(`There is no execution ${id}.`);
      if (isTerminal(execution.state)) return;
      if (run?.host.state === 'ready') {
        if (run.isHeldBack) run.requeued();
        await engine.letGo(run);
      }
      else if (execution.is_paused) engine.resume(id);
    },
    pause: (id) => engine.pause(id),
    cancel: (id, message) => {
      const host = engine.running(id)?.host;
      if (host instanceof FlowHost) host.cancel(message);
      else engine.cancel(id);
    },
    change: (id, part) => {
      const run = engine.running(id);
      if (!run) throw new EngineError(`The execution ${engine.get(id)?.name ?? id} runs in another process and can only be changed there.`);
      run.change(part);
    },
    delete: (id) => engine.delete(id),
    ended: (id) => engine.running(id)?.ended,
  };
}

async function prepareChild(engine: EngineForFlows, parent: Execution, { id, request, plan, heldBack = false }: ChildLaunch): Promise<Execution> {
  try {
    const run = await engine.prepareChild(request, parent, id, plan);
    if (heldBack) run.holdBack();
    return run.execution;
  } catch (error) {
    if (error instanceof Answered && error.outcome.kind === 'error') throw new FlowError('InternalError', `A child cannot be started: ${error.outcome.message}.`);
    throw error;
  }
}
