import { toSnakeCase } from '../execution/codec.ts';
import type { Criterion } from '../execution/criterion.ts';
import { durationBetween } from '../execution/duration.ts';
import { prettyJson } from '../execution/prettyJson.ts';
import type { Execution } from '../execution/record.ts';
import { executionStates, isTerminal, type ExecutionState } from '../execution/state.ts';
import type { LocalExecutionService } from '../service/local/localService.ts';
import { readFilter } from '../service/filter.ts';
import { ServiceError } from '../service/service.ts';
import { parseArguments, type Arguments } from './arguments.ts';
import { openData } from './data.ts';
import { eventually } from './eventually.ts';
import { printHistory, printHistoryJson } from './history.ts';
import { shownPath } from './problemText.ts';
import { goBack, printSavepoints, savepointsJson } from './savepoints.ts';
import { printable, type Color, type Terminal } from './terminal.ts';
import { UsageError } from './usage.ts';

type Action = (service: LocalExecutionService, options: Arguments, terminal: Terminal) => Promise<number>;

const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['list', list],
  ['show', show],
  ['history', history],
  ['savepoints', savepoints],
  ['back', back],
  ['pause', (service, options, terminal) => hold(service, options, terminal, true)],
  ['resume', (service, options, terminal) => hold(service, options, terminal, false)],
  ['cancel', cancel],
  ['delete', remove],
  ['restore', restore],
]);

/** `stepthrough executions`. */
export async function executions(raw: readonly string[], terminal: Terminal): Promise<number> {
  const [name = '', ...rest] = raw;
  const action = actions.get(name);
  if (!action) throw new UsageError(`executions needs one of ${[...actions.keys()].join(', ')}${name === '' ? '' : `; found ${JSON.stringify(name)}`}.`);
  const listing = name === 'list';
  const options = parseArguments(rest, { values: ['data', ...(listing ? ['limit', 'filter'] : []), ...(name === 'back' ? ['answers'] : [])], many: listing ? ['state'] : [], flags: listing ? ['json', 'deleted'] : ['json'] });
  const service = openData(options, terminal);
  // What this Node cannot keep, no command can show; opening has said what is needed.
  if (!service.durable) return 2;
  try {
    return await action(service, options, terminal);
  } finally {
    await service.dispose();
  }
}

const defaultLimit = 50;

async function list(service: LocalExecutionService, options: Arguments, terminal: Terminal): Promise<number> {
  if (options.positional.length > 0) throw new UsageError(`executions list takes no ${JSON.stringify(options.positional[0])}.`);
  const limit = Number(options.value('limit') ?? defaultLimit);
  if (!Number.isInteger(limit) || limit < 1) throw new UsageError(`--limit takes a number from 1; got ${JSON.stringify(options.value('limit'))}.`);
  const states = options.all('state').map(readState);
  const criterion = readFilterOption(options.value('filter'));
  const found: Execution[] = [];
  let pageToken: string | undefined;
  do {
    const page = await service.list({ pageSize: Math.min(limit - found.length, 500), pageToken, states: states.length > 0 ? states : undefined, criterion, deleted: options.flag('deleted') || undefined });
    found.push(...page.executions);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined && found.length < limit);
  if (options.flag('json')) {
    terminal.out(found.length === 0 ? '[]\n' : `[\n${found.map((execution) => toSnakeCase(execution)).join(',\n')}\n]\n`);
  } else if (found.length === 0) {
    const what = options.flag('deleted') ? 'deleted executions' : 'executions';
    terminal.note(criterion || states.length > 0 ? `No ${what} fit.\n` : `There are no ${what}.\n`);
  } else {
    terminal.out(table(found, terminal));
  }
  if (found.some(({ state }) => !isTerminal(state))) await noteFullStore(service, terminal);
  return 0;
}

/** What lives waits while nothing can be kept, and cannot say so in its record. */
async function noteFullStore(service: LocalExecutionService, terminal: Terminal): Promise<void> {
  try {
    await service.checkWritable();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    terminal.note(`stepthrough: ${printable(error.message)} What has not ended waits until it can be.\n`);
  }
}

/** Throws `UsageError`. */
function readFilterOption(text: string | undefined): Criterion | undefined {
  try {
    return text === undefined ? undefined : readFilter(text);
  } catch (error) {
    if (error instanceof ServiceError) throw new UsageError(`--${error.message}`);
    throw error;
  }
}

function readState(text: string): ExecutionState {
  const state = executionStates.find((candidate) => candidate === text.toUpperCase());
  if (state === undefined) throw new UsageError(`--state takes one of ${executionStates.join(', ')}; got ${JSON.stringify(text)}.`);
  return state;
}

function table(found: readonly Execution[], terminal: Terminal): string {
  const names = found.map(({ name }) => printable(name));
  const width = Math.max(...names.map((name) => name.length), 4);
  const rows = found.map((execution, index) => {
    const message = printable(execution.message).replaceAll('\n', ' ');
    const state = terminal.paint(execution.state.padEnd(11), stateColor(execution.state));
    const took = execution.start_time === undefined ? '' : durationBetween(execution.start_time, execution.end_time ?? new Date().toISOString());
    return `${execution.id.slice(0, 8)}  ${state}  ${execution.create_time}  ${took.padEnd(9)}  ${names[index]!.padEnd(width)}  ${message.slice(0, 80)}`.trimEnd();
  });
  return `${['ID      ', 'STATE      ', 'CREATED'.padEnd(24), 'DURATION ', 'NAME'.padEnd(width), 'MESSAGE'].join('  ')}\n${rows.join('\n')}\n`;
}

function stateColor(state: ExecutionState): Color {
  if (state === 'SUCCEEDED') return 'green';
  return state === 'FAILED' || state === 'UNAVAILABLE' ? 'red' : 'yellow';
}

async function show(service: LocalExecutionService, options: Arguments, terminal: Terminal): Promise<number> {
  const execution = named(service, one(options, 'show'));
  if (options.flag('json')) {
    terminal.out(`${toSnakeCase(execution)}\n`);
    return 0;
  }
  const steps = execution.current_steps.map(({ routine, step }) => `${routine}.${step}`).join(', ');
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['id', execution.id],
    ['name', execution.name],
    ['description', execution.description],
    ['program', execution.program === '' ? '' : shownPath(execution.program)],
    ['revision', execution.workflow_revision_id],
    ['type', execution.type],
    ['project', execution.project_name ?? execution.project_id],
    ['bundle', execution.bundle_name ?? execution.bundle_id],
    ['connector', execution.connector_name ?? execution.connector_type],
    ['wrapper', execution.wrapper_name],
    ['schedule', execution.schedule_name],
    ['webhook', execution.webhook_id],
    ['plugin', execution.plugin_action_id],
    ['roles', execution.roles.join(', ')],
    ['state', execution.state],
    ['created', execution.create_time],
    ['waits until', execution.scheduled_for],
    ['priority', execution.priority === 0 ? undefined : String(execution.priority)],
    ['started', execution.start_time],
    ['ended', execution.end_time],
    ['duration', execution.start_time !== undefined && execution.end_time !== undefined ? durationBetween(execution.start_time, execution.end_time) : undefined],
    ['steps', steps],
    ['labels', Object.entries(execution.labels).map(([key, value]) => `${key}=${value}`).join(', ')],
    ['argument', prettyJson(execution.input_value)],
    ['result', execution.output_value === undefined ? undefined : prettyJson(execution.output_value)],
    ['error', execution.error?.context ?? execution.state_error?.details],
  ];
  for (const [label, value] of lines) {
    if (value === undefined || value === '') continue;
    terminal.out(`${label.padEnd(12)} ${printable(value).replaceAll('\n', `\n${' '.repeat(13)}`)}\n`);
  }
  const logs = await service.logs(execution.id);
  if (logs.length > 0) terminal.out('\n');
  for (const entry of logs) terminal.out(`${entry.time}  ${entry.severity.padEnd(8)}  ${printable(entry.text ?? entry.json ?? '')}\n`);
  return 0;
}

async function history(service: LocalExecutionService, options: Arguments, terminal: Terminal): Promise<number> {
  const { id, name, script } = named(service, one(options, 'history'));
  const steps = await service.history(id);
  if (options.flag('json')) printHistoryJson(steps, terminal);
  else if (steps.entries.length === 0) terminal.note(`No steps were kept of ${printable(name)}.\n`);
  else printHistory(steps, script, terminal);
  return 0;
}

async function savepoints(service: LocalExecutionService, options: Arguments, terminal: Terminal): Promise<number> {
  const execution = named(service, one(options, 'savepoints'));
  const found = await service.savepoints(execution.id);
  if (options.flag('json')) terminal.out(savepointsJson(found));
  else if (found.length === 0) terminal.note(`${printable(execution.name)} has no savepoint: there is one after each answer to a call, as far as they are kept.\n`);
  else printSavepoints(execution, found, terminal);
  return 0;
}

function back(service: LocalExecutionService, options: Arguments, terminal: Terminal): Promise<number> {
  const [reference, savepoint, ...others] = options.positional;
  if (reference === undefined || savepoint === undefined || others.length > 0) throw new UsageError('executions back takes one ID and one NUMBER of its savepoints.');
  return goBack(service, named(service, reference), savepoint, options, terminal);
}

async function cancel(service: LocalExecutionService, options: Arguments, terminal: Terminal): Promise<number> {
  const { id } = named(service, one(options, 'cancel'));
  await service.cancel(id);
  const execution = await eventually(() => service.get(id), (now) => now === undefined || isTerminal(now.state));
  if (execution && options.flag('json')) terminal.out(`${toSnakeCase(execution)}\n`);
  else terminal.note(execution && isTerminal(execution.state) ? `${printable(execution.name)}: ${execution.state}\n` : `${printable(execution?.name ?? id)} has been asked to end.\n`);
  return 0;
}

/** Pauses or resumes; another process does it within a moment. */
async function hold(service: LocalExecutionService, options: Arguments, terminal: Terminal, pause: boolean): Promise<number> {
  const { id } = named(service, one(options, pause ? 'pause' : 'resume'));
  await (pause ? service.pause(id) : service.resume(id));
  const done = (execution: Execution | undefined): boolean => execution === undefined || (execution.state === 'PAUSED') === pause || isTerminal(execution.state);
  const execution = await eventually(() => service.get(id), done);
  if (execution && options.flag('json')) terminal.out(`${toSnakeCase(execution)}\n`);
  else terminal.note(`${printable(execution?.name ?? id)}: ${done(execution) ? (execution?.state ?? 'gone') : `has been asked to ${pause ? 'pause' : 'go on'}`}\n`);
  return 0;
}

async function restore(service: LocalExecutionService, options: Arguments, terminal: Terminal): Promise<number> {
  if (options.positional.length === 0) throw new UsageError('executions restore needs an ID.');
  const restored: Execution[] = [];
  for (const reference of options.positional) {
    const deleted = await service.findDeleted(reference);
    if (!deleted) throw new ServiceError(`There is no deleted execution ${JSON.stringify(reference)}.`);
    const execution = await service.restore(deleted.id);
    restored.push(execution);
    const renamed = execution.name === deleted.name ? '' : `, whose name ${printable(deleted.name)} is taken,`;
    if (!options.flag('json')) terminal.note(`Restored ${printable(execution.name)}${renamed}.\n`.replace(',.', '.'));
  }
  if (options.flag('json')) terminal.out(`[\n${restored.map((execution) => toSnakeCase(execution)).join(',\n')}\n]\n`);
  return 0;
}

async function remove(service: LocalExecutionService, options: Arguments, terminal: Terminal): Promise<number> {
  if (options.positional.length === 0) throw new UsageError('executions delete needs an ID.');
  const found = options.positional.map((reference) => named(service, reference));
  for (const { id, name } of found) {
    await service.delete(id);
    if (!options.flag('json')) terminal.note(`Deleted ${printable(name)}.\n`);
  }
  if (options.flag('json')) terminal.out(`${JSON.stringify(found.map(({ id }) => id))}\n`);
  return 0;
}

function one(options: Arguments, action: string): string {
  const [reference, ...others] = options.positional;
  if (reference === undefined || others.length > 0) throw new UsageError(`executions ${action} takes one ID.`);
  return reference;
}

function named(service: LocalExecutionService, reference: string): Execution {
  const execution = service.find(reference);
  if (!execution) throw new ServiceError(`There is no execution ${JSON.stringify(reference)}.`);
  return execution;
}
