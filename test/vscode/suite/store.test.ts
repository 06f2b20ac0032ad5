import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { Attending } from '../../../src/editor/debug/attending.ts';
import { Store } from '../../../src/editor/executions/store.ts';

/** Nothing is secret here. */
const secrets: vscode.SecretStorage = {
  get: () => Promise.resolve(undefined),
  store: () => Promise.resolve(),
  delete: () => Promise.resolve(),
  onDidChange: new vscode.EventEmitter<vscode.SecretStorageChangeEvent>().event,
};

describe('the store of a window', () => {
  let folder: string;
  let store: Store;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'stepthrough-'));
    store = new Store({ storageUri: vscode.Uri.file(path.join(folder, 'workspace')), globalStorageUri: vscode.Uri.file(path.join(folder, 'global')), secrets }, new Attending());
  });

  afterEach(async () => {
    await store.dispose();
    await rm(folder, { recursive: true });
  });

  it('is made in the workspace’s own folder, when it is first needed', async () => {
    assert.deepEqual(await readdir(folder), []);
    await store.open();
    assert.deepEqual(await readdir(folder), ['workspace']);
  });

  it('goes on with what an earlier window left', async () => {
    await store.openExisting();
    assert.deepEqual(await readdir(folder), []);
    const text = '- nap:\n    call: sys.sleep\n    args: {seconds: 0.5}\n- end_:\n    return: slept\n';
    const { id } = await (await store.open()).start({ program: '/nowhere/nap.workflows.yaml', text, input: undefined, options: {} });
    await store.dispose();
    const next = new Store({ storageUri: vscode.Uri.file(path.join(folder, 'workspace')), globalStorageUri: vscode.Uri.file(path.join(folder, 'global')), secrets }, new Attending());
    await next.openExisting();
    const service = await next.open();
    while ((await service.get(id))?.state !== 'SUCCEEDED') await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal((await service.get(id))?.output_value, '"slept"');
    await next.dispose();
  });

  it('is the global one where no folder is open', async () => {
    const alone = new Store({ storageUri: undefined, globalStorageUri: vscode.Uri.file(path.join(folder, 'global')), secrets }, new Attending());
    await alone.open();
    await alone.dispose();
    assert.deepEqual(await readdir(folder), ['global']);
  });

  it('is opened once, also when several ask at the same time', async () => {
    const [a, b] = await Promise.all([store.open(), store.open()]);
    assert.equal(a, b);
  });

  it('is begun anew where its file is damaged, which is kept', async () => {
    await vscode.workspace.fs.createDirectory(vscode.Uri.file(path.join(folder, 'workspace')));
    await writeFile(path.join(folder, 'workspace', 'executions.db'), 'this is no database, whatever its name says'.repeat(100));
    const service = await store.open();
    assert.deepEqual((await service.list({ pageSize: 10 })).executions, []);
    assert.ok((await readdir(path.join(folder, 'workspace'))).some((name) => name.includes('damaged')));
  });

  it('says that another program holds it, and opens when that lets go', async () => {
    await vscode.workspace.fs.createDirectory(vscode.Uri.file(path.join(folder, 'workspace')));
    const other = new DatabaseSync(path.join(folder, 'workspace', 'executions.db'));
    other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE t (a)');
    await assert.rejects(store.open(), /is locked by another program/);
    other.exec('ROLLBACK');
    other.close();
    await store.open();
  });
});
