import { resolve } from 'node:path';
import { startRequestOf } from '../service/local/startRequest.ts';
import type { DebuggableService } from '../service/service.ts';
import type { Launch } from './launch.ts';

/** Launches programs from this machine's files; relative paths start at the working directory of the process. */
export function fileLauncher(service: Pick<DebuggableService, 'debug'>): Launch {
  return async ({ program, input, mocks, options }) => {
    const request = await startRequestOf({
      program: resolve(program),
      input: input?.kind === 'file' ? { kind: 'file', path: resolve(input.path) } : input,
      mocks: mocks === undefined ? undefined : resolve(mocks),
      options,
    });
    return await service.debug(request);
  };
}
