import assert from 'node:assert/strict';
import { serving } from './serving.ts';

const source = 'main:\n  steps:\n    - end:\n        return: 1\n';
const other = 'main:\n  steps:\n    - end:\n        return: 2\n';
const name = 'projects/p/locations/l/workflows/orders';

describe('the API of workflows', () => {
  const api = serving();

  it('creates one by an operation that is done', async () => {
    const { status, json } = await api().call('POST', 'workflows?workflowId=orders', { sourceContents: source, description: 'All orders', labels: { team: 'a' }, userEnvVars: { MODE: 'x' }, callLogLevel: 'LOG_NONE' });
    assert.equal(status, 200);
    assert.match(json['name']!, /^projects\/p\/locations\/l\/operations\/operation-[0-9a-f-]{36}$/);
    assert.equal(json['done'], true);
    const { createTime, endTime, target, verb, apiVersion, '@type': type } = json['metadata']!;
    assert.ok(createTime! <= endTime!);
    assert.deepEqual({ '@type': type, target, verb, apiVersion }, { '@type': 'type.googleapis.com/google.cloud.workflows.v1.OperationMetadata', target: name, verb: 'create', apiVersion: 'v1' });
    assert.equal(json['response']!['@type'], 'type.googleapis.com/google.cloud.workflows.v1.Workflow');
    const workflow = (await api().call('GET', 'workflows/orders')).json;
    assert.match(workflow['revisionId']!, /^000001-[0-9a-f]{3}$/);
    const { name: named, description, state, labels, sourceContents, callLogLevel, userEnvVars } = workflow;
    assert.deepEqual(
      { named, description, state, labels, sourceContents, callLogLevel, userEnvVars },
      { named: name, description: 'All orders', state: 'ACTIVE', labels: { team: 'a' }, sourceContents: source, callLogLevel: 'LOG_NONE', userEnvVars: { MODE: 'x' } },
    );
  });

  for (const [what, query, body, message] of [
    ['no id', '', { sourceContents: source }, /workflowId is the id/],
    ['an id that begins with a digit', '?workflowId=1a', { sourceContents: source }, /begins with a letter.*"1a"/],
    ['an id of 65 characters', `?workflowId=${'a'.repeat(65)}`, { sourceContents: source }, /up to 64/],
    ['no source', '?workflowId=a', {}, /sourceContents is the source/],
    ['more than 128 KB', '?workflowId=a', { sourceContents: `# ${'x'.repeat(128 * 1024)}` }, /at most 128 KB; got 128\.0 KB/],
    ['an unknown field', '?workflowId=a', { sourceContents: source, descripton: '' }, /There is no field "descripton" in a Workflow; did you mean description\?/],
    ['an unknown parameter', '?workflowId=a&force=true', { sourceContents: source }, /no parameter "force"/],
    ['a body that is no JSON', '?workflowId=a', '{', /The body is not JSON/],
    ['a body that is a list', '?workflowId=a', [], /The body is a JSON object/],
    ['a field of another type', '?workflowId=a', { sourceContents: 1 }, /sourceContents is a string; got 1/],
    ['a wrong log level', '?workflowId=a', { sourceContents: source, callLogLevel: 'ALL' }, /callLogLevel is one of .*LOG_NONE; got "ALL"/],
    ['a wrong label', '?workflowId=a', { sourceContents: source, labels: { Team: 'a' } }, /label's key.*"Team"/],
    ['too many labels', '?workflowId=a', { sourceContents: source, labels: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, ''])) }, /64 labels; got 65/],
    ['a variable of the service', '?workflowId=a', { sourceContents: source, userEnvVars: { GOOGLE_X: '' } }, /does not begin with GOOGLE/],
    ['a description of 1,001 characters', '?workflowId=a', { sourceContents: source, description: 'x'.repeat(1001) }, /at most 1000 characters; got 1001/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { status, json } = await api().call('POST', `workflows${query}`, body);
      assert.equal(status, 400);
      assert.equal(json['error']!['code'], 400);
      assert.equal(json['error']!['status'], 'INVALID_ARGUMENT');
      assert.match(json['error']!['message']!, message);
      assert.deepEqual((await api().call('GET', 'workflows')).json, { workflows: [] });
    });
  }

  it('tells errors of the source by line and column in the operation', async () => {
    const { status, json } = await api().call('POST', 'workflows?workflowId=orders', { sourceContents: 'main:\n  steps:\n    - a:\n        call: sys.lgo\n' });
    assert.equal(status, 200);
    assert.equal(json['error']!['code'], 3);
    assert.match(json['error']!['message']!, /^main\.yaml:4:15: parse error: .*sys\.lgo.*\n {8}call: sys\.lgo\n {14}\^$/);
    assert.equal(json['response'], undefined);
    assert.equal((await api().call('GET', 'workflows/orders')).status, 404);
  });

  it('tells that one exists already in the operation', async () => {
    await api().deploy('orders', source);
    const { json } = await api().call('POST', 'workflows?workflowId=orders', { sourceContents: other });
    assert.equal(json['error']!['code'], 6);
    assert.match(json['error']!['message']!, /There is already a workflow projects\/p\/locations\/l\/workflows\/orders/);
  });

  it('answers 404 for one that is not there', async () => {
    const { status, json } = await api().call('GET', 'workflows/none');
    assert.equal(status, 404);
    assert.deepEqual(json, { error: { code: 404, message: 'There is no workflow projects/p/locations/l/workflows/none.', status: 'NOT_FOUND' } });
  });

  it('makes a revision for another source or other variables, not for labels', async () => {
    await api().deploy('orders', source);
    const patch = async (mask: string, body: object) => (await api().call('PATCH', `workflows/orders?updateMask=${mask}`, body)).json['response']!['revisionId']!.slice(0, 6);
    assert.equal(await patch('labels', { labels: { a: 'b' } }), '000001');
    assert.equal(await patch('source_contents', { source_contents: other, description: 'not in the mask' }), '000002');
    assert.equal(await patch('userEnvVars', { userEnvVars: { A: '1' } }), '000003');
    assert.equal(await patch('serviceAccount', { serviceAccount: 'a@b.c' }), '000004');
    const { workflows } = (await api().call('GET', 'workflows/orders:listRevisions')).json;
    assert.deepEqual(workflows!.map(({ revisionId }) => revisionId!.slice(0, 6)), ['000004', '000003', '000002', '000001']);
    assert.equal(workflows![3]!['sourceContents'], source);
    assert.deepEqual(workflows![0]!['labels'], { a: 'b' });
    assert.equal(workflows![0]!['description'], '');
    const first = await api().call('GET', `workflows/orders?revisionId=${workflows![3]!['revisionId']!}`);
    assert.equal(first.json['sourceContents'], source);
    assert.equal((await api().call('GET', 'workflows/orders?revisionId=000009-abc')).status, 404);
  });

  it('replaces the whole resource without a mask, but for a source that is not given', async () => {
    await api().deploy('orders', source, { description: 'x', labels: { a: 'b' } });
    const { response } = (await api().call('PATCH', 'workflows/orders', { description: 'y' })).json;
    assert.deepEqual([response!['description'], response!['labels'], response!['sourceContents']], ['y', {}, source]);
  });

  it('refuses a mask with what cannot be changed', async () => {
    await api().deploy('orders', source);
    const { json } = await api().call('PATCH', 'workflows/orders?updateMask=createTime', {});
    assert.match(json['error']!['message']!, /updateMask names "createTime"/);
  });

  it('keeps the workflow where a change of it has errors', async () => {
    await api().deploy('orders', source);
    const { json } = await api().call('PATCH', 'workflows/orders?updateMask=sourceContents', { sourceContents: 'main: 1' });
    assert.match(json['error']!['message']!, /^main\.yaml:1:7: parse error/);
    assert.equal((await api().call('GET', 'workflows/orders')).json['sourceContents'], source);
  });

  it('keeps workflows when the server ends', async () => {
    await api().deploy('orders', source, { labels: { a: 'b' } });
    const before = (await api().call('GET', 'workflows/orders')).json;
    await api().restart();
    assert.deepEqual((await api().call('GET', 'workflows/orders')).json, before);
  });

  it('lists page by page, filtered and ordered', async () => {
    for (const id of ['c', 'a', 'b']) await api().deploy(id, source, { labels: { group: id === 'b' ? 'y' : 'x' } });
    const ids = async (query: string) => (await api().call('GET', `workflows?${query}`)).json['workflows']!.map(({ name }) => name!.slice(-1)).join('');
    assert.equal(await ids(''), 'abc');
    assert.equal(await ids('orderBy=createTime%20desc'), 'bac');
    assert.equal(await ids(`filter=${encodeURIComponent('labels.group="x" AND NOT name=c')}`), 'a');
    const first = (await api().call('GET', 'workflows?pageSize=2')).json;
    assert.equal(first['workflows']!.length, 2);
    assert.equal(await ids(`pageToken=${first['nextPageToken']!}`), 'c');
    const { status, json } = await api().call('GET', `workflows?orderBy=name&pageToken=${first['nextPageToken']!}`);
    assert.equal(status, 400);
    assert.match(json['error']!['message']!, /pageToken is not one of this list/);
    assert.match((await api().call('GET', 'workflows?pageToken=nonsense')).json['error']!['message']!, /pageToken is not one of this list/);
    assert.match((await api().call('GET', 'workflows?pageSize=-1')).json['error']!['message']!, /pageSize is a whole number from 0; got "-1"/);
    assert.match((await api().call('GET', 'workflows?orderBy=colour')).json['error']!['message']!, /"colour" is not a field to order by/);
  });

  it('deletes one with its executions; what runs is cancelled', async () => {
    await api().deploy('orders', 'main:\n  steps:\n    - nap:\n        call: sys.sleep\n        args: {seconds: 3600}\n');
    const { name: execution } = (await api().call('POST', 'workflows/orders/executions', {})).json;
    const { json } = await api().call('DELETE', 'workflows/orders');
    assert.deepEqual(json['response'], { '@type': 'type.googleapis.com/google.protobuf.Empty' });
    assert.equal((await api().call('GET', 'workflows/orders')).status, 404);
    assert.equal((await api().call('GET', `/v1/${execution!}`)).status, 404);
    assert.equal(api().server.engine.living, 0);
  });

  it('gives, lists and forgets operations', async () => {
    const { name } = (await api().call('POST', 'workflows?workflowId=orders', { sourceContents: source })).json;
    assert.equal((await api().call('GET', `/v1/${name!}`)).json['name'], name);
    assert.deepEqual((await api().call('GET', 'operations')).json['operations']!.map((operation) => operation['name']), [name]);
    assert.deepEqual((await api().call('GET', 'operations?filter=done=false')).json['operations'], []);
    assert.deepEqual((await api().call('DELETE', `/v1/${name!}`)).json, {});
    assert.equal((await api().call('GET', `/v1/${name!}`)).status, 404);
  });

  it('still has its operations after it was started anew, with how they went', async () => {
    const made = (await api().call('POST', 'workflows?workflowId=orders', { sourceContents: source })).json;
    const failed = (await api().call('POST', 'workflows?workflowId=orders', { sourceContents: source })).json;
    assert.equal(failed['error']!['code'], 6);
    await api().restart();
    assert.deepEqual((await api().call('GET', 'operations')).json['operations'], [made, failed]);
    assert.deepEqual((await api().call('GET', `/v1/${failed['name']!}`)).json, failed);
    assert.deepEqual((await api().call('GET', '/v1/projects/p/locations/other/operations')).json['operations'], []);
  });

  it('forgets the oldest operations where there are too many', () => {
    const { operations } = api().server.engine;
    for (let n = 0; n < 310; n++) operations.add({ name: `projects/p/locations/l/operations/${n}`, data: '{}' });
    const names = operations.list('projects/p/locations/l/').map(({ name }) => name.slice(name.lastIndexOf('/') + 1));
    assert.deepEqual([names.length, names[0], names.at(-1)], [300, '10', '309']);
  });

  it('knows this machine as location', async () => {
    assert.deepEqual((await api().call('GET', '/v1/projects/p/locations')).json, { locations: [{ name: 'projects/p/locations/local', locationId: 'local', displayName: 'This machine' }] });
    assert.equal((await api().call('GET', '/v1/projects/p/locations/europe-west3')).json['locationId'], 'europe-west3');
    for (const query of ['pageSize=a', 'pageSize=-1', 'pageToken=x', 'page=1']) assert.equal((await api().call('GET', `/v1/projects/p/locations?${query}`)).status, 400, query);
  });

  it('has fewer methods in v1beta', async () => {
    const path = '/v1beta/projects/p/locations/l/workflows';
    const { json } = await api().call('POST', `${path}?workflowId=orders`, { sourceContents: source });
    assert.equal(json['response']!['@type'], 'type.googleapis.com/google.cloud.workflows.v1beta.Workflow');
    assert.equal((await api().call('GET', `${path}/orders`)).status, 200);
    assert.equal((await api().call('POST', `${path}/orders/executions`, {})).status, 200);
    assert.equal((await api().call('GET', `${path}/orders:listRevisions`)).status, 404);
  });

  it('answers 404 in the same form where there is no method', async () => {
    const { status, json } = await api().call('PUT', 'workflows/orders');
    assert.deepEqual([status, json['error']!['status']], [404, 'NOT_FOUND']);
    assert.equal((await api().call('GET', '/')).status, 404);
  });
});
