import { readScheduleRecord, type Reference, type ScheduleRecord } from '../../execution/automationRecord.ts';
import type { StartRequest } from '../../execution/launch.ts';
import type { JsonText } from '../../execution/record.ts';
import type { RecordType } from '../../execution/recordFiles.ts';
import type { CronRule } from '../../execution/cronFields.ts';
import { FlowError } from '../flows/calls.ts';
import { programOf } from '../flows/childFlows.ts';
import { membersOf, objectOf } from '../flows/exactJson.ts';
import { recordWithScript, startOfFlow } from '../flows/records/flowOfRecord.ts';
import { fieldsNode } from '../flows/records/recordRules.ts';
import type { FlowRecord, Records } from '../flows/records/records.ts';
import type { OwnScheduler } from './schedulerRuns.ts';

/** A schedule whose record has a cron pattern. */
export interface RecordCron {
  readonly id: string;
  readonly since: number;
  readonly schedule: CronRule & { readonly name: string };
  /** Rejects with what speaks against it. */
  request(): Promise<StartRequest>;
}

/** What the schedules among the records say now. */
export interface RecordSchedules {
  readonly crons: readonly RecordCron[];
  readonly schedulers: readonly OwnScheduler[];
  /** The ids of those that start nothing: disabled, deleted or not right. */
  readonly resting: readonly string[];
  /** Why some start nothing, though they should. */
  readonly problems: readonly string[];
}

/** Reads schedules of files and those that flows saved. Throws `StoreError`. */
export function recordSchedules(records: Records): RecordSchedules {
  const crons: RecordCron[] = [];
  const schedulers: OwnScheduler[] = [];
  const resting: string[] = [];
  const problems = records.fileErrors('schedule');
  for (const record of records.list('schedule', '', true, true)) {
    const read = readScheduleRecord(fieldsNode(record.text));
    const since = Date.parse(String(record.fields['modified_at']));
    const { id, name } = record;
    const isOn = !record.deleted && read.enabled;
    const problem = read.problems[0];
    if (isOn && problem) problems.push(`The schedule ${name} is not right: ${problem.message}`);
    const isRight = isOn && !read.problems.some(({ severity }) => severity === 'error');
    if (isRight && read.cron && read.flow) crons.push({ id, since, schedule: { ...read.cron, name }, request: () => flowRequest(records, record, read, read.flow!) });
    else if (isRight && read.scheduler) schedulers.push({ id, name, since, input: () => inputOf(records, record, read), request: () => schedulerRequest(records, record, read, read.scheduler!) });
    else resting.push(id);
  }
  return { crons, schedulers, resting, problems };
}

function flowRequest(records: Records, record: FlowRecord, { isProductive }: ScheduleRecord, flow: Reference): Promise<StartRequest> {
  return startOfFlow(records, {
    place: record.place,
    flow,
    input: membersOf(record.text)?.get('input_value') ?? 'null',
    options: { is_productive: isProductive },
    origin: { schedule_id: record.id, schedule_name: record.name },
  });
}

async function schedulerRequest(records: Records, record: FlowRecord, read: ScheduleRecord, scheduler: Reference): Promise<StartRequest> {
  const found = await recordWithScript(records, 'scheduler', scheduler, record.place);
  for (const [type, reference] of references(read)) {
    if (!find(records, type, reference, record)) throw new FlowError('ResourceNotFoundError', `There is no ${type} with the ${reference.by} ${JSON.stringify(reference.select)}.`);
  }
  return {
    program: programOf(found),
    text: found.script,
    input: { json: inputOf(records, record, read) ?? 'null' },
    options: { is_productive: read.isProductive },
    origin: { schedule_id: record.id, schedule_name: record.name },
    isScheduler: true,
  };
}

/** What a scheduler is given: the ids of what the schedule puts together (cloudomation 7), and values of the schedule's own. */
function inputOf(records: Records, record: FlowRecord, read: ScheduleRecord): JsonText | undefined {
  const ids = references(read).map(([type, reference]) => [`${type}_id`, find(records, type, reference, record)?.id] as const);
  if (ids.some(([, id]) => id === undefined)) return undefined;
  const given = new Map<string, string | undefined>(ids);
  const own = membersOf(record.text);
  return objectOf([
    ['schedule_id', JSON.stringify(record.id)],
    ...['flow_id', 'setting_id', 'scheduler_id'].map((name): [string, JsonText] => [name, JSON.stringify(given.get(name) ?? null)]),
    ...['input_value', 'value'].flatMap((name): [string, JsonText][] => {
      const text = own?.get(name);
      return text === undefined ? [] : [[name, text]];
    }),
  ]);
}

function references({ flow, setting, scheduler }: ScheduleRecord): [RecordType, Reference][] {
  const all: [RecordType, Reference | undefined][] = [['flow', flow], ['setting', setting], ['scheduler', scheduler]];
  return all.flatMap(([type, reference]) => (reference ? [[type, reference]] : []));
}

function find(records: Records, type: RecordType, reference: Reference, { place }: FlowRecord): FlowRecord | undefined {
  return records.find({ type, ...reference, allow_normal: true, allow_deleted: false }, place);
}
