import type { StartRequest } from '../../execution/launch.ts';
import type { Execution } from '../../execution/record.ts';
import { EngineError } from '../engineError.ts';
import type { LaunchPlan } from '../executionHost.ts';
import { newExecution } from '../newExecution.ts';
import type { ExecutionQueue } from '../queue.ts';
import type { Run } from '../run.ts';
import type { LivingRuns } from './livingRuns.ts';
import type { ProgramKinds } from './programKinds.ts';
import type { RecordKeeping } from './recordKeeping.ts';

export interface LaunchParts {
  readonly kinds: ProgramKinds;
  readonly records: RecordKeeping;
  readonly living: LivingRuns;
  readonly queue: ExecutionQueue;
  /** Folders of the workspace. */
  readonly workspace: () => readonly string[];
  /** See `EngineOptions.attend`. */
  readonly attend: (execution: Execution) => Promise<boolean> | undefined;
}

/** Makes executions of start requests, and lets them go. */
export class Launches {
  readonly #parts: LaunchParts;
  /** Those that no debugger takes. */
  readonly #undebugged = new Set<string>();
  #closed = false;

  constructor(parts: LaunchParts) {
    this.#parts = parts;
  }

  /**
   * Makes an execution that waits to begin. A child may bring the id that its parent chose and a plan that is made
   * already. Rejects with `LaunchRefused`, and with `EngineError` once closed.
   */
  async prepare(asked: StartRequest, parent?: Execution, id?: string, given?: LaunchPlan): Promise<Run> {
    const { kinds, records, living, queue, workspace } = this.#parts;
    // Children come with their wrappers around them.
    const request = parent ? asked : await kinds.wrapped(asked);
    const plan = given ?? (await kinds.plan(request));
    if (this.#closed) throw new EngineError('The engine has been closed.');
    const mayWait = request.options.disable_concurrency_quota_overflow_buffering !== true;
    const make = (): Execution => {
      queue.checkRoom(mayWait);
      return records.insert(newExecution(request, plan, parent, workspace(), id), plan, request.revision, id !== undefined);
    };
    // What other processes begin must not come between the look at the room and the row that takes it.
    const execution = mayWait ? make() : records.alone(make);
    if (request.withoutDebugging === true || (parent && this.#undebugged.has(parent.id))) this.#undebugged.add(execution.id);
    if (!mayWait) queue.reserve(execution.id);
    if (request.mocks !== undefined) kinds.mocked(execution.id, request.mocks);
    return living.make(execution, plan);
  }

  /** Begins an execution; a debugger that takes it decides itself when. */
  async letGo(run: Run): Promise<void> {
    const { execution, host } = run;
    const taken = this.#undebugged.has(execution.id) || execution.is_productive || !execution.use_breakpoints ? undefined : this.#parts.attend(execution);
    if (taken && (await taken)) return;
    if (host.state === 'ready') run.begin();
  }

  ended(id: string): void {
    this.#undebugged.delete(id);
  }

  /** Nothing is made from now on. */
  close(): void {
    this.#closed = true;
  }
}
