import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { serving, type Serving } from './serving.ts';

const echo = 'main:\n  params: [args]\n  steps:\n    - end:\n        return: ${args}\n';

/** The status of a request whose headers fetch would not send. */
async function status(api: Serving, headers: Readonly<Record<string, string>>, body?: readonly string[]): Promise<number | undefined> {
  const call = request(`${api.server.origin}/v1/projects/p/locations/l/workflows${body ? '?workflowId=a' : ''}`, { method: body ? 'POST' : 'GET', headers });
  call.on('error', () => undefined);
  for (const part of body ?? []) call.write(part);
  call.end();
  const [response] = (await once(call, 'response')) as [{ statusCode?: number; resume(): void }];
  response.resume();
  return response.statusCode;
}

describe('the server', () => {
  describe('protects itself', () => {
    const api = serving(() => ({ limits: { requestTime: 300 } }));
    const port = () => new URL(api().server.origin).port;

    for (const [what, host] of [
      ['a foreign name', () => 'evil.example'],
      ['a foreign name with the right port', () => `evil.example:${port()}`],
      ['another port', () => '127.0.0.1:1'],
    ] as const) {
      it(`refuses a Host of ${what}`, async () => assert.equal(await status(api(), { Host: host() }), 403));
    }

    for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example', 'vscode-webview://x']) {
      it(`refuses the Origin ${origin}`, async () => assert.equal(await status(api(), { Origin: origin }), 403));
    }

    for (const headers of [{}, { Origin: 'http://localhost:3000' }]) {
      it(`takes ${JSON.stringify(headers)}`, async () => assert.equal(await status(api(), { Host: `localhost:${port()}`, ...headers }), 200));
    }

    it('refuses a body over 1 MB that was announced', async () => assert.equal(await status(api(), { 'Content-Length': String(2 * 1024 * 1024) }, ['{']), 413));

    it('refuses a body over 1 MB that was not announced', async () => assert.equal(await status(api(), { 'Transfer-Encoding': 'chunked' }, Array.from({ length: 20 }, () => 'x'.repeat(100_000))), 413));

    it('lets go of who sends too slowly', async () => {
      const socket = connect(Number(port()), '127.0.0.1');
      socket.write(`POST /v1/projects/p/locations/l/workflows?workflowId=a HTTP/1.1\r\nHost: 127.0.0.1:${port()}\r\nContent-Length: 100\r\n\r\n{`);
      let answer = '';
      socket.on('data', (part: Buffer) => (answer += part.toString()));
      await once(socket, 'close');
      assert.match(answer, /^HTTP\/1\.1 408 /);
    });

    it('goes on after a request that breaks off', async () => {
      const socket = connect(Number(port()), '127.0.0.1');
      await new Promise<void>((resolve) => socket.write(`POST /v1/projects/p/locations/l/workflows?workflowId=a HTTP/1.1\r\nHost: 127.0.0.1:${port()}\r\nContent-Length: 100\r\n\r\n{`, () => resolve()));
      socket.resetAndDestroy();
      await api().deploy('echo', echo);
      assert.equal((await api().run('echo', { argument: '1' }))['result'], '1');
      assert.deepEqual(api().notices, []);
    });

    it('keeps keys of objects apart from prototypes', async () => {
      await api().deploy('echo', echo);
      const { status: refused, json } = await api().call('POST', 'workflows/echo/executions', '{"__proto__": {"argument": "1"}}');
      assert.equal(refused, 400);
      assert.match(json['error']!['message']!, /no field "__proto__"/);
      assert.equal((await api().call('POST', 'workflows/echo/executions', '{"labels": {"__proto__": "x"}}')).status, 400);
    });

    it('answers many at once', async () => {
      await api().deploy('echo', echo);
      const results = await Promise.all(Array.from({ length: 200 }, (_, i) => api().run('echo', { argument: String(i) })));
      assert.deepEqual(results.map(({ result }) => Number(result)), Array.from({ length: 200 }, (_, i) => i));
    });
  });

  describe('with a token', () => {
    const api = serving(() => ({ token: 'secret' }));

    for (const [headers, expected] of [
      [{}, 401],
      [{ Authorization: 'Bearer wrong' }, 401],
      [{ Authorization: 'secret' }, 401],
      [{ Authorization: 'Bearer secret' }, 200],
    ] as const) {
      it(`answers ${JSON.stringify(headers)} with ${expected}`, async () => {
        const { status: answered, json } = await api().call('GET', 'workflows', undefined, headers);
        assert.equal(answered, expected);
        if (expected === 401) assert.equal(json['error']!['status'], 'UNAUTHENTICATED');
      });
    }
  });
});
