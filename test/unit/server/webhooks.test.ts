import assert from 'node:assert/strict';
import { Automations } from '../../../src/engine/automations.ts';
import { nodeFiles } from '../../../src/engine/textFile.ts';
import { startRequestOf } from '../../../src/service/local/startRequest.ts';
import { until, writeFiles } from '../engine/launching.ts';
import { serving } from './serving.ts';

const stepthrough = `
concurrency: 1
webhooks:
  echo: {program: echo.workflows.yaml}
  locked: {program: echo.workflows.yaml, key: s3cret, methods: [POST]}
  later: {program: echo.workflows.yaml, synchronous: false}
  bad: {program: bad.workflows.yaml}
  off: {program: echo.workflows.yaml, enabled: false}
  slow: {program: slow.workflows.yaml, disable_concurrency_quota_overflow_buffering: true}
  gone: {program: gone.workflows.yaml}
`;

describe('webhooks', () => {
  const server = serving((folder) => ({
    automations: (engine) => new Automations(engine, { folders: () => [folder], readText: (path) => nodeFiles.readText(path), requestOf: (launch) => startRequestOf(launch), notice: (message) => assert.fail(message) }),
  }));
  beforeEach(async () => {
    writeFiles(server().folder, {
      'stepthrough.yaml': stepthrough,
      'echo.workflows.yaml': 'main:\n  params: [args]\n  steps:\n    - a:\n        return: ${args}\n',
      'bad.workflows.yaml': 'main:\n  params: [args]\n  steps:\n    - a:\n        raise: "no stock"\n',
      'slow.workflows.yaml': 'main:\n  params: [args]\n  steps:\n    - a:\n        call: sys.sleep\n        args: {seconds: 3600}\n',
    });
    await server().restart();
  });

  async function call(path: string, init: RequestInit = {}): Promise<{ status: number; text: string; json: Record<string, unknown>; headers: Headers }> {
    const response = await fetch(`${server().server.origin}${path}`, init);
    const text = await response.text();
    return { status: response.status, text, json: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>), headers: response.headers };
  }
  const message = (json: Record<string, unknown>): string => (json['error'] as { message: string }).message;

  it('answer with the result of the execution, whose input is the call', async () => {
    const { status, json, headers } = await call('/webhook/echo/a%20b/c?x=1&y=2&y=3&async=0', { method: 'POST', body: '{"n": 1.0, "big": 9223372036854775807}', headers: { 'Content-Type': 'application/json', 'X-Order': '7' } });
    assert.equal(status, 200, JSON.stringify(json));
    const { headers: given, json: body, ...rest } = json as { headers: Record<string, string>; json: unknown };
    assert.deepEqual(rest, { method: 'POST', path: 'a b/c', query: { x: '1', y: ['2', '3'] } });
    assert.equal(given['x-order'], '7');
    assert.ok(body);
    const execution = server().server.engine.get(headers.get('x-execution-id')!);
    assert.match(execution!.input_value, /"json":\{"n":1\.0,"big":9223372036854775807\}/);
    assert.match(execution!.webhook_id!, /^[0-9a-f-]{36}$/);
  });

  it('answer at the address that Cloudomation has too', async () => {
    for (const [path, rest] of [['/webhook/echo/call', undefined], ['/webhook/echo/call/a/b', 'a/b'], ['/api/latest/webhook/echo/call/a?x=1', 'a'], ['/webhook/echo/callers', 'callers']] as const) {
      const { json } = await call(path);
      assert.equal(json['path'], rest, path);
    }
  });

  it('keep every number of the result as the program wrote it', async () => {
    const { text } = await call('/webhook/echo', { method: 'POST', body: '{"n": 1.0, "big": 9223372036854775807}', headers: { 'Content-Type': 'application/json' } });
    assert.match(text, /"json":\{"big":9223372036854775807,"n":1\.0\}/);
  });

  it('take any method, and a body that is no JSON as a text', async () => {
    assert.deepEqual((({ method, text }) => ({ method, text }))((await call('/webhook/echo', { method: 'PUT', body: 'plain' })).json), { method: 'PUT', text: 'plain' });
    const { json } = await call('/webhook/echo');
    assert.deepEqual(Object.keys(json).sort(), ['headers', 'method']);
    assert.equal((await call('/webhook/echo', { method: 'HEAD' })).status, 200);
  });

  it('answer at once where nobody waits', async () => {
    for (const path of ['/webhook/later', '/webhook/echo?async=1']) {
      const { status, json } = await call(path);
      assert.equal(status, 202);
      const { engine } = server().server;
      await until(() => engine.get(json['id'] as string)?.state === 'SUCCEEDED');
    }
  });

  it('with a key refuse calls without it, and do not pass it on', async () => {
    const post = { method: 'POST' };
    assert.equal((await call('/webhook/locked', post)).status, 401);
    assert.equal((await call('/webhook/locked?key=wrong', post)).status, 401);
    assert.match(message((await call('/webhook/locked', { ...post, headers: { 'X-Webhook-Key': 's3cre' } })).json), /needs its key/);
    const byQuery = await call('/webhook/locked?key=s3cret&a=1', post);
    assert.deepEqual([byQuery.status, byQuery.json['query']], [200, { a: '1' }]);
    const byHeader = await call('/webhook/locked', { ...post, headers: { 'X-Webhook-Key': 's3cret' } });
    assert.equal(byHeader.status, 200);
    assert.doesNotMatch(byHeader.text, /s3cret/);
  });

  it('say what is wrong with a call, or with what it started', async () => {
    const wrong = await call('/webhook/locked?key=s3cret');
    assert.deepEqual([wrong.status, wrong.headers.get('allow')], [405, 'POST']);
    assert.match(message(wrong.json), /takes POST; got GET/);
    assert.equal((await call('/webhook/nowhere')).status, 404);
    assert.equal((await call('/webhook/off')).status, 503);
    assert.match(message((await call('/webhook/echo', { method: 'POST', body: '{', headers: { 'Content-Type': 'application/json' } })).json), /The body is not JSON/);
    assert.match(message((await call('/webhook/gone')).json), /gone\.workflows\.yaml/);
    const failed = await call('/webhook/bad');
    assert.deepEqual([failed.status, /no stock/.test(message(failed.json))], [500, true]);
    const large = await call('/webhook/echo', { method: 'POST', body: 'x'.repeat(33 * 1024) });
    assert.deepEqual([large.status, /at most 32768 \(32 KB\)/.test(message(large.json))], [400, true]);
    assert.equal((await call('/webhook/echo', { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) })).status, 413);
  });

  it('are refused with 429 where no more executions may run', async () => {
    const first = await call('/webhook/slow?async=1');
    assert.equal(first.status, 202);
    const second = await call('/webhook/slow?async=1');
    assert.deepEqual([second.status, (second.json['error'] as { status: string }).status], [429, 'RESOURCE_EXHAUSTED']);
    server().server.engine.cancel(first.json['id'] as string);
  });

  it('are not for pages of other sites', async () => {
    assert.equal((await call('/webhook/echo', { headers: { Origin: 'https://evil.example' } })).status, 403);
  });
});

describe('the queue behind the API', () => {
  const server = serving(() => ({ engine: { concurrency: () => 1 } }));
  const sleep = 'main:\n  steps:\n    - a:\n        call: sys.sleep\n        args: {seconds: 3600}\n';

  it('gives QUEUED, or refuses with 429 where a start may not wait', async () => {
    await server().deploy('sleep', sleep);
    const start = (body: object = {}) => server().call('POST', 'workflows/sleep/executions', body);
    const first = await start();
    const { engine } = server().server;
    const idOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
    await until(() => engine.get(idOf(first.json['name']!))?.state === 'ACTIVE');
    const second = await start();
    assert.deepEqual([second.status, second.json['state'], second.json['startTime']], [200, 'QUEUED', undefined]);
    const refused = await start({ disableConcurrencyQuotaOverflowBuffering: true });
    assert.deepEqual([refused.status, refused.json['error']!['status']], [429, 'RESOURCE_EXHAUSTED']);
    engine.cancel(idOf(first.json['name']!));
    await until(() => engine.get(idOf(second.json['name']!))?.state === 'ACTIVE');
    const begun = await server().call('GET', `workflows/sleep/executions/${idOf(second.json['name']!)}`);
    assert.ok(begun.json['startTime']! >= begun.json['createTime']!);
    for (const { id } of engine.list({ pageSize: 10, states: ['ACTIVE'] }).executions) engine.cancel(id);
  });

  it('tells every field that is wrong at once', async () => {
    await server().deploy('sleep', sleep);
    const { status, json } = await server().call('POST', 'workflows/sleep/executions', { labels: { Team: 'x', ok: 'NO' } });
    assert.equal(status, 400);
    assert.match(json['error']!['message']!, /"Team".*"NO"/);
  });
});
