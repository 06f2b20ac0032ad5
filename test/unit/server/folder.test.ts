import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wait, writeFiles } from '../engine/launching.ts';
import { serving } from './serving.ts';

const returning = (value: number): string => `main:\n  steps:\n    - end:\n        return: ${value}\n`;
const bad = 'main:\n  steps:\n    - end:\n        retrun: 1\n';
const environment = 'main:\n  steps:\n    - end:\n        return: ${sys.get_env("MODE")}\n';

describe('a folder of workflows', () => {
  const api = serving((folder) => {
    const workflows = join(folder, 'workflows');
    mkdirSync(workflows);
    writeFiles(workflows, {
      'orders.workflows.yaml': returning(1),
      'plain.yaml': returning(2),
      'json.workflow.json': JSON.stringify([{ end: { return: 3 } }]),
      'notes.yaml': 'a: b\n',
      'orders.mocks.yaml': '[]\n',
      'env.workflows.yaml': environment,
      'env.env.yaml': 'MODE: one\n',
    });
    return { workflows };
  });
  const write = (name: string, text: string): void => writeFileSync(join(api().folder, 'workflows', name), text);
  const ids = async (): Promise<string> => (await api().call('GET', 'workflows')).json['workflows']!.map(({ name }) => name!.split('/').at(-1)).join(' ');

  /** Asks until it is so; fails with what it is instead. */
  async function becomes<T>(ask: () => Promise<T>, expected: T): Promise<void> {
    const end = Date.now() + 30_000;
    while ((await ask()) !== expected && Date.now() < end) await wait(20);
    assert.equal(await ask(), expected);
  }

  it('is served by the names of its files, and nothing else in it', async () => {
    assert.equal(await ids(), 'env json orders plain');
    for (const [id, result] of [['orders', '1'], ['plain', '2'], ['json', '3'], ['env', '"one"']] as const) assert.equal((await api().run(id))['result'], result);
    assert.deepEqual(api().notices, []);
  });

  it('is not changed through the API', async () => {
    for (const [method, path, body] of [['POST', 'workflows?workflowId=new', { sourceContents: returning(1) }], ['PATCH', 'workflows/orders', {}], ['DELETE', 'workflows/orders', undefined]] as const) {
      const { status, json } = await api().call(method, path, body);
      assert.deepEqual([status, json['error']!['status']], [400, 'FAILED_PRECONDITION']);
      assert.match(json['error']!['message']!, /The workflows of this server are the files in .*workflows: change them there/);
    }
  });

  it('takes up changes as new revisions', async () => {
    const before = (await api().call('GET', 'workflows/orders')).json['revisionId']!;
    write('orders.workflows.yaml', returning(7));
    await becomes(async () => String((await api().run('orders'))['result']), '7');
    const after = (await api().run('orders'))['workflowRevisionId']!;
    assert.deepEqual([before.slice(0, 6), after.slice(0, 6)], ['000001', '000002']);
    assert.equal((await api().call('GET', 'workflows/orders:listRevisions')).json['workflows']!.length, 2);
  });

  it('takes up changed variables', async () => {
    write('env.env.yaml', 'MODE: two\n');
    await becomes(async () => (await api().call('GET', 'workflows/env')).json['userEnvVars']!['MODE'] === 'two', true);
    const execution = await api().run('env');
    assert.equal(execution['result'], '"two"');
    assert.equal(execution['workflowRevisionId'], (await api().call('GET', 'workflows/env')).json['revisionId']);
  });

  it('keeps the last good revision of a file with errors, and says so', async () => {
    write('orders.workflows.yaml', bad);
    await becomes(() => Promise.resolve(api().notices.length), 1);
    assert.match(api().notices[0]!, /^orders\.workflows\.yaml:4:9: parse error: .*retrun.*\n.*\n.*\norders keeps its last good revision\.$/);
    assert.equal((await api().run('orders'))['result'], '1');
  });

  it('takes up new files and lets go of removed ones', async () => {
    write('new.workflows.yaml', returning(4));
    await becomes(ids, 'env json new orders plain');
    rmSync(join(api().folder, 'workflows', 'plain.yaml'));
    await becomes(ids, 'env json new orders');
  });

  it('is as the files are when the server begins again', async () => {
    await api().server.close();
    write('plain.yaml', returning(8));
    rmSync(join(api().folder, 'workflows', 'orders.workflows.yaml'));
    await api().restart();
    assert.equal(await ids(), 'env json plain');
    assert.equal((await api().run('plain'))['result'], '8');
  });
});
