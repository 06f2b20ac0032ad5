import { readFile } from 'node:fs/promises';
import type { Debuggee } from '../../../src/debuggee/debuggee.ts';
import { createSession } from '../../../src/debug/session.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { MemoryStore } from '../../../src/engine/memoryStore.ts';
import { LocalExecutionService } from '../../../src/service/local/localService.ts';
import { startRequestOf } from '../../../src/service/local/startRequest.ts';
import { Client, inline } from './client.ts';

/** A session over a real engine that keeps nothing. */
export interface TestSession {
  readonly client: Client;
  readonly engine: Engine;
  readonly service: LocalExecutionService;
  close(): Promise<void>;
}

export function openSession(adapt: (debuggee: Debuggee) => Debuggee = (debuggee) => debuggee): TestSession {
  const engine = new Engine({ store: new MemoryStore() });
  const service = new LocalExecutionService(engine);
  const connection = createSession({
    launch: async (request) => ({ debuggee: adapt((await service.debug(await startRequestOf(request))).debuggee) }),
    attach: async ({ execution }) => ({ debuggee: adapt((await service.attach(execution)).debuggee) }),
    readText: readFixture,
  });
  return {
    client: new Client(inline(connection)),
    engine,
    service,
    async close() {
      connection.dispose();
      await engine.close();
    },
  };
}

/** A test whose whole outcome is its golden transcript. */
export function transcript(name: string, talk: (client: Client, session: TestSession) => Promise<void>, adapt?: (debuggee: Debuggee) => Debuggee): void {
  it(name, async () => {
    const session = openSession(adapt);
    try {
      await talk(session.client, session);
    } finally {
      await session.close();
    }
    session.client.transcript.compare(name);
  });
}

async function readFixture(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
