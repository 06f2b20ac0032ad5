import { resolve } from 'node:path';
import { FileRefused, dataLimit, decode } from '../engine/textFile.ts';
import { toSnakeCase } from '../execution/codec.ts';
import { LaunchRefused, type StartRequest } from '../execution/launch.ts';
import { checkFields, checkOptions, optionsOf } from '../execution/options.ts';
import { settingEntry } from '../execution/settingText.ts';
import type { ExecutionOptions } from '../execution/record.ts';
import { startRequestOf, type LaunchFiles } from '../service/local/startRequest.ts';
import type { MapEntry, MapNode } from '../source/data.ts';
import { LineMap } from '../source/text.ts';
import { parseArguments, type Arguments } from './arguments.ts';
import { PreparedAnswers, readAnswers } from './answers.ts';
import { openData } from './data.ts';
import { printEnd, runToEnd } from './following.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage.ts';

/** `stepthrough run`. */
export async function run(raw: readonly string[], terminal: Terminal): Promise<number> {
  const options = parseArguments(raw, { values: ['input', 'argument', 'mocks', 'answers', 'data', 'seed'], many: ['set'], flags: ['json'] });
  const request = await readRequest(options);
  const answers = options.value('answers');
  const prepared = new PreparedAnswers(answers === undefined ? [] : await readAnswers(answers));
  const service = openData(options, terminal, readSeed(options.value('seed')));
  try {
    const execution = await runToEnd(service, await service.prepare(request), prepared, options.flag('json') ? undefined : terminal, terminal);
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
  const other = keys.find((key) => ownOptions.has(key));
  if (other !== undefined) throw new UsageError(`--set: ${other} is given by ${ownOptions.get(other)!}.`);
  const map = (chosen: readonly MapEntry[]): MapNode => ({ kind: 'map', entries: chosen, range: { start: 0, end: 0 }, flow: true });
  const { options, problems } = checkOptions(map(entries.filter(({ key }) => key !== 'type')));
  // Whether a Python file is a flow or a script only the command says where there is no execution file.
  const typed = checkFields(map(entries.filter(({ key }) => key === 'type')), 'file');
  const all = [...problems, ...typed.problems];
  if (all.length > 0) throw new UsageError(`--set: ${all.map(({ message }) => message).join(' ')}`);
  return { ...options, ...optionsOf(typed.values) };
}

/** Fields that the command has options of its own for. */
const ownOptions: ReadonlyMap<string, string> = new Map([
  ['program', 'PROGRAM'],
  ['argument', '--argument or --input'],
  ['input_value', '--argument or --input'],
  ['input', '--input'],
  ['mocks', '--mocks'],
]);
