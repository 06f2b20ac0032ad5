import { EngineError, type Engine } from '../engine/engine.ts';
import type { DeployedWorkflow } from '../engine/workflowStore.ts';
import type { FilterField, FilterFields } from '../execution/criterion.ts';
import type { OrderFields } from '../execution/ordering.ts';
import type { Execution } from '../execution/record.ts';
import { ApiError, invalid } from './apiError.ts';
import type { Call } from './call.ts';
import type { Catalog } from './catalog.ts';
import { parseFilter } from './filter.ts';
import { Operations, type Operation } from './operations.ts';
import { compareBy, parseOrder } from './ordering.ts';
import { pageOf } from './pages.ts';
import { part, placeOf, readBody, readPage, readQuery } from './request.ts';
import { sourceErrors } from './sourceErrors.ts';
import { changed, checkWorkflowId, definitionOf, noWorkflow, workflowFields, workflowResource } from './workflowResource.ts';

const filterFields: FilterFields<DeployedWorkflow> = new Map<string, FilterField<DeployedWorkflow>>([
  ['name', { kind: 'text', of: ({ id }) => id }],
  ['workflowId', { kind: 'text', of: ({ id }) => id }],
  ['state', { kind: 'text', of: () => 'ACTIVE' }],
  ['description', { kind: 'text', of: ({ description }) => description }],
  ['revisionId', { kind: 'text', of: ({ revisionId }) => revisionId }],
  ['serviceAccount', { kind: 'text', of: ({ serviceAccount }) => serviceAccount }],
  ['createTime', { kind: 'time', of: ({ createTime }) => createTime }],
  ['updateTime', { kind: 'time', of: ({ updateTime }) => updateTime }],
  ['revisionCreateTime', { kind: 'time', of: ({ revisionTime }) => revisionTime }],
  ['labels', { kind: 'map', of: ({ labels }) => labels }],
]);

const orderFields: OrderFields<DeployedWorkflow> = new Map([
  ['name', ({ id }: DeployedWorkflow) => id],
  ['workflowId', ({ id }) => id],
  ['description', ({ description }) => description],
  ['revisionId', ({ revisionId }) => revisionId],
  ['createTime', ({ createTime }) => createTime],
  ['updateTime', ({ updateTime }) => updateTime],
  ['revisionCreateTime', ({ revisionTime }) => revisionTime],
]);

const executionPage = 1000;

/** `projects.locations.workflows` with its operations and locations (google-workflows 6.1). */
export class WorkflowMethods {
  readonly operations: Operations;
  readonly #catalog: Catalog;
  readonly #engine: Engine;

  constructor(catalog: Catalog, engine: Engine) {
    this.#catalog = catalog;
    this.#engine = engine;
    this.operations = new Operations(engine.operations);
  }

  async create(c: Call): Promise<object> {
    const id = checkWorkflowId(readQuery(c, ['workflowId']).get('workflowId'));
    const definition = definitionOf(await readBody(c, 'a Workflow', workflowFields));
    this.#catalog.checkWritable(id);
    return this.#operation(c, id, 'create', () => {
      if (this.#catalog.get(id)) throw new ApiError('ALREADY_EXISTS', `There is already a workflow ${placeOf(c)}/workflows/${id}.`);
      return this.#deploy(c, id, definition);
    });
  }

  get(c: Call): object {
    const revision = readQuery(c, ['revisionId']).get('revisionId');
    if (revision === undefined || revision === '') return workflowResource(this.#named(c), placeOf(c));
    const found = this.#catalog.get(this.#named(c).id, revision);
    if (!found) throw new ApiError('NOT_FOUND', `There is no revision ${JSON.stringify(revision)} of ${nameOf(c)}.`);
    return workflowResource(found, placeOf(c));
  }

  list(c: Call): object {
    const query = readQuery(c, ['pageSize', 'pageToken', 'filter', 'orderBy']);
    const filter = parseFilter(query.get('filter') ?? '', filterFields);
    const order = parseOrder(query.get('orderBy') ?? '', orderFields);
    const page = readPage(query, 500, 1000, ['workflows', placeOf(c), query.get('filter'), query.get('orderBy')]);
    const found = this.#catalog.list().filter(filter).sort(compareBy(order, orderFields));
    const { items, nextPageToken } = pageOf(found, ({ id }) => id, page);
    return { workflows: items.map((workflow) => workflowResource(workflow, placeOf(c))), nextPageToken };
  }

  listRevisions(c: Call): object {
    const page = readPage(readQuery(c, ['pageSize', 'pageToken']), 20, 100, ['revisions', nameOf(c)]);
    const { items, nextPageToken } = pageOf(this.#catalog.revisions(this.#named(c).id), ({ revisionTime, revisionId }) => `${revisionId} ${revisionTime}`, page);
    return { workflows: items.map((workflow) => workflowResource(workflow, placeOf(c))), nextPageToken };
  }

  async patch(c: Call): Promise<object> {
    const mask = readQuery(c, ['updateMask']).get('updateMask');
    const body = await readBody(c, 'a Workflow', workflowFields);
    const workflow = this.#named(c);
    const definition = changed(workflow, body, mask);
    this.#catalog.checkWritable(workflow.id);
    return this.#operation(c, workflow.id, 'update', () => this.#deploy(c, workflow.id, definition));
  }

  async delete(c: Call): Promise<object> {
    readQuery(c, []);
    const { id, program } = this.#named(c);
    this.#catalog.checkWritable(id);
    return this.#operation(c, id, 'delete', async () => {
      this.#catalog.delete(id);
      await this.#deleteExecutions(program);
      return { type: 'google.protobuf.Empty', resource: {} };
    });
  }

  listOperations(c: Call): object {
    const query = readQuery(c, ['pageSize', 'pageToken', 'filter', 'returnPartialSuccess']);
    const filter = parseFilter(query.get('filter') ?? '', operationFields);
    const { items, nextPageToken } = pageOf(this.operations.list(placeOf(c)).filter(filter), ({ name }) => name, readPage(query, 100, 1000, ['operations', placeOf(c), query.get('filter')]));
    return { operations: items, nextPageToken };
  }

  getOperation(c: Call): object {
    readQuery(c, []);
    return this.operations.get(`${placeOf(c)}/operations/${part(c, 'operation')}`);
  }

  deleteOperation(c: Call): object {
    readQuery(c, []);
    this.operations.delete(`${placeOf(c)}/operations/${part(c, 'operation')}`);
    return {};
  }

  /** The workflow that the path names; executions begin with its latest revision. Throws `ApiError`. */
  named(c: Call): DeployedWorkflow {
    return this.#named(c);
  }

  #named(c: Call): DeployedWorkflow {
    const workflow = this.#catalog.get(workflowIdOf(c));
    if (!workflow) throw noWorkflow(nameOf(c));
    return workflow;
  }

  #deploy(c: Call, id: string, definition: Parameters<Catalog['deploy']>[1]): { type: string; resource: object } {
    const errors = sourceErrors(definition.source);
    if (errors !== undefined) throw invalid(errors);
    return { type: `google.cloud.workflows.${part(c, 'version')}.Workflow`, resource: workflowResource(this.#catalog.deploy(id, definition), placeOf(c)) };
  }

  #operation(c: Call, id: string, verb: 'create' | 'update' | 'delete', work: () => Worked | Promise<Worked>): Promise<object> {
    const place = placeOf(c);
    return this.operations.perform({ place, version: part(c, 'version'), target: `${place}/workflows/${id}`, verb }, async () => work());
  }

  /** What runs is cancelled first; what another process runs is asked to end, and stays in the list. */
  async #deleteExecutions(program: string): Promise<void> {
    let after: string | undefined;
    let executions: readonly Execution[];
    do {
      ({ executions } = this.#engine.list({ pageSize: executionPage, program, everywhere: true, after }));
      for (const { id } of executions) await this.#deleteExecution(id);
      after = executions.at(-1)?.id;
    } while (executions.length === executionPage);
  }

  async #deleteExecution(id: string): Promise<void> {
    // A child may have gone with its parent.
    if (!this.#engine.get(id)) return;
    try {
      await this.#engine.delete(id);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.#engine.cancel(id);
    }
  }
}

type Worked = { readonly type: string; readonly resource: object };

const operationFields: FilterFields<Operation> = new Map<string, FilterField<Operation>>([
  ['name', { kind: 'text', of: ({ name }) => name }],
  ['done', { kind: 'bool', of: () => true }],
  ['metadata', { kind: 'map', of: ({ metadata }) => metadata }],
]);

export function workflowIdOf(c: Call): string {
  return part(c, 'workflow').split(':', 1)[0]!;
}

function nameOf(c: Call): string {
  return `${placeOf(c)}/workflows/${workflowIdOf(c)}`;
}
