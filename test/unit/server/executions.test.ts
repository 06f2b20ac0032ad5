import assert from 'node:assert/strict';
import { until } from '../engine/launching.ts';
import { serving } from './serving.ts';

const echo = 'main:\n  params: [args]\n  steps:\n    - end:\n        return: ${args}\n';
const environment = 'main:\n  steps:\n    - end:\n        return: ${[sys.get_env("MODE"), sys.get_env("GOOGLE_CLOUD_WORKFLOW_REVISION_ID"), sys.get_env("GOOGLE_CLOUD_SERVICE_ACCOUNT_NAME")]}\n';
const sleeping = 'main:\n  steps:\n    - nap:\n        call: sys.sleep\n        args: {seconds: 3600}\n';
const failing = 'main:\n  steps:\n    - first:\n        raise: {code: 7}\n';
const waiting = 'main:\n  steps:\n    - make:\n        call: events.create_callback_endpoint\n        args: {http_callback_method: POST}\n        result: endpoint\n    - wait:\n        call: events.await_callback\n        args: {callback: "${endpoint}"}\n        result: call\n    - end:\n        return: ${call.http_request.body}\n';
const parent = 'main:\n  steps:\n    - start:\n        call: googleapis.workflowexecutions.v1.projects.locations.workflows.executions.run\n        args: {workflow_id: echo, argument: {n: 1}}\n        result: answer\n    - end:\n        return: ${answer}\n';

describe('the API of executions', () => {
  const api = serving();

  it('starts one and gives it at once, then as it ended', async () => {
    await api().deploy('echo', echo);
    const { status, json } = await api().call('POST', 'workflows/echo/executions', { argument: '{"n": 9007199254740993, "d": 1.0}' });
    assert.equal(status, 200);
    assert.match(json['name']!, /^projects\/p\/locations\/l\/workflows\/echo\/executions\/[0-9a-f-]{36}$/);
    assert.equal(json['state'], 'ACTIVE');
    assert.equal(json['result'], undefined);
    await api().server.engine.idle();
    const ended = (await api().call('GET', `/v1/${json['name']!}`)).json;
    assert.equal(ended['state'], 'SUCCEEDED');
    assert.equal(ended['argument'], '{"n":9007199254740993,"d":1.0}');
    assert.equal(ended['result'], '{"d":1.0,"n":9007199254740993}');
    assert.match(ended['duration']!, /^\d+(\.\d{1,3})?s$/);
    assert.match(ended['endTime']!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const { status: steps } = ended;
    assert.deepEqual(steps, { currentSteps: [{ routine: 'main', step: 'end' }] });
  });

  it('has null as argument where none was given', async () => {
    await api().deploy('echo', echo);
    const { argument, result } = await api().run('echo');
    assert.deepEqual([argument, result], ['null', 'null']);
  });

  it('tells why one failed, with int64 as strings', async () => {
    await api().deploy('failing', failing);
    const { state, result, error } = await api().run('failing');
    assert.deepEqual([state, result], ['FAILED', undefined]);
    assert.equal(error!['payload'], '{"code":7}');
    assert.deepEqual(error!['stackTrace']!['elements']!.map((element) => element['position']!['line']), ['4']);
  });

  for (const [what, body, message] of [
    ['an argument that is no JSON', { argument: '{' }, /argument is not JSON: .* at offset 1/],
    ['an argument that is no string', { argument: { a: 1 } }, /argument is a string/],
    ['an argument over 32 KB', { argument: JSON.stringify('x'.repeat(32 * 1024 - 1)) }, /at most 32768 \(32 KB\)/],
    ['an unknown field', { arguments: '1' }, /There is no field "arguments" in an Execution; did you mean argument\?/],
    ['a wrong label', { labels: { a: 'B' } }, /value of "a"/],
    ['a wrong level', { callLogLevel: 9 }, /callLogLevel is one of/],
  ] as const) {
    it(`refuses ${what}, and starts nothing`, async () => {
      await api().deploy('echo', echo);
      const { status, json } = await api().call('POST', 'workflows/echo/executions', body);
      assert.deepEqual([status, json['error']!['status']], [400, 'INVALID_ARGUMENT']);
      assert.match(json['error']!['message']!, message);
      assert.deepEqual((await api().call('GET', 'workflows/echo/executions')).json, { executions: [] });
    });
  }

  it('takes an argument of exactly 32 KB', async () => {
    await api().deploy('echo', echo);
    const argument = JSON.stringify('x'.repeat(32 * 1024 - 2));
    assert.equal((await api().run('echo', { argument }))['result'], argument);
  });

  it('takes level names by number and snake_case, as proto3 JSON has them', async () => {
    await api().deploy('echo', echo);
    assert.equal((await api().run('echo', { call_log_level: 2 }))['callLogLevel'], 'LOG_ERRORS_ONLY');
  });

  it('inherits labels, log level, variables and service account of the workflow; own ones win', async () => {
    await api().deploy('env', environment, { labels: { a: 'workflow', b: 'workflow' }, callLogLevel: 'LOG_ALL_CALLS', userEnvVars: { MODE: 'test' }, serviceAccount: 'me@p' });
    const first = await api().run('env', { labels: { b: 'own' } });
    assert.deepEqual(first['labels'], { a: 'workflow', b: 'own' });
    assert.equal(first['callLogLevel'], 'LOG_ALL_CALLS');
    const { revisionId } = (await api().call('GET', 'workflows/env')).json;
    assert.equal(first['workflowRevisionId'], revisionId);
    assert.deepEqual(JSON.parse(first['result']!), ['test', revisionId, 'me@p']);
    assert.equal((await api().run('env', { callLogLevel: 'LOG_NONE' }))['callLogLevel'], 'LOG_NONE');
  });

  it('keeps the revision it began with', async () => {
    await api().deploy('waiting', waiting);
    const { name, workflowRevisionId } = (await api().call('POST', 'workflows/waiting/executions', {})).json;
    await api().call('PATCH', 'workflows/waiting?updateMask=sourceContents', { sourceContents: echo });
    const found = (await api().call('GET', `/v1/${name!}`)).json;
    assert.equal(found['workflowRevisionId'], workflowRevisionId);
    assert.equal(found['state'], 'ACTIVE');
    assert.match((await api().run('waiting'))['workflowRevisionId']!, /^000002-/);
  });

  it('finds other deployed workflows that a workflow starts', async () => {
    await api().deploy('echo', echo);
    await api().deploy('parent', parent);
    assert.equal((await api().run('parent'))['result'], '{"n":1}');
    assert.equal((await api().call('GET', 'workflows/echo/executions')).json['executions']!.length, 1);
  });

  it('shows BASIC or FULL as asked', async () => {
    await api().deploy('echo', echo);
    const { name } = await api().run('echo');
    const basic = (await api().call('GET', `/v1/${name!}?view=BASIC`)).json;
    assert.deepEqual(Object.keys(basic).sort(), ['duration', 'endTime', 'name', 'startTime', 'state', 'workflowRevisionId']);
    assert.equal((await api().call('GET', `/v1/${name!}?view=2`)).json['argument'], 'null');
    assert.equal((await api().call('GET', 'workflows/echo/executions')).json['executions']![0]!['argument'], undefined);
    assert.equal((await api().call('GET', 'workflows/echo/executions?view=FULL')).json['executions']![0]!['argument'], 'null');
    assert.match((await api().call('GET', `/v1/${name!}?view=WIDE`)).json['error']!['message']!, /view is one of .*BASIC, FULL; got "WIDE"/);
  });

  describe('listed', () => {
    const numbers = async (query: string) => {
      const { json } = await api().call('GET', `workflows/echo/executions?view=FULL&${query}`);
      return { numbers: json['executions']!.map(({ argument }) => argument).join(''), next: json['nextPageToken'] };
    };
    beforeEach(async () => {
      await api().deploy('echo', echo);
      for (const n of [1, 2, 3, 4, 5]) await api().run('echo', { argument: String(n), labels: { parity: n % 2 === 0 ? 'even' : 'odd' } });
    });

    it('come newest first, page by page', async () => {
      const first = await numbers('pageSize=2');
      const second = await numbers(`pageSize=2&pageToken=${first.next!}`);
      // What comes meanwhile does not move the pages.
      await api().run('echo', { argument: '6' });
      const third = await numbers(`pageSize=3&pageToken=${second.next!}`);
      assert.deepEqual([first.numbers, second.numbers, third.numbers, third.next], ['54', '32', '1', undefined]);
    });

    it('come filtered, page by page', async () => {
      const filter = `filter=${encodeURIComponent('label.parity = "odd" AND state=SUCCEEDED')}`;
      const first = await numbers(`${filter}&pageSize=2`);
      assert.equal(first.numbers, '53');
      assert.equal((await numbers(`${filter}&pageSize=2&pageToken=${first.next!}`)).numbers, '1');
    });

    it('come filtered by the longest filters there are', async () => {
      const terms = ['state=A', 'stepName!=a', 'label.k!=v', 'duration<1'].map((term) => `${term} `.repeat(Math.floor(4096 / (term.length + 1))));
      const wide = Array.from({ length: 4096 / 12 }, () => 'state=A').join(' OR ').slice(0, 4090);
      for (const filter of [...terms, wide.slice(0, wide.lastIndexOf(' OR ')), `${'('.repeat(50)}state=SUCCEEDED${')'.repeat(50)}`]) {
        const { status } = await api().call('GET', `workflows/echo/executions?filter=${encodeURIComponent(filter)}&orderBy=duration`);
        assert.equal(status, 200, filter.slice(0, 20));
      }
    });

    it('come in another order, page by page', async () => {
      const first = await numbers('orderBy=createTime&pageSize=3');
      assert.equal(first.numbers, '123');
      assert.equal((await numbers(`orderBy=createTime&pageSize=3&pageToken=${first.next!}`)).numbers, '45');
    });

    it('refuse a token of another list', async () => {
      const { next } = await numbers('pageSize=2');
      for (const query of ['filter=state=FAILED', 'orderBy=state', 'view=BASIC']) {
        const { status, json } = await api().call('GET', `workflows/echo/executions?view=FULL&${query}&pageToken=${next!}`.replace('view=FULL&view', 'view'));
        assert.equal(status, 400);
        assert.match(json['error']!['message']!, /pageToken is not one of this list/);
      }
    });

    it('refuse a filter with the place of its fault', async () => {
      const { status, json } = await api().call('GET', `workflows/echo/executions?filter=${encodeURIComponent('state="FAILED" AND colour="red"')}`);
      assert.equal(status, 400);
      assert.match(json['error']!['message']!, /filter: "colour" at character 20 is not a field/);
    });

    it('are those of the one workflow', async () => {
      await api().deploy('other', echo);
      assert.deepEqual((await api().call('GET', 'workflows/other/executions')).json, { executions: [] });
      assert.equal((await api().call('GET', 'workflows/none/executions')).status, 404);
    });

    it('are there after the server has ended', async () => {
      await api().restart();
      assert.equal((await numbers('')).numbers, '54321');
    });
  });

  it('cancels one that runs, and refuses to cancel one that has ended', async () => {
    await api().deploy('sleeping', sleeping);
    const { name } = (await api().call('POST', 'workflows/sleeping/executions', {})).json;
    const cancelled = await api().call('POST', `/v1/${name!}:cancel`, {});
    assert.equal(cancelled.json['state'], 'CANCELLED');
    const { status, json } = await api().call('POST', `/v1/${name!}:cancel`, {});
    assert.deepEqual([status, json['error']!['status']], [400, 'FAILED_PRECONDITION']);
    assert.match(json['error']!['message']!, /has already ended \(CANCELLED\)/);
  });

  it('answers 404 for an execution that is not there or belongs to another workflow', async () => {
    await api().deploy('echo', echo);
    await api().deploy('other', echo);
    const { name } = await api().run('echo');
    for (const path of [name!.replace('/echo/', '/other/'), `${name!.slice(0, -1)}x`]) assert.equal((await api().call('GET', `/v1/${path}`)).status, 404);
    assert.equal((await api().call('POST', `/v1/${name!.replace('/echo/', '/other/')}:cancel`, {})).status, 404);
  });

  it('exports the data of one', async () => {
    await api().deploy('echo', echo);
    const { name } = await api().run('echo', { argument: '[1]' });
    const { data } = (await api().call('GET', `/v1/${name!}:exportData`)).json;
    const { execution } = JSON.parse(data!) as { execution: { name: string; result: string } };
    assert.deepEqual([execution.name, execution.result], [name, '[1]']);
  });

  it('deletes the history of one that has ended', async () => {
    await api().deploy('echo', echo);
    await api().deploy('sleeping', sleeping);
    const { name } = await api().run('echo');
    assert.deepEqual((await api().call('POST', `/v1/${name!}:deleteExecutionHistory`, {})).json, {});
    const { name: running } = (await api().call('POST', 'workflows/sleeping/executions', {})).json;
    assert.equal((await api().call('POST', `/v1/${running!}:deleteExecutionHistory`, {})).json['error']!['status'], 'FAILED_PRECONDITION');
  });

  it('is started by a Pub/Sub message, whose event is its argument', async () => {
    await api().deploy('echo', echo);
    const message = { data: 'aGk=', messageId: '42', attributes: { a: 'b' }, publishTime: '2026-01-01T00:00:00Z' };
    const { status, json } = await api().call('POST', 'workflows/echo:triggerPubsubExecution', { subscription: 'projects/p/subscriptions/s', message, GCPCloudEventsMode: 'CE_PUBSUB_BINDING', deliveryAttempt: 1 });
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(json['argument']!), {
      id: '42',
      source: '//pubsub.googleapis.com/',
      specversion: '1.0',
      type: 'google.cloud.pubsub.topic.v1.messagePublished',
      datacontenttype: 'application/json',
      time: '2026-01-01T00:00:00Z',
      data: { message, subscription: 'projects/p/subscriptions/s', deliveryAttempt: 1 },
    });
    assert.match((await api().call('POST', 'workflows/echo:triggerPubsubExecution', {})).json['error']!['message']!, /message is the Pub\/Sub message/);
  });

  it('keeps the call of a callback that nobody awaits yet, and refuses more', async () => {
    await api().deploy('later', waiting.replace('    - wait:', '    - nap:\n        call: sys.sleep\n        args: {seconds: 3600}\n    - wait:'));
    const { name } = (await api().call('POST', 'workflows/later/executions', {})).json;
    const { engine } = api().server;
    const id = name!.slice(name!.lastIndexOf('/') + 1);
    await until(() => engine.callbacks(id).length === 1);
    const { pathname } = new URL(engine.callbacks(id)[0]!.url);
    assert.equal((await api().call('POST', pathname, 'early')).status, 200);
    assert.deepEqual((await api().call('GET', `/v1/${name!}/callbacks`)).json['callbacks']![0]!['availablePayloads'], ['early']);
    assert.equal((await api().call('POST', pathname, 'again')).status, 429);
  });

  it('lists callbacks and takes their calls at the address of the server itself', async () => {
    await api().deploy('waiting', waiting);
    const { name } = (await api().call('POST', 'workflows/waiting/executions', {})).json;
    const { engine, origin } = api().server;
    const id = name!.slice(name!.lastIndexOf('/') + 1);
    await until(() => engine.callbacks(id)[0]?.waiters === 1);
    const { callbacks } = (await api().call('GET', `/v1/${name!}/callbacks`)).json;
    assert.equal(callbacks!.length, 1);
    const { url } = engine.callbacks(id)[0]!;
    assert.deepEqual(callbacks![0], { name: `${name!}/callback/${url.slice(url.lastIndexOf('/') + 1)}`, method: 'POST', waiters: '1', availablePayloads: [] });
    assert.ok(url.startsWith(`${origin}/v1/projects/`));
    assert.equal((await api().call('GET', new URL(url).pathname)).status, 405);
    assert.equal((await api().call('POST', new URL(url).pathname, 'x'.repeat(2 * 1024 * 1024 + 1))).status, 413);
    assert.equal((await api().call('POST', `${new URL(url).pathname}?a=b`, { hello: 1 }, { 'Content-Type': 'application/json' })).status, 200);
    await engine.idle();
    assert.equal((await api().call('GET', `/v1/${name!}`)).json['result'], '{"hello":1}');
    assert.equal((await api().call('POST', new URL(url).pathname, {})).status, 404);
  });
});
