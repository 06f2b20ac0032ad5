import { findField } from '../../execution/fields.ts';
import type { Execution, ExecutionOptions, JsonText } from '../../execution/record.ts';
import { isTerminal } from '../../execution/state.ts';
import type { Fields, RecordReference, Saved } from '../../flow/flowCalls.ts';
import { restoredName } from '../sqliteDeletions.ts';
import { NameTaken } from '../store.ts';
import { FlowError, notFound, savedOf, type FlowContext, type FlowEngine, type ChildMaker, type FlowParts, type RecordHandler } from './calls.ts';
import { givenOptions } from './childFlows.ts';
import { exactMember, membersOf, objectOf } from './exactJson.ts';
import { changeOf, fieldOf, filterFields } from './executionFields.ts';
import { refused } from './executionCalls.ts';
import { readFilter } from './records/recordFilter.ts';
import { LaunchRefused } from '../../execution/launch.ts';

/** The `record.*` calls for executions; `connection` makes those that are calls of other systems. */
export const executionRecords = (connection: ChildMaker): RecordHandler => ({
  'record.get': (args, { engine }) => {
    const execution = required(args, engine);
    return Object.fromEntries(args.fields.map((name) => [name, fieldOf(execution, name)]));
  },
  'record.exists': (args, { engine }) => find(args, engine) !== undefined,
  'record.save': (args, context) => save(args, context, args.debug),
  'record.delete': async (args, { engine, execution }) => {
    const found = required(args, engine);
    if (found.id === execution.id) throw new FlowError('InvalidInputError', 'An execution cannot delete itself while it runs.');
    await engine.delete(found.id);
    return null;
  },
  'record.list': ({ filter, allow_normal, allow_deleted }, { engine }) => {
    const fits = readFilter(filter);
    return [...all(engine, allow_normal, allow_deleted)].filter((execution) => fits(filterFields(execution))).map(savedOf);
  },
  'record.clone': (args, context) => clone(args, context, connection),
});

/** What an execution saved of its own is made again when its run is. */
export const executionRecordsAgain: FlowParts['again'] = {
  'record.save': (args, context) => {
    if (args.type !== 'execution' || !isOwn(args, context)) return;
    // It is paused once.
    context.change(changeOf(exactMember(context.args, 'fields') ?? '{}').part);
  },
};

function isOwn({ select, by }: RecordReference, { execution }: FlowContext): boolean {
  return by === 'id' ? select.toLowerCase() === execution.id : select === execution.name;
}

function find({ select, by, allow_normal, allow_deleted }: RecordReference, engine: FlowEngine): Execution | undefined {
  const living = by === 'id' ? engine.get(select.toLowerCase()) : named(engine.find(select), select);
  if (living && allow_normal) return living;
  if (!allow_deleted) return undefined;
  return by === 'id' ? engine.getDeleted(select.toLowerCase()) : [...all(engine, false, true)].find(({ name }) => name === select);
}

/** People may type the beginning of an id; flows give names. */
function named(execution: Execution | undefined, name: string): Execution | undefined {
  return execution?.name === name ? execution : undefined;
}

function required(reference: RecordReference, engine: FlowEngine): Execution {
  const execution = find(reference, engine);
  if (!execution) throw notFound(reference);
  return execution;
}

function* all(engine: FlowEngine, normal: boolean, deleted: boolean): Generator<Execution> {
  for (const wanted of [...(normal ? [false] : []), ...(deleted ? [true] : [])]) {
    let pageToken: string | undefined;
    do {
      const page = engine.list({ pageSize: 1000, pageToken, ...(wanted ? { deleted: true } : { everywhere: true }) });
      yield* page.executions;
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
  }
}

function save(reference: RecordReference, context: FlowContext, debug: boolean): Saved {
  const { engine } = context;
  const text = exactMember(context.args, 'fields') ?? '{}';
  const execution = required(reference, engine);
  // Inputs that have a schema were made right by it when the execution was made; a clone with others is checked again.
  const { start_time, is_paused, input_schema } = execution;
  const { part, paused } = changeOf(text, is_paused && start_time === undefined && input_schema === undefined);
  if (isTerminal(execution.state) && execution.id !== context.execution.id) throw new FlowError('PermissionDenied', `${execution.name} has ended and can no longer be changed.`);
  const change = (to: typeof part): void => (execution.id === context.execution.id ? context.change(to) : engine.change(execution.id, to));
  try {
    change(part);
  } catch (error) {
    if (!(error instanceof NameTaken) || part.name === undefined) throw error;
    // A flow gives the same name in every run.
    change({ ...part, name: restoredName(part.name, execution.id) });
  }
  if (paused === true) engine.pause(execution.id);
  else if (paused === false && execution.is_paused) void engine.run(execution.id);
  if (debug) context.log('DEBUG', { json: `{"subject":${JSON.stringify(`saved execution ${execution.name}`)},"fields":${text}}` });
  return { id: execution.id, name: engine.get(execution.id)?.name ?? execution.name };
}

/** A new execution of the same program with the same options, that has not begun. */
async function clone(reference: RecordReference, context: FlowContext, connection: ChildMaker): Promise<Saved> {
  const { engine, id } = context;
  const made = engine.get(id);
  if (made) return savedOf(made);
  const from = required(reference, engine);
  const options = { ...keptOptions(from), name: `${from.name.slice(0, 119)} ${id.slice(0, 8)}`, ...cloneOptions(context.args) };
  const json = exactMember(context.args, 'fields', 'input_value') ?? from.input_value;
  try {
    const { program, script: text } = from;
    const launch = from.type === 'CONNECTION' ? await connection({ ...options }, { ...context, args: `{"fields":{"input_value":${json}}}` }) : { request: { program, text, input: { json }, options }, plan: undefined };
    return savedOf(await engine.prepareChild(context.execution, { id, heldBack: true, ...launch }));
  } catch (error) {
    if (!(error instanceof LaunchRefused)) throw error;
    throw refused(error);
  }
}

/** What a clone has of the original. */
const clonedFields = [
  'type', 'description', 'labels', 'priority', 'max_runtime_minutes', 'is_productive', 'use_breakpoints', 'breakpoints', 'use_only_explicit_breakpoints', 'savepoint_retention', 'roles',
  'flow_id', 'flow_name', 'connector_id', 'connector_name', 'connector_type', 'wrappers', 'unwrapped', 'input_schema', 'output_schema',
] as const satisfies readonly (keyof ExecutionOptions)[];

function keptOptions(from: Execution): ExecutionOptions {
  return Object.fromEntries(clonedFields.map((name) => [name, from[name]] as const).filter(([, value]) => value !== undefined));
}

/** What a clone has other than the original: options of a start, and what could be saved. Throws `FlowError` for other fields. */
function cloneOptions(args: JsonText): ExecutionOptions {
  const fields = membersOf(exactMember(args, 'fields') ?? '{}') ?? new Map<string, JsonText>();
  const ofStart = [...fields].filter(([name]) => findField(name)?.setting.by === 'start');
  changeOf(objectOf([...fields].filter(([name]) => name !== 'input_value' && findField(name)?.setting.by !== 'start')));
  return givenOptions(JSON.parse(objectOf(ofStart)) as Fields);
}
