import assert from 'node:assert/strict';
import { join } from 'node:path';
import { startServer, type ApiServer } from '../../../src/server/server.ts';
import { request, until } from '../engine/launching.ts';
import { temporaryFolder } from '../engine/temporary.ts';

const awaiting = `
main:
  steps:
    - make:
        call: events.create_callback_endpoint
        args: {http_callback_method: POST}
        result: cb
    - hear:
        call: events.await_callback
        args: {callback: '\${cb}', timeout: 20}
        result: heard
    - done:
        return: '\${heard.http_request.body}'
`;

describe('a server that is started again', () => {
  const folder = temporaryFolder();
  let server: ApiServer | undefined;
  const start = async (port = 0): Promise<ApiServer> => (server = await startServer({ store: join(folder(), 'executions.db'), port, notice: (message) => assert.fail(message) }));
  afterEach(() => server?.close());

  it('goes on with executions, whose callbacks are called as before', async () => {
    const first = await start();
    const { id } = (await first.engine.start(request(awaiting))).execution;
    await until(() => first.engine.callbacks(id)[0]?.waiters === 1);
    const { url } = first.engine.callbacks(id)[0]!;
    assert.ok(url.startsWith(first.origin));
    await first.close();
    const { engine } = await start(Number(new URL(first.origin).port));
    await until(() => engine.callbacks(id)[0]?.waiters === 1);
    assert.equal((await fetch(url, { method: 'POST', body: 'again' })).status, 200);
    await until(() => engine.get(id)?.state === 'SUCCEEDED');
    assert.equal(engine.get(id)?.output_value, '"again"');
  });
});
