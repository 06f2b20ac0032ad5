import type { Reference } from '../../../execution/automationRecord.ts';
import type { StartRequest } from '../../../execution/launch.ts';
import { nearest } from '../../../execution/nearest.ts';
import type { ExecutionOptions, ExecutionOrigin, JsonText } from '../../../execution/record.ts';
import { FlowError } from '../calls.ts';
import { programOf } from '../childFlows.ts';
import type { FlowRecord, Records } from './records.ts';

export interface RecordStart {
  /** The record that starts it: the flow nearest to its file is meant. */
  readonly place: string;
  readonly flow: Reference;
  readonly input: JsonText;
  readonly options: ExecutionOptions;
  readonly origin: ExecutionOrigin;
}

/** The start of the flow that a record names. Rejects with `FlowError` where there is none, or it has no script. */
export async function startOfFlow(records: Records, { place, flow, input, options, origin }: RecordStart): Promise<StartRequest> {
  const found = await recordWithScript(records, 'flow', flow, place);
  return { program: programOf(found), text: found.script, input: { json: input }, options: { ...options, flow_name: found.name, flow_id: found.id }, origin };
}

/** A flow or scheduler with its script. Rejects with `FlowError`. */
export async function recordWithScript(records: Records, type: 'flow' | 'scheduler', { select, by }: Reference, place: string): Promise<FlowRecord & { readonly script: string }> {
  await records.refreshChanged(place);
  const found = records.find({ type, select, by, allow_normal: true, allow_deleted: false }, place);
  if (!found) {
    const meant = by === 'name' ? nearest(select, records.list(type, place).map(({ name }) => name)) : undefined;
    throw new FlowError('ResourceNotFoundError', `There is no ${type} with the ${by} ${JSON.stringify(select)}.${meant === undefined ? '' : ` Did you mean ${JSON.stringify(meant)}?`}`);
  }
  const script = found.fields['script'];
  if (typeof script !== 'string') throw new FlowError('InvalidInputError', `The ${type} ${JSON.stringify(found.name)} has no script.`);
  return { ...found, script };
}
