import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Engine } from '../../../src/engine/engine.ts';
import { MemoryStore } from '../../../src/engine/memoryStore.ts';
import { request, runToEnd, until } from './launching.ts';

describe('a workflow and its surroundings', () => {
  let engine: Engine;
  let server: Server;
  let origin: string;
  beforeEach(async () => {
    engine = new Engine({ store: new MemoryStore() });
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    await engine.close();
    server.closeAllConnections();
    server.close();
  });

  const sleepUntil = (time: number): string => `- a:\n    call: sys.sleep_until\n    args: {time: "${new Date(time).toISOString()}"}\n`;
  const day = 86_400_000;

  it('sleeps until a time within a year, and not until a later one', async () => {
    const refused = await runToEnd(engine, request(sleepUntil(Date.now() + 366 * day)));
    assert.match(refused.message, /^ValueError: sys\.sleep_until: the time may be one year ahead at most; got \d{4}-/);
    assert.equal((await runToEnd(engine, request(sleepUntil(Date.now() - 5 * day)))).state, 'SUCCEEDED');
    const run = await engine.start(request(sleepUntil(Date.now() + 364 * day)));
    await until(() => run.execution.state === 'ACTIVE' && run.host.currentSteps()[0]?.step === 'a');
  });

  it('keeps as many calls in flight as concurrency_limit allows, all the time', async () => {
    const calls = 1000;
    const limit = 20;
    const held: ServerResponse[] = [];
    let arrived = 0;
    let most = 0;
    // Nothing is answered before the limit is reached: if the engine ever kept fewer calls in flight, all would stand still.
    server.on('request', (_, response) => {
      held.push(response);
      arrived++;
      most = Math.max(most, held.length);
      while (held.length > 0 && (held.length >= limit || arrived === calls)) held.shift()!.end();
    });
    const text = `- p:\n    parallel:\n      concurrency_limit: ${limit}\n      for:\n        value: i\n        range: [1, ${calls}]\n        steps:\n          - get:\n              call: http.get\n              args: {url: "${origin}"}\n`;
    const ended = await runToEnd(engine, request(text));
    assert.equal(ended.state, 'SUCCEEDED', ended.message);
    assert.deepEqual([arrived, most], [calls, limit]);
  });

  it('gives invalid UTF-8 of a server as replacement characters', async () => {
    server.on('request', ({ url }, response) => {
      response.setHeader('Content-Type', url === '/json' ? 'application/json' : 'text/plain; charset=utf-8');
      response.end(Buffer.from([0x22, 0x61, 0xff, 0xc3, 0x22]));
    });
    for (const [path, expected] of [['/json', '"a\ufffd\ufffd"'], ['/text', '"\\"a\ufffd\ufffd\\""']] as const) {
      const { output_value } = await runToEnd(engine, request(`- a:\n    call: http.get\n    args: {url: "${origin}${path}"}\n    result: r\n- end:\n    return: \${r.body}\n`));
      assert.equal(output_value, expected);
    }
  });

  it('sends nothing secret for auth, and takes a private service', async () => {
    const seen: string[] = [];
    server.on('request', ({ headers }, response) => {
      seen.push(headers.authorization ?? 'none');
      response.end();
    });
    for (const auth of ['{type: OIDC, audience: a}', '{type: OAuth2, scopes: [a]}']) {
      const ended = await runToEnd(engine, request(`- a:\n    call: http.get\n    args: {url: "${origin}", auth: ${auth}, private_service_name: projects/p/locations/l/namespaces/n/services/s}\n`));
      assert.equal(ended.state, 'SUCCEEDED', ended.message);
    }
    assert.deepEqual(seen, ['none', 'none']);
  });

  it('raises what a bad answer is, catchable by its tag', async () => {
    server.on('request', ({ url, socket }, response) => {
      if (url === '/reset') socket.destroy();
      else if (url === '/large') response.end(Buffer.alloc(3 * 1024 * 1024));
      else if (url === '/loop') response.writeHead(302, { Location: '/loop' }).end();
      else response.writeHead(503).end();
    });
    const call = (url: string, timeout: number): string => `    - try_${url.length}_${timeout}:\n        try:\n          call: http.post\n          args: {url: "${url}", timeout: ${timeout}}\n        except:\n          as: e\n          steps:\n            - keep:\n                assign: [{tags: "\${list.concat(tags, e.tags[0])}"}]\n`;
    const urls = [`${origin}/reset`, `${origin}/large`, `${origin}/loop`, `${origin}/503`, 'http://127.0.0.1:1/', 'http://no-such-host.invalid/'];
    const text = `main:\n  steps:\n    - init:\n        assign: [{tags: []}]\n${urls.map((url, i) => call(url, i + 1)).join('')}    - end:\n        return: \${tags}\n`;
    const { output_value, message } = await runToEnd(engine, request(text));
    assert.equal(output_value, '["ConnectionError","ResourceLimitError","ConnectionError","HttpError","ConnectionFailedError","ConnectionFailedError"]', message);
  });
});
