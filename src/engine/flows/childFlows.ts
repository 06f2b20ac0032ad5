import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkFields, optionsOf } from '../../execution/options.ts';
import { findField } from '../../execution/fields.ts';
import { treeOf } from '../../execution/json.ts';
import type { StartRequest } from '../../execution/launch.ts';
import type { ExecutionOptions } from '../../execution/record.ts';
import { nearest } from '../../execution/nearest.ts';
import type { Fields } from '../../flow/flowCalls.ts';
import { startOf } from '../workflowFinder.ts';
import { FlowError, type ChildLaunch, type ChildMaker, type FlowContext } from './calls.ts';
import { exactMember } from './exactJson.ts';
import type { FlowRecord, Records } from './records/records.ts';
import { placeOf } from './wrappers/place.ts';

/** Fields of a new execution that are no options of its start: what runs, with what, and what the engine sets. */
const noOptions: ReadonlySet<string> = new Set(['type', 'script', 'input_value', 'track_in_git', 'commit', 'commit_message', 'program']);

/** The options among the fields that a flow gives a child. What the flow's run is by nature its children are too. Throws `FlowError`. */
export function optionsFor(fields: Fields, { execution }: FlowContext): ExecutionOptions {
  return { is_productive: execution.is_productive, use_breakpoints: execution.use_breakpoints, ...givenOptions(fields) };
}

/** The options of a start among fields. Throws `FlowError`. */
export function givenOptions(fields: Fields): ExecutionOptions {
  const given = Object.entries(fields).filter(([name]) => !noOptions.has(name) && findField(name)?.setting.by === 'start');
  const { values, problems } = checkFields(treeOf(Object.fromEntries(given)), 'file');
  // Only a file must name its program.
  const wrong = problems.find(({ severity }) => severity === 'error');
  if (wrong) throw new FlowError('InvalidInputError', wrong.message);
  return optionsOf(values);
}

/** How children that run stored flows are made. */
export function flowChild(records: Records): ChildMaker {
  return async (fields, context) => {
    const program = placeOf(context.execution);
    await records.refreshChanged(program);
    const flow = find(records, fields, program);
    if (!flow) return workflowChild(records, fields, context);
    const script = flow.fields['script'];
    if (typeof script !== 'string') throw new FlowError('InvalidInputError', `The flow ${JSON.stringify(flow.name)} has no script.`);
    return { request: requestOf(programOf(flow), script, fields, context, { ...savedDefaults(records, flow), flow_name: flow.name, flow_id: flow.id }), plan: undefined };
  };
}

/** How children that run a text are made. */
export const scriptChild: ChildMaker = (fields, context) => {
  const { script } = fields;
  if (typeof script !== 'string') throw new FlowError('InvalidInputError', 'A SCRIPT execution needs its text: script.');
  // Where it stands: names of flows, modules and files are looked for from there.
  return Promise.resolve({ request: requestOf(placeOf(context.execution), script, fields, context, { type: 'SCRIPT', name: `script ${context.id.slice(0, 8)}` }), plan: undefined });
};

function requestOf(program: string, text: string, fields: Fields, context: FlowContext, first: ExecutionOptions): StartRequest {
  const json = exactMember(context.args, 'fields', 'input_value') ?? 'null';
  const options = optionsFor(fields, context);
  // What a schedule starts has its id, be it started by a scheduler.
  const { type, schedule_id, schedule_name } = context.execution;
  const origin = type === 'SCHEDULE' && schedule_id !== undefined ? { schedule_id, schedule_name } : undefined;
  // The names by which the flow was found give way to those that it has.
  return { program, text, origin, input: { json }, options: { ...first, ...options, ...(first.flow_name !== undefined && { flow_id: first.flow_id, flow_name: first.flow_name }) } };
}

/** Fields of a flow that its executions take over (cloudomation 1.4). */
const executionDefaults = ['input_schema', 'output_schema', 'breakpoints', 'max_runtime_minutes', 'priority', 'savepoint_retention'];

/** What a flow saved of another flow; what that one's file says is read when the execution is made. */
function savedDefaults(records: Records, { id, fields }: FlowRecord): ExecutionOptions {
  if (!records.stored(id)) return {};
  return givenOptions(Object.fromEntries(executionDefaults.filter((name) => (fields[name] ?? null) !== null).map((name) => [name, fields[name]])));
}

function find(records: Records, fields: Fields, program: string): FlowRecord | undefined {
  return records.find({ type: 'flow', ...selection(fields), allow_normal: true, allow_deleted: false }, program);
}

function selection({ flow_id, flow_name }: Fields): { readonly select: string; readonly by: 'id' | 'name' } {
  return typeof flow_name === 'string' ? { select: flow_name, by: 'name' } : { select: String(flow_id), by: 'id' };
}

/** What has the name of no flow may be a workflow. */
async function workflowChild(records: Records, fields: Fields, context: FlowContext): Promise<Pick<ChildLaunch, 'request' | 'plan'>> {
  const { select, by } = selection(fields);
  const { execution, engine, args } = context;
  const workflow = by === 'name' ? await engine.findWorkflow(select, execution) : undefined;
  if (workflow && 'program' in workflow) {
    const others = Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'flow_name'));
    return { request: startOf(workflow, exactMember(args, 'fields', 'input_value') ?? 'null', optionsFor(others, context)), plan: undefined };
  }
  const meant = by === 'name' ? nearest(select, records.list('flow', execution.program).map(({ name }) => name)) : undefined;
  throw new FlowError('ResourceNotFoundError', `There is no flow with the ${by} ${JSON.stringify(select)}.${meant === undefined ? '' : ` Did you mean ${JSON.stringify(meant)}?`}`);
}

/** The path of a flow's script, which need not exist. */
export function programOf({ place, name }: FlowRecord): string {
  if (/\.py$/i.test(place)) return place;
  const script = join(dirname(place), `${name}.py`);
  return place !== '' && existsSync(script) ? script : `${name}.py`;
}
