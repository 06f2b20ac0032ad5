import { randomUUID } from 'node:crypto';
import type { Engine } from '../engine/engine.ts';
import { workflowId } from '../engine/environment.ts';
import { foundWorkflow, type DeployedWorkflow } from '../engine/workflowStore.ts';
import { startOf } from '../engine/workflowFinder.ts';
import { executionResource } from '../execution/googleJson.ts';
import { checkOptionValues } from '../execution/options.ts';
import { executionFilter, executionOrder } from '../execution/queryFields.ts';
import type { CallLogLevel, Execution, ExecutionHistoryLevel, JsonText } from '../execution/record.ts';
import { isTerminal } from '../execution/state.ts';
import { JsonError, parseJson, printJson } from '../machine/json.ts';
import { ApiError, invalid } from './apiError.ts';
import type { Call } from './call.ts';
import { executionFields, pubsubFields } from './executionFields.ts';
import { listExecutions } from './executionList.ts';
import { parseCriterion } from './filter.ts';
import { parseOrder } from './ordering.ts';
import { pageOf } from './pages.ts';
import { part, placeOf, readBody, readEnum, readPage, readQuery, type Body } from './request.ts';
import { getStepEntry, listStepEntries, stepEntryResources } from './stepEntries.ts';
import { workflowIdOf, type WorkflowMethods } from './workflows.ts';

type View = 'BASIC' | 'FULL';

/** By their numbers in the API. */
const views = ['EXECUTION_VIEW_UNSPECIFIED', 'BASIC', 'FULL'];

/** Executions of a page, at most (google-workflows 6.2). */
const pageLimits: Readonly<Record<View, number>> = { BASIC: 1000, FULL: 100 };
const usualPage = 100;

/** `projects.locations.workflows.executions` and their callbacks (google-workflows 6.2). */
export class ExecutionMethods {
  readonly #workflows: WorkflowMethods;
  readonly #engine: Engine;

  constructor(workflows: WorkflowMethods, engine: Engine) {
    this.#workflows = workflows;
    this.#engine = engine;
  }

  async create(c: Call): Promise<object> {
    readQuery(c, []);
    const workflow = this.#workflows.named(c);
    const body = await readBody(c, 'an Execution', executionFields);
    return this.#start(c, workflow, argumentText(body.get('argument') as string | undefined), body);
  }

  /** The argument is the event that Eventarc makes of a Pub/Sub message. */
  async triggerPubsub(c: Call): Promise<object> {
    readQuery(c, []);
    const workflow = this.#workflows.named(c);
    const body = await readBody(c, 'a TriggerPubsubExecutionRequest', pubsubFields);
    const message = body.get('message') as Readonly<Record<string, unknown>> | undefined;
    if (!message) throw invalid('message is the Pub/Sub message that starts the execution; got none.');
    const subscription = body.get('subscription') as string | undefined;
    const given = (name: string): string | undefined => (typeof message[name] === 'string' ? message[name] : undefined);
    const event = {
      id: given('messageId') ?? randomUUID(),
      source: '//pubsub.googleapis.com/',
      specversion: '1.0',
      type: 'google.cloud.pubsub.topic.v1.messagePublished',
      datacontenttype: 'application/json',
      time: given('publishTime') ?? new Date().toISOString(),
      data: { message, subscription, deliveryAttempt: body.get('deliveryAttempt') },
    };
    return this.#start(c, workflow, JSON.stringify(event), new Map());
  }

  get(c: Call): object {
    const view = viewOf(readQuery(c, ['view']).get('view'), 'FULL');
    return this.#resource(c, this.#named(c), view);
  }

  async list(c: Call): Promise<object> {
    const query = readQuery(c, ['pageSize', 'pageToken', 'view', 'filter', 'orderBy']);
    const view = viewOf(query.get('view'), 'BASIC');
    const { program } = this.#workflows.named(c);
    const [filter = '', orderBy = ''] = [query.get('filter'), query.get('orderBy')];
    const order = parseOrder(orderBy, executionOrder);
    const page = readPage(query, usualPage, pageLimits[view], ['executions', placeOf(c), program, view, filter, orderBy]);
    const found = await listExecutions(this.#engine, { program, criterion: parseCriterion(filter, executionFilter), order, page, isGone: () => c.isGone });
    return { executions: found.executions.map((execution) => this.#resource(c, execution, view)), nextPageToken: found.nextPageToken };
  }

  async cancel(c: Call): Promise<object> {
    readQuery(c, []);
    await readBody(c, 'a CancelExecutionRequest', new Map());
    const { id, state } = this.#named(c);
    if (isTerminal(state)) throw new ApiError('FAILED_PRECONDITION', `${this.#nameOf(c)} has already ended (${state}), so it cannot be cancelled.`);
    this.#engine.cancel(id);
    return this.#resource(c, this.#named(c), 'FULL');
  }

  exportData(c: Call): object {
    readQuery(c, []);
    const execution = this.#named(c);
    const stepEntries = stepEntryResources(this.#nameOf(c), this.#engine.history(execution.id));
    return { data: JSON.stringify({ execution: this.#resource(c, execution, 'FULL'), stepEntries, logs: this.#engine.logs(execution.id) }) };
  }

  /** The steps are forgotten; the execution stays. */
  async deleteHistory(c: Call): Promise<object> {
    readQuery(c, []);
    await readBody(c, 'a DeleteExecutionHistoryRequest', new Map());
    const { id, state } = this.#named(c);
    if (!isTerminal(state)) throw new ApiError('FAILED_PRECONDITION', `${this.#nameOf(c)} has not ended (${state}); its history can be deleted when it has.`);
    this.#engine.deleteHistory(id);
    return {};
  }

  listCallbacks(c: Call): object {
    const page = readPage(readQuery(c, ['pageSize', 'pageToken']), 100, 100, ['callbacks', this.#nameOf(c)]);
    const callbacks = this.#engine.callbacks(this.#named(c).id).map(({ url, method, waiters, payload }) => {
      const id = url.slice(url.lastIndexOf('/') + 1);
      // In resource names it is `callback`, in addresses `callbacks` (google-workflows 6.7).
      return { name: `${this.#nameOf(c)}/callback/${id}`, method, waiters: String(waiters), availablePayloads: payload === undefined ? [] : [payload] };
    });
    const { items, nextPageToken } = pageOf(callbacks.sort((left, right) => (left.name < right.name ? -1 : 1)), ({ name }) => name, page);
    return { callbacks: items, nextPageToken };
  }

  listStepEntries(c: Call): object {
    return listStepEntries(c, this.#nameOf(c), this.#engine.history(this.#named(c).id));
  }

  getStepEntry(c: Call): object {
    return getStepEntry(c, this.#nameOf(c), this.#engine.history(this.#named(c).id));
  }

  async #start(c: Call, workflow: DeployedWorkflow, argument: JsonText, body: Body): Promise<object> {
    const level = body.get('callLogLevel') as CallLogLevel | undefined;
    const history = body.get('executionHistoryLevel') as ExecutionHistoryLevel | undefined;
    const { options, problems } = checkOptionValues({ labels: body.get('labels'), call_log_level: level, execution_history_level: history, disable_concurrency_quota_overflow_buffering: body.get('disableConcurrencyQuotaOverflowBuffering') });
    if (problems.length > 0) throw invalid(problems.map(({ message }) => message).join(' '));
    const run = await this.#engine.start(startOf(foundWorkflow(workflow), argument, options));
    return this.#resource(c, run.execution, 'FULL');
  }

  /** One of another workflow is not found either. */
  #named(c: Call): Execution {
    const execution = this.#engine.get(executionIdOf(c));
    if (!execution || workflowId(execution.program) !== workflowIdOf(c)) throw new ApiError('NOT_FOUND', `There is no execution ${this.#nameOf(c)}.`);
    return execution;
  }

  #nameOf(c: Call): string {
    return nameIn(c, executionIdOf(c));
  }

  #resource(c: Call, execution: Execution, view: View): object {
    return executionResource(execution, nameIn(c, execution.id), view);
  }
}

function nameIn(c: Call, id: string): string {
  return `${placeOf(c)}/workflows/${workflowIdOf(c)}/executions/${id}`;
}

function executionIdOf(c: Call): string {
  return part(c, 'execution').split(':', 1)[0]!;
}

function viewOf(given: string | undefined, usual: View): View {
  const view = readEnum(given, 'view', views);
  return view === 'BASIC' || view === 'FULL' ? view : usual;
}

/** The argument comes as JSON in a string; every number stays as it was written. */
function argumentText(given: string | undefined): JsonText {
  if (given === undefined || given === '') return 'null';
  try {
    return printJson(parseJson(given), undefined, 'insertion');
  } catch (error) {
    if (error instanceof JsonError) throw invalid(`argument is not JSON: ${error.message} at offset ${error.offset}.`);
    throw error;
  }
}
