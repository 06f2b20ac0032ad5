import { entry, type DataNode, type MapEntry, type MapNode } from '../source/data.ts';
import type { Problem } from '../source/problem.ts';
import { cronTable, readCron, type CronRule } from './cronFields.ts';
import { checkExecutionFile, type ExecutionFile } from './executionFile.ts';
import { field, findField, launchKeys, startInFile, type Field } from './fields.ts';
import { nearest } from './nearest.ts';
import { checkTable, type CheckedField } from './options.ts';
import { readCallRule, webhookTable, type WebhookRule } from './webhookFields.ts';

/** Executions at once, at most: as many as the service takes. */
const maximumConcurrency = 10_000;

const key = (name: string, type: Field['type'], documentation: string): Field => field(name, type, startInFile, documentation);

export const workspaceKeys: readonly Field[] = [
  key('concurrency', { kind: 'int', min: 1, max: maximumConcurrency }, 'How many executions may run at once; others wait as QUEUED. Without it 10,000.'),
  key('retention', { kind: 'structure' }, 'How long executions are kept.'),
  key('schedules', { kind: 'structure' }, 'Programs that are started by the clock, by the names of their schedules.'),
  key('webhooks', { kind: 'structure' }, 'Programs that are started by calls of `/webhook/NAME` of the local API server, by their names.'),
];

export const retentionKeys: readonly Field[] = [
  key('days', { kind: 'int', min: 0, max: 36_500 }, 'Executions that ended so many days ago are removed for good. Without it 90; 0 keeps them.'),
  key('executions', { kind: 'int', min: 0, max: 10_000_000 }, 'So many of the newest executions are kept, whatever their age; older ones that have ended are removed for good. Without it there is no limit.'),
  key('deleted_days', { kind: 'int', min: 0, max: 36_500 }, 'Deleted executions can be restored for so many days. Without it 30.'),
];

export const scheduleKeys: readonly Field[] = [...cronTable, key('enabled', { kind: 'bool' }, 'False lets it rest.')];

export const webhookKeys: readonly Field[] = [...webhookTable, key('enabled', { kind: 'bool' }, 'False refuses calls.')];

/** Fields of an execution that make no sense for one that is started again and again. */
export const singleUse: ReadonlyMap<string, string> = new Map([
  ['name', 'is unique, so a second execution could not have it'],
  ['scheduled_for', 'is one moment; use cron of a schedule'],
  ['track_in_git', 'belongs into an execution file'],
  ['commit', 'belongs into an execution file'],
  ['commit_message', 'belongs into an execution file'],
]);

/** What is started: like an execution file; paths are relative to the workspace file. */
export interface Automation {
  readonly name: string;
  readonly node: MapNode;
  readonly launch: ExecutionFile;
  readonly enabled: boolean;
}

export interface Schedule extends Automation, CronRule {}

export interface Webhook extends Automation, WebhookRule {}

export interface RetentionDays {
  readonly days: number | undefined;
  readonly executions: number | undefined;
  readonly deletedDays: number | undefined;
}

/** What was right; what was not is left out and told. */
export interface WorkspaceFile {
  readonly concurrency: number | undefined;
  readonly retention: RetentionDays;
  readonly schedules: readonly Schedule[];
  readonly webhooks: readonly Webhook[];
  readonly problems: readonly Problem[];
}

export const noWorkspaceFile: WorkspaceFile = { concurrency: undefined, retention: { days: undefined, executions: undefined, deletedDays: undefined }, schedules: [], webhooks: [], problems: [] };

/** Reads and checks the content of a `stepthrough.yaml`. Whether its paths exist is the caller's to see. */
export function checkWorkspaceFile(root: DataNode | undefined): WorkspaceFile {
  // An empty file, or one of comments alone, says nothing, and may.
  if (!root || (root.kind === 'scalar' && root.value === null)) return noWorkspaceFile;
  if (root.kind !== 'map') return { ...noWorkspaceFile, problems: [error('workspace/wrong-type', 'stepthrough.yaml is a map of concurrency, retention, schedules and webhooks.', root)] };
  const structures = ['retention', 'schedules', 'webhooks'];
  const { values, problems } = checkTable({ ...root, entries: root.entries.filter(({ key: name }) => !structures.includes(name)) }, workspaceKeys, 'stepthrough.yaml');
  const found = [...problems];
  return {
    concurrency: values.get('concurrency')?.value as number | undefined,
    retention: readRetention(entry(root, 'retention')?.value, found),
    schedules: readNamed(entry(root, 'schedules'), 'a schedule', found).flatMap((one) => readSchedule(one, found)),
    webhooks: readNamed(entry(root, 'webhooks'), 'a webhook', found).flatMap((one) => readWebhook(one, found)),
    problems: found,
  };
}

function readRetention(node: DataNode | undefined, problems: Problem[]): RetentionDays {
  if (!node || isNothing(node)) return noWorkspaceFile.retention;
  if (node.kind !== 'map') {
    problems.push(error('workspace/wrong-type', 'retention is a map of days, executions and deleted_days.', node));
    return noWorkspaceFile.retention;
  }
  const { values, problems: found } = checkTable(node, retentionKeys, 'retention');
  problems.push(...found);
  const number = (name: string): number | undefined => values.get(name)?.value as number | undefined;
  return { days: number('days'), executions: number('executions'), deletedDays: number('deleted_days') };
}

interface Named {
  readonly entry: MapEntry;
  readonly node: MapNode;
}

/** Names stand in addresses and in the tree. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

function readNamed(group: MapEntry | undefined, what: string, problems: Problem[]): Named[] {
  if (!group || isNothing(group.value)) return [];
  if (group.value.kind !== 'map') {
    problems.push(error('workspace/wrong-type', `${group.key} is a map of names, each with ${what}.`, group.value));
    return [];
  }
  return group.value.entries.flatMap((one) => {
    if (!namePattern.test(one.key)) {
      problems.push(error('workspace/bad-name', `The name of ${what} has 1 to 64 letters, digits, _, - and dots, and begins with a letter or digit; got ${JSON.stringify(one.key)}.`, one.keyNode));
    } else if (one.value.kind === 'map') {
      return [{ entry: one, node: one.value }];
    } else {
      problems.push(error('workspace/wrong-type', `${one.key} is ${what}: a map with program and more.`, one.value));
    }
    return [];
  });
}

function readSchedule({ entry: named, node }: Named, problems: Problem[]): Schedule[] {
  const read = readAutomation(named, node, scheduleKeys, 'a schedule', problems);
  if (!entry(node, 'cron')) problems.push(error('workspace/missing-key', `The schedule ${named.key} has no cron: add when it starts, such as cron: "0 9 * * *".`, named.keyNode));
  const { rule, problem } = readCron(read.own, 'workspace');
  if (problem) problems.push(problem);
  return rule && read.right ? [{ ...read.automation, ...rule }] : [];
}

function readWebhook({ entry: named, node }: Named, problems: Problem[]): Webhook[] {
  const read = readAutomation(named, node, webhookKeys, 'a webhook', problems);
  for (const name of ['input', 'input_value', 'argument']) {
    const given = entry(node, name);
    if (given) problems.push(error('workspace/webhook-input', `${name} cannot be given: the input of a webhook's execution is the call itself.`, given.keyNode));
  }
  const { rule, problem } = readCallRule(read.own, 'workspace');
  if (problem) problems.push(problem);
  return rule && read.right ? [{ ...read.automation, ...rule }] : [];
}

interface ReadAutomation {
  readonly automation: Automation;
  readonly own: ReadonlyMap<string, CheckedField>;
  /** Nothing in it is wrong. */
  readonly right: boolean;
}

/** What both have: keys of their own, and beside them those of an execution file. */
function readAutomation(named: MapEntry, node: MapNode, table: readonly Field[], what: string, problems: Problem[]): ReadAutomation {
  const ownNames = table.map(({ name }) => name);
  const isOwn = ({ key: name }: MapEntry): boolean => {
    const known = findField(name) !== undefined || launchKeys.some((launchKey) => launchKey.name === name);
    return ownNames.includes(name) || (!known && nearest(name, ownNames) !== undefined);
  };
  const { values, problems: ofOwn } = checkTable({ ...node, entries: node.entries.filter(isOwn) }, table, what);
  const single = node.entries.filter(({ key: name }) => singleUse.has(name));
  const rest: MapNode = { ...node, entries: node.entries.filter((one) => !isOwn(one) && !single.includes(one)) };
  const launch = checkExecutionFile(rest);
  const found = [
    ...ofOwn,
    ...single.map((one) => error('workspace/single-use', `${one.key} cannot be given for ${what}: it ${singleUse.get(one.key)!}.`, one.keyNode)),
    ...launch.problems.map((problem) =>
      problem.code === 'execution/missing-program' ? error('workspace/missing-key', `${named.key} names nothing to run: add program with the path of a workflow, flow or execution file.`, named.keyNode) : problem,
    ),
  ];
  problems.push(...found);
  return { automation: { name: named.key, node, launch, enabled: values.get('enabled')?.value !== false }, own: values, right: found.length === 0 };
}

function isNothing(node: DataNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function error(code: string, message: string, { range }: Pick<DataNode, 'range'>): Problem {
  return { code, severity: 'error', message, range };
}
