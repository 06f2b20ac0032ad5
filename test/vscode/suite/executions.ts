import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionState } from '../../../src/execution/state.ts';
import { openLocalService, type LocalExecutionService } from '../../../src/service/local/localService.ts';
import type { StartRequest } from '../../../src/service/service.ts';

/** The local engine over a store of its own, for one test file. */
export interface OwnService {
  readonly service: LocalExecutionService;
  dispose(): Promise<void>;
}

export async function ownService(): Promise<OwnService> {
  const folder = await mkdtemp(path.join(tmpdir(), 'stepthrough-'));
  const service = openLocalService(folder);
  return {
    service,
    dispose: async () => {
      await service.dispose();
      await rm(folder, { recursive: true });
    },
  };
}

export function request(text: string, program = '/work/order.workflows.yaml'): StartRequest {
  return { program, text, input: undefined, options: {} };
}

/** Resolves when an execution is in a state; the extension host's test limit ends the waiting. */
export async function reached(service: LocalExecutionService, id: string, state: ExecutionState): Promise<void> {
  await until(async () => (await service.get(id))?.state === state);
}

export async function until(fulfilled: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await fulfilled())) await new Promise((resolve) => setTimeout(resolve, 20));
}
