import type { StartRequest } from '../execution/launch.ts';
import type { JsonText } from '../execution/record.ts';
import { parseJson } from '../machine/json.ts';
import { Machine } from '../machine/machine.ts';
import type { Files } from '../schema/files.ts';
import { callLog } from './callLog.ts';
import type { ConnectorTransport } from './effects/connectors.ts';
import type { CallbackEffects } from './effects/callbackEffects.ts';
import type { ExecutionPlace } from './effects/children.ts';
import type { HttpClient } from './effects/http.ts';
import { performer } from './effects/perform.ts';
import { environmentOf } from './environment.ts';
import type { HostSurroundings, LaunchPlan } from './executionHost.ts';
import { WorkflowHost } from './host.ts';
import { checkLaunch, checkOutput, schemaText, type CheckedLaunch } from './launchChecks.ts';
import { MockAnswers } from './mockAnswers.ts';
import { Programs } from './programs.ts';

export interface WorkflowOptions {
  readonly files: Files;
  /** Variables for `sys.get_env` of every workflow. */
  readonly environment: ReadonlyMap<string, string>;
  readonly http: HttpClient;
  readonly callbacks: CallbackEffects;
  readonly executions: ExecutionPlace;
  readonly transport: ConnectorTransport | undefined;
  readonly seed: () => number | undefined;
}

/** How Google Cloud Workflows are launched. */
export class WorkflowKind {
  readonly #options: WorkflowOptions;
  readonly #programs = new Programs();

  constructor(options: WorkflowOptions) {
    this.#options = options;
  }

  /** Rejects with `LaunchRefused`. */
  async plan(request: StartRequest): Promise<LaunchPlan> {
    const checked = await checkLaunch(request, this.#options.files, this.#programs);
    const environment = new Map([...this.#options.environment, ...checked.environment, ...(request.environment ?? [])]);
    const seed = this.#options.seed();
    return {
      type: 'WORKFLOW',
      input: checked.input,
      inputSchema: schemaText(checked.inputSchema),
      outputSchema: schemaText(checked.outputSchema),
      environment,
      kept: keptText(environment, seed),
      checkOutput: (result) => checkOutput(result, checked.outputSchema),
      host: (around) => this.#host(around, checked, environment, seed),
    };
  }

  #host(around: HostSurroundings, checked: CheckedLaunch, own: ReadonlyMap<string, string>, seed: number | undefined): WorkflowHost {
    const { http, callbacks, executions, transport } = this.#options;
    const { execution } = around;
    const environment = environmentOf(executions.place, own, execution);
    const machine = new Machine(checked.program, { argument: parseJson(execution.input_value), environment, seed });
    machine.calls = callLog(execution.call_log_level, execution.id, (entry) => around.log(entry));
    const perform = performer({
      execution,
      mocks: new MockAnswers(checked.mocks),
      mockFile: checked.mockFile,
      http,
      callbacks,
      executions,
      transport,
      log: (entry) => around.log(entry),
      waiting: ({ routine, step }, method, url) => around.waiting({ time: new Date().toISOString(), severity: 'INFO', text: `Waiting for a call: ${method} ${url}`, json: undefined, routine, step }),
    });
    return new WorkflowHost(machine, perform, around.listener);
  }
}

function keptText(environment: ReadonlyMap<string, string>, seed: number | undefined): JsonText {
  return JSON.stringify({ environment: [...environment], seed });
}
