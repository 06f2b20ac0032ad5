import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { Callbacks, type CallbackCall } from '../../../src/engine/effects/callbacks.ts';
import { CallbackServer } from '../../../src/engine/effects/callbackServer.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { MemoryStore } from '../../../src/engine/memoryStore.ts';
import type { Run } from '../../../src/engine/run.ts';
import { request, runToEnd, until, wait } from './launching.ts';

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

interface Reply {
  readonly code: number;
  readonly status: string | undefined;
}

/** Sends over a fresh connection with exactly these headers; `fetch` would not send a foreign Host. */
async function send(url: string, { method = 'POST', headers = {}, body }: Sent = {}): Promise<Reply> {
  const client = httpRequest(url, { method, headers, agent: false });
  client.end(body);
  const [response] = (await once(client, 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of response as AsyncIterable<Buffer>) text += part.toString();
  const status = text === '' ? undefined : (JSON.parse(text) as { error?: { status: string } }).error?.status;
  return { code: response.statusCode ?? 0, status };
}

const awaiting = (more = ''): string => `
- create:
    call: events.create_callback_endpoint
    args: {http_callback_method: POST}
    result: callback
- publish:
    call: sys.log
    args: {text: "\${callback.url}"}
${more}
- wait:
    call: events.await_callback
    args: {callback: "\${callback}", timeout: 60}
    result: received
- end:
    return: \${received}
`;

describe('a callback', () => {
  let engine: Engine;
  beforeEach(() => (engine = new Engine({ store: new MemoryStore() })));
  afterEach(() => engine.close());

  async function addressOf(run: Run): Promise<string> {
    await until(() => engine.callbacks(run.execution.id).some(({ url }) => url.startsWith('http')) && engine.logs(run.execution.id).length > 0);
    return engine.callbacks(run.execution.id)[0]!.url;
  }

  async function waitingAddress(run: Run): Promise<string> {
    await until(() => engine.callbacks(run.execution.id)[0]?.waiters === 1);
    return engine.callbacks(run.execution.id)[0]!.url;
  }

  it('has an address like that of the service, on this machine', async () => {
    const run = await engine.start(request(awaiting(), { program: '/w/order.workflows.yaml' }));
    const url = await addressOf(run);
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/v1\/projects\/0\/locations\/local\/workflows\/order\/executions\/[0-9a-f-]{36}\/callbacks\/[0-9a-f-]{36}$/);
    assert.ok(url.includes(run.execution.id));
  });

  it('gives the whole request to the workflow that waits', async () => {
    const run = await engine.start(request(awaiting()));
    const url = await waitingAddress(run);
    const sent = await send(`${url}?a=1&b=x%20y&b=z`, { headers: { 'Content-Type': 'application/json', 'X-One': '1' }, body: '{"n": 1, "d": 1.0}' });
    assert.deepEqual(sent, { code: 200, status: undefined });
    const { output_value } = await run.ended;
    const received = JSON.parse(output_value!) as { http_request: { headers: Record<string, string> }; received_time: string };
    assert.equal(received.http_request.headers['X-One'], '1');
    assert.deepEqual(
      { ...received, received_time: typeof Date.parse(received.received_time), http_request: { ...received.http_request, headers: {} } },
      { http_request: { body: { n: 1, d: 1 }, headers: {}, method: 'POST', query: { a: '1', b: ['x y', 'z'] }, url: new URL(url).pathname }, received_time: 'number', type: 'HTTP' },
    );
    assert.match(output_value!, /"body":\{"d":1\.0,"n":1\}/);
  });

  for (const [type, body, expected] of [
    ['text/plain', 'hällo', '"hällo"'],
    ['application/json', 'no json', '"no json"'],
    ['application/json', '', 'null'],
    ['application/octet-stream', '', 'null'],
  ] as const) {
    it(`has the body ${JSON.stringify(body)} of the type ${type} as ${expected}`, async () => {
      const run = await engine.start(request(awaiting().replace('${received}', '${received.http_request.body}')));
      await send(await waitingAddress(run), { headers: { 'Content-Type': type }, body });
      assert.equal((await run.ended).output_value, expected);
    });
  }

  it('has any other body as bytes', async () => {
    const run = await engine.start(request(awaiting().replace('${received}', '${base64.encode(received.http_request.body)}')));
    await send(await waitingAddress(run), { body: Buffer.from([0, 255]) });
    assert.equal((await run.ended).output_value, '"AP8="');
  });

  it('may come before it is awaited; a second one is refused until then', async () => {
    // Another callback is the gate before it, so that no time decides what comes first.
    const gate = '- gate:\n    call: events.create_callback_endpoint\n    args: {http_callback_method: POST}\n    result: gate\n- open:\n    call: events.await_callback\n    args: {callback: "${gate}", timeout: 60}\n';
    const again = '- again:\n    call: events.await_callback\n    args: {callback: "${callback}"}\n    result: second\n- both:\n    return: ["${received.http_request.body}", "${second.http_request.body}"]\n';
    const run = await engine.start(request(awaiting(gate).replace(/- end:[^]*/, again)));
    const url = await addressOf(run);
    await until(() => engine.callbacks(run.execution.id)[1]?.waiters === 1);
    const text = { headers: { 'Content-Type': 'text/plain' } };
    assert.equal((await send(url, { ...text, body: 'first' })).code, 200);
    assert.equal(engine.callbacks(run.execution.id)[0]!.pending, true);
    assert.deepEqual(await send(url, { ...text, body: 'early' }), { code: 429, status: 'RESOURCE_EXHAUSTED' });
    await send(engine.callbacks(run.execution.id)[1]!.url);
    await until(() => !engine.callbacks(run.execution.id)[0]!.pending);
    assert.equal((await send(url, { ...text, body: 'second' })).code, 200, JSON.stringify(run.execution.error));
    assert.equal((await run.ended).output_value, '["first","second"]');
  });

  it('of another execution, unknown or of the wrong method is refused', async () => {
    const keeper = await engine.start(request(awaiting()));
    const url = await waitingAddress(keeper);
    const ended = await engine.start(request(awaiting()));
    const gone = await waitingAddress(ended);
    await send(gone);
    await ended.ended;
    assert.deepEqual(await send(gone), { code: 404, status: 'NOT_FOUND' });
    assert.deepEqual(await send(`${url}x`), { code: 404, status: 'NOT_FOUND' });
    assert.deepEqual(await send(new URL('/', url).href), { code: 404, status: 'NOT_FOUND' });
    assert.deepEqual(await send(url, { method: 'GET' }), { code: 405, status: 'INVALID_ARGUMENT' });
    const stranger = await runToEnd(engine, request(`- a:\n    call: events.await_callback\n    args: {callback: {url: "${url}"}}\n`));
    assert.match(stranger.error!.context, /^ValueError: events\.await_callback: http.* is not a callback that this execution made/);
    assert.equal(engine.callbacks(keeper.execution.id)[0]!.waiters, 1, 'still waits');
  });

  it('that does not come in time raises a TimeoutError', async () => {
    const ended = await runToEnd(engine, request(awaiting().replace('timeout: 60', 'timeout: 0.05')));
    assert.match(ended.error!.context, /^no call of the callback came within 0\.05 seconds\nin step "wait"/);
    assert.deepEqual((JSON.parse(ended.error!.payload) as { tags: string[] }).tags, ['TimeoutError', 'OSError']);
  });

  it('goes to branches that wait in their order', async () => {
    const branch = (name: string): string => `        - ${name}:\n            steps:\n              - wait_${name}:\n                  call: events.await_callback\n                  args: {callback: "\${callback}"}\n                  result: r\n              - keep_${name}:\n                  assign: ["got.${name}": "\${r.http_request.body}"]\n`;
    const text = `- create:\n    call: events.create_callback_endpoint\n    result: callback\n- init:\n    assign: [{got: {}}]\n- p:\n    parallel:\n      shared: [got]\n      branches:\n${branch('a')}${branch('b')}- end:\n    return: \${got}\n`.replaceAll(/assign: \["(got\.\w)": (.*)\]/g, 'assign: [{$1: $2}]');
    const run = await engine.start(request(text));
    await until(() => engine.callbacks(run.execution.id)[0]?.waiters === 2);
    const { url } = engine.callbacks(run.execution.id)[0]!;
    for (const body of ['1', '2']) await send(url, { headers: { 'Content-Type': 'application/json' }, body });
    assert.equal((await run.ended).output_value, '{"a":1,"b":2}');
  });

  it('is named by the execution while it waits', async () => {
    const nap = '- nap:\n    call: sys.sleep\n    args: {seconds: 20}\n';
    const run = await engine.start(request(awaiting().replace(/- end:[^]*/, nap)));
    const url = await waitingAddress(run);
    await until(() => engine.get(run.execution.id)?.message === `Waiting for a call: POST ${url}`);
    await send(url);
    await until(() => run.execution.message === '');
    assert.equal(run.execution.state, 'ACTIVE');
  });

  it('leaves no server behind', async () => {
    const run = await engine.start(request(awaiting()));
    const url = await waitingAddress(run);
    engine.cancel(run.execution.id);
    await run.ended;
    await assert.rejects(send(url), /ECONNREFUSED/);
    const next = await engine.start(request(awaiting()));
    await send(await waitingAddress(next));
    assert.equal((await next.ended).state, 'SUCCEEDED');
  });
});

describe('the callback server', () => {
  let callbacks: Callbacks;
  let server: CallbackServer;
  let url: string;
  beforeEach(async () => {
    callbacks = new Callbacks();
    server = new CallbackServer(callbacks);
    const path = callbacks.open('e', 'executions/e', 'POST');
    url = (await server.origin()) + path;
  });
  afterEach(() => server.close());

  for (const [name, headers] of [
    ['Host', { Host: 'evil.example' }],
    ['Host with the right port', { Host: 'evil.example:80' }],
    ['Origin', { Origin: 'https://evil.example' }],
    ['Origin that hides', { Origin: 'null' }],
    ['Origin that looks local', { Origin: 'http://localhost.evil.example' }],
  ] as const) {
    it(`refuses a foreign ${name}`, async () => {
      assert.deepEqual(await send(url, { headers }), { code: 403, status: 'PERMISSION_DENIED' });
      assert.deepEqual(callbacks.of('e')[0]!.pending, []);
    });
  }

  it('takes calls of pages of this machine', async () => {
    assert.equal((await send(url, { headers: { Origin: 'http://localhost:3000' } })).code, 200);
  });

  it('refuses a body over 2 MB, announced or not', async () => {
    const large = Buffer.alloc(2 * 1024 * 1024 + 1);
    assert.equal((await send(url, { headers: { 'Content-Length': String(large.length) } })).code, 413);
    // In chunks; sending stops as soon as it is refused, or else a closed connection would hide the answer.
    const client = httpRequest(url, { method: 'POST', agent: false });
    client.write(large);
    const [response] = (await once(client, 'response')) as [IncomingMessage];
    assert.equal(response.statusCode, 413);
    client.destroy();
    assert.deepEqual(callbacks.of('e')[0]!.pending, []);
    assert.equal((await send(url, { body: large.subarray(1) })).code, 200);
  });

  it('lets go of who sends too slowly', async () => {
    // With little time, which a busy machine might need for the other tests.
    const impatient = new CallbackServer(callbacks, { requestTime: 300 });
    const { pathname } = new URL(url);
    const { port } = new URL(await impatient.origin());
    for (const begin of ['POST ', `POST ${pathname} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 9\r\n\r\nslow`]) {
      const socket = connect(Number(port), '127.0.0.1');
      let answer = '';
      socket.on('data', (part: Buffer) => (answer += part.toString()));
      socket.write(begin);
      await once(socket, 'close');
      assert.match(answer, /^HTTP\/1\.1 408 /);
    }
    impatient.close();
    assert.deepEqual(callbacks.of('e')[0]!.pending, []);
  });

  it('forgets a call that breaks off', async () => {
    const { port, pathname } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(`POST ${pathname} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 9\r\n\r\nhalf`);
    await wait(30);
    socket.destroy();
    await wait(30);
    assert.deepEqual(callbacks.of('e')[0]!.pending, []);
  });

  it('holds no more than 64 MB that nobody awaits', () => {
    const body = 'x'.repeat(2 * 1024 * 1024);
    const answers = Array.from({ length: 40 }, () => {
      const path = callbacks.open('many', 'executions/many', 'POST');
      const call: CallbackCall = { kind: 'callback', time: '', method: 'POST', url: path, headers: [], body };
      return callbacks.receive(call)?.code ?? 200;
    });
    assert.deepEqual([answers.filter((code) => code === 200).length, answers.at(-1)], [32, 429]);
    callbacks.close('many');
    assert.equal(callbacks.size, 1);
    assert.equal(callbacks.receive({ kind: 'callback', time: '', method: 'POST', url: new URL(url).pathname, headers: [], body }), undefined);
  });
});
