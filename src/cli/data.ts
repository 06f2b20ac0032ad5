import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { openLocalService, type LocalExecutionService } from '../service/local/localService.ts';
import type { Arguments } from './arguments.ts';
import type { Terminal } from './terminal.ts';

/** Where executions are kept: `--data`, `$STEPTHROUGH_DATA`, else the platform's folder for a user's data. */
export function dataFolder(given: string | undefined, environment: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform, home = homedir()): string {
  const chosen = given ?? environment['STEPTHROUGH_DATA'];
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  if (platform === 'win32') return join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'stepthrough');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'stepthrough');
  const data = environment['XDG_DATA_HOME'] ?? '';
  return join(data.startsWith('/') ? data : join(home, '.local', 'share'), 'stepthrough');
}

/** Opens the service of the chosen folder; what the user should know is noted. Throws `ServiceError`. */
export function openData(options: Arguments, terminal: Terminal): LocalExecutionService {
  return openLocalService(dataFolder(options.value('data')), { notice: (message) => terminal.note(`stepthrough: ${message}\n`) });
}
