import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, createServer as createSocketServer, type AddressInfo, type Server as SocketServer } from 'node:net';
import { HttpClient } from '../../../src/engine/effects/http.ts';
import type { HttpRequest, Outcome } from '../../../src/machine/effect.ts';
import { makeCertificate } from './certificate.ts';
import { until } from './launching.ts';
import { temporaryFolder } from './temporary.ts';

function get(url: string, part: Partial<HttpRequest> = {}): HttpRequest {
  return { kind: 'http', call: 'http.get', method: 'GET', url, headers: [], timeoutSeconds: 5, ...part };
}

function summary(outcome: Outcome): string {
  if (outcome.kind === 'response') return `${outcome.code} ${Buffer.from(outcome.body, 'base64').toString()}`;
  return outcome.kind === 'error' ? outcome.tag : outcome.kind;
}

async function portOf(server: Server | SocketServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('an HTTP call', () => {
  const folder = temporaryFolder();
  let open: (Server | SocketServer)[];
  let clients: HttpClient[];
  beforeEach(() => {
    open = [];
    clients = [];
  });
  afterEach(() => {
    for (const client of clients) client.close();
    for (const server of open) {
      if ('closeAllConnections' in server) server.closeAllConnections();
      server.close();
    }
  });

  function call(request: HttpRequest, environment: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    const client = new HttpClient(environment);
    clients.push(client);
    return client.perform(request, new AbortController().signal);
  }

  async function serving(server: Server | SocketServer): Promise<number> {
    open.push(server);
    return portOf(server);
  }

  /** Answers whatever comes with these bytes and leaves the connection open. */
  async function answering(bytes: string | Buffer, then?: (write: (more: string | Buffer) => void) => void): Promise<string> {
    const server = createSocketServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write(bytes);
        then?.((more) => {
          if (!socket.destroyed) socket.write(more);
        });
      });
    });
    return `http://127.0.0.1:${await serving(server)}/`;
  }

  describe('over TLS', () => {
    let origin: string;
    let cert: string;
    beforeEach(async () => {
      const made = makeCertificate(folder());
      ({ cert } = made);
      const port = await serving(createSecureServer(made, (request, response) => void response.end(`secure ${request.url ?? ''}`)));
      origin = `https://localhost:${port}`;
    });

    it('fails to connect where the certificate is not trusted', async () => {
      const outcome = await call(get(`${origin}/`));
      assert.equal(summary(outcome), 'ConnectionFailedError');
      assert.match(outcome.kind === 'error' ? outcome.message : '', /self-signed certificate/);
    });

    it('trusts the given ca_certificate', async () => {
      assert.equal(summary(await call(get(`${origin}/a`, { caCertificate: cert }))), '200 secure /a');
      assert.equal(summary(await call(get(`${origin}/b`, { caCertificate: cert, method: 'POST' }))), '200 secure /b');
    });

    it('does not trust another one by what it trusted before', async () => {
      const client = new HttpClient({});
      clients.push(client);
      const { signal } = new AbortController();
      assert.equal(summary(await client.perform(get(`${origin}/`, { caCertificate: cert }), signal)), '200 secure /');
      assert.equal(summary(await client.perform(get(`${origin}/`), signal)), 'ConnectionFailedError');
    });

    it('refuses a ca_certificate that is none', async () => {
      const broken = '-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n';
      assert.equal(summary(await call(get(`${origin}/`, { caCertificate: broken }))), 'ValueError');
    });

    it('goes through the proxy of the environment, and says when that refuses', async () => {
      const asked: string[] = [];
      const proxy = createServer();
      proxy.on('connect', (request, socket) => {
        asked.push(request.url ?? '');
        if (request.url?.startsWith('refused') === true) {
          socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
          return;
        }
        const onward = connect(Number(new URL(origin).port), '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          onward.pipe(socket).pipe(onward);
        });
        for (const end of [onward, socket]) end.on('error', () => onward.destroy());
      });
      const environment = { HTTPS_PROXY: `http://127.0.0.1:${await serving(proxy)}` };
      assert.equal(summary(await call(get(`${origin}/p`, { caCertificate: cert }), environment)), '200 secure /p');
      assert.equal(summary(await call(get(`${origin}/p`), environment)), 'ConnectionFailedError', 'the tunnel hides nothing');
      assert.equal(summary(await call(get('https://refused.invalid/', {}), environment)), 'ConnectionFailedError');
      assert.deepEqual(asked, [new URL(origin).host, new URL(origin).host, 'refused.invalid:443']);
    });
  });

  describe('with a proxy in the environment', () => {
    let environment: NodeJS.ProcessEnv;
    beforeEach(async () => {
      const proxy = createServer((request, response) => void response.end(`proxied ${request.method ?? ''} ${request.url ?? ''}`));
      environment = { http_proxy: `http://127.0.0.1:${await serving(proxy)}`, no_proxy: 'direct.invalid,127.0.0.1' };
    });

    it('goes through it', async () => {
      assert.equal(summary(await call(get('http://somewhere.invalid/a?b=c'), environment)), '200 proxied GET http://somewhere.invalid/a?b=c');
      assert.equal(summary(await call(get('http://somewhere.invalid/a', { method: 'POST' }), environment)), '200 proxied POST http://somewhere.invalid/a');
    });

    it('goes past it where NO_PROXY says so', async () => {
      assert.equal(summary(await call(get('http://direct.invalid/'), environment)), 'ConnectionFailedError');
      const port = await serving(createServer((_, response) => void response.end('direct')));
      assert.equal(summary(await call(get(`http://127.0.0.1:${port}/`), environment)), '200 direct');
    });

    it('that does not answer fails to connect', async () => {
      assert.equal(summary(await call(get('http://somewhere.invalid/'), { http_proxy: 'http://127.0.0.1:1' })), 'ConnectionFailedError');
    });
  });

  describe('that is answered badly', () => {
    const head = 'HTTP/1.1 200 OK\r\n';

    it('ends with ResourceLimitError for headers that are too large, without reading on', async () => {
      const url = await answering(`${head}X-Large: ${'x'.repeat(70_000)}\r\n\r\n`);
      assert.deepEqual(await call(get(url)), { kind: 'error', tag: 'ResourceLimitError', message: 'the headers of an HTTP response may have 65536 bytes at most' });
    });

    it('takes headers of 60 KB', async () => {
      const url = await answering(`${head}X-Large: ${'x'.repeat(60_000)}\r\nContent-Length: 2\r\n\r\nok`);
      assert.equal(summary(await call(get(url))), '200 ok');
    });

    it('ends with TimeoutError when one byte comes after another, however long', async () => {
      let timer: NodeJS.Timeout | undefined;
      const url = await answering(`${head}Content-Length: 1000\r\n\r\n`, (write) => (timer = setInterval(() => write('x'), 20)));
      assert.equal(summary(await call(get(url, { timeoutSeconds: 0.3 }))), 'TimeoutError');
      clearInterval(timer);
    });

    it('ends with TimeoutError when the status comes byte by byte', async () => {
      let timer: NodeJS.Timeout | undefined;
      let sent = 0;
      const slow = `${head}Content-Length: 0\r\n\r\n`;
      const url = await answering('', (write) => (timer = setInterval(() => write(slow[sent++] ?? ''), 20)));
      assert.equal(summary(await call(get(url, { timeoutSeconds: 0.3 }))), 'TimeoutError');
      clearInterval(timer);
    });

    it('ends with ConnectionError when the server changes the protocol', async () => {
      const url = await answering('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
      assert.equal(summary(await call(get(url))), 'ConnectionError');
    });

    it('passes over interim answers', async () => {
      const url = await answering(`HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${head}Content-Length: 2\r\n\r\nok`);
      assert.equal(summary(await call(get(url))), '200 ok');
    });

    for (const [name, bytes] of [
      ['two lengths', `${head}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
      ['a broken chunk', `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`],
      ['a broken header', `${head}no colon\r\n\r\n`],
      ['packed data that is none', `${head}Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope`],
    ] as const) {
      it(`ends with ConnectionError for ${name}`, async () => assert.equal(summary(await call(get(await answering(bytes)))), 'ConnectionError'));
    }

    it('reads a body without length to the end of the connection', async () => {
      const server = createSocketServer((socket) => void socket.once('data', () => socket.end(`${head}\r\nall of it`)));
      assert.equal(summary(await call(get(`http://127.0.0.1:${await serving(server)}/`))), '200 all of it');
    });

    for (const [name, method, bytes] of [
      ['HEAD', 'HEAD', `${head}Content-Length: 500\r\nContent-Encoding: gzip\r\n\r\n`],
      ['204', 'GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
      ['304', 'GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n'],
    ] as const) {
      it(`has no body for ${name}`, async () => {
        const outcome = await call(get(await answering(bytes), { method }));
        assert(outcome.kind === 'response');
        assert.equal(outcome.body, '');
      });
    }

    it('goes on from a redirect whose own body never ends', async () => {
      let timer: NodeJS.Timeout | undefined;
      let closed = false;
      const target = await serving(createServer((_, response) => void response.end('there')));
      const server = createSocketServer((socket) => {
        socket.on('error', () => undefined);
        socket.on('close', () => (closed = true));
        socket.once('data', () => {
          socket.write(`HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:${target}/\r\nTransfer-Encoding: chunked\r\n\r\n`);
          timer = setInterval(() => {
            if (!socket.destroyed) socket.write('5\r\nhello\r\n');
          }, 5);
        });
      });
      assert.equal(summary(await call(get(`http://127.0.0.1:${await serving(server)}/`))), '200 there');
      await until(() => closed);
      clearInterval(timer);
    });
  });
});
