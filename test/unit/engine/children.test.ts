import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Engine } from '../../../src/engine/engine.ts';
import { MemoryStore } from '../../../src/engine/memoryStore.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import type { ExecutionStore } from '../../../src/engine/store.ts';
import type { Execution } from '../../../src/execution/record.ts';
import { request, runToEnd, until, wait, writeFiles } from './launching.ts';
import { temporaryFolder } from './temporary.ts';

const executions = 'googleapis.workflowexecutions.v1.projects.locations.workflows.executions';

/** One call step and the return of its result; arguments as flow YAML. */
function calling(name: string, args: string): string {
  return `- call_it:\n    call: ${name.startsWith('.') ? executions + name : name}\n    args: ${args}\n    result: r\n- end:\n    return: \${r}\n`;
}

/** Catches what the call raises and returns it. */
function catching(name: string, args: string): string {
  return `- call_it:\n    try:\n      call: ${name.startsWith('.') ? executions + name : name}\n      args: ${args}\n      result: r\n    except:\n      as: e\n      steps:\n        - caught:\n            return: \${e}\n- end:\n    return: \${r}\n`;
}

const echo = 'main:\n  params: [args]\n  steps:\n    - end:\n        return: {got: "${args}"}\n';
const failing = '- fail:\n    raise: {code: 7}\n';
const sleeping = '- nap:\n    call: sys.sleep\n    args: {seconds: 3600}\n';

interface Raised {
  readonly message: string;
  readonly tags: readonly string[];
  readonly code?: number;
  readonly body?: { readonly error: { readonly code: number; readonly message: string; readonly status: string } };
  readonly operation?: Record<string, unknown>;
  readonly execution?: Record<string, unknown>;
}

describe('a child execution', () => {
  const folder = temporaryFolder();
  let store: ExecutionStore;
  let engine: Engine;
  beforeEach(() => {
    writeFiles(folder(), { 'echo.workflows.yaml': echo, 'failing.workflow.yaml': failing, 'sleeping.workflows.yaml': sleeping, 'plain.yaml': echo, 'data.yaml': 'a: 1\n', 'broken.workflows.yaml': '- a:\n    nonsense: 1\n' });
    store = new MemoryStore();
    engine = new Engine({ store });
  });
  afterEach(() => engine.close());

  const program = (): string => join(folder(), 'parent.workflows.yaml');
  const run = (text: string): Promise<Execution> => runToEnd(engine, request(text, { program: program() }));
  const children = (parent: Execution): readonly Execution[] => engine.list({ pageSize: 1000, parent: parent.id }).executions;
  async function resultOf(text: string): Promise<unknown> {
    const ended = await run(text);
    assert.equal(ended.state, 'SUCCEEDED', ended.message);
    return JSON.parse(ended.output_value!) as unknown;
  }

  it('gets the argument as it is and gives its result, exactly', async () => {
    const ended = await run(calling('.run', '{workflow_id: echo, argument: {big: 9223372036854775807, d: 1.0}}'));
    assert.equal(ended.output_value, '{"got":{"big":9223372036854775807,"d":1.0}}');
    const [child] = children(ended);
    assert.deepEqual([child!.parent_execution_id, child!.state, child!.program], [ended.id, 'SUCCEEDED', join(folder(), 'echo.workflows.yaml')]);
    assert.deepEqual(engine.list({ pageSize: 9 }).executions.map(({ id }) => id), [ended.id], 'stands below its parent only');
  });

  it('without an argument gets null', async () => assert.deepEqual(await resultOf(calling('.run', '{workflow_id: echo, location: us-central1, project_id: p}')), { got: null }));

  it('is not waited for with skip_polling, and goes on after its parent', async () => {
    const ended = await run(calling('.run', '{workflow_id: echo, connector_params: {skip_polling: true}}'));
    assert.equal(ended.output_value, 'null');
    await engine.idle();
    assert.deepEqual(children(ended).map(({ state }) => state), ['SUCCEEDED']);
  });

  it('that fails raises an OperationError with the operation', async () => {
    const error = (await resultOf(catching('.run', '{workflow_id: failing}'))) as Raised;
    assert.deepEqual([error.message, error.tags], ['Execution failed or cancelled.', ['OperationError']]);
    const { name, state, argument, error: inner } = error.operation as { name: string; state: string; argument: string; error: { payload: string; context: string; stackTrace: unknown } };
    assert.match(name, /^projects\/0\/locations\/local\/workflows\/failing\/executions\/[0-9a-f-]{36}$/);
    assert.deepEqual([state, argument, inner.payload], ['FAILED', 'null', '{"code":7}']);
    assert.match(inner.context, /in step "fail", routine "main", line: 2/);
    assert.deepEqual(inner.stackTrace, { elements: [{ step: 'fail', routine: 'main', position: { line: '2', column: '5', length: '16' } }] });
  });

  it('that takes too long raises a TimeoutError', async () => {
    const error = (await resultOf(catching('.run', '{workflow_id: sleeping, connector_params: {timeout: 0.05}}'))) as Raised;
    assert.deepEqual(error.tags, ['TimeoutError', 'OSError']);
    assert.match(error.message, /sleeping \w+ did not end within 0\.05 seconds/);
  });

  it('is cancelled with its parent, and its own children too', async () => {
    writeFiles(folder(), { 'middle.workflows.yaml': calling('.run', '{workflow_id: sleeping}') });
    const parent = await engine.start(request(calling('.run', '{workflow_id: middle}'), { program: program() }));
    const grandchild = (): Execution | undefined => children(parent.execution).flatMap(children)[0];
    await until(() => grandchild()?.state === 'ACTIVE');
    engine.cancel(parent.execution.id);
    assert.equal((await parent.ended).state, 'CANCELLED');
    assert.deepEqual([children(parent.execution)[0]!.state, grandchild()!.state], ['CANCELLED', 'CANCELLED']);
    assert.equal(engine.living, 0);
  });

  it('that was cancelled by itself raises', async () => {
    const parent = await engine.start(request(catching('.run', '{workflow_id: sleeping}'), { program: program() }));
    await until(() => children(parent.execution)[0]?.state === 'ACTIVE');
    engine.cancel(children(parent.execution)[0]!.id);
    const { output_value } = await parent.ended;
    assert.equal((JSON.parse(output_value!) as Raised).operation!['state'], 'CANCELLED');
  });

  it('is deleted with its parent', async () => {
    const ended = await run(calling('.run', '{workflow_id: echo}'));
    const [child] = children(ended);
    await engine.delete(ended.id);
    assert.equal(engine.get(child!.id), undefined);
  });

  it('stays when its parent cannot be deleted, because that runs elsewhere', async () => {
    const file = join(folder(), 'shared.db');
    const [here, elsewhere] = [new Engine({ store: openSqliteStore(file) }), new Engine({ store: openSqliteStore(file) })];
    try {
      const text = calling('.run', '{workflow_id: echo}').replace('- end:', `${sleeping}- end:`);
      const parent = (await elsewhere.start(request(text, { program: program() }))).execution;
      const below = (): readonly Execution[] => here.list({ pageSize: 9, parent: parent.id }).executions;
      await until(() => below()[0]?.state === 'SUCCEEDED');
      await assert.rejects(here.delete(parent.id), /still runs in another window or process/);
      assert.equal(below().length, 1);
    } finally {
      await elsewhere.close();
      await here.close();
    }
  });

  it('inherits that its parent is productive', async () => {
    const ended = await runToEnd(engine, request(calling('.run', '{workflow_id: echo}'), { program: program(), options: { is_productive: true } }));
    assert.equal(children(ended)[0]!.is_productive, true);
  });

  describe('by create', () => {
    const parent = 'projects/p/locations/l/workflows/echo';

    it('takes its argument as JSON text, waits, and gives the execution', async () => {
      const created = (await resultOf(calling('.create', `{parent: ${parent}, body: {argument: '{"n": 1.0}', labels: {team: blue}, callLogLevel: LOG_NONE}}`))) as Record<string, unknown>;
      assert.deepEqual([created['state'], created['argument'], created['result'], created['labels'], created['callLogLevel']], ['SUCCEEDED', '{"n":1.0}', '{"got":{"n":1.0}}', { team: 'blue' }, 'LOG_NONE']);
    });

    it('gives the execution at once with skip_polling; get, list and cancel find it', async () => {
      const text = `
- create:
    call: ${executions}.create
    args: {parent: projects/p/locations/l/workflows/sleeping, connector_params: {skip_polling: true}}
    result: created
- get:
    call: ${executions}.get
    args: {name: "\${created.name}", view: BASIC}
    result: got
- list:
    call: ${executions}.list
    args: {parent: projects/p/locations/l/workflows/sleeping}
    result: listed
- cancel:
    call: ${executions}.cancel
    args: {name: "\${created.name}"}
    result: cancelled
- again:
    try:
      call: ${executions}.cancel
      args: {name: "\${created.name}"}
    except:
      as: e
      steps:
        - keep:
            assign: [{twice: "\${e.body.error}"}]
        - end:
            return: ["\${created}", "\${got}", "\${listed}", "\${cancelled}", "\${twice}"]
`;
      const [created, got, listed, cancelled, twice] = (await resultOf(text)) as [{ name: string }, { name: string }, { executions: { name: string }[] }, { state: string }, { status: string; message: string }];
      assert.equal(got.name, created.name);
      assert.equal('argument' in got, false, 'the basic view');
      assert.deepEqual(listed.executions.map(({ name }) => name), [created.name]);
      assert.equal(cancelled.state, 'CANCELLED');
      assert.equal(twice.status, 'FAILED_PRECONDITION');
      assert.match(twice.message, /has already ended/);
    });

    for (const [args, message] of [
      [`{parent: ${parent}, body: {argument: {a: 1}}}`, /argument is JSON as a string/],
      [`{parent: ${parent}, body: {argument: "{"}}`, /argument is not JSON/],
      [`{parent: ${parent}, body: {argumnet: "1"}}`, /no field "argumnet"/],
      [`{parent: ${parent}, body: {labels: {Bad: x}}}`, /label/],
      [`{parent: ${parent}, body: {callLogLevel: LOUD}}`, /call_log_level/],
      ['{parent: echo}', /parent is projects\//],
    ] as const) {
      it(`refuses ${args}`, async () => {
        const error = (await resultOf(catching('.create', args))) as Raised;
        assert.deepEqual([error.code, error.tags, error.body!.error.status], [400, ['HttpError'], 'INVALID_ARGUMENT']);
        assert.match(error.body!.error.message, message);
        assert.match(error.message, /^HTTP server responded with error code 400: /);
      });
    }
  });

  it('lists page by page', async () => {
    await Promise.all([1, 2, 3].map(() => run(calling('.run', '{workflow_id: echo}'))));
    const text = `
- first:
    call: ${executions}.list
    args: {parent: projects/p/locations/l/workflows/echo, pageSize: 4}
    result: first
- second:
    call: ${executions}.list
    args: {parent: projects/p/locations/l/workflows/echo, pageSize: 4, pageToken: "\${first.nextPageToken}"}
    result: second
- end:
    return: ["\${first.executions}", "\${second.executions}", '\${map.get(second, "nextPageToken")}']
`;
    const [first, second, token] = (await resultOf(text)) as [{ name: string }[], { name: string }[], unknown];
    assert.equal(new Set([...first, ...second].map(({ name }) => name)).size, 3, 'pages may hold fewer than were asked for');
    assert.equal(token, null);
  });

  describe('of experimental.executions', () => {
    it('run gives the result', async () => assert.deepEqual(await resultOf(calling('experimental.executions.run', '{workflow_id: echo, argument: [1]}')), { got: [1] }));

    it('map gives the results in the order of the arguments', async () => {
      writeFiles(folder(), { 'later.workflows.yaml': 'main:\n  params: [s]\n  steps:\n    - nap:\n        call: sys.sleep\n        args: {seconds: "${s}"}\n    - end:\n        return: ${s}\n' });
      assert.deepEqual(await resultOf(calling('experimental.executions.map', '{workflow_id: later, arguments: [0.06, 0.0, 0.03]}')), [0.06, 0, 0.03]);
    });

    it('map runs 20 at once and no more', async () => {
      const run = await engine.start(request(calling('experimental.executions.map', `{workflow_id: sleeping, arguments: ${JSON.stringify(Array(50).fill(0))}}`), { program: program() }));
      await until(() => children(run.execution).filter(({ state }) => state === 'ACTIVE').length === 20);
      await wait(50);
      assert.equal(children(run.execution).length, 20);
      engine.cancel(run.execution.id);
    });

    it('map of nothing is nothing', async () => assert.deepEqual(await resultOf(calling('experimental.executions.map', '{workflow_id: echo, arguments: []}')), []));

    for (const [name, args] of [
      ['run', '{workflow_id: failing}'],
      ['map', '{workflow_id: failing, arguments: [1, 2]}'],
    ] as const) {
      it(`${name} raises an ExecutionError when one fails`, async () => {
        const error = (await resultOf(catching(`experimental.executions.${name}`, args))) as Raised;
        assert.deepEqual([error.tags, error.execution!['state']], [['ExecutionError'], 'FAILED']);
      });
    }

    it('map raises a TimeoutError when all take too long', async () => {
      const error = (await resultOf(catching('experimental.executions.map', '{workflow_id: sleeping, arguments: [1, 2], timeout: 0.05}'))) as Raised;
      assert.deepEqual(error.tags, ['TimeoutError', 'OSError']);
    });
  });

  describe('is found', () => {
    const finds = async (id: string): Promise<string> => {
      const ended = await run(calling('.run', `{workflow_id: ${id}}`));
      return children(ended)[0]?.program.slice(folder().length + 1) ?? ended.message;
    };

    for (const [id, path] of [
      ['echo', 'echo.workflows.yaml'],
      ['failing', 'failing.workflow.yaml'],
      ['plain', 'plain.yaml'],
    ] as const) {
      it(`as ${path} beside the program`, async () => assert.equal(await finds(id), path));
    }

    it('in the workspace, nearest folders first', async () => {
      await engine.close();
      engine = new Engine({ store: new MemoryStore(), workspace: () => [folder()] });
      writeFiles(folder(), { 'a/b/far.workflows.json': '[{"a": {"return": 1}}]', 'z/far.workflows.yaml': '- a:\n    return: 2\n', 'node_modules/hidden.workflows.yaml': echo });
      assert.equal(await finds('far'), join('z', 'far.workflows.yaml'));
      assert.match(await finds('hidden'), /There is no workflow "hidden"/);
    });

    it('as the program itself, also where it is not saved', async () => {
      rmSync(folder(), { recursive: true });
      const text = 'main:\n  params: [n]\n  steps:\n    - check:\n        switch:\n          - condition: ${n == null}\n            call: ' + executions + '.run\n            args: {workflow_id: parent, argument: 1}\n            result: r\n          - condition: true\n            return: inner\n    - end:\n        return: ${r}\n';
      assert.equal(await resultOf(text), 'inner');
      mkdirSync(folder());
    });

    it('or the error says where it was looked for and what is nearest', async () => {
      const error = (await resultOf(catching('.run', '{workflow_id: ehco}'))) as Raised;
      assert.deepEqual([error.code, error.body!.error.status], [404, 'NOT_FOUND']);
      assert.equal(error.body!.error.message, `There is no workflow "ehco": no file ehco.workflows.yaml (or .workflow.yaml, .yaml, .yml, .json) in ${folder()}. Did you mean "echo"?`);
      assert.match(await finds('data'), /There is no workflow "data"/);
    });

    it('or is refused where its file has errors', async () => {
      assert.match(await finds('broken'), /^HTTP server responded with error code 400: broken\.workflows\.yaml has errors: /);
    });
  });

  it('with an argument over 32 KB is refused', async () => {
    const text = `- big:\n    assign: [{t: "${'x'.repeat(200)}"}]\n- l:\n    for:\n      value: i\n      range: [1, 8]\n      steps:\n        - d:\n            assign: [{t: "\${t + t}"}]\n${catching('.run', '{workflow_id: echo, argument: "${t}"}')}`;
    assert.match(((await resultOf(text)) as Raised).message, /400: The input is too large/);
  });

  it('with an unknown parameter is refused', async () => {
    assert.match((await run(calling('.run', '{workflow_id: echo, arguments: [1]}'))).message, /^TypeError: googleapis.*\.run has no parameter "arguments" here; there are workflow_id, /);
  });

  it('that starts itself without end comes to an end', async () => {
    writeFiles(folder(), { 'again.workflows.yaml': calling('.run', '{workflow_id: again}') });
    const ended = await run(calling('.run', '{workflow_id: again}'));
    assert.equal(ended.state, 'FAILED');
    let innermost = ended;
    let generations = 1;
    for (let [child] = children(ended); child; [child] = children(child)) {
      innermost = child;
      generations++;
    }
    assert.equal(generations, 100);
    assert.match(innermost.message, /^RecursionError: executions may start one another 100 deep/);
  });

  it('that starts two of itself without waiting comes to an end too', async () => {
    const twice = 'main:\n  steps:\n    - loop:\n        for:\n          value: i\n          range: [1, 2]\n          steps:\n            - again:\n                call: ' + executions + '.run\n                args: {workflow_id: twice, connector_params: {skip_polling: true}}\n    - nap:\n        call: sys.sleep\n        args: {seconds: 3600}\n';
    writeFiles(folder(), { 'twice.workflows.yaml': twice });
    let most = 0;
    engine.watch(() => (most = Math.max(most, engine.living)));
    await engine.start(request(twice, { program: program() }));
    const failed = (): readonly Execution[] => engine.list({ pageSize: 1000, everywhere: true, states: ['FAILED'] }).executions;
    // Whoever got its two children sleeps, and nobody else starts any.
    for (let before = -1; before !== failed().length || before === 0; await wait(200)) before = failed().length;
    assert.ok(most <= 1000, String(most));
    for (const execution of failed()) assert.match(execution.message, /429: \d+ executions run here/);
  });

  it('is kept in a store file', async () => {
    await engine.close();
    const file = join(folder(), 'store/executions.db');
    engine = new Engine({ store: openSqliteStore(file) });
    const ended = await run(calling('.run', '{workflow_id: echo}'));
    await engine.close();
    engine = new Engine({ store: openSqliteStore(file) });
    assert.equal(children(ended)[0]?.output_value, '{"got":null}');
    assert.equal(engine.list({ pageSize: 9, everywhere: true }).executions.length, 2);
    assert.equal(engine.list({ pageSize: 9, everywhere: true, states: ['FAILED'] }).executions.length, 0);
  });
});
