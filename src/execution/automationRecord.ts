import { describe, type DataNode, type MapNode } from '../source/data.ts';
import type { Problem } from '../source/problem.ts';
import { readCron, type CronRule } from './cronFields.ts';
import { checkTable, type CheckedField } from './options.ts';
import { recordKind } from './recordTypes.ts';
import { readCallRule, type CallRule } from './webhookFields.ts';

/** A record that another one names. */
export interface Reference {
  readonly select: string;
  readonly by: 'id' | 'name';
}

interface AutomationRecord {
  /** Unless it says `is_enabled: false`. */
  readonly enabled: boolean;
  readonly isProductive: boolean;
  readonly flow: Reference | undefined;
  /** In the order of the text. */
  readonly problems: readonly Problem[];
}

/** A schedule as a record: its scheduler decides when (cloudomation 7), or a cron pattern, as here. */
export interface ScheduleRecord extends AutomationRecord {
  readonly cron: CronRule | undefined;
  readonly scheduler: Reference | undefined;
  readonly setting: Reference | undefined;
}

export interface WebhookRecord extends AutomationRecord {
  readonly rule: CallRule | undefined;
}

export const hookEvents = ['on_create', 'on_update', 'on_delete'] as const;
export type HookEvent = (typeof hookEvents)[number];

/** An object template: the flows that are started when objects of it come, change and go (cloudomation 7). */
export interface TemplateRecord {
  readonly hooks: ReadonlyMap<HookEvent, readonly Reference[]>;
  readonly problems: readonly Problem[];
}

export function readScheduleRecord(map: MapNode): ScheduleRecord {
  const { values, problems } = checked(map, 'schedule');
  const { rule: cron, problem } = readCron(values, 'resource');
  if (problem) problems.push(problem);
  const scheduler = referenceOf(values, 'scheduler');
  const flow = referenceOf(values, 'flow');
  const enabled = values.get('is_enabled');
  const pattern = values.get('cron');
  if (pattern && scheduler) problems.push(wrong('resource/two-schedulers', 'A schedule has cron or a scheduler, which decides itself when: give one of them.', pattern.entry.keyNode));
  if (enabled?.value === true && !pattern && !scheduler) problems.push(wrong('resource/starts-nothing', 'This schedule starts nothing: give cron, or scheduler_name.', enabled.entry.keyNode, 'warning'));
  else if (enabled?.value === true && pattern && !flow) problems.push(wrong('resource/starts-nothing', 'This schedule starts nothing: give flow_name.', enabled.entry.keyNode, 'warning'));
  return { enabled: enabled?.value !== false, isProductive: values.get('is_productive')?.value === true, flow, scheduler, setting: referenceOf(values, 'setting'), cron, problems };
}

export function readWebhookRecord(map: MapNode): WebhookRecord {
  const { values, problems } = checked(map, 'webhook');
  const { rule, problem } = readCallRule(values, 'resource');
  if (problem) problems.push(problem);
  const flow = referenceOf(values, 'flow');
  const enabled = values.get('is_enabled');
  if (enabled?.value === true && !flow) problems.push(wrong('resource/starts-nothing', 'This webhook starts nothing: give flow_name.', enabled.entry.keyNode, 'warning'));
  return { enabled: enabled?.value !== false, isProductive: values.get('is_productive')?.value === true, flow, rule, problems };
}

export function readTemplateRecord(map: MapNode): TemplateRecord {
  const { values, problems } = checked(map, 'object_template');
  const hooks = new Map<HookEvent, readonly Reference[]>();
  for (const event of hookEvents) {
    const given = values.get(event)?.entry.value;
    if (!given) continue;
    const flows = (given.kind === 'list' ? given.items : [given]).map((item) => hookOf(item) ?? item);
    const bad = flows.find((flow): flow is DataNode => 'kind' in flow);
    if (bad) problems.push(wrong('resource/hook', `${event} takes the name or id of a flow, a map with flow_name or flow_id, or a list of these; found ${describe(bad)}.`, bad));
    hooks.set(event, flows.filter((flow): flow is Reference => !('kind' in flow)));
  }
  return { hooks, problems };
}

/** The template of a custom object. */
export function templateOfObject(map: MapNode): Reference | undefined {
  return referenceOf(checked(map, 'custom_object').values, 'object_template');
}

/** The record that `name` of fields refers to: `flow_name`, or `flow_id`, in whose place exports may have the other record's fields (cloudomation 6). */
function referenceOf(values: ReadonlyMap<string, CheckedField>, name: string): Reference | undefined {
  const byName = values.get(`${name}_name`);
  if (byName) return { select: byName.value as string, by: 'name' };
  return idOrFields(values.get(`${name}_id`)?.entry.value);
}

function idOrFields(node: DataNode | undefined): Reference | undefined {
  const text = textOf(node);
  if (text !== undefined) return { select: text, by: 'id' };
  if (node?.kind !== 'map') return undefined;
  const member = (key: string): string | undefined => textOf(node.entries.find((one) => one.key === key)?.value);
  const name = member('name');
  const id = member('id');
  return name !== undefined ? { select: name, by: 'name' } : id !== undefined ? { select: id, by: 'id' } : undefined;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function hookOf(node: DataNode): Reference | undefined {
  const text = textOf(node);
  if (text !== undefined) return { select: text, by: uuid.test(text) ? 'id' : 'name' };
  if (node.kind !== 'map') return undefined;
  const member = (key: string): DataNode | undefined => node.entries.find((one) => one.key === key)?.value;
  const name = textOf(member('flow_name'));
  return name !== undefined ? { select: name, by: 'name' } : idOrFields(member('flow_id') ?? node);
}

function textOf(node: DataNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' && node.value.trim() !== '' ? node.value.trim() : undefined;
}

/** Only what is of the type: exports have more, and of an entry without a value nothing is said. */
function checked(map: MapNode, type: 'schedule' | 'webhook' | 'object_template' | 'custom_object'): { values: ReadonlyMap<string, CheckedField>; problems: Problem[] } {
  const { table, fields } = recordKind(type)!;
  const entries = map.entries.filter(({ key, value }) => fields.includes(key) && !(value.kind === 'scalar' && value.value === null));
  const { values, problems } = checkTable({ ...map, entries }, table, `a ${type}`);
  return { values, problems: [...problems] };
}

function wrong(code: string, message: string, { range }: DataNode, severity: Problem['severity'] = 'error'): Problem {
  return { code, severity, message, range };
}
