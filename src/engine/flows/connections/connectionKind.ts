import { nearest } from '../../../execution/nearest.ts';
import type { StartRequest } from '../../../execution/launch.ts';
import type { Execution, ExecutionOptions, JsonText } from '../../../execution/record.ts';
import type { Fields, RecordReference } from '../../../flow/flowCalls.ts';
import type { Files } from '../../../schema/files.ts';
import { SchemaLookup } from '../../../schema/lookup.ts';
import { maxTextLength } from '../../../source/parse.ts';
import type { HttpClient } from '../../effects/http.ts';
import type { InFlightRule } from '../../effects/inFlight.ts';
import { wakeAt } from '../../effects/sleep.ts';
import type { HostSurroundings, LaunchPlan, ProgramKind } from '../../executionHost.ts';
import { FlowError, type ChildMaker } from '../calls.ts';
import { optionsFor } from '../childFlows.ts';
import { exactMember } from '../exactJson.ts';
import { checkArgument, checkFields, checkOutput, findSchema, schemaText } from '../../launchChecks.ts';
import type { FlowRecord, Records } from '../records/records.ts';
import { placeOf } from '../wrappers/place.ts';
import { ConnectionHost, type ConnectionCall } from './connectionHost.ts';
import { mockedOutcome, type ConnectionMocks } from './connectionMocks.ts';
import { isRepeatable, performRest, type ConnectionOutcome } from './rest.ts';
import { readRestInputs } from './restInputs.ts';
import { callInputs, type Secrets } from './secrets.ts';

export interface ConnectionOptions {
  readonly files: Files;
  readonly records: Records;
  readonly mocks: ConnectionMocks;
  readonly http: HttpClient;
  readonly secrets: Secrets;
  /** What becomes of a call that was under way when its process ended, and that cannot be repeated without harm. */
  readonly inFlight: () => InFlightRule;
  execution(id: string): Execution | undefined;
}

/** Which connector an execution calls. */
interface Target {
  readonly name: string;
  readonly id: string | undefined;
  readonly type: string | undefined;
}

/** Only what could not be kept is too large. */
const connectionInput = { bytes: maxTextLength, what: 'a connection' };

/** From where names are looked for. */
type Caller = Parameters<typeof placeOf>[0];

/** Statuses that are no error where nobody said which are. */
const usualStatuses = [200, 201, 202, 204];

/** How CONNECTION executions are made and run: REST for real, all other types by mocks (cloudomation 7). */
export class ConnectionKind implements Pick<ProgramKind, 'plan' | 'revive'> {
  readonly #options: ConnectionOptions;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** Inputs that are certainly wrong are refused here, where the flow can catch it. */
  readonly child: ChildMaker = async (fields, context) => {
    const { execution } = context;
    await this.#options.records.refreshChanged(placeOf(execution));
    const target = targetOf(fields);
    const json = exactMember(context.args, 'fields', 'input_value') ?? '{}';
    const { record, named } = await this.#checked(target, json, execution, (type) => this.#options.mocks.knows(execution, target.name, type));
    const label = target.name === '' ? (named.connector_type ?? 'connection') : target.name;
    const options = { name: `${label} ${context.id.slice(0, 8)}`, ...optionsFor(fields, context), ...named };
    return { request: { program: record?.place ?? '', text: '', input: { json }, options }, plan: this.#plan(json, execution.id) };
  };

  /** The plan of one that an execution file starts. Rejects with `FlowError` and `LaunchRefused`. */
  async plan(request: StartRequest): Promise<LaunchPlan> {
    checkFields(request, 'flow');
    const { connector_id: id, connector_name: name = '', connector_type: type } = request.options;
    await this.#options.records.refreshChanged(request.program);
    const lookup = new SchemaLookup(this.#options.files);
    const { schema } = await findSchema(request, lookup, 'input');
    const { schema: outputSchema } = await findSchema(request, lookup, 'output');
    const json = await checkArgument(request, lookup, schema, connectionInput);
    const caller = { type: 'CONNECTION', program: request.program, input_value: json } as const;
    const { named } = await this.#checked({ id, name, type }, json, caller, (known) => this.#options.mocks.knowsAtStart(request, name, known));
    return {
      ...this.#plan(json, undefined),
      defaults: named,
      inputSchema: schemaText(schema),
      outputSchema: schemaText(outputSchema),
      checkOutput: (result) => checkOutput(result, outputSchema),
    };
  }

  revive(execution: Execution): Promise<LaunchPlan> {
    return Promise.resolve(this.#plan(execution.input_value, execution.parent_execution_id));
  }

  async #checked(target: Target, json: JsonText, caller: Caller, knows: (type: string) => Promise<boolean>): Promise<{ record: FlowRecord | undefined; named: ExecutionOptions }> {
    const record = this.#connector(target, caller);
    const type = typeOf(target, record);
    const mocked = await knows(type ?? '');
    if (!mocked) this.#check(target, record, type, caller);
    if (!mocked && type === 'REST') checkRest(record, json);
    const named = {
      ...(record && { connector_id: record.id, connector_name: record.name }),
      ...(!record && target.name !== '' && { connector_name: target.name }),
      ...(type !== undefined && { connector_type: type }),
    };
    return { record, named };
  }

  /** Without a caller the execution is one of its own. */
  #plan(input: JsonText, caller: string | undefined): LaunchPlan {
    return {
      type: 'CONNECTION',
      input,
      inputSchema: undefined,
      outputSchema: undefined,
      environment: new Map(),
      kept: 'null',
      checkOutput: () => undefined,
      host: (around) => new ConnectionHost(around, this.#call(around, caller)),
    };
  }

  #call(around: HostSurroundings, caller: string | undefined): ConnectionCall {
    return {
      perform: (signal) => this.#perform(around, caller, signal),
      isRepeatable: async () => {
        const { connector, type, given } = await this.#prepared(around, caller);
        // A mock does nothing outside.
        return this.#options.inFlight() === 'repeat' || type !== 'REST' || isRepeatable(readRestInputs({ ...storedInputs(connector), ...given }));
      },
    };
  }

  async #perform(around: HostSurroundings, caller: string | undefined, signal: AbortSignal): Promise<ConnectionOutcome> {
    const { connector, target, type, given, from } = await this.#prepared(around, caller);
    const stored = storedInputs(connector);
    const { mock, file } = await this.#options.mocks.answer(from, { connector: target.name, type: type ?? '', input: { ...stored, ...given } });
    if (mock) {
      if (mock.delaySeconds > 0) await new Promise<void>((resolve) => wakeAt(Date.now() + mock.delaySeconds * 1000, signal, resolve));
      return mockedOutcome(mock.answer, usualStatuses);
    }
    if (type !== 'REST') throw new FlowError('InternalError', missingMock(target, type, file));
    const { http, records, secrets } = this.#options;
    const inputs = readRestInputs(await callInputs(stored, given, secrets), exactMember(around.current().input_value, 'json'));
    const log = (text: string): void => around.log({ time: new Date().toISOString(), severity: 'WARNING', text, json: undefined, routine: '', step: '' });
    return performRest(inputs, {
      http,
      save: (name, content) => {
        const reference: RecordReference = { type: 'file', select: name, by: 'name', allow_normal: true, allow_deleted: false };
        records.save(reference, new Map(), { id: around.execution.id, program: placeOf(from), content });
      },
      retrying: (why, seconds) => log(`${why}; trying again in ${seconds} s`),
      token: async (grant) => {
        const token = await secrets.get(`oauth/${grant}`, 'access_token');
        if (token === undefined) throw new FlowError('ResourceNotFoundError', `There is no access token of the OAuth grant ${JSON.stringify(grant)}: ${secrets.describe(`oauth/${grant}`, 'access_token')}.`);
        return token;
      },
    }, signal);
  }

  async #prepared(around: HostSurroundings, caller: string | undefined): Promise<{ target: Target; connector: FlowRecord | undefined; type: string | undefined; given: Fields; from: Execution }> {
    // Its inputs may have been saved again before it began.
    const execution = around.current();
    const from = (caller === undefined ? undefined : this.#options.execution(caller)) ?? execution;
    await this.#options.records.refreshChanged(placeOf(from));
    const target = { name: execution.connector_name ?? '', id: execution.connector_id, type: execution.connector_type };
    const connector = this.#connector(target, from);
    return { target, connector, type: typeOf(target, connector), given: inputsOf(execution.input_value), from };
  }

  #connector({ name, id }: Target, caller: Caller): FlowRecord | undefined {
    const program = placeOf(caller);
    const reference = { type: 'connector', allow_normal: true, allow_deleted: false } as const;
    if (name !== '') return this.#options.records.find({ ...reference, select: name, by: 'name' }, program);
    return id === undefined ? undefined : this.#options.records.find({ ...reference, select: id, by: 'id' }, program);
  }

  /** Throws `FlowError` where nothing says what to call. */
  #check(target: Target, record: FlowRecord | undefined, type: string | undefined, caller: Caller): void {
    if (!record && (target.name !== '' || target.id !== undefined)) {
      const meant = nearest(target.name, this.#options.records.list('connector', placeOf(caller)).map(({ name }) => name));
      const hint = meant === undefined ? `; a file ${target.name || 'NAME'}.connector.yaml in the workspace would make one, or a mock.` : `. Did you mean ${JSON.stringify(meant)}?`;
      throw new FlowError('ResourceNotFoundError', `There is no connector ${JSON.stringify(target.name === '' ? target.id : target.name)}${hint}`);
    }
    if (type === undefined) throw new FlowError('MissingInputError', `The connector ${JSON.stringify(target.name)} has no connector_type, and the call gives none.`);
  }
}

function targetOf({ connector_name: name, connector_id: id, connector_type: type }: Fields): Target {
  return { name: typeof name === 'string' ? name : '', id: typeof id === 'string' ? id : undefined, type: typeof type === 'string' ? type : undefined };
}

/** The call's own word goes before the connector's. */
function typeOf({ type }: Target, connector: FlowRecord | undefined): string | undefined {
  const stored = connector?.fields['connector_type'];
  return (type ?? (typeof stored === 'string' ? stored : undefined))?.toUpperCase();
}

/** Texts that name secrets are left as they are: only the call itself sees what they stand for. */
function checkRest(record: FlowRecord | undefined, json: JsonText): void {
  readRestInputs({ ...storedInputs(record), ...inputsOf(json) });
}

function storedInputs(connector: FlowRecord | undefined): Fields {
  const value = connector?.fields['value'] ?? {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Fields;
  throw new FlowError('InvalidInputError', `The value of the connector ${JSON.stringify(connector?.name)} is a map of inputs; it has something else.`);
}

/** Throws `FlowError`. */
function inputsOf(json: JsonText): Fields {
  const value: unknown = JSON.parse(json);
  if (value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Fields;
  throw new FlowError('InvalidInputError', `The inputs of a connection are a map; got ${json.slice(0, 80)}.`);
}

/** Says what to add, in the words of a mock file. */
function missingMock({ name }: Target, type: string | undefined, file: string): string {
  const what = name === '' ? `A connection of type ${type ?? 'unknown'}` : `The connector ${JSON.stringify(name)}${type === undefined ? '' : ` of type ${type}`}`;
  return `${what} needs a mock: only REST is really called here. Add to ${file}:\n- connector: ${name === '' ? (type ?? 'NAME') : name}\n  result: {}`;
}
