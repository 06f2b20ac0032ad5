import { resolve } from 'node:path';
import { FileRefused, dataLimit, decode } from '../engine/textFile.ts';
import { toSnakeCase } from '../execution/codec.ts';
import { durationBetween } from '../execution/duration.ts';
import { LaunchRefused, type StartRequest } from '../execution/launch.ts';
import { errorSeverities, type LogEntry } from '../execution/listing.ts';
import { checkOptions } from '../execution/options.ts';
import { settingEntry } from '../execution/settingText.ts';
import { prettyJson } from '../execution/prettyJson.ts';
import type { Execution, ExecutionOptions } from '../execution/record.ts';
import type { LocalExecutionService } from '../service/local/localService.ts';
import { startRequestOf, type LaunchFiles } from '../service/local/startRequest.ts';
import type { MapEntry } from '../source/data.ts';
import { LineMap } from '../source/text.ts';
import { parseArguments, type Arguments } from './arguments.ts';
import { PreparedAnswers, readAnswers } from './answers.ts';
import { openData } from './data.ts';
import { MessageAnswering, terminalAsk } from './messages.ts';
import { problemText } from './problemText.ts';
import { printable, type Terminal } from './terminal.ts';
import { UsageError } from './usage.ts';

/** `stepthrough run`. */
export async function run(raw: readonly string[], terminal: Terminal): Promise<number> {
  const options = parseArguments(raw, { values: ['input', 'argument', 'mocks', 'answers', 'data', 'seed'], many: ['set'], flags: ['json'] });
  const request = await readRequest(options);
  const answers = options.value('answers');
  const prepared = new PreparedAnswers(answers === undefined ? [] : await readAnswers(answers));
  const service = openData(options, terminal, readSeed(options.value('seed')));
  try {
    const execution = await runToEnd(service, request, prepared, options.flag('json') ? undefined : terminal, terminal);
    if (options.flag('json')) terminal.out(`${toSnakeCase(execution)}\n`);
    else printEnd(execution, terminal);
    return execution.state === 'SUCCEEDED' ? 0 : 1;
  } finally {
    await service.dispose();
  }
}

/** Throws `UsageError`. */
function readSeed(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--seed takes a whole number of at most 9 digits; found ${JSON.stringify(text)}.`);
  return Number(text);
}

async function readRequest(options: Arguments): Promise<StartRequest> {
  const [program, ...others] = options.positional;
  if (program === undefined) throw new UsageError('run needs a PROGRAM: a workflow, a flow or an execution file.');
  if (others.length > 0) throw new UsageError(`run takes one PROGRAM; found ${options.positional.join(' and ')}.`);
  const input = options.value('input');
  const argument = options.value('argument');
  if (input !== undefined && argument !== undefined) throw new UsageError('--input and --argument both give the input; use one of them.');
  const mocks = options.value('mocks');
  const launch: LaunchFiles = { program: resolve(program), options: readSettings(options.all('set')), mocks: mocks === undefined ? undefined : resolve(mocks) };
  if (argument !== undefined) return startRequestOf({ ...launch, input: { kind: 'json', json: argument } });
  if (input === undefined) return startRequestOf(launch);
  if (input !== '-') return startRequestOf({ ...launch, input: { kind: 'file', path: resolve(input) } });
  const text = await readStandardInput();
  // YAML, since JSON is nearly always YAML too; errors name the place by this word.
  return { ...(await startRequestOf(launch)), input: { json: text, file: { path: '<standard input>', text } } };
}

async function readStandardInput(): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of process.stdin as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > dataLimit.bytes) throw refusedInput(`${dataLimit.what} may have at most ${dataLimit.bytes / 1024} KB.`);
    parts.push(part);
  }
  try {
    return decode('<standard input>', Buffer.concat(parts));
  } catch (error) {
    if (error instanceof FileRefused) throw refusedInput(error.reason);
    throw error;
  }
}

function refusedInput(message: string): LaunchRefused {
  return new LaunchRefused(`The standard input cannot be used: ${message}`, '', new LineMap(''), []);
}

/** `--set field=value`: texts as they are, anything else as YAML. Throws `UsageError`. */
function readSettings(settings: readonly string[]): ExecutionOptions {
  const entries = settings.map((setting): MapEntry => {
    const [, key, text] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
    if (key === undefined || text === undefined) throw new UsageError(`--set takes FIELD=VALUE; found ${JSON.stringify(setting)}.`);
    return settingEntry(key, text);
  });
  const keys = entries.map(({ key }) => key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw new UsageError(`--set gives ${twice} twice.`);
  const { options, problems } = checkOptions({ kind: 'map', entries, range: { start: 0, end: 0 }, flow: true });
  if (problems.length > 0) throw new UsageError(`--set: ${problems.map(({ message }) => message).join(' ')}`);
  return options;
}

/** Milliseconds between two updates of the live line. */
const liveTime = 100;

/** `watcher` is shown steps and logs while it runs. */
async function runToEnd(service: LocalExecutionService, request: StartRequest, prepared: PreparedAnswers, watcher: Terminal | undefined, terminal: Terminal): Promise<Execution> {
  const started = await service.prepare(request);
  const { id } = started.execution;
  const told = new Set<string>();
  const watch = service.watch((change) => {
    if (change.kind === 'logged' && change.id === id) watcher?.note(logText(change.entry, terminal));
    if (change.kind === 'updated') noteCallbacks(service, change.execution, told, terminal);
  });
  const answering = new MessageAnswering(service, prepared, terminal, terminalAsk());
  const live = watcher && setInterval(() => !answering.isAsking && watcher.live(liveText(started.host.currentSteps(), started.execution)), liveTime);
  let giveUp: () => void = () => undefined;
  const interrupted = new Promise<void>((resolve) => (giveUp = resolve));
  const interrupt = cancelOnInterrupt(() => {
    service.engine.cancelAll();
    giveUp();
  }, terminal);
  // Waiting for something that has no timer or socket, the process must not end by itself.
  const alive = setInterval(() => undefined, 60_000);
  try {
    started.begin();
    const ended = await started.ended;
    // Children that nobody waited for go on; without this process they could not.
    const { living } = service.engine;
    if (living > 0) terminal.note(`Waiting for ${living} execution${living === 1 ? '' : 's'} that it started; Ctrl+C cancels.\n`);
    await Promise.race([service.idle(), interrupted]);
    return ended;
  } finally {
    clearInterval(alive);
    clearInterval(live);
    interrupt.dispose();
    answering.dispose();
    watch.dispose();
  }
}

/** Says, once each, which addresses an execution waits to be called at; a program that reads JSON must learn them too. */
function noteCallbacks(service: LocalExecutionService, { id, name }: Execution, told: Set<string>, terminal: Terminal): void {
  for (const { url, method, waiters } of service.callbacks(id)) {
    if (waiters === 0 || told.has(url)) continue;
    told.add(url);
    terminal.note(`${printable(name)} waits for a call: ${method} ${url}\n`);
  }
}

/** The first Ctrl+C cancels; a second one ends the process at once. */
function cancelOnInterrupt(cancel: () => void, terminal: Terminal): { dispose(): void } {
  let asked = false;
  const handle = (): void => {
    if (asked) process.exit(130);
    asked = true;
    terminal.note('Cancelling…\n');
    cancel();
  };
  process.on('SIGINT', handle);
  return { dispose: () => void process.off('SIGINT', handle) };
}

function liveText(steps: Execution['current_steps'], execution: Execution): string {
  const { state, scheduled_for } = execution;
  if (state === 'QUEUED') return scheduled_for === undefined ? 'waits for its turn' : `waits until ${scheduled_for}`;
  const since = execution.start_time ?? execution.create_time;
  const seconds = ((Date.now() - Date.parse(since)) / 1000).toFixed(1);
  // Steps of a workflow belong to routines, lines of a flow to functions.
  const isFlow = execution.type !== 'WORKFLOW';
  const names = steps.map(({ routine, step }) => (isFlow ? `${step} in ${routine}` : routine === 'main' ? step : `${routine}.${step}`));
  return `${seconds}s  ${printable(names.join(', ')).replaceAll('\n', ' ')}`;
}

function logText(entry: LogEntry, terminal: Terminal): string {
  const time = new Date(entry.time).toTimeString().slice(0, 8);
  const severity = entry.severity === 'DEFAULT' ? '' : `${terminal.paint(entry.severity, errorSeverities.has(entry.severity) ? 'red' : 'yellow')} `;
  return `${terminal.paint(time, 'gray')} ${severity}${printable(entry.text ?? entry.json ?? '')}\n`;
}

function printEnd(execution: Execution, terminal: Terminal): void {
  const { state, start_time, end_time, error, output_value } = execution;
  const took = start_time !== undefined && end_time !== undefined ? ` in ${durationBetween(start_time, end_time)}` : '';
  if (error && state === 'FAILED') terminal.note(`${printable(error.context)}\n${failedPlace(execution, terminal)}`);
  terminal.note(`${terminal.paint(state, state === 'SUCCEEDED' ? 'green' : 'red')}${took}  ${printable(execution.name)}\n`);
  if (state === 'SUCCEEDED' && output_value !== undefined) terminal.out(`${prettyJson(output_value)}\n`);
}

/** The source line of the step that failed. */
function failedPlace({ error, program, script }: Execution, terminal: Terminal): string {
  const element = error?.stack_trace.elements[0];
  if (!element) return '';
  const lines = new LineMap(script);
  const start = lines.offset(element.position);
  const text = problemText({ file: program, lines, problems: [{ code: 'failed', severity: 'error', message: `failed here: ${element.step}`, range: { start, end: lines.lineRange(element.position.line).end } }] }, terminal);
  return text.replace(' [failed]', '');
}
