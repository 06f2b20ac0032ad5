import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Engine } from '../../../src/engine/engine.ts';
import { environmentSecrets } from '../../../src/engine/flows/connections/secrets.ts';
import { matchesGlob } from '../../../src/engine/glob.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import type { Execution } from '../../../src/execution/record.ts';
import type { Fields } from '../../../src/flow/flowCalls.ts';
import { temporaryFolder } from '../engine/temporary.ts';

/**
 * Flows that meet others: records, locks, people, other systems, wrappers. Each fixture says in its first lines what
 * comes of it, as JSON; texts between slashes are regular expressions. `answers` are given to messages by their
 * subjects: values, and the button. Flows without such lines are called by others.
 */
const folder = join(dirname(fileURLToPath(import.meta.url)), '../../fixtures/flows/connected');

type Expected = ReadonlyMap<string, unknown>;

function expectedOf(text: string): Expected {
  const found = [...text.matchAll(/^#: (\w+): (.*)$/gm)].map((match): [string, unknown] => [match[1]!, match[1] === 'state' ? match[2] : (JSON.parse(match[2]!) as unknown)]);
  return new Map(found);
}

/** What is found where it fits what is expected, so that a difference shows both. */
function fitting(found: unknown, expected: unknown): unknown {
  if (typeof expected === 'string' && /^\/.*\/$/s.test(expected)) return typeof found === 'string' && new RegExp(expected.slice(1, -1)).test(found) ? expected : found;
  if (typeof found !== 'object' || found === null || Array.isArray(found) || typeof expected !== 'object' || expected === null) return found;
  return Object.fromEntries(Object.entries(found).map(([key, value]) => [key, fitting(value, (expected as Fields)[key])]));
}

/** A server that says what it was sent. */
function echoServer(): Server {
  let busy = 0;
  return createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const path = request.url!.split('?')[0]!;
      const json = (code: number, value: unknown): void => void response.writeHead(code, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
      const { 'content-type': type, authorization, 'x-key': key } = request.headers;
      if (path === '/missing') json(404, { error: 'no such thing' });
      else if (path === '/busy') ++busy < 3 ? json(503, null) : json(200, busy);
      else if (path === '/cookie') response.writeHead(200, { 'Set-Cookie': 'session=1; HttpOnly' }).end('{}');
      else if (path === '/text') response.writeHead(200, { 'Content-Type': 'text/plain' }).end('plain');
      else if (path === '/save') response.writeHead(200, { 'Content-Type': 'text/plain' }).end('saved body');
      else if (path === '/redirect') response.writeHead(302, { Location: '/echo' }).end();
      else if (path !== '/never') json(200, { method: request.method, url: request.url!.replace(/\/$/, ''), type, authorization, key, body: Buffer.concat(parts).toString() });
    });
  });
}

describe('a flow that meets others', () => {
  const data = temporaryFolder();
  const server = echoServer();
  let base = '';
  let engine: Engine;
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  beforeEach(() => {
    engine = new Engine({ store: openSqliteStore(join(data(), 'executions.db')), secrets: environmentSecrets({ STEPTHROUGH_SECRET_API_KEY: 'hunter2' }) });
  });
  afterEach(() => engine.close());

  const run = async (file: string, options = {}): Promise<Execution> => {
    const program = join(folder, file);
    const text = readFileSync(program, 'utf8');
    const answers = (expectedOf(text).get('answers') ?? []) as [string, Fields, string?][];
    const given = new Set<string>();
    const watch = engine.messages.watch(() => {
      for (const { id, subject } of engine.messages.open()) {
        const answer = answers.find(([pattern]) => matchesGlob(pattern, subject));
        if (!answer || given.has(id)) continue;
        given.add(id);
        void engine.messages.answer(id, { values: answer[1], button: answer[2] });
      }
    });
    const { ended } = await engine.start({ program, text, input: { json: JSON.stringify({ base }) }, options });
    const execution = await ended;
    await engine.idle();
    watch.dispose();
    return execution;
  };

  for (const file of readdirSync(folder).filter((name) => name.endsWith('.py'))) {
    const expected = expectedOf(readFileSync(join(folder, file), 'utf8'));
    if (!expected.has('state')) continue;
    it(file.replace('.py', '').replaceAll('-', ' '), async function () {
      this.timeout(60_000);
      const ended = await run(file);
      assert.equal(ended.state, expected.get('state'), ended.error?.context);
      const output = JSON.parse(ended.output_value!) as unknown;
      assert.deepEqual(fitting(output, expected.get('output')), expected.get('output'));
    });
  }

  it('no secret is kept in a record or a log', async () => {
    await run('rest-connector.py');
    const kept = engine.list({ pageSize: 100, everywhere: true }).executions.flatMap((execution) => [{ ...execution, output_value: undefined, script: '' }, ...engine.logs(execution.id)]);
    assert.ok(kept.length > 3);
    assert.doesNotMatch(JSON.stringify(kept), /hunter2/);
  });

  it('wrappers of a flow run when it is started by itself, and are levels of the tree', async () => {
    const ended = await run('wrapped.py');
    assert.equal(ended.type, 'WRAPPER', ended.error?.context);
    assert.equal(ended.state, 'SUCCEEDED', ended.error?.context);
    assert.equal(ended.wrapper_name, 'trace');
    assert.deepEqual(JSON.parse(ended.output_value!), ['static', 'FLOW', 'after static']);
    assert.deepEqual(engine.list({ pageSize: 10, parent: ended.id }).executions.map(({ type, flow_name }) => [type, flow_name]), [['FLOW', 'wrapped']]);
    assert.equal((await run('wrapped.py', { unwrapped: true })).type, 'FLOW');
  });

  it('names that it gives to itself and its children may be there already from an earlier run', async () => {
    const text = "def handler(system, this, inputs):\n    this.save(name='the run')\n    child = this.script('def handler(system, this): pass', name='the child')\n    return [this.load('name'), child.get('name')]\n";
    const names = [];
    for (let i = 0; i < 2; i++) {
      const { ended } = await engine.start({ program: join(folder, 'names.py'), text, input: undefined, options: {} });
      const { id, output_value } = await ended;
      names.push((JSON.parse(output_value!) as string[]).map((name) => name.replace(id.slice(0, 8), 'ID').replace(/[0-9a-f]{8}$/, 'ID')));
    }
    assert.deepEqual(names, [['the run', 'the child'], ['the run ID', 'the child ID']]);
  });

  it('messages of an execution that has ended cannot be answered', async () => {
    const { ended } = await engine.start({ program: join(folder, 'asks.py'), text: "def handler(system, this, inputs):\n    this.message('Left alone', request='?', wait=False)\n", input: undefined, options: {} });
    await ended;
    assert.deepEqual(engine.messages.open(), []);
  });
});
