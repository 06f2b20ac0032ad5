import { resolve } from 'node:path';
import type { LaunchRequest, Launched } from '../debug/launch.ts';
import { serveStdio } from '../debug/stdio.ts';
import { nodeFiles } from '../engine/textFile.ts';
import type { LocalExecutionService } from '../service/local/localService.ts';
import { startRequestOf } from '../service/local/startRequest.ts';
import { parseArguments } from './arguments.ts';
import { openData } from './data.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage.ts';

/** `stepthrough dap`. */
export async function dap(raw: readonly string[], terminal: Terminal): Promise<number> {
  const options = parseArguments(raw, { values: ['data'] });
  if (options.positional.length > 0) throw new UsageError(`dap takes no ${JSON.stringify(options.positional[0])}.`);
  // Standard output belongs to the protocol; what there is to say goes to standard error.
  const service = openData(options, terminal);
  const running = new Set<Promise<unknown>>();
  await serveStdio({
    launch: (request) => launch(service, request, running),
    attach: ({ execution }) => service.attach(execution),
    readText: (path) => nodeFiles.readText(path),
  });
  // An execution that its debugger left running goes on to its end.
  await Promise.all(running);
  await service.dispose();
  return 0;
}

async function launch(service: LocalExecutionService, { program, input, mocks, options }: LaunchRequest, running: Set<Promise<unknown>>): Promise<Launched> {
  const request = await startRequestOf({
    program: resolve(program),
    input: input?.kind === 'file' ? { kind: 'file', path: resolve(input.path) } : input,
    mocks: mocks === undefined ? undefined : resolve(mocks),
    options,
  });
  const { execution, debuggee } = await service.debug(request);
  running.add(service.ended(execution.id));
  return { debuggee };
}
