import { toSnakeCase } from '../execution/codec.ts';
import type { Execution } from '../execution/record.ts';
import type { Savepoint } from '../execution/savepoint.ts';
import { isTerminal } from '../execution/state.ts';
import type { LocalExecutionService } from '../service/local/localService.ts';
import { ServiceError } from '../service/service.ts';
import { PreparedAnswers, readAnswers } from './answers.ts';
import type { Arguments } from './arguments.ts';
import { eventually } from './eventually.ts';
import { printEnd, runToEnd } from './following.ts';
import { shownPath } from './problemText.ts';
import { printable, type Terminal } from './terminal.ts';

/** Prints savepoints, one a line, oldest first: what was called where. */
export function printSavepoints({ program }: Execution, savepoints: readonly Savepoint[], terminal: Terminal): void {
  const rows = savepoints.map(({ id, name, call, line, file, routine, time }) => [id, time, `${printable(shownPath(file ?? program))}:${line}`, printable(routine), printable(name === undefined ? call : `${call} ${name}`)]);
  const titles = ['NUMBER', 'TIME', 'PLACE', 'IN', 'AFTER'];
  const widths = titles.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  for (const row of [titles, ...rows]) terminal.out(`${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd()}\n`);
}

/** An array of number, name, call, line, file, routine and time. */
export function savepointsJson(savepoints: readonly Savepoint[]): string {
  const rows = savepoints.map(({ id, ...rest }) => JSON.stringify({ number: Number(id), ...rest }));
  return rows.length === 0 ? '[]\n' : `[\n${rows.join(',\n')}\n]\n`;
}

/**
 * Takes an execution back to a savepoint. One that lives goes on in its own process; from one that has ended a new
 * execution goes on here, to its end. Gives the exit code.
 */
export async function goBack(service: LocalExecutionService, execution: Execution, savepoint: string, options: Arguments, terminal: Terminal): Promise<number> {
  if (isTerminal(execution.state)) return goOnHere(service, execution, savepoint, options, terminal);
  const { id } = await service.goBackTo(execution.id, savepoint);
  const { isOpen, refusal } = await eventually(() => service.goBackRequest(id), (request) => !request.isOpen);
  if (refusal !== undefined) throw new ServiceError(`${execution.name} did not go back: ${refusal}`);
  const now = (await service.get(id)) ?? execution;
  if (options.flag('json')) terminal.out(`${toSnakeCase(now)}\n`);
  else terminal.note(isOpen ? `${printable(now.name)} has been asked to go back to savepoint ${savepoint}; the next process that runs it does.\n` : `${printable(now.name)} went back to savepoint ${savepoint}: ${now.state}\n`);
  return 0;
}

async function goOnHere(service: LocalExecutionService, ended: Execution, savepoint: string, options: Arguments, terminal: Terminal): Promise<number> {
  const answers = options.value('answers');
  const prepared = new PreparedAnswers(answers === undefined ? [] : await readAnswers(answers));
  const run = await service.prepareFrom(ended.id, savepoint);
  const execution = await runToEnd(service, run, prepared, options.flag('json') ? undefined : terminal, terminal);
  if (options.flag('json')) terminal.out(`${toSnakeCase(execution)}\n`);
  else printEnd(execution, terminal);
  return execution.state === 'SUCCEEDED' ? 0 : 1;
}
