import type { StartRequest } from '../execution/launch.ts';
import type { LogEntry } from '../execution/listing.ts';
import type { Execution, JsonText } from '../execution/record.ts';
import type { Savepoint } from '../execution/savepoint.ts';
import { parseJson } from '../machine/json.ts';
import { Machine } from '../machine/machine.ts';
import type { Program } from '../machine/program.ts';
import type { StepObserver } from '../machine/stepObserver.ts';
import type { Files } from '../schema/files.ts';
import { formatOf } from '../source/parse.ts';
import { askedOf } from './asked.ts';
import { callLog } from './callLog.ts';
import type { ConnectorTransport } from './effects/connectors.ts';
import type { CallbackEffects } from './effects/callbackEffects.ts';
import type { ExecutionPlace } from './effects/children.ts';
import type { HttpClient } from './effects/http.ts';
import type { InFlightRule } from './effects/inFlight.ts';
import { Effects } from './effects/perform.ts';
import { environmentOf } from './environment.ts';
import type { HostSurroundings, LaunchPlan, ProgramKind } from './executionHost.ts';
import { WakeTimes } from './effects/wakeTimes.ts';
import { WorkflowHost } from './host.ts';
import type { JournalEntry } from './journal.ts';
import { checkLaunch, checkOutput, schemaText } from './launchChecks.ts';
import { launchFiles } from './launchFiles.ts';
import { MockAnswers } from './mockAnswers.ts';
import { Programs } from './programs.ts';
import { keptText, reviveLaunch, type Settled } from './revivedLaunch.ts';
import { WorkflowJournal } from './workflowJournal.ts';
import { workflowSavepoints } from './workflowSavepoints.ts';

export interface WorkflowOptions {
  readonly files: Files;
  /** Variables for `sys.get_env` of every workflow. */
  readonly environment: ReadonlyMap<string, string>;
  readonly http: HttpClient;
  readonly callbacks: CallbackEffects;
  readonly executions: ExecutionPlace;
  readonly transport: ConnectorTransport | undefined;
  readonly seed: () => number | undefined;
  readonly inFlight: () => InFlightRule;
  readonly notice: (message: string) => void;
  /** Records the steps of an execution from its beginning; `isRepeated` says whether it is only brought to where it was. */
  readonly recorder: (execution: Execution, program: Program, isRepeated: () => boolean) => StepObserver;
}

/** How Google Cloud Workflows are launched. */
export class WorkflowKind implements ProgramKind {
  readonly #options: WorkflowOptions;
  readonly #programs = new Programs();

  constructor(options: WorkflowOptions) {
    this.#options = options;
  }

  async plan(request: StartRequest): Promise<LaunchPlan> {
    const checked = await checkLaunch(request, launchFiles(request.program, this.#options.files), this.#programs);
    const environment = new Map([...this.#options.environment, ...checked.environment, ...(request.environment ?? [])]);
    return this.#plan({ checked, environment, seed: this.#options.seed(), asked: askedOf(request) });
  }

  async revive(execution: Execution, kept: JsonText): Promise<LaunchPlan> {
    return this.#plan(await reviveLaunch(execution, kept, this.#options.files, this.#programs));
  }

  savepoints(execution: Execution, entries: readonly JournalEntry[]): readonly Savepoint[] {
    const found = this.#programs.get(execution.script, formatOf(execution.program));
    return 'program' in found ? workflowSavepoints(entries, found.program, execution) : [];
  }

  #plan(settled: Settled): LaunchPlan {
    const { checked, environment } = settled;
    return {
      type: 'WORKFLOW',
      input: checked.input,
      inputSchema: schemaText(checked.inputSchema),
      outputSchema: schemaText(checked.outputSchema),
      environment,
      kept: keptText(settled),
      checkOutput: (result) => checkOutput(result, checked.outputSchema),
      host: (around) => this.#host(around, settled),
    };
  }

  #host(around: HostSurroundings, { checked, environment: own, seed }: Settled): WorkflowHost {
    const { http, callbacks, executions, transport, inFlight } = this.#options;
    const { execution } = around;
    const environment = environmentOf(executions.place, own, execution);
    const machine = new Machine(checked.program, { argument: parseJson(execution.input_value), environment, seed });
    const journal = new WorkflowJournal(around.journal, () => machine.moment);
    const note = (severity: string, text: string, { routine, step }: { readonly routine: string; readonly step: string }): LogEntry => ({ time: new Date().toISOString(), severity, text, json: undefined, routine, step });
    const observe = (from: Execution): void => {
      machine.steps = this.#options.recorder(from, checked.program, () => journal.replaying);
      machine.calls = callLog(execution.call_log_level, execution.id, (entry) => journal.log(entry));
    };
    observe(execution);
    const wakeTimes = new WakeTimes((scheduled_for) => around.change({ scheduled_for }));
    const effects = new Effects({
      execution,
      mocks: new MockAnswers(checked.mocks),
      mockFile: checked.mockFile,
      http,
      callbacks,
      executions,
      transport,
      inFlight,
      journal,
      warn: (text, effect) => {
        this.#options.notice(text);
        around.log(note('WARNING', text, effect));
      },
      waiting: (effect, method, url) => around.waiting(note('INFO', `Waiting for a call: ${method} ${url}`, effect)),
      sleeping: (time) => wakeTimes.add(time),
      reset: () => observe(around.current()),
    });
    const stuck = (message: string): { over(): void } => around.waiting(note('ERROR', `Waiting until its journal can be written: ${message}`, machine.currentSteps()[0] ?? { routine: '', step: '' }));
    return new WorkflowHost(machine, { effects, journal, listener: around.listener, current: () => around.current(), stuck });
  }
}
