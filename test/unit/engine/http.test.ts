import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Server as SocketServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { HttpClient } from '../../../src/engine/effects/http.ts';
import type { HttpRequest, Outcome } from '../../../src/machine/effect.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

describe('an HTTP call', () => {
  let server: Server;
  let origin: string;
  let handle: Handler;
  let client: HttpClient;
  beforeEach(async () => {
    client = new HttpClient({});
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => handle(request, response, body));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    client.close();
    server.closeAllConnections();
    server.close();
  });

  function call(path: string, part: Partial<HttpRequest> = {}, signal = new AbortController().signal): Promise<Outcome> {
    const url = path.startsWith('/') ? origin + path : path;
    return client.perform({ kind: 'http', call: 'http.request', method: 'GET', url, headers: [], timeoutSeconds: 5, ...part }, signal);
  }

  async function response(path: string, part: Partial<HttpRequest> = {}) {
    const outcome = await call(path, part);
    assert(outcome.kind === 'response', JSON.stringify(outcome));
    return { ...outcome, text: Buffer.from(outcome.body, 'base64').toString() };
  }

  async function error(path: string, part: Partial<HttpRequest> = {}) {
    const outcome = await call(path, part);
    assert(outcome.kind === 'error', JSON.stringify(outcome));
    return outcome;
  }

  it('sends method, headers and body, and gives status, headers and body', async () => {
    handle = (request, reply, body) => {
      reply.writeHead(201, { 'X-Made-By': 'test', 'Content-Type': 'text/plain' });
      reply.end(JSON.stringify([request.method, request.url, request.headers['x-one'], request.headers['content-length'], body]));
    };
    const { code, headers, text } = await response('/a?b=%20c', { method: 'POST', headers: [['X-One', '1'], ['Content-Length', '999']], body: Buffer.from('hällo').toString('base64') });
    assert.equal(code, 201);
    assert.deepEqual(JSON.parse(text), ['POST', '/a?b=%20c', '1', '6', 'hällo']);
    assert.ok(headers.some(([name, value]) => name === 'X-Made-By' && value === 'test'), 'names as the server wrote them');
  });

  it('may send a body with GET, as workflows can', async () => {
    handle = (_, reply, body) => reply.end(body);
    assert.equal((await response('/', { body: Buffer.from('asked').toString('base64') })).text, 'asked');
  });

  it('says which kind of client calls only as the request has it', async () => {
    handle = (request, reply) => reply.end(request.headers['user-agent'] ?? 'none');
    assert.equal((await response('/')).text, 'none');
    assert.equal((await response('/', { headers: [['user-agent', 'me/1']] })).text, 'me/1');
  });

  it('gives binary bodies byte by byte', async () => {
    const bytes = Buffer.from([0, 255, 128, 10]);
    handle = (_, reply) => reply.end(bytes);
    assert.equal((await response('/')).body, bytes.toString('base64'));
  });

  it('unpacks what the server packed', async () => {
    handle = (request, reply) => {
      reply.writeHead(200, { 'Content-Encoding': 'gzip' });
      reply.end(gzipSync(`packed ${request.headers['accept-encoding']}`));
    };
    const { text, headers } = await response('/');
    assert.equal(text, 'packed gzip');
    assert.equal(headers.some(([name]) => /content-encoding/i.test(name)), false);
    assert.deepEqual([...Buffer.from((await response('/', { headers: [['Accept-Encoding', 'gzip']] })).body, 'base64').subarray(0, 2)], [0x1f, 0x8b]);
  });

  it('gives error statuses as they are', async () => {
    handle = (_, reply) => reply.writeHead(500).end('no');
    assert.deepEqual([(await response('/')).code, (await response('/')).text], [500, 'no']);
  });

  it('follows redirects, and turns POST to GET where browsers do', async () => {
    handle = (request, reply, body) => {
      const { url = '' } = request;
      if (url === '/end') reply.end(`${request.method} ${body}`);
      else reply.writeHead(Number(url.slice(1)), { Location: '/end' }).end();
    };
    const post = { method: 'POST', body: Buffer.from('data').toString('base64') };
    assert.equal((await response('/302', post)).text, 'GET ');
    assert.equal((await response('/307', post)).text, 'POST data');
    assert.equal((await response('/308', { method: 'PUT', body: post.body })).text, 'PUT data');
  });

  it('gives a redirect without an address, and one to no web address, to the workflow', async () => {
    handle = (request, reply) => reply.writeHead(302, request.url === '/a' ? {} : { Location: 'file:///etc/passwd' }).end();
    assert.equal((await response('/a')).code, 302);
    assert.equal((await response('/b')).code, 302);
  });

  it('does not hand credentials to another server', async () => {
    const other = createServer((request, reply) => void reply.end(JSON.stringify(request.headers))).listen(0, '127.0.0.1');
    await once(other, 'listening');
    handle = (_, reply) => reply.writeHead(302, { Location: `http://127.0.0.1:${(other.address() as AddressInfo).port}/` }).end();
    const headers = JSON.parse((await response('/', { headers: [['Authorization', 'secret'], ['X-Kept', 'yes']] })).text) as Record<string, string>;
    assert.equal(headers['authorization'], undefined);
    assert.equal(headers['x-kept'], 'yes');
    other.closeAllConnections();
    other.close();
  });

  it('stops a chain of redirects that does not end', async () => {
    let asked = 0;
    handle = (_, reply) => {
      asked++;
      reply.writeHead(302, { Location: '/' }).end();
    };
    assert.deepEqual(await error('/'), { kind: 'error', tag: 'ConnectionError', message: 'stopped after 10 redirects' });
    assert.equal(asked, 11);
  });

  it('ends with TimeoutError when the answer takes too long, also midway', async () => {
    handle = (request, reply) => {
      if (request.url === '/slow') reply.write('begin');
    };
    for (const path of ['/never', '/slow']) {
      assert.deepEqual(await error(path, { timeoutSeconds: 0.1 }), { kind: 'error', tag: 'TimeoutError', message: 'request timed out', moreTags: ['OSError'] });
    }
  });

  it('ends with ResourceLimitError for a response over 2 MB without reading on', async () => {
    let sent = 0;
    handle = (_, reply) => {
      const chunk = Buffer.alloc(256 * 1024);
      const more = (): void => {
        if (reply.destroyed || sent > 50 * 1024 * 1024) return;
        sent += chunk.length;
        reply.write(chunk, more);
      };
      more();
    };
    const { tag, message } = await error('/');
    assert.deepEqual([tag, message], ['ResourceLimitError', 'an HTTP response may have 2097152 bytes at most']);
    assert.ok(sent < 30 * 1024 * 1024, String(sent));
  });

  it('measures packed responses unpacked', async () => {
    handle = (_, reply) => reply.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(Buffer.alloc(100 * 1024 * 1024)));
    assert.equal((await error('/')).tag, 'ResourceLimitError');
  });

  it('takes a response of exactly 2 MB', async () => {
    handle = (_, reply) => reply.end(Buffer.alloc(2 * 1024 * 1024, 'a'));
    assert.equal((await response('/')).text.length, 2 * 1024 * 1024);
  });

  it('ends with ConnectionFailedError where no connection is made', async () => {
    const { port } = server.address() as AddressInfo;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
    const refused = await error(`http://127.0.0.1:${port}/`);
    assert.equal(refused.tag, 'ConnectionFailedError');
    assert.match(refused.message, /ECONNREFUSED.*\(127\.0\.0\.1:\d+\)/);
    assert.equal((await error('http://no-such-host.invalid/')).tag, 'ConnectionFailedError');
  });

  it('ends with ConnectionFailedError where TLS is not understood', async () => {
    handle = (_, reply) => reply.end();
    assert.equal((await error(`${origin.replace('http:', 'https:')}/`)).tag, 'ConnectionFailedError');
  });

  it('ends with ConnectionError where the connection breaks, before and in the response', async () => {
    handle = (request, reply) => {
      if (request.url === '/middle') reply.writeHead(200, { 'Content-Length': '100' }).write('part');
      setTimeout(() => request.socket.destroy(), 20);
    };
    assert.equal((await error('/before', { method: 'POST' })).tag, 'ConnectionError');
    assert.equal((await error('/middle')).tag, 'ConnectionError');
  });

  it('ends with ConnectionError for an answer that is no HTTP', async () => {
    const other: SocketServer = createSocketServer((socket) => socket.end('hello\r\n\r\n')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    assert.equal((await error(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`)).tag, 'ConnectionError');
    other.close();
  });

  for (const [name, part] of [
    ['an address that is none', { url: 'nonsense' }],
    ['another scheme', { url: 'file:///etc/passwd' }],
    ['a header that cannot be sent', { headers: [['bad name', 'x']] as const }],
    ['a header value with a line break', { headers: [['x', 'a\r\nInjected: yes']] as const }],
  ] as const) {
    it(`ends with ValueError for ${name}`, async () => {
      handle = (_, reply) => reply.end();
      assert.equal((await error('/', part)).tag, 'ValueError');
    });
  }

  it('is over at once when it is aborted, and never answers', async () => {
    const aborter = new AbortController();
    const closed = new Promise<void>((resolve) => {
      handle = (request) => {
        request.socket.once('close', () => resolve());
        aborter.abort();
      };
    });
    let answered = false;
    void call('/', {}, aborter.signal).then(() => (answered = true));
    await closed;
    handle = (_, reply) => reply.end();
    await response('/');
    assert.equal(answered, false);
  });

  it('uses one connection for calls after another', async () => {
    const sockets = new Set<unknown>();
    handle = (request, reply) => {
      sockets.add(request.socket);
      reply.end();
    };
    for (let i = 0; i < 5; i++) await response('/');
    assert.equal(sockets.size, 1);
  });

  it('does not fail because a kept connection was closed by the server', async () => {
    handle = (request, reply) => {
      reply.end('ok', () => setTimeout(() => request.socket.destroy(), 5));
    };
    for (let i = 0; i < 3; i++) {
      assert.equal((await response('/')).text, 'ok');
      await new Promise((resolve) => setTimeout(resolve, 4 + i));
    }
  });
});
