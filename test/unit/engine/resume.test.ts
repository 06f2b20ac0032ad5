import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Engine, type EngineOptions } from '../../../src/engine/engine.ts';
import { WorkflowHost } from '../../../src/engine/host.ts';
import type { InFlightRule } from '../../../src/engine/effects/inFlight.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import { WorkflowDebuggee } from '../../../src/engine/workflowDebuggee.ts';
import type { StartRequest } from '../../../src/execution/launch.ts';
import type { Execution } from '../../../src/execution/record.ts';
import { request, until, writeFiles } from './launching.ts';
import { temporaryFolder } from './temporary.ts';

describe('an execution whose process ended', () => {
  const folder = temporaryFolder();
  let engine: Engine;
  const notices: string[] = [];
  const open = (options: Partial<EngineOptions> = {}): Engine =>
    (engine = new Engine({ store: openSqliteStore(join(folder(), 'executions.db')), notice: (message) => notices.push(message), ...options }));
  beforeEach(() => {
    notices.length = 0;
    open();
  });
  afterEach(() => engine.close());

  /** Another process goes on: the engine is let go of and opened anew. */
  async function restart(options: Partial<EngineOptions> = {}): Promise<void> {
    await engine.close();
    open(options);
    await engine.resumeAbandoned();
  }

  async function ended(id: string): Promise<Execution> {
    return (await engine.ended(id)) ?? engine.get(id)!;
  }

  async function begun(start: StartRequest): Promise<string> {
    return (await engine.start(start)).execution.id;
  }

  const sleeping = (seconds: number, before = '', after = '') => `main:\n  steps:\n${before}    - nap:\n        call: sys.sleep\n        args: {seconds: ${seconds}}\n${after}`;

  it('goes on where it was, with the answers it had', async () => {
    const before = '    - look:\n        assign: [{id: "${uuid.generate()}"}, {at: "${sys.now()}"}]\n    - say:\n        call: sys.log\n        args: {text: "${id}"}\n';
    const id = await begun(request(sleeping(0.3, before, '    - end_:\n        return: ["${id}", "${at}"]\n')));
    await until(() => engine.logs(id).length === 1);
    await restart();
    const { state, output_value } = await ended(id);
    assert.equal(state, 'SUCCEEDED');
    assert.equal((JSON.parse(output_value!) as string[])[0], engine.logs(id)[0]!.text);
    assert.equal(engine.logs(id).length, 1);
  });

  it('keeps the deadline of a sleep', async () => {
    const id = await begun(request(sleeping(1)));
    await until(() => engine.get(id)?.scheduled_for !== undefined);
    const { start_time, scheduled_for } = engine.get(id)!;
    await engine.close();
    open();
    const told = new Set<string>();
    engine.watch((change) => {
      if (change.kind === 'updated' && change.execution.scheduled_for !== undefined) told.add(change.execution.scheduled_for);
    });
    await engine.resumeAbandoned();
    assert.equal((await ended(id)).start_time, start_time);
    assert.deepEqual([...told].filter((time) => time !== scheduled_for), [], 'it slept anew');
    await engine.close();
    const store = openSqliteStore(join(folder(), 'executions.db'));
    const deadlines = store.journal(id).flatMap(({ data }) => (JSON.parse(data) as { readonly deadline?: number }).deadline ?? []);
    store.close();
    assert.deepEqual(deadlines.map((time) => new Date(time).toISOString()), [scheduled_for]);
    open();
  });

  it('starts after it has waited in both', async () => {
    await engine.close();
    open({ concurrency: () => 1 });
    const first = await begun(request(sleeping(60)));
    await until(() => engine.get(first)?.current_steps[0]?.step === 'nap');
    const second = await begun(request('main:\n  steps:\n    - r:\n        return: 1\n'));
    await restart({ concurrency: () => 2 });
    const { state, start_time, create_time } = await ended(second);
    assert.equal(state, 'SUCCEEDED');
    assert.ok(start_time! > create_time, `${start_time} is not after ${create_time}`);
    engine.cancel(first);
  });

  it('stays paused, where it was', async () => {
    const run = await engine.start(request(sleeping(0.05, '    - a:\n        assign: [{x: 1}]\n')));
    const { id } = run.execution;
    engine.pause(id);
    await restart();
    assert.equal(engine.get(id)?.state, 'PAUSED');
    assert.deepEqual(engine.get(id)?.current_steps, run.host.currentSteps());
    engine.resume(id);
    assert.equal((await ended(id)).state, 'SUCCEEDED');
  });

  it('uses each mock as often as it may be used', async () => {
    writeFiles(folder(), { 'm.yaml': '- {call: http.post, times: 1, result: first}\n- {call: http.post, times: 1, result: second, delay: 0.3}\n- {call: http.post, result: other}\n' });
    const call = (name: string) => `    - ${name}:\n        call: http.post\n        args: {url: "http://127.0.0.1:1/"}\n        result: ${name}\n`;
    const text = `main:\n  steps:\n${call('a')}${call('b')}${call('c')}    - end_:\n        return: ["\${a.body}", "\${b.body}", "\${c.body}"]\n`;
    const id = await begun(request(text, { mocks: join(folder(), 'm.yaml') }));
    await until(() => engine.get(id)?.current_steps[0]?.step === 'b');
    await engine.close();
    writeFiles(folder(), { 'm.yaml': '[]\n' });
    open();
    await engine.resumeAbandoned();
    assert.equal((await ended(id)).output_value, '["first","second","other"]');
  });

  it('has its environment, its seed and its schema as they were', async () => {
    writeFiles(folder(), { 'p.env.yaml': 'WHERE: here\n', 'p.output.schema.json': '{"type":"string","maxLength":3}' });
    const id = await begun(request(sleeping(0.2, '', '    - end_:\n        return: ${sys.get_env("WHERE")}\n'), { program: join(folder(), 'p.workflows.yaml') }));
    await engine.close();
    writeFiles(folder(), { 'p.env.yaml': 'WHERE: there\n', 'p.output.schema.json': '{}' });
    open();
    await engine.resumeAbandoned();
    const { state, output_value, message } = await ended(id);
    assert.deepEqual([state, output_value], ['FAILED', '"here"']);
    assert.match(message, /SchemaValidationError/);
  });

  it('is ended where it cannot be resumed', async () => {
    const id = await begun(request(sleeping(60)));
    await engine.close();
    const store = openSqliteStore(join(folder(), 'executions.db'));
    const end = store.journalEnd(id);
    store.appendJournal(id, [{ number: end + 1, time: new Date().toISOString(), kind: 'answer', data: '{"effect":99,"moment":2,"outcome":{"kind":"done"}}' }], []);
    store.close();
    open();
    await engine.resumeAbandoned();
    const { state, message } = await ended(id);
    assert.equal(state, 'FAILED');
    assert.match(message, /cannot be resumed: what was recorded of it does not fit its program/);
  });

  it('is taken over by another process once its own is gone, and not before', async function () {
    this.timeout(60_000);
    await engine.resumeAbandoned();
    const other = fork(join(import.meta.dirname, 'sleepingProcess.ts'), [join(folder(), 'executions.db'), '3'], { stdio: 'inherit' });
    const [id] = (await once(other, 'message')) as [string];
    assert.equal(await engine.resumeAbandoned(), 0);
    other.kill('SIGKILL');
    await once(other, 'exit');
    while (engine.get(id)?.state !== 'SUCCEEDED') await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal((await ended(id)).output_value, '"slept"');
  });

  it('writes nothing for steps that only compute', async () => {
    const text = 'main:\n  steps:\n    - loop:\n        for:\n          value: v\n          range: [1, 40000]\n          steps:\n            - add:\n                assign: [{x: "${v}"}]\n';
    const id = await begun(request(text));
    assert.equal((await ended(id)).state, 'SUCCEEDED');
    await engine.close();
    const store = openSqliteStore(join(folder(), 'executions.db'));
    assert.ok(store.journalEnd(id) <= 1, String(store.journalEnd(id)));
    store.close();
    open();
  });

  it('counts what it ran before against its time limit', async () => {
    const id = await begun(request(sleeping(60), { options: { max_runtime_minutes: 1 } }));
    await until(() => engine.get(id)?.current_steps[0]?.step === 'nap');
    await engine.close();
    const store = openSqliteStore(join(folder(), 'executions.db'));
    assert.ok(store.kept(id)!.ran > 0);
    store.noteRan(id, 59_900);
    store.close();
    open();
    await engine.resumeAbandoned();
    assert.match((await ended(id)).message, /max_runtime_minutes/);
  });

  it('is ended by a cancel though no process runs it', async () => {
    const id = await begun(request(sleeping(60)));
    await engine.close();
    open();
    engine.cancel(id);
    assert.equal(engine.get(id)?.state, 'CANCELLED');
    const other = await begun(request(sleeping(60)));
    await engine.close();
    open();
    await engine.delete(other);
    assert.equal(engine.get(other), undefined);
  });

  it('has the changes that a debugger made', async () => {
    const run = await engine.prepare(request('main:\n  steps:\n    - a:\n        assign: [{x: 1}, {y: {n: 1}}]\n    - b:\n        return: ["${x + 1}", "${y}"]\n'));
    assert(run.host instanceof WorkflowHost);
    const debuggee = new WorkflowDebuggee(run, run.host);
    const stopped = new Promise<number>((resolve) => debuggee.onEvent((event) => event.kind === 'stopped' && resolve(event.threadId)));
    debuggee.setBreakpoints(debuggee.sources[0]!, [{ line: 5 }]);
    debuggee.start({ stopOnEntry: false });
    const frame = debuggee.frames(await stopped)[0]!.id;
    debuggee.setExpression('x', '41', frame);
    debuggee.setExpression('y', '{"n": {"deep": true}}', frame);
    assert.throws(() => debuggee.setExpression('x', 'nothing', frame));
    await restart();
    const { id } = run.execution;
    assert.equal(engine.get(id)!.state, 'PAUSED');
    engine.resume(id);
    assert.equal((await ended(id)).output_value, '[42,{"n":{"deep":true}}]');
  });

  describe('while it waited for a callback', () => {
    const awaiting = 'main:\n  steps:\n    - make:\n        call: events.create_callback_endpoint\n        args: {http_callback_method: POST}\n        result: cb\n    - nap:\n        call: sys.sleep\n        args: {seconds: 0.1}\n    - hear:\n        call: events.await_callback\n        args: {callback: "${cb}", timeout: 60}\n        result: heard\n    - end_:\n        return: ${heard.http_request.body}\n';

    it('can be called at the same address', async () => {
      const id = await begun(request(awaiting));
      await until(() => engine.callbacks(id)[0]?.waiters === 1);
      const { url } = engine.callbacks(id)[0]!;
      await restart();
      await until(() => engine.callbacks(id)[0]?.waiters === 1);
      assert.equal(engine.callbacks(id)[0]!.url, url);
      assert.equal((await fetch(url, { method: 'POST', body: '{"n":1}', headers: { 'Content-Type': 'application/json' } })).status, 200);
      assert.equal((await ended(id)).output_value, '{"n":1}');
      assert.deepEqual(notices, []);
    });

    it('has a call that came before it awaited one', async () => {
      // Another callback is the gate before it, so that no time decides what comes first.
      const gate = "    - gate:\n        call: events.create_callback_endpoint\n        args: {http_callback_method: POST}\n        result: gate\n    - wait:\n        call: events.await_callback\n        args: {callback: \"${gate}\", timeout: 60}\n";
      const id = await begun(request(awaiting.replace(/ {4}- nap:[^]*?seconds: 0\.1}\n/, gate)));
      await until(() => engine.callbacks(id)[1]?.waiters === 1);
      const [{ url }, opening] = [engine.callbacks(id)[0]!, engine.callbacks(id)[1]!];
      assert.equal((await fetch(url, { method: 'POST', body: 'early' })).status, 200);
      await restart();
      assert.equal(engine.callbacks(id)[0]?.pending, true);
      assert.equal((await fetch(url, { method: 'POST', body: 'second' })).status, 429);
      await until(() => engine.callbacks(id)[1]?.waiters === 1);
      assert.equal((await fetch(opening.url, { method: 'POST' })).status, 200);
      assert.equal((await ended(id)).output_value, '"early"');
    });

    it('says where it can be called when the port is taken', async () => {
      const id = await begun(request(awaiting));
      await until(() => engine.callbacks(id)[0]?.waiters === 1);
      const { url } = engine.callbacks(id)[0]!;
      await engine.close();
      const squatter = createServer().listen(Number(new URL(url).port), '127.0.0.1');
      await once(squatter, 'listening');
      open();
      await engine.resumeAbandoned();
      const elsewhere = engine.callbacks(id)[0]!.url;
      assert.notEqual(elsewhere, url);
      assert.ok(notices[0]?.includes(url) && notices[0].includes(elsewhere), notices[0]);
      assert.equal(engine.logs(id)[0]?.text, notices[0]);
      await until(() => engine.callbacks(id)[0]?.waiters === 1);
      assert.equal((await fetch(elsewhere, { method: 'POST', body: 'there' })).status, 200);
      assert.equal((await ended(id)).output_value, '"there"');
      squatter.close();
    });
  });

  describe('while it waited for a child', () => {
    const parent = 'main:\n  steps:\n    - child:\n        call: googleapis.workflowexecutions.v1.projects.locations.workflows.executions.run\n        args: {workflow_id: child, argument: {n: 3}}\n        result: got\n    - end_:\n        return: ${got}\n';

    it('finds the same child again', async () => {
      writeFiles(folder(), { 'child.workflows.yaml': sleeping(0.3, '', '    - end_:\n        return: done\n') });
      const id = await begun(request(parent, { program: join(folder(), 'parent.workflows.yaml') }));
      const children = () => engine.list({ pageSize: 9, parent: id }).executions;
      await until(() => children()[0]?.state === 'ACTIVE');
      await restart();
      assert.equal((await ended(id)).output_value, '"done"');
      assert.deepEqual(children().map(({ state }) => state), ['SUCCEEDED']);
    });
  });

  describe('while a request was under way', () => {
    let server: Server;
    let url = '';
    const got: string[] = [];
    let answer: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
    beforeEach(async () => {
      got.length = 0;
      server = createServer((request, response) => {
        got.push(request.method!);
        answer(request, response);
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    });
    afterEach(() => {
      server.closeAllConnections();
      server.close();
    });

    const text = (response: ServerResponse, body: string) => response.writeHead(200, { 'Content-Type': 'text/plain' }).end(body);
    const calling = (method: string) => `main:\n  steps:\n    - go:\n        try:\n          call: http.${method}\n          args: {url: "${url}"}\n          result: r\n        except:\n          as: e\n          steps:\n            - bad:\n                return: \${e.tags[0]}\n    - end_:\n        return: \${r.body}\n`;

    for (const [method, rule, want, times] of [
      ['get', 'error', '"ok"', 2],
      ['put', 'error', '"ok"', 2],
      ['delete', 'error', '"ok"', 2],
      ['post', 'error', '"ConnectionError"', 1],
      ['patch', 'error', '"ConnectionError"', 1],
      ['post', 'repeat', '"ok"', 2],
    ] as const satisfies readonly (readonly [string, InFlightRule, string, number])[]) {
      it(`${times === 2 ? 'repeats' : 'does not repeat'} a ${method.toUpperCase()} by the rule ${JSON.stringify(rule)}`, async () => {
        answer = () => undefined;
        const id = await begun(request(calling(method)));
        await until(() => got.length === 1);
        answer = (_request, response) => text(response, 'ok');
        await restart({ inFlight: () => rule });
        assert.equal((await ended(id)).output_value, want);
        assert.equal(got.length, times);
      });
    }

    it('keeps an answer that comes while it is let go of', async () => {
      answer = (_request, response) => void setTimeout(() => text(response, 'late'), 200);
      const id = await begun(request(calling('post')));
      await until(() => got.length === 1);
      await restart();
      assert.equal((await ended(id)).output_value, '"late"');
      assert.equal(got.length, 1);
    });
  });

  describe('with savepoints', () => {
    const text = 'main:\n  steps:\n    - first:\n        assign: [{a: "${uuid.generate()}"}]\n    - second:\n        assign: [{b: "${uuid.generate()}"}]\n    - nap:\n        call: sys.sleep\n        args: {seconds: "${if(a == b, 1, 0.05)}"}\n    - last:\n        assign: [{c: "${uuid.generate()}"}]\n    - end_:\n        return: ["${a}", "${b}", "${c}"]\n';
    const result = ({ output_value }: Execution) => JSON.parse(output_value!) as string[];

    it('tells where each is', async () => {
      const id = await begun(request(text));
      await ended(id);
      assert.deepEqual(engine.savepoints(id).map(({ call, routine, line }) => [call, routine, line]), [
        ['uuid.generate', 'first', 3],
        ['uuid.generate', 'second', 5],
        ['sys.sleep', 'nap', 7],
        ['uuid.generate', 'last', 10],
      ]);
    });

    it('goes on from one as another execution when it has ended', async () => {
      const id = await begun(request(text));
      const [a, b, c] = result(await ended(id));
      const [first] = engine.savepoints(id);
      const again = await engine.goBackTo(id, first!.id);
      assert.equal(again.name.startsWith(`${engine.get(id)!.name} from savepoint ${first!.id}`), true);
      const got = result(await ended(again.id));
      assert.equal(got[0], a);
      assert.notEqual(got[1], b);
      assert.notEqual(got[2], c);
      assert.deepEqual(result(engine.get(id)!), [a, b, c]);
      await assert.rejects(engine.goBackTo(id, '77'), /has no savepoint 77/);
    });

    it('goes back in place while it lives, also when it is paused', async () => {
      const waiting = text.replace('0.05', '60');
      const id = await begun(request(waiting));
      const other = await begun(request(waiting));
      await until(() => engine.savepoints(id).length === 2 && engine.savepoints(other).length === 2);
      engine.pause(id);
      const [first] = engine.savepoints(id);
      await engine.goBackTo(id, first!.id);
      await until(() => engine.get(id)!.current_steps[0]?.step === 'first');
      assert.deepEqual(engine.savepoints(id).map((savepoint) => savepoint.id), [first!.id]);
      assert.equal(engine.get(id)!.state, 'PAUSED');
      engine.resume(id);
      await until(() => engine.savepoints(id).length === 2);
      assert.equal(engine.savepoints(id)[0]!.time, first!.time);
      assert.equal(engine.savepoints(other).length, 2);
    });

    it('keeps only the newest where it is told so', async () => {
      const id = await begun(request(text, { options: { savepoint_retention: 'LAST' } }));
      await ended(id);
      assert.deepEqual(engine.savepoints(id).map(({ routine }) => routine), ['last']);
    });
  });
});
