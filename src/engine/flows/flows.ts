import { LaunchRefused, type StartRequest } from '../../execution/launch.ts';
import type { Execution } from '../../execution/record.ts';
import type { Interpreters } from '../../flow/host/interpreter.ts';
import type { Files } from '../../schema/files.ts';
import { LineMap } from '../../source/text.ts';
import type { HttpClient } from '../effects/http.ts';
import type { InFlightRule } from '../effects/inFlight.ts';
import type { LaunchPlan, ProgramKind } from '../executionHost.ts';
import { StoreError } from '../store.ts';
import { FlowError, type FlowEngine, type FlowParts } from './calls.ts';
import { flowChild, programOf, scriptChild } from './childFlows.ts';
import { ConnectionKind } from './connections/connectionKind.ts';
import { ConnectionMocks } from './connections/connectionMocks.ts';
import type { Secrets } from './connections/secrets.ts';
import { executionCalls } from './executionCalls.ts';
import { executionRecords, executionRecordsAgain } from './executionRecords.ts';
import { FlowKind, flowName } from './flowKind.ts';
import type { FlowTables } from './flowTables.ts';
import { SettingLocks } from './locks/settingLocks.ts';
import { Messages } from './messages/messages.ts';
import { ownCalls, ownCallsAgain } from './ownCalls.ts';
import { fileHandlers } from './records/fileCalls.ts';
import { customObjectHandler } from './records/customObjects.ts';
import { recordHandlers } from './records/recordCalls.ts';
import { Records } from './records/records.ts';
import { ResourceFiles } from './records/resourceFiles.ts';
import { settingCalls } from './settingCalls.ts';
import { systemCalls } from './systemCalls.ts';
import { Waits } from './waits.ts';
import { Watchers } from './watchers.ts';
import { wrapperChild, Wrapping } from './wrappers/wrapping.ts';

export interface FlowsOptions {
  readonly tables: FlowTables;
  readonly files: Files;
  readonly http: HttpClient;
  readonly secrets: Secrets;
  /** See `ConnectionOptions.inFlight`. */
  readonly inFlight: () => InFlightRule;
  readonly interpreters: Interpreters;
  /** Folder for compiled Python modules, which nobody else may write to. */
  readonly cache: string | undefined;
  /** Bytes that a flow's process may have. */
  readonly memory: () => number | undefined;
  readonly engine: FlowEngine;
}

/** All that an engine has of flows: what runs them, and what they share. */
export class Flows {
  readonly kind: FlowKind;
  readonly connections: ConnectionKind;
  readonly messages: Messages;
  readonly records: Records;
  readonly wrapping: Wrapping;
  readonly #locks: SettingLocks;
  readonly #mocks: ConnectionMocks;

  constructor({ tables, files, http, secrets, inFlight, interpreters, cache, memory, engine }: FlowsOptions) {
    const waits = new Waits();
    const watchers = new Watchers(tables);
    const execution = (id: string): Execution | undefined => engine.get(id);
    this.records = new Records(tables, new ResourceFiles(() => engine.workspace()));
    this.messages = new Messages({ tables, records: this.records, watchers, execution });
    this.#locks = new SettingLocks({ tables, watchers, execution, waits: (id) => waits.of(id) });
    this.#mocks = new ConnectionMocks(files, execution);
    this.connections = new ConnectionKind({ files, records: this.records, mocks: this.#mocks, http, secrets, inFlight, execution });
    this.wrapping = new Wrapping(this.records);
    const children: FlowParts['children'] = {
      FLOW: this.wrapping.child('FLOW', flowChild(this.records)),
      SCRIPT: this.wrapping.child('SCRIPT', scriptChild),
      CONNECTION: this.wrapping.child('CONNECTION', this.connections.child),
      WRAPPER: wrapperChild(this.wrapping),
    };
    const parts: FlowParts = {
      calls: { ...ownCalls, ...executionCalls(children, waits), ...this.messages.calls, ...settingCalls(this.records, this.#locks), ...fileHandlers(this.records), ...systemCalls(this.records, secrets) },
      records: { ...recordHandlers(this.records), custom_object: customObjectHandler(this.records, async (request) => (await this.wrapping.around(request, 'FLOW')) ?? request), execution: executionRecords(this.connections.child) },
      again: { ...ownCallsAgain, ...executionRecordsAgain },
      children,
    };
    this.kind = new FlowKind({ files, interpreters, cache, memory, engine, parts });
  }

  /** What runs executions of a type; undefined for those that are no flows'. */
  kindOf(execution: Execution): Pick<ProgramKind, 'revive' | 'savepoints'> | undefined {
    switch (execution.type) {
      case 'FLOW':
      case 'SCRIPT':
      case 'WRAPPER':
      case 'SCHEDULE':
        return this.kind;
      case 'CONNECTION':
        return this.connections;
      case 'WORKFLOW':
        return undefined;
    }
  }

  /** Rejects with `LaunchRefused`. */
  async plan(request: StartRequest): Promise<LaunchPlan> {
    if (request.options.type === 'CONNECTION') return refusing(request, 'flow/connection', () => this.connections.plan(request));
    const plan = await this.kind.plan(request);
    const id = plan.type === 'FLOW' ? this.#flowId(request.program) : undefined;
    return id === undefined ? plan : { ...plan, defaults: { ...plan.defaults, flow_id: id } };
  }

  /** The id of the flow that a file is, as `system.flow` gives it; undefined where the file is not (yet) a flow of the workspace. */
  #flowId(program: string): string | undefined {
    try {
      const found = this.records.find({ type: 'flow', select: flowName(program), by: 'name', allow_normal: true, allow_deleted: false }, program);
      return found && programOf(found) === program ? found.id : undefined;
    } catch (error) {
      // Metadata that cannot be read gives no id.
      if (!(error instanceof FlowError)) throw error;
      return undefined;
    }
  }

  /** What is started in place of a flow that has wrappers, or of the name of a wrapper; else itself. Rejects with `LaunchRefused`. */
  async wrapped(request: StartRequest): Promise<StartRequest> {
    if (request.isScheduler === true) return request;
    const { type } = request.options;
    return refusing(request, 'flow/wrappers', async () => {
      if (type === 'WRAPPER' && request.text === '') return this.wrapping.itself(request);
      return (await this.wrapping.around(request, type ?? (request.program === '' ? 'SCRIPT' : 'FLOW'))) ?? request;
    });
  }

  /** An execution was started with a mock file. */
  mocked(execution: string, path: string): void {
    this.#mocks.name(execution, path);
  }

  /** An execution has ended: what it had is free. */
  end({ id, type }: Pick<Execution, 'id' | 'type'>): void {
    this.#mocks.end(id);
    // Only flows have locks and write messages.
    if (type === 'WORKFLOW') return;
    try {
      this.#locks.end(id);
      this.messages.end(id);
    } catch (error) {
      // What the store could not take now is passed over later: of an execution that has ended nothing counts.
      if (!(error instanceof StoreError)) throw error;
    }
  }
}

/** What a flow would see raised refuses a launch. */
async function refusing<T>({ program }: StartRequest, code: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof FlowError)) throw error;
    throw new LaunchRefused(error.message, program, new LineMap(''), [{ code, severity: 'error', message: error.message, range: { start: 0, end: 0 } }]);
  }
}
