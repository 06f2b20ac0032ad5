import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { serving, type Json, type Serving } from './serving.ts';

const echo = 'main:\n  params: [args]\n  steps:\n    - end:\n        return: ${args}\n';
const place = '/v1/projects/p/locations/l';

interface Raw {
  readonly status: number;
  readonly headers: string;
  /** Undefined where there is no body. */
  readonly json: Json | undefined;
}

/** Everything a connection sends until it is closed. */
function heard(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (part: Buffer) => (text += part.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
}

/** The responses in what was heard; bodies have a length. */
function responses(text: string): Raw[] {
  const found: Raw[] = [];
  for (let rest = text; rest !== '';) {
    const end = rest.indexOf('\r\n\r\n') + 4;
    const headers = rest.slice(0, end);
    const length = Number(/^content-length: (\d+)/im.exec(headers)?.[1] ?? 0);
    const body = rest.slice(end, end + length);
    found.push({ status: Number(headers.split(' ', 2)[1]), headers, json: body === '' ? undefined : (JSON.parse(body) as Json) });
    rest = rest.slice(end + length);
  }
  return found;
}

/** Requests as they are sent, to the server of a suite. */
function sending(api: () => Serving) {
  const port = (): number => Number(new URL(api().server.origin).port);
  const open = (): Socket => connect({ port: port(), host: '127.0.0.1' });
  const head = (line: string, ...headers: readonly string[]): string => `${[`${line} HTTP/1.1`, `Host: 127.0.0.1:${port()}`, ...headers].join('\r\n')}\r\n\r\n`;
  const post = (body: Buffer, ...headers: readonly string[]): Buffer => Buffer.concat([Buffer.from(head(`POST ${place}/workflows/echo/executions`, 'Connection: close', `Content-Length: ${body.length}`, ...headers)), body]);
  /** Sends as it is; gives the first response. */
  const send = async (bytes: string | Buffer): Promise<Raw> => {
    const socket = open();
    const all = heard(socket);
    socket.write(bytes);
    return responses(await all)[0]!;
  };
  return { port, open, head, post, send };
}

type Refused = readonly [name: string, bytes: () => string | Buffer, status: number, message: RegExp];

/** Tests that a request is refused, and that the next one is answered. */
function refuses([name, bytes, status, message]: Refused, api: () => Serving, send: (bytes: string | Buffer) => Promise<Raw>): void {
  it(`refuses ${name}`, async () => {
    await api().deploy('echo', echo);
    const { status: answered, json } = await send(bytes());
    assert.deepEqual([answered, json!['error']!['code']], [status, status]);
    assert.match(json!['error']!['message']!, message);
    assert.equal((await api().run('echo', { argument: '7' }))['result'], '7');
    assert.deepEqual(api().notices, []);
  });
}

describe('the server stays whole and says what is wrong', () => {
  const api = serving();
  const { port, open, head, post, send } = sending(api);

  const table: readonly Refused[] = [
    ['headers that are too long', () => head(`GET ${place}/workflows`, `X-Long: ${'a'.repeat(20_000)}`), 431, /^The address and the headers of a request may have 16384 bytes at most\.$/],
    ['an address that is too long', () => head(`GET ${place}/workflows/${'a'.repeat(20_000)}`), 431, /^The address and the headers/],
    ['what is no HTTP', () => 'hello\r\n\r\n', 400, /^This is no HTTP request\.$/],
    ['a body with two lengths', () => head(`POST ${place}/workflows/echo/executions`, 'Content-Length: 2', 'Transfer-Encoding: chunked'), 400, /^This is no HTTP request\.$/],
    ['a body that is no UTF-8', () => post(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])), 400, /^The body is not UTF-8 text\.$/],
    ['a body that is no JSON', () => post(Buffer.from('{"argument"')), 400, /^The body is not JSON: /],
    ['a body that is no object', () => post(Buffer.from('[]')), 400, /^The body is a JSON object, an Execution\.$/],
    ['an unknown field', () => post(Buffer.from('{"argumnet": "1"}')), 400, /^There is no field "argumnet" in an Execution; did you mean argument\?$/],
    ['several mistakes', () => post(Buffer.from('{"argument": 1, "foo": 2, "callLogLevel": "ALL", "labels": {"a": 1}}')), 400, /^argument is a string; got 1\. There is no field "foo" in an Execution\. callLogLevel is one of .*; got "ALL"\. labels\["a"\] is a string; got 1\.$/],
    ['an argument that is no JSON', () => post(Buffer.from('{"argument": "{"}')), 400, /^argument is not JSON/],
    ['an argument over 32 KB', () => post(Buffer.from(JSON.stringify({ argument: JSON.stringify('x'.repeat(32 * 1024 - 1)) }))), 400, /^The input is too large: The input has 32769 bytes as JSON; a workflow takes at most 32768 \(32 KB\)\.$/],
    ['a path that is no text', () => head(`GET ${place}/workflows/%ff`, 'Connection: close'), 400, /^The path is not encoded as UTF-8 text\.$/],
    ['a method that a path does not take', () => head(`PUT ${place}/workflows/echo`, 'Connection: close'), 404, /^There is no method PUT .*\/workflows\/echo\. This path takes GET, HEAD, PATCH, DELETE\.$/],
    ['a path that there is not', () => head('GET /v2/nothing', 'Connection: close'), 404, /^There is no method GET \/v2\/nothing\.$/],
    ['a verb that there is not', () => head(`POST ${place}/workflows/echo/executions/x:stop`, 'Connection: close'), 404, /^There is no method POST/],
    ['a request without a host', () => 'GET / HTTP/1.0\r\n\r\n', 403, /^This API is called from this machine/],
  ];

  for (const refused of table) refuses(refused, api, send);

  it('takes an argument of 32 KB', async () => {
    await api().deploy('echo', echo);
    const argument = JSON.stringify('x'.repeat(32 * 1024 - 2));
    assert.equal((await api().run('echo', { argument }))['result'], argument);
  });

  it('answers HEAD as GET without a body, and OPTIONS with what a path takes', async () => {
    await api().deploy('echo', echo);
    const answers = responses(await (async () => {
      const socket = open();
      const all = heard(socket);
      socket.write(head(`OPTIONS ${place}/workflows/echo/executions`, 'Connection: close'));
      return await all;
    })());
    assert.deepEqual([answers[0]!.status, /^allow: (.*)\r/im.exec(answers[0]!.headers)![1]], [204, 'POST, GET, HEAD, OPTIONS']);
    const response = await fetch(`${api().server.origin}${place}/workflows/echo`, { method: 'HEAD' });
    assert.deepEqual([response.status, await response.text()], [200, '']);
    assert.ok(Number(response.headers.get('content-length')) > 100);
  });

  it('answers requests that come in one piece in their order', async () => {
    await api().deploy('echo', echo);
    const socket = open();
    const all = heard(socket);
    const create = (argument: string): string => {
      const body = JSON.stringify({ argument });
      return head(`POST ${place}/workflows/echo/executions`, `Content-Length: ${Buffer.byteLength(body)}`) + body;
    };
    socket.write(create('1') + head(`GET ${place}/workflows/nothing`) + create('2') + head(`GET ${place}/workflows`, 'Connection: close'));
    assert.deepEqual(responses(await all).map(({ status, json }) => [status, json?.['argument']]), [[200, '1'], [404, undefined], [200, '2'], [200, undefined]]);
  });

  it('answers who has closed its own side', async () => {
    await api().deploy('echo', echo);
    const socket = open();
    const all = heard(socket);
    socket.end(head(`GET ${place}/workflows/echo`));
    assert.equal(responses(await all)[0]!.status, 200);
  });

  it('gives a page token to the list that it is of', async () => {
    await api().deploy('echo', echo);
    for (const argument of ['1', '2', '3']) await api().run('echo', { argument });
    const { json } = await api().call('GET', 'workflows/echo/executions?pageSize=1');
    const token = json['nextPageToken']!;
    assert.equal((await api().call('GET', `workflows/echo/executions?pageSize=2&pageToken=${token}`)).status, 200);
    for (const other of [`workflows/echo/executions?view=FULL&pageToken=${token}`, `workflows/echo/executions?filter=state%3DFAILED&pageToken=${token}`, `workflows?pageToken=${token}`, 'workflows/echo/executions?pageToken=nonsense']) {
      const { status, json: refused } = await api().call('GET', other);
      assert.deepEqual([status, refused['error']!['status']], [400, 'INVALID_ARGUMENT'], other);
    }
  });

  it('loses nothing of 10,000 quick requests', async function () {
    this.timeout(300_000);
    await api().deploy('echo', echo);
    const agent = new Agent({ keepAlive: true, maxSockets: 50 });
    const call = (method: string, path: string, body = ''): Promise<number> =>
      new Promise((resolve, reject) => {
        const sent = request({ host: '127.0.0.1', port: port(), agent, method, path: place + path, headers: { 'Content-Length': Buffer.byteLength(body) } }, (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode!));
        });
        sent.on('error', reject);
        sent.end(body);
      });
    // Every fifth starts an execution.
    const statuses = await Promise.all(Array.from({ length: 10_000 }, (_, i) => (i % 5 === 0 ? call('POST', '/workflows/echo/executions', JSON.stringify({ argument: String(i) })) : call('GET', i % 5 === 1 ? '/workflows/nothing' : '/workflows/echo'))));
    agent.destroy();
    assert.deepEqual([200, 404].map((status) => statuses.filter((one) => one === status).length), [8000, 2000]);
    await api().server.engine.idle();
    const results = new Set<string>();
    for (let token: string | undefined = ''; token !== undefined;) {
      const { json }: { json: Json } = await api().call('GET', `workflows/echo/executions?view=FULL&pageToken=${token}`);
      for (const execution of json['executions']!.map((one) => one)) results.add(execution['result']!);
      token = json['nextPageToken'];
    }
    assert.equal(results.size, 2000);
    assert.deepEqual(api().notices, []);
  });
});

// A suite of its own: the other tests have the usual time, since a busy machine might need it.
describe('the server with little patience', () => {
  const api = serving(() => ({ limits: { requestTime: 1000 } }));
  const { open, head, send } = sending(api);
  for (const refused of [
    ['headers that come too slowly', () => `GET ${place}/workflows HTTP/1.1\r\nHost: 127`, 408, /^The request took too long to come in\.$/],
    ['a body that comes too slowly', () => head(`POST ${place}/workflows/echo/executions`, 'Content-Length: 100'), 408, /^The request took too long to come in\.$/],
  ] satisfies Refused[]) refuses(refused, api, send);

  it('is not held up by connections that say nothing', async () => {
    await api().deploy('echo', echo);
    const silent = Array.from({ length: 200 }, open);
    const closed = silent.map(heard);
    assert.equal((await api().run('echo', { argument: '7' }))['result'], '7');
    await Promise.all(closed);
  });
});
