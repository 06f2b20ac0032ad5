import { executionResource } from '../../execution/googleJson.ts';
import { checkOptionValues } from '../../execution/options.ts';
import type { Execution, ExecutionOptions, JsonText } from '../../execution/record.ts';
import type { Outcome } from '../../machine/effect.ts';
import { JsonError, parseJson, printJson } from '../../machine/json.ts';
import { executionError } from '../../machine/library/executions.ts';
import { Double, isInteger, MapValue, type ListValue, type Value } from '../../machine/value.ts';
import { executionName, workflowId } from '../environment.ts';
import { EngineError } from '../engineError.ts';
import { StoreError } from '../store.ts';
import { apiError } from './apiError.ts';
import { Answered, runAll, startChild, whenEnded, type ExecutionPlace, type StartedChild } from './children.ts';
import type { ConnectorPlaces } from './connectors.ts';
import { deadlineOf } from './inFlight.ts';

/**
 * Calls of the Workflow Executions API and of `experimental.executions`, answered by this engine (google-workflows 3
 * and 7). Projects and locations are taken as they come: here, everything runs in one place.
 */

const methods = /^googleapis\.workflowexecutions\.v1(?:beta)?\.projects\.locations\.workflows\.executions\.(run|create|get|list|cancel)$/;

/** Seconds; of connectors and of `experimental.executions` alike. */
const defaultTimeout = 1800;

/** Executions of a page, at most and by default (google-workflows 6.2). */
const pageLimits = { BASIC: 1000, FULL: 100 } as const;
const defaultPageSize = 100;

/** What an execution may be started with here, by Google's names. */
const googleOptions: ReadonlyMap<string, string> = new Map([
  ['callLogLevel', 'call_log_level'],
  ['labels', 'labels'],
  ['disableConcurrencyQuotaOverflowBuffering', 'disable_concurrency_quota_overflow_buffering'],
  ['executionHistoryLevel', 'execution_history_level'],
]);

/** Answers a call; undefined where it is none of these. */
export function performExecutionCall(places: ConnectorPlaces, name: string, argsJson: JsonText, signal: AbortSignal): Promise<Outcome> | undefined {
  const method = methods.exec(name)?.[1] ?? (name === 'experimental.executions.run' || name === 'experimental.executions.map' ? name : undefined);
  if (method === undefined) return undefined;
  const call = new ExecutionCall(places, name, parseJson(argsJson) as MapValue, signal);
  return answer(call, method);
}

async function answer(call: ExecutionCall, method: string): Promise<Outcome> {
  try {
    switch (method) {
      case 'run':
        return await call.run();
      case 'create':
        return await call.create();
      case 'get':
        return call.get();
      case 'list':
        return call.list();
      case 'cancel':
        return call.cancel();
      case 'experimental.executions.map':
        return await call.map();
      default:
        return await call.experimentalRun();
    }
  } catch (error) {
    if (error instanceof Answered) return error.outcome;
    if (error instanceof StoreError) return apiError(400, error.message);
    throw error;
  }
}

class ExecutionCall {
  readonly #places: ConnectorPlaces;
  readonly #name: string;
  readonly #args: ReadonlyMap<string, Value>;
  readonly #params: ReadonlyMap<string, Value>;
  readonly #signal: AbortSignal;

  constructor(places: ConnectorPlaces, name: string, args: MapValue, signal: AbortSignal) {
    this.#places = places;
    this.#name = name;
    this.#args = args.entries;
    const params = args.entries.get('connector_params');
    this.#params = params instanceof MapValue ? params.entries : new Map();
    this.#signal = signal;
  }

  get #place(): ExecutionPlace {
    return this.#places.executions;
  }

  /** The helper that waits for the result; with `skip_polling` it gives nothing. */
  async run(): Promise<Outcome> {
    this.#known(['workflow_id', 'location', 'project_id', 'argument', 'callLogLevel', 'labels', 'disableConcurrencyQuotaOverflowBuffering', 'connector_params']);
    const child = await this.#start(this.#text('workflow_id'), this.#argument(), this.#options(this.#args, true));
    if (this.#skipsPolling) return { kind: 'result', json: 'null' };
    const ended = await this.#whenEnded(child, this.#timeout(this.#params));
    return ended.state === 'SUCCEEDED' ? { kind: 'result', json: ended.output_value ?? 'null' } : this.#operationError(ended);
  }

  /** The API's own method: waits too, and gives the execution. */
  async create(): Promise<Outcome> {
    this.#known(['parent', 'body', 'connector_params']);
    const workflow = /^projects\/[^/]+\/locations\/[^/]+\/workflows\/([^/]+)$/.exec(this.#text('parent'))?.[1];
    if (workflow === undefined) throw invalid('parent is projects/PROJECT/locations/LOCATION/workflows/WORKFLOW');
    const given = this.#args.get('body') ?? null;
    if (given !== null && !(given instanceof MapValue)) throw invalid('body is an Execution: a map');
    const body = given?.entries ?? new Map<string, Value>();
    for (const key of body.keys()) if (!['argument', 'callLogLevel', 'labels', 'disableConcurrencyQuotaOverflowBuffering', 'executionHistoryLevel'].includes(key)) throw invalid(`an Execution has no field ${JSON.stringify(key)} that can be given`);
    const child = await this.#start(workflow, argumentText(body.get('argument') ?? null), this.#options(body));
    if (this.#skipsPolling) return this.#resource(child.execution);
    const ended = await this.#whenEnded(child, this.#timeout(this.#params));
    return ended.state === 'SUCCEEDED' ? this.#resource(ended) : this.#operationError(ended);
  }

  get(): Outcome {
    this.#known(['name', 'view', 'connector_params']);
    return this.#resource(this.#named(), this.#view('FULL'));
  }

  list(): Outcome {
    this.#known(['parent', 'pageSize', 'pageToken', 'view', 'connector_params']);
    const workflow = /\/workflows\/([^/]+)$/.exec(this.#text('parent'))?.[1];
    if (workflow === undefined) throw invalid('parent is projects/PROJECT/locations/LOCATION/workflows/WORKFLOW');
    const view = this.#view('BASIC');
    const size = this.#args.get('pageSize') ?? null;
    if (size !== null && !isInteger(size)) throw invalid('pageSize is an integer');
    const pageSize = Math.min(Number(size ?? 0) || defaultPageSize, pageLimits[view]);
    const token = this.#args.get('pageToken') ?? null;
    const page = this.#place.list({ pageSize, everywhere: true, pageToken: typeof token === 'string' && token !== '' ? token : undefined });
    const executions = page.executions.filter((execution) => workflowId(execution.program) === workflow).map((execution) => executionResource(execution, executionName(execution, this.#place.place), view));
    return { kind: 'result', json: JSON.stringify({ executions, nextPageToken: page.nextPageToken }) };
  }

  cancel(): Outcome {
    this.#known(['name', 'body', 'connector_params']);
    const { id } = this.#named();
    try {
      this.#place.cancel(id);
    } catch (error) {
      if (error instanceof EngineError) return apiError(412, error.message);
      throw error;
    }
    return this.#resource(this.#named());
  }

  async experimentalRun(): Promise<Outcome> {
    const child = await this.#start(this.#text('workflow_id'), this.#argument(), this.#options(new Map(), true));
    return this.#experimentalResult(await this.#whenEnded(child, defaultTimeout));
  }

  async map(): Promise<Outcome> {
    const workflow = this.#text('workflow_id');
    const inputs = (this.#args.get('arguments') as ListValue).items.map((item) => printJson(item));
    const timeout = this.#timeout(this.#args);
    const ended = await runAll(inputs, (input, index) => this.#start(workflow, input, {}, index), this.#deadline(timeout), timeout, this.#signal);
    const failed = ended.find((execution) => execution && execution.state !== 'SUCCEEDED');
    if (failed) return this.#experimentalResult(failed);
    return { kind: 'result', json: `[${ended.map((execution) => execution?.output_value ?? 'null').join(',')}]` };
  }

  #start(workflow: string, input: JsonText, options: ExecutionOptions, index = 0): Promise<StartedChild> {
    const { effect, journal, execution } = this.#places;
    return startChild(this.#place, execution, workflow, input, options, { effect, index, journal }, this.#signal);
  }

  #whenEnded(child: StartedChild, timeoutSeconds: number): Promise<Execution> {
    return whenEnded(child, this.#deadline(timeoutSeconds), timeoutSeconds, this.#signal);
  }

  #deadline(timeoutSeconds: number): number {
    return deadlineOf(this.#places.effect, timeoutSeconds, this.#places.journal);
  }

  #resource(execution: Execution, view: 'BASIC' | 'FULL' = 'FULL'): Outcome {
    return { kind: 'result', json: JSON.stringify(executionResource(execution, executionName(execution, this.#place.place), view)) };
  }

  /** google-workflows 4.1. */
  #operationError(execution: Execution): Outcome {
    const operation = executionResource(execution, executionName(execution, this.#place.place), 'FULL');
    return { kind: 'raise', json: JSON.stringify({ message: 'Execution failed or cancelled.', operation, tags: ['OperationError'] }) };
  }

  #experimentalResult(execution: Execution): Outcome {
    if (execution.state === 'SUCCEEDED') return { kind: 'result', json: execution.output_value ?? 'null' };
    const resource = parseJson(JSON.stringify(executionResource(execution, executionName(execution, this.#place.place), 'FULL'))) as MapValue;
    return { kind: 'raise', json: printJson(executionError(resource)) };
  }

  /** The execution that `name` means. */
  #named(): Execution {
    const name = this.#text('name');
    const [, workflow, id] = /\/workflows\/([^/]+)\/executions\/([^/]+)$/.exec(name) ?? [];
    const execution = id === undefined ? undefined : this.#place.get(id);
    if (execution && workflowId(execution.program) === workflow) return execution;
    throw new Answered(apiError(404, `there is no execution ${name}`));
  }

  #known(names: readonly string[]): void {
    for (const name of this.#args.keys()) {
      if (!names.includes(name)) throw new Answered({ kind: 'error', tag: 'TypeError', message: `${this.#name} has no parameter ${JSON.stringify(name)} here; there are ${names.join(', ')}` });
    }
  }

  #text(name: string): string {
    const value = this.#args.get(name) ?? null;
    if (typeof value === 'string' && value !== '') return value;
    throw new Answered({ kind: 'error', tag: value === null || value === '' ? 'ValueError' : 'TypeError', message: `${this.#name} needs the string "${name}"` });
  }

  #argument(): JsonText {
    return printJson(this.#args.get('argument') ?? null);
  }

  #view(usual: 'BASIC' | 'FULL'): 'BASIC' | 'FULL' {
    const view = this.#args.get('view') ?? 'EXECUTION_VIEW_UNSPECIFIED';
    if (view === 'BASIC' || view === 'FULL') return view;
    if (view === 'EXECUTION_VIEW_UNSPECIFIED') return usual;
    throw invalid('view is BASIC or FULL');
  }

  /** What Google's names say of the new execution. Who waits for it refuses the queue, or it might wait for itself (google-workflows 7). */
  #options(given: ReadonlyMap<string, Value>, unbuffered = false): ExecutionOptions {
    const fields = [...googleOptions].flatMap(([google, field]) => {
      const value = given.get(google) ?? null;
      return value === null ? [] : [[field, plain(value)] as const];
    });
    const { options, problems } = checkOptionValues({ ...(unbuffered && { disable_concurrency_quota_overflow_buffering: true }), ...Object.fromEntries(fields) });
    if (problems.length > 0) throw invalid(problems.map(({ message }) => message).join(' '));
    return options;
  }

  get #skipsPolling(): boolean {
    return this.#params.get('skip_polling') === true;
  }

  #timeout(given: ReadonlyMap<string, Value>): number {
    const timeout = given.get('timeout') ?? null;
    return timeout instanceof Double ? timeout.value : isInteger(timeout) ? Number(timeout) : defaultTimeout;
  }
}

function invalid(message: string): Answered {
  return new Answered(apiError(400, message));
}

/** `create` takes the argument as JSON text. */
function argumentText(value: Value): JsonText {
  if (value === null) return 'null';
  if (typeof value !== 'string') throw invalid('argument is JSON as a string: encode it with json.encode_to_string');
  try {
    return printJson(parseJson(value));
  } catch (error) {
    if (error instanceof JsonError) throw invalid(`argument is not JSON: ${error.message} at offset ${error.offset}`);
    throw error;
  }
}

function plain(value: Value): unknown {
  return JSON.parse(printJson(value)) as unknown;
}
