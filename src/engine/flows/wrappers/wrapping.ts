import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { nearest } from '../../../execution/nearest.ts';
import type { StartRequest } from '../../../execution/launch.ts';
import type { ExecutionOptions, ExecutionType, JsonText, WrapperUse } from '../../../execution/record.ts';
import { pythonFolder } from '../../../flow/host/pythonFolder.ts';
import { inputJson } from '../../launchChecks.ts';
import { FlowError, type ChildMaker } from '../calls.ts';
import { exactMember, membersOf, objectOf } from '../exactJson.ts';
import { optionsFor } from '../childFlows.ts';
import { flowName } from '../flowKind.ts';
import type { FlowRecord, Records } from '../records/records.ts';
import { placeOf } from './place.ts';

/** Those that come with Stepthrough (cloudomation 7), with their parameters; a wrapper of the workspace goes before one of the same name. */
const standardWrappers: ReadonlyMap<string, readonly string[]> = new Map([
  ['cache', ['max_age_minutes']],
  ['check', ['checker_flow', 'checker_script', 'inputs']],
  ['interactive', ['interactive_limit_minutes', 'delete_retries', 'context', 'subject', 'body']],
  ['notify', ['notify_on_success', 'notify_on_error', 'to', 'subject', 'body']],
  ['retry', ['max_tries', 'delay_sec']],
  ['timeout', ['timeout_sec']],
  ['validate', ['input_schema', 'output_schema']],
]);

/** Options that concern the whole: the wrapper that stands for what it wraps has them. */
const outerOptions = ['name', 'orphan', 'priority', 'scheduled_for', 'project_id', 'project_name', 'bundle_id', 'bundle_name', 'location_inheritance', 'roles', 'labels', 'is_productive', 'use_breakpoints'] as const;
const outer: ReadonlySet<string> = new Set(outerOptions);

/** Options of which a description has others, or which were used up on the way. */
const noParts: ReadonlySet<string> = new Set(['name', 'orphan', 'scheduled_for', 'wrappers', 'unwrapped', 'type', 'flow_id', 'connector_id', 'input_schema', 'output_schema']);

/**
 * Runs wrappers in place of what they are around: the outermost is started, with a description of what to start as its
 * `child_execution`, in which the further ones stand as wrappers of their own. Those of the call go around those of the
 * flow or connector.
 */
export class Wrapping {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  /** The start of the outermost wrapper; undefined where nothing is around. Rejects with `FlowError` for a wrapper that is not there. */
  async around(request: StartRequest, type: ExecutionType, place = request.program): Promise<StartRequest | undefined> {
    if (type !== 'FLOW' && type !== 'SCRIPT' && type !== 'CONNECTION') return undefined;
    const { options } = request;
    await this.#records.refreshChanged(place);
    const uses = [...(options.wrappers ?? []), ...(options.unwrapped === true ? [] : this.#static(request, type, place))];
    const [first, ...rest] = uses;
    if (!first) return undefined;
    const wrapper = this.#find(first, place);
    const child = describe(request, type, rest, place);
    const input = objectOf([...(membersOf(first.params) ?? []), ['child_execution', child]]);
    const own = Object.fromEntries(Object.entries(options).filter(([name]) => outer.has(name))) as Pick<ExecutionOptions, (typeof outerOptions)[number]>;
    return { ...request, located: place, program: wrapper.path, text: wrapper.script, input: { json: input }, revision: undefined, options: { ...own, type: 'WRAPPER', wrapper_name: wrapper.name, ...(wrapper.id !== undefined && { wrapper_id: wrapper.id }) } };
  }

  /**
   * The start of the wrapper that a request names, in the place from which it is named. Its input has what it runs
   * around. Rejects with `FlowError`.
   */
  async itself(request: StartRequest, place = request.program): Promise<StartRequest> {
    const { options } = request;
    await this.#records.refreshChanged(place);
    const given = inputJson(request);
    const { wrapper_id, wrapper_name } = options;
    const wrapper = this.#find({ ...(wrapper_name === undefined ? { wrapper_id: wrapper_id ?? '' } : { wrapper_name }), params: given }, place);
    const child = membersOf(exactMember(given, 'child_execution') ?? 'null');
    if (!child?.has('type')) throw new FlowError('MissingInputError', `The wrapper ${JSON.stringify(wrapper.name)} runs around an execution, which stands in its input: child_execution: {type: FLOW, flow_name: NAME, input_value: {}}. Or name the wrapper in the wrappers of that execution.`);
    const located = child.has('place') ? child : new Map([...child, ['place', JSON.stringify(place)]]);
    const json = objectOf([...(membersOf(given) ?? []), ['child_execution', objectOf([...located])]]);
    return { ...request, located: place, program: wrapper.path, text: wrapper.script, input: { json }, options: { ...options, type: 'WRAPPER', wrapper_name: wrapper.name, wrapper_id: wrapper.id } };
  }

  /** Makes the outermost wrapper in place of a child that has some. */
  child(type: ExecutionType, maker: ChildMaker): ChildMaker {
    return async (fields, context) => {
      const made = await maker(fields, context);
      const request = await this.around(made.request, type, placeOf(context.execution));
      return request ? { request, plan: undefined } : made;
    };
  }

  /** Those of the flow's metadata, or of the connector. */
  #static({ program, options }: StartRequest, type: ExecutionType, place: string): WrapperUse[] {
    const [kind, name] = type === 'FLOW' ? (['flow', options.flow_name ?? flowName(program)] as const) : (['connector', options.connector_name] as const);
    if (name === undefined || type === 'SCRIPT') return [];
    const record = this.#records.find({ type: kind, select: name, by: 'name', allow_normal: true, allow_deleted: false }, place);
    const uses = record?.fields['wrappers'];
    if (uses === undefined || uses === null) return [];
    if (!Array.isArray(uses)) throw wrongUse(record!, uses);
    return uses.map((use: unknown) => useOf(record!, use));
  }

  #find({ wrapper_id: id, wrapper_name: name, params }: WrapperUse, program: string): { readonly name: string; readonly id: string | undefined; readonly path: string; readonly script: string } {
    const [select, by] = name === undefined ? ([id ?? '', 'id'] as const) : ([name, 'name'] as const);
    const record = this.#records.find({ type: 'wrapper', select, by, allow_normal: true, allow_deleted: false }, program);
    if (record) {
      const { script } = record.fields;
      if (typeof script !== 'string') throw new FlowError('ResourceNotFoundError', `The wrapper ${JSON.stringify(record.name)} has no script: it is looked for in ${record.name}.py beside ${record.place}.`);
      const beside = join(dirname(record.place), `${record.name}.py`);
      return { name: record.name, id: record.id, path: record.place !== '' && existsSync(beside) ? beside : `${record.name}.py`, script };
    }
    const parameters = standardWrappers.get(select);
    if (parameters) {
      checkParameters(select, parameters, params);
      const path = `${pythonFolder()}wrappers/${select}.py`;
      return { name: select, id: undefined, path, script: readFileSync(path, 'utf8') };
    }
    const known = [...standardWrappers.keys(), ...this.#records.list('wrapper', program).map((one) => one.name)];
    const meant = nearest(select, known);
    throw new FlowError('ResourceNotFoundError', `There is no wrapper with the ${by} ${JSON.stringify(select)}; ${meant === undefined ? `there are ${known.join(', ')}.` : `did you mean ${JSON.stringify(meant)}?`}`);
  }
}

/** How children that run wrappers by themselves are made. */
export function wrapperChild(wrapping: Wrapping): ChildMaker {
  return async (fields, context) => {
    const json = exactMember(context.args, 'fields', 'input_value') ?? 'null';
    const place = placeOf(context.execution);
    return { request: await wrapping.itself({ program: place, text: '', input: { json }, options: optionsFor(fields, context) }), plan: undefined };
  };
}

/** Throws `FlowError` for a parameter that a standard wrapper would not look at. */
function checkParameters(wrapper: string, parameters: readonly string[], given: JsonText): void {
  for (const name of membersOf(given)?.keys() ?? []) {
    if (name === 'child_execution' || parameters.includes(name)) continue;
    const meant = nearest(name, parameters);
    throw new FlowError('ExtraInputError', `The wrapper ${JSON.stringify(wrapper)} has no parameter ${JSON.stringify(name)}; ${meant === undefined ? `it takes ${parameters.join(', ')}.` : `did you mean ${JSON.stringify(meant)}?`}`);
  }
}

/** `child_execution`: the fields with which `this.start` starts it. */
function describe(request: StartRequest, type: ExecutionType, rest: readonly WrapperUse[], place: string): JsonText {
  const { options, text } = request;
  const kept = Object.entries(options).filter(([name, value]) => value !== undefined && !noParts.has(name) && !outer.has(name));
  const members: (readonly [string, JsonText])[] = [['type', JSON.stringify(type)], ...kept.map(([name, value]) => [name, JSON.stringify(value)] as const)];
  // Started by its file, a flow is found again by that file's name.
  if (type === 'FLOW' && options.flow_name === undefined) members.push(['flow_name', JSON.stringify(flowName(place))]);
  if (type === 'SCRIPT') members.push(['script', JSON.stringify(text)]);
  for (const name of ['input_schema', 'output_schema'] as const) if (options[name] !== undefined) members.push([name, options[name]]);
  members.push(['place', JSON.stringify(place)], ['input_value', inputJson(request)], ['wrappers', `[${rest.map(useText).join(',')}]`], ['unwrapped', 'true']);
  return objectOf(members);
}

function useText({ params, ...name }: WrapperUse): JsonText {
  return objectOf([...Object.entries(name).map(([key, value]) => [key, JSON.stringify(value)] as const), ['params', params]]);
}

/** `retry`, or a map of `wrapper_name` (or `name`, `wrapper_id`) and `params`. */
function useOf(record: FlowRecord, use: unknown): WrapperUse {
  if (typeof use === 'string') return { wrapper_name: use, params: '{}' };
  if (typeof use !== 'object' || use === null) throw wrongUse(record, use);
  const given = new Map<string, unknown>(Object.entries(use));
  const params = given.get('params') ?? {};
  const name = given.get('wrapper_name') ?? given.get('name');
  const id = given.get('wrapper_id');
  if (typeof params !== 'object' || (typeof name !== 'string' && typeof id !== 'string')) throw wrongUse(record, use);
  return { ...(typeof name === 'string' ? { wrapper_name: name } : { wrapper_id: id as string }), params: JSON.stringify(params) };
}

function wrongUse({ type, name }: FlowRecord, use: unknown): FlowError {
  return new FlowError('InvalidInputError', `The wrappers of the ${type} ${JSON.stringify(name)} are a list of names, or of maps with wrapper_name and params; found ${JSON.stringify(use).slice(0, 80)}.`);
}
