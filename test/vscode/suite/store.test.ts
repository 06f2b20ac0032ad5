import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { Store } from '../../../src/editor/executions/store.ts';

describe('the store of a window', () => {
  let folder: string;
  let store: Store;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'stepthrough-'));
    store = new Store({ storageUri: vscode.Uri.file(path.join(folder, 'workspace')), globalStorageUri: vscode.Uri.file(path.join(folder, 'global')) });
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

  it('is the global one where no folder is open', async () => {
    const alone = new Store({ storageUri: undefined, globalStorageUri: vscode.Uri.file(path.join(folder, 'global')) });
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
