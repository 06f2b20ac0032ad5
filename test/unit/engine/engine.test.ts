import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Engine, EngineError } from '../../../src/engine/engine.ts';
import { MemoryStore } from '../../../src/engine/memoryStore.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import type { ExecutionChange } from '../../../src/execution/listing.ts';
import { LaunchRefused } from '../../../src/execution/launch.ts';
import type { StartRequest } from '../../../src/execution/launch.ts';
import { request, runToEnd, until, wait, writeFiles } from './launching.ts';
import { temporaryFolder } from './temporary.ts';

const returnOne = '- one:\n    return: 1\n';
const sleepLong = '- nap:\n    call: sys.sleep\n    args: {seconds: 3600}\n';
const endless = `
- begin:
    assign: [{n: 0}]
- again:
    assign: [{n: "\${n + 1}"}]
    next: wait
- wait:
    call: sys.sleep
    args: {seconds: 0}
    next: again
`;

describe('an execution', () => {
  let engine: Engine;
  beforeEach(() => (engine = new Engine({ store: new MemoryStore() })));
  afterEach(() => engine.close());

  it('runs to its end and keeps its result, exactly', async () => {
    const text = 'main:\n  params: [args]\n  steps:\n    - a:\n        return: {got: "${args}", d: 1.0}\n';
    const ended = await runToEnd(engine, request(text, { input: '{"big": 9223372036854775807, "d": 2.0, "__proto__": {"a": 1}}' }));
    assert.equal(ended.state, 'SUCCEEDED');
    assert.equal(ended.input_value, '{"big":9223372036854775807,"d":2.0,"__proto__":{"a":1}}');
    assert.equal(ended.output_value, '{"d":1.0,"got":{"__proto__":{"a":1},"big":9223372036854775807,"d":2.0}}');
    assert.deepEqual(engine.get(ended.id), ended);
    assert.deepEqual(ended.current_steps, [{ routine: 'main', step: 'a' }]);
    assert.ok(ended.create_time <= ended.start_time! && ended.start_time! <= ended.end_time!);
  });

  it('fails with payload, context and stack trace', async () => {
    const ended = await runToEnd(engine, request('main:\n  steps:\n    - a:\n        call: sub\nsub:\n  steps:\n    - b:\n        raise: {code: 1.0}\n'));
    assert.equal(ended.state, 'FAILED');
    assert.equal(ended.error?.payload, '{"code":1.0}');
    assert.match(ended.error.context, /in step "b", routine "sub", line: 8\nin step "a", routine "main", line: 4$/);
    assert.deepEqual(ended.error.stack_trace.elements.map(({ step, routine }) => `${routine}.${step}`), ['sub.b', 'main.a']);
    assert.equal(ended.message, ended.error.context.split('\n')[0]);
  });

  it('fails when its result is not JSON', async () => {
    const ended = await runToEnd(engine, request('- a:\n    return: ${text.encode("x")}\n'));
    assert.equal(ended.state, 'FAILED');
    assert.match(ended.error!.context, /bytes have no JSON form/);
  });

  it('is told about from its creation to its end', async () => {
    const states: string[] = [];
    const changes: ExecutionChange[] = [];
    engine.watch((change) => {
      changes.push(change);
      if (change.kind === 'created' || change.kind === 'updated') states.push(`${change.kind} ${change.execution.state}`);
    });
    await runToEnd(engine, request('- a:\n    call: sys.log\n    args: {text: hello, severity: WARNING}\n- b:\n    call: sys.sleep\n    args: {seconds: 0.12}\n'));
    assert.deepEqual([states[0], states.at(-1)], ['created QUEUED', 'updated SUCCEEDED']);
    assert.ok(states.includes('updated ACTIVE'));
    const logged = changes.find((change) => change.kind === 'logged');
    assert.deepEqual([logged?.entry.text, logged?.entry.severity, logged?.entry.routine, logged?.entry.step], ['hello', 'WARNING', 'main', 'a']);
  });

  it('shows the last log line as message while it runs', async () => {
    const run = await engine.start(request(`- a:\n    call: sys.log\n    args: {text: "working"}\n${sleepLong}`));
    await until(() => engine.get(run.execution.id)?.message === 'working');
  });

  it('shows the steps it is at while it runs', async () => {
    const run = await engine.start(request(sleepLong));
    await until(() => engine.get(run.execution.id)?.current_steps[0]?.step === 'nap');
  });

  it('that never stops leaves the process free, can be paused and goes on', async () => {
    const run = await engine.start(request(endless));
    await wait(20);
    engine.pause(run.execution.id);
    const { progress } = run.host;
    assert.ok(progress > 0);
    await wait(30);
    assert.equal(run.host.progress, progress);
    assert.deepEqual([run.execution.state, run.execution.is_paused], ['PAUSED', true]);
    engine.resume(run.execution.id);
    await until(() => run.host.progress > progress);
    assert.equal(run.execution.state, 'ACTIVE');
  });

  it('that never stops is cancelled at once', async () => {
    const run = await engine.start(request(endless));
    await wait(20);
    engine.cancel(run.execution.id);
    const ended = await run.ended;
    assert.equal(ended.state, 'CANCELLED');
    assert.match(ended.error!.context, /^The execution was cancelled\.\nin step "(again|wait)", routine "main"$/);
    const { progress } = run.host;
    await wait(20);
    assert.equal(run.host.progress, progress);
  });

  it('that only computes lets other work have its turn', async () => {
    const work = Array(50).fill('{x: "${i * 2}"}').join(', ');
    const run = await engine.start(request(`- l:\n    for:\n      value: i\n      range: [1, 40000]\n      steps:\n        - a:\n            assign: [${work}]\n`));
    let turns = 0;
    const counting = setInterval(() => turns++, 0);
    await run.ended;
    clearInterval(counting);
    assert.ok(turns >= 2, String(turns));
  });

  it('is cancelled in the middle of an HTTP call, which it breaks off', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const run = await engine.start(request(`- a:\n    call: http.get\n    args: {url: "http://127.0.0.1:${(server.address() as AddressInfo).port}/"}\n`));
    const [incoming] = (await once(server, 'request')) as [IncomingMessage];
    const closed = once(incoming.socket, 'close');
    engine.cancel(run.execution.id);
    assert.equal((await run.ended).state, 'CANCELLED');
    await closed;
    server.close();
  });

  it('reads answers of a real server', async () => {
    const server = createServer((_, reply) => void reply.writeHead(200, { 'Content-Type': 'application/json' }).end('{"n": 1.0}')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const ended = await runToEnd(engine, request(`- a:\n    call: http.get\n    args: {url: "${url}"}\n    result: r\n- b:\n    return: ["\${r.code}", "\${r.body}"]\n`));
    assert.equal(ended.output_value, '[200,{"n":1.0}]');
    server.closeAllConnections();
    server.close();
  });

  it('runs beside many others', async () => {
    const all = await Promise.all(Array.from({ length: 200 }, () => engine.start(request(sleepLong))));
    await until(() => all.every(({ execution }) => execution.current_steps[0]?.step === 'nap'));
    engine.cancelAll();
    for (const run of all) assert.equal((await run.ended).state, 'CANCELLED');
  });

  it('knows its place, its id and its revision', async () => {
    const names = ['GOOGLE_CLOUD_WORKFLOW_ID', 'GOOGLE_CLOUD_WORKFLOW_EXECUTION_ID', 'GOOGLE_CLOUD_WORKFLOW_REVISION_ID', 'GOOGLE_CLOUD_PROJECT_ID', 'MINE', 'NONE'];
    const text = `- a:\n    return: [${names.map((name) => `"\${sys.get_env(\\"${name}\\")}"`).join(', ')}]\n`;
    const own = new Engine({ store: new MemoryStore(), environment: new Map([['MINE', 'yes']]) });
    const ended = await runToEnd(own, request(text, { program: '/w/2 my order.workflows.yaml' }));
    assert.deepEqual(JSON.parse(ended.output_value!), ['my-order', ended.id, ended.workflow_revision_id, 'local-project', 'yes', null]);
    await own.close();
  });

  it('says which mock entry a call that cannot be made needs', async () => {
    const ended = await runToEnd(engine, request('- a:\n    call: googleapis.pubsub.v1.projects.topics.publish\n    args: {topic: t, body: {}}\n'));
    assert.match(ended.error!.context, /^SystemError: googleapis\.pubsub\.v1\.projects\.topics\.publish has no answer on this machine; add one to \/nowhere\/test\.mocks\.yaml, such as: - \{call: googleapis\.pubsub\.v1\.projects\.topics\.publish, result: \{\}\}\n/);
  });

  it('keeps its log within bounds', async () => {
    const big = 'x'.repeat(200);
    const text = `- b:\n    assign: [{t: "${big}"}]\n- l:\n    for:\n      value: i\n      range: [1, 10]\n      steps:\n        - d:\n            assign: [{t: "\${t + t}"}]\n- m:\n    for:\n      value: i\n      range: [1, 100]\n      steps:\n        - w:\n            call: sys.log\n            args: {text: "\${t}"}\n`;
    const ended = await runToEnd(engine, request(text));
    assert.equal(ended.state, 'SUCCEEDED', ended.message);
    const logs = engine.logs(ended.id);
    assert.match(logs.at(-1)!.text!, /The log has reached 16 MB; nothing more is kept\./);
    assert.ok(logs.length < 90, String(logs.length));
  });

  for (const [level, states] of [
    ['LOG_NONE', []],
    ['LOG_ERRORS_ONLY', ['EXCEPTION_RAISED http.get']],
    ['LOG_ALL_CALLS', ['BEGUN sys.sleep', 'SUCCEEDED sys.sleep', 'BEGUN http.get', 'EXCEPTION_RAISED http.get']],
  ] as const) {
    it(`writes its calls to the log as ${level} says`, async () => {
      const text = '- a:\n    call: sys.sleep\n    args: {seconds: 0}\n- b:\n    try:\n      call: http.get\n      args: {url: "http://127.0.0.1:1/", headers: {Authorization: secret}}\n    except:\n      as: e\n      steps: []\n';
      const ended = await runToEnd(engine, request(text.replace('\n      steps: []', ''), { options: { call_log_level: level } }));
      const logs = engine.logs(ended.id).map(({ json }) => JSON.parse(json!) as { state: string; callee: string });
      assert.deepEqual(logs.map(({ state, callee }) => `${state} ${callee}`), states);
      assert.doesNotMatch(JSON.stringify(engine.logs(ended.id)), /secret/);
    });
  }

  it('can be deleted while it runs, and is cancelled then', async () => {
    const run = await engine.start(request(sleepLong));
    await engine.delete(run.execution.id);
    assert.equal((await run.ended).state, 'CANCELLED');
    assert.equal(engine.get(run.execution.id), undefined);
    assert.deepEqual(engine.list({ pageSize: 9 }).executions, []);
  });

  it('that has ended cannot be cancelled, paused or resumed', async () => {
    const { id } = await runToEnd(engine, request(returnOne));
    for (const action of ['cancel', 'pause', 'resume'] as const) assert.throws(() => engine[action](id), EngineError, action);
    assert.throws(() => engine.cancel('nothing'), /There is no execution nothing/);
  });
});

describe('a launch', () => {
  const folder = temporaryFolder();
  let engine: Engine;
  beforeEach(() => (engine = new Engine({ store: new MemoryStore() })));
  afterEach(() => engine.close());

  async function refusal(start: Parameters<Engine['start']>[0]): Promise<LaunchRefused> {
    const error = await engine.start(start).then(() => undefined, (reason: unknown) => reason);
    assert.ok(error instanceof LaunchRefused, String(error));
    assert.deepEqual(engine.list({ pageSize: 9 }).executions, [], 'nothing was started');
    return error;
  }

  it('of a text with errors is refused with every problem', async () => {
    const { file, problems, message } = await refusal(request('main:\n  steps:\n    - a:\n        next: nowhere\n    - b:\n        return: ${x}\n'));
    assert.equal(file, '/nowhere/test.workflows.yaml');
    assert.equal(problems.length, 2);
    assert.match(message, /^test\.workflows\.yaml has errors: .* \(and 1 more\)$/);
  });

  for (const [name, text] of [
    ['an empty text', ''],
    ['a text without main', 'sub:\n  steps:\n    - a:\n        return: 1\n'],
    ['a plain text', 'hello'],
    ['tabs', '- a:\n\treturn: 1\n'],
    ['duplicate keys', 'main:\n  steps:\n    - a:\n        return: 1\n        return: 2\n'],
    ['an alias bomb', `a: &a [x,x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((key, i) => `${key}: &${key} [${Array.from({ length: 10 }, () => `*${'abcdefg'[i]!}`).join(',')}]\n`).join('')}`],
    ['binary content', '\u0000\u0001\u0002'],
    ['more than 128 KB', `- a:\n    return: ${'x'.repeat(130 * 1024)}\n`],
  ] as const) {
    it(`of ${name} is refused`, async () => {
      assert.ok((await refusal(request(text))).problems.some(({ severity }) => severity === 'error'));
    });
  }

  it('with an input that is no JSON is refused', async () => {
    assert.match((await refusal(request(returnOne, { input: '{"a": }' }))).message, /The input is not right/);
  });

  it('takes an argument of 32 KB and no more', async () => {
    const text = 'main:\n  params: [a]\n  steps:\n    - b:\n        return: ${len(a)}\n';
    const exact = JSON.stringify('x'.repeat(32 * 1024 - 2));
    assert.match((await refusal(request(text, { input: JSON.stringify('ä'.repeat(16 * 1024)) }))).message, /The input has 32770 bytes as JSON; a workflow takes at most 32768 \(32 KB\)/);
    assert.equal((await runToEnd(engine, request(text, { input: exact }))).output_value, String(32 * 1024 - 2));
  });

  it('checks the input against the schema beside the program and applies its defaults', async () => {
    writeFiles(folder(), { 'order.input.schema.json': '{"type":"object","required":["n"],"properties":{"n":{"type":"integer"},"unit":{"default":"kg"}}}' });
    const program = join(folder(), 'order.workflows.yaml');
    const text = 'main:\n  params: [a]\n  steps:\n    - b:\n        return: ${a}\n';
    const refused = await refusal(request(text, { program, input: '{"n": "1"}' }));
    assert.equal(refused.problems.length, 1);
    assert.match((await refusal(request(text, { program }))).message, /The input is not right/);
    const ended = await runToEnd(engine, request(text, { program, input: '{"n":1}' }));
    assert.equal(ended.output_value, '{"n":1,"unit":"kg"}');
    assert.match(ended.input_schema!, /"required":\["n"\]/);
  });

  it('holds an input file against what the program itself implies, and keeps no schema that nobody wrote', async () => {
    const text = 'main:\n  params: [a]\n  steps:\n    - b:\n        return: ${a.who}\n';
    writeFiles(folder(), { 'greet.workflows.yaml': 'main: {steps: []}' });
    const program = join(folder(), 'greet.workflows.yaml');
    const file = (input: string): StartRequest => ({ ...request(text, { program }), input: { json: '', file: { path: '/w/greet.input.json', text: input } } });
    assert.match((await refusal(file('{"whom": "x"}'))).message, /Expected the key "who"/);
    const ended = await runToEnd(engine, file('{"who": "x"}'));
    assert.deepEqual([ended.output_value, ended.input_schema], ['"x"', undefined]);
  });

  it('lets a program that reads what its argument does not have fail by itself, as on the service', async () => {
    const text = 'main:\n  params: [a]\n  steps:\n    - b:\n        return: ${a.who}\n';
    const state = async (input?: string): Promise<string> => (await runToEnd(engine, request(text, input === undefined ? {} : { input }))).state;
    assert.deepEqual([await state('{"whom": "x"}'), await state()], ['FAILED', 'FAILED']);
  });

  it('points into the input file', async () => {
    const inputText = 'n:\n  - one\n';
    const start = { ...request(returnOne, { options: { input_schema: '{"properties":{"n":{"items":{"type":"integer"}}}}' } }), input: { json: '', file: { path: '/w/a.input.yaml', text: inputText } } };
    const { file, problems } = await refusal(start);
    assert.equal(file, '/w/a.input.yaml');
    assert.deepEqual(problems.map(({ range }) => inputText.slice(range.start, range.end)), ['one']);
  });

  it('points into the execution file that holds the input', async () => {
    const text = 'program: a.yaml\nargument: {n: one}\n';
    const start = { ...request(returnOne, { options: { input_schema: '{"properties":{"n":{"type":"integer"}}}' } }), input: { json: '{"n":"one"}', file: { path: '/w/a.execution.yaml', text, key: 'argument' } } };
    const { file, problems } = await refusal(start);
    assert.deepEqual([file, ...problems.map(({ range }) => text.slice(range.start, range.end))], ['/w/a.execution.yaml', 'one']);
  });

  it('with a schema that is itself wrong is refused, pointing into the schema', async () => {
    writeFiles(folder(), { 'order.input.schema.json': '{"type": "objekt"}' });
    const { file, message } = await refusal(request(returnOne, { program: join(folder(), 'order.workflows.yaml') }));
    assert.equal(file, join(folder(), 'order.input.schema.json'));
    assert.match(message, /The input schema is not valid/);
  });

  it('whose result breaks the output schema fails and keeps the result', async () => {
    const ended = await runToEnd(engine, request('- a:\n    return: {n: "x"}\n', { options: { output_schema: '{"properties":{"n":{"type":"integer"}}}' } }));
    assert.equal(ended.state, 'FAILED');
    assert.equal(ended.output_value, '{"n":"x"}');
    assert.match(ended.error!.context, /^SchemaValidationError: the result does not satisfy the output schema/);
    assert.deepEqual((JSON.parse(ended.error!.payload) as { tags: string[] }).tags, ['SchemaValidationError']);
  });

  it('whose name is taken is refused', async () => {
    await runToEnd(engine, request(returnOne, { options: { name: 'nightly' } }));
    await assert.rejects(engine.start(request(returnOne, { options: { name: 'nightly' } })), (error) => error instanceof LaunchRefused && error.message === 'There is already an execution named "nightly".');
  });

  it('finds the mock file beside the program, or takes another one', async () => {
    writeFiles(folder(), { 'order.mocks.yaml': '- {call: http.get, result: beside}', 'other.yaml': '- {call: http.get, result: other}' });
    const text = '- a:\n    call: http.get\n    args: {url: "http://127.0.0.1:1/"}\n    result: r\n- b:\n    return: ${r.body}\n';
    const program = join(folder(), 'order.workflows.yaml');
    assert.equal((await runToEnd(engine, request(text, { program }))).output_value, '"beside"');
    assert.equal((await runToEnd(engine, request(text, { program, mocks: join(folder(), 'other.yaml') }))).output_value, '"other"');
  });

  it('with a wrong or missing mock file is refused', async () => {
    writeFiles(folder(), { 'bad.mocks.yaml': '- {call: a}' });
    assert.equal((await refusal(request(returnOne, { mocks: join(folder(), 'bad.mocks.yaml') }))).problems[0]?.code, 'mocks/missing-answer');
    assert.match((await refusal(request(returnOne, { mocks: join(folder(), 'none.yaml') }))).message, /There is no such file/);
  });
});

describe('an engine over a store file', () => {
  const folder = temporaryFolder();
  const file = () => join(folder(), 'executions.db');

  it('has the executions of an earlier one', async () => {
    const first = new Engine({ store: openSqliteStore(file()) });
    const ended = await runToEnd(first, request('- a:\n    call: sys.log\n    args: {text: kept}\n- b:\n    return: 1\n'));
    await first.close();
    const second = new Engine({ store: openSqliteStore(file()) });
    assert.deepEqual(second.list({ pageSize: 9 }).executions, [ended]);
    assert.deepEqual(second.logs(ended.id).map(({ text }) => text), ['kept']);
    await second.close();
  });

  it('lets go of what runs when it is closed', async () => {
    const engine = new Engine({ store: openSqliteStore(file()) });
    const { execution } = await engine.start(request(sleepLong));
    await engine.close();
    const again = openSqliteStore(file());
    assert.equal(again.get(execution.id)?.state, 'ACTIVE');
    assert.deepEqual(again.claimAbandoned().map(({ id }) => id), [execution.id]);
    again.close();
  });

  it('sees and cancels executions of another one', async () => {
    const one = new Engine({ store: openSqliteStore(file()) });
    const other = new Engine({ store: openSqliteStore(file()) });
    const seen: string[] = [];
    other.watch((change) => {
      if (change.kind === 'updated') seen.push(change.execution.state);
    });
    const run = await one.start(request(sleepLong));
    await until(() => seen.includes('ACTIVE'));
    other.pause(run.execution.id);
    await until(() => other.get(run.execution.id)?.state === 'PAUSED');
    assert.equal(run.execution.is_paused, true);
    other.resume(run.execution.id);
    await until(() => other.get(run.execution.id)?.state === 'ACTIVE');
    await assert.rejects(other.delete(run.execution.id), /cancel it before deleting it/);
    other.cancel(run.execution.id);
    assert.equal((await run.ended).state, 'CANCELLED');
    await until(() => seen.includes('CANCELLED'));
    await one.close();
    await other.close();
  });

  it('lets executions wait while the store is locked, says so once, and goes on later', async () => {
    const notices: string[] = [];
    const engine = new Engine({ store: openSqliteStore(file(), { busyTimeout: 20 }), notice: (message) => notices.push(message) });
    const run = await engine.start(request('- a:\n    call: sys.sleep\n    args: {seconds: 0.1}\n- b:\n    return: 1\n'));
    const lock = new DatabaseSync(file());
    lock.exec('BEGIN IMMEDIATE');
    await until(() => /^Waiting until its journal can be written: .* is locked by another program/.test(run.execution.message));
    assert.equal(run.execution.state, 'ACTIVE');
    await until(() => notices.length > 0);
    assert.match(notices[0]!, /is locked by another program/);
    lock.exec('ROLLBACK');
    lock.close();
    assert.equal((await run.ended).state, 'SUCCEEDED');
    assert.deepEqual([run.execution.message, notices.length], ['', 1]);
    const reader = openSqliteStore(file());
    await until(() => reader.get(run.execution.id)?.state === 'SUCCEEDED');
    reader.close();
    await engine.close();
  });
});
