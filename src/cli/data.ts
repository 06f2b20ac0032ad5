import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { InterpreterChoice } from '../flow/host/interpreter.ts';
import { openLocalService, openTransientService, type LocalExecutionService } from '../service/local/localService.ts';
import { ServiceError } from '../service/service.ts';
import type { Arguments } from './arguments.ts';
import { printable, type Terminal } from './terminal.ts';

/** Where executions are kept: `--data`, `$STEPTHROUGH_DATA`, else the platform's folder for a user's data. */
export function dataFolder(given: string | undefined, environment: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform, home = homedir()): string {
  const chosen = given ?? environment['STEPTHROUGH_DATA'];
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  if (platform === 'win32') return join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'stepthrough');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'stepthrough');
  const data = environment['XDG_DATA_HOME'] ?? '';
  return join(data.startsWith('/') ? data : join(home, '.local', 'share'), 'stepthrough');
}

/** The Python for flows, where the environment names one. */
export function pythonChoice(environment: NodeJS.ProcessEnv = process.env): InterpreterChoice | undefined {
  const path = environment['STEPTHROUGH_PYTHON'] ?? '';
  return path === '' ? undefined : { path, from: 'the variable STEPTHROUGH_PYTHON' };
}

/**
 * Opens the service of the chosen folder; what the user should know is noted. Where nobody chose a folder and the
 * usual one cannot be used, executions run without being kept. Throws `ServiceError`.
 */
export function openData(options: Arguments, terminal: Terminal, seed?: number): LocalExecutionService {
  const notice = (message: string): void => terminal.note(`stepthrough: ${printable(message)}\n`);
  const python = pythonChoice();
  const engine = { notice, python: (): InterpreterChoice | undefined => python, workspace: (): readonly string[] => [process.cwd()], seed: (): number | undefined => seed };
  const given = options.value('data');
  try {
    return openLocalService(dataFolder(given), engine);
  } catch (error) {
    if (!(error instanceof ServiceError) || given !== undefined || (process.env['STEPTHROUGH_DATA'] ?? '') !== '') throw error;
    notice(`${error.message} Executions are not kept; --data names another folder.`);
    return openTransientService(engine);
  }
}
