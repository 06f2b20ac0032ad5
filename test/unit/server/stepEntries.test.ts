import assert from 'node:assert/strict';
import { serving, type Json } from './serving.ts';

const loop = `
main:
  steps:
    - init:
        assign: [{x: 0}]
    - loop:
        for:
          value: v
          in: [1, 2, 3]
          steps:
            - add:
                assign: [{x: "\${x + v}"}]
    - call:
        call: sub
    - end:
        return: \${x}
sub:
  steps:
    - inner:
        raise: {code: 7}
`;
const sleeping = 'main:\n  steps:\n    - nap:\n        call: sys.sleep\n        args: {seconds: 3600}\n';
const fine = 'main:\n  steps:\n    - first:\n        assign: [{x: 1}, {y: [1.5, "a"]}]\n    - end:\n        return: ${x}\n';

describe('the API of step entries', () => {
  const api = serving();

  async function ran(source = loop, body: object = {}): Promise<string> {
    await api().deploy('w', source);
    return (await api().run('w', body))['name']!;
  }
  const list = async (name: string, query = ''): Promise<Json> => (await api().call('GET', `/v1/${name}/stepEntries${query}`)).json;
  const ids = (json: Json): string[] => json['stepEntries']!.map((entry) => entry['entryId']!);

  it('lists the steps in the order in which they began, each with its place', async () => {
    const name = await ran();
    const { stepEntries, totalSize } = await list(name);
    assert.equal(totalSize, 10);
    assert.deepEqual(
      stepEntries!.map((entry) => [entry['entryId'], entry['routine'], entry['step'], entry['stepType'], entry['state']]),
      [
        ['1', 'main', 'init', 'STEP_ASSIGN', 'STATE_SUCCEEDED'],
        ['2', 'main', 'loop', 'STEP_FOR', 'STATE_SUCCEEDED'],
        ['3', 'main', 'loop', 'STEP_FOR_ITERATION', 'STATE_SUCCEEDED'],
        ['4', 'main', 'add', 'STEP_ASSIGN', 'STATE_SUCCEEDED'],
        ['5', 'main', 'loop', 'STEP_FOR_ITERATION', 'STATE_SUCCEEDED'],
        ['6', 'main', 'add', 'STEP_ASSIGN', 'STATE_SUCCEEDED'],
        ['7', 'main', 'loop', 'STEP_FOR_ITERATION', 'STATE_SUCCEEDED'],
        ['8', 'main', 'add', 'STEP_ASSIGN', 'STATE_SUCCEEDED'],
        ['9', 'main', 'call', 'STEP_SUBWORKFLOW_CALL', 'STATE_FAILED'],
        ['10', 'sub', 'inner', 'STEP_RAISE', 'STATE_FAILED'],
      ],
    );
  });

  it('gives one with its neighbours, its number among iterations, and its error', async () => {
    const name = await ran();
    const get = async (id: number): Promise<Json> => (await api().call('GET', `/v1/${name}/stepEntries/${id}`)).json;
    const { name: own, createTime, updateTime, ...iteration } = (await get(5)) as unknown as Readonly<Record<string, string>>;
    assert.equal(own, `${name}/stepEntries/5`);
    for (const time of [createTime, updateTime]) assert.match(time!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(iteration, {
      entryId: '5',
      routine: 'main',
      step: 'loop',
      stepType: 'STEP_FOR_ITERATION',
      state: 'STATE_SUCCEEDED',
      navigationInfo: { parent: '2', children: ['6'], previous: '3', next: '7' },
      stepEntryMetadata: { progressType: 'PROGRESS_TYPE_FOR', progressNumber: '2' },
    });
    assert.deepEqual((await get(10))['exception'], { payload: '{"code":7}' });
    assert.deepEqual((await get(1))['navigationInfo'], { next: '2' });
  });

  it('pages, skips, and refuses a token of another query', async () => {
    const name = await ran();
    const first = await list(name, '?pageSize=4');
    assert.deepEqual(ids(first), ['1', '2', '3', '4']);
    const token = first['nextPageToken']!;
    const second = await list(name, `?pageSize=4&pageToken=${token}`);
    assert.deepEqual(ids(second), ['5', '6', '7', '8']);
    assert.deepEqual(ids(await list(name, `?pageSize=4&pageToken=${token}&skip=3`)), ['8', '9', '10']);
    assert.deepEqual(ids(await list(name, '?skip=8')), ['9', '10']);
    assert.deepEqual(ids(await list(name, '?skip=100')), []);
    assert.equal((await list(name, `?pageToken=${token}&filter=step=add`))['error']!['status'], 'INVALID_ARGUMENT');
    assert.match((await list(name, '?skip=-1'))['error']!['message']!, /skip is a whole number from 0; got "-1"/);
  });

  const filters: readonly (readonly [filter: string, found: readonly string[]])[] = [
    ['entryId > 8', ['9', '10']],
    ['entryId = 10', ['10']],
    ['parent = 2', ['3', '5', '7']],
    ['state = "STATE_FAILED" AND routine = sub', ['10']],
    ['stepType = STEP_ASSIGN OR step = inner', ['1', '4', '6', '8', '10']],
    ['createTime < "2020-01-01T00:00:00Z"', []],
    ['updateTime > "2020-01-01T00:00:00Z" AND NOT step = add AND NOT step = loop', ['1', '9', '10']],
  ];
  it('filters by every documented field, and counts what it found', async () => {
    const name = await ran();
    for (const [filter, found] of filters) {
      const json = await list(name, `?filter=${encodeURIComponent(filter)}`);
      assert.deepEqual([filter, ids(json), json['totalSize']], [filter, found, found.length]);
    }
    assert.match((await list(name, '?filter=entryId=x'))['error']!['message']!, /expected a whole number at character 9; found "x"/);
    assert.match((await list(name, '?filter=thread=1'))['error']!['message']!, /thread/);
  });

  it('orders by documented fields', async () => {
    const name = await ran();
    assert.deepEqual(ids(await list(name, '?orderBy=entryId%20desc&pageSize=2')), ['10', '9']);
    assert.deepEqual(ids(await list(name, '?orderBy=stepType,entryId%20desc')), ['8', '6', '4', '1', '2', '7', '5', '3', '10', '9']);
    assert.match((await list(name, '?orderBy=thread'))['error']!['message']!, /"thread" is not a field to order by/);
  });

  it('has variables where the execution or, without its own word, the workflow asks for a detailed history', async () => {
    await api().deploy('detailed', fine, { executionHistoryLevel: 'EXECUTION_HISTORY_DETAILED' });
    await api().deploy('basic', fine);
    const variables = async (id: string, body: object, view = ''): Promise<unknown> => {
      const execution = await api().run(id, body);
      return (await list(execution['name']!, view))['stepEntries']!.map((entry) => entry['variableData']);
    };
    const all = { variables: { x: 1, y: [1.5, 'a'] } };
    assert.deepEqual(await variables('detailed', {}), [all, all]);
    assert.deepEqual(await variables('basic', { executionHistoryLevel: 'EXECUTION_HISTORY_DETAILED' }), [all, all]);
    assert.deepEqual(await variables('detailed', { executionHistoryLevel: 'EXECUTION_HISTORY_BASIC' }), [undefined, undefined]);
    assert.deepEqual(await variables('basic', {}), [undefined, undefined]);
    assert.deepEqual(await variables('detailed', {}, '?view=EXECUTION_ENTRY_VIEW_BASIC'), [undefined, undefined]);
    assert.equal((await api().run('detailed'))['executionHistoryLevel'], 'EXECUTION_HISTORY_DETAILED');
  });

  it('shows a running execution where it is, and a cancelled one where it was', async () => {
    await api().deploy('nap', sleeping);
    const { name } = (await api().call('POST', 'workflows/nap/executions', {})).json;
    const states = async (): Promise<string[]> => (await list(name!))['stepEntries']!.map((entry) => entry['state']!);
    while ((await states()).length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(await states(), ['STATE_IN_PROGRESS']);
    await api().call('POST', `/v1/${name!}:cancel`, {});
    assert.deepEqual(await states(), ['STATE_CANCELLED']);
  });

  it('keeps the steps over a restart, and the exported data has them', async () => {
    const name = await ran();
    const before = await list(name);
    await api().restart();
    assert.deepEqual(await list(name), before);
    const { stepEntries } = JSON.parse((await api().call('GET', `/v1/${name}:exportData`)).json['data']!) as Json;
    assert.deepEqual(stepEntries, before['stepEntries']);
  });

  it('forgets them when the history is deleted, and the execution stays', async () => {
    const name = await ran();
    assert.deepEqual((await api().call('POST', `/v1/${name}:deleteExecutionHistory`, {})).json, {});
    assert.deepEqual(await list(name), { stepEntries: [], totalSize: 0 });
    assert.equal((await api().call('GET', `/v1/${name}`)).json['state'], 'FAILED');
  });

  it('refuses to delete the history of a running execution', async () => {
    await api().deploy('nap', sleeping);
    const { name } = (await api().call('POST', 'workflows/nap/executions', {})).json;
    assert.equal((await api().call('POST', `/v1/${name!}:deleteExecutionHistory`, {})).json['error']!['status'], 'FAILED_PRECONDITION');
  });

  it('says what is not there: entries, executions, and the method in v1beta', async () => {
    const name = await ran();
    for (const path of [`/v1/${name}/stepEntries/11`, `/v1/${name}/stepEntries/x`, `/v1/${name.replace(/.$/, (last) => (last === '0' ? '1' : '0'))}/stepEntries`, `/v1beta/${name}/stepEntries`]) {
      const { status, json } = await api().call('GET', path);
      assert.deepEqual([path, status, json['error']!['status']], [path, 404, 'NOT_FOUND']);
    }
  });
});
