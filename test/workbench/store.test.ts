import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { message } from './messages.ts';
import { Tree } from './tree.ts';
import { eventually, Workbench } from './workbench.ts';

describe('executions whose file cannot be used', () => {
  let workbench: Workbench;
  let tree: Tree;
  let file: string;

  before(async () => {
    workbench = await Workbench.open({ file: 'hello.workflows.yaml' });
    tree = new Tree(workbench, 'Executions');
    await workbench.showContainer('Stepthrough');
    await workbench.command('Stepthrough: Run Workflow');
    await eventually('an execution', () => tree.rows(), (rows) => rows.length === 1 && rows[0]!.description.startsWith('Succeeded'));
    file = path.join(await workbench.ownStorage(), 'stepthrough.stepthrough', 'executions.db');
  });
  after(() => workbench.close());

  it('are said to be unavailable while another program holds it, and come back', async () => {
    let other: DatabaseSync | undefined;
    await workbench.away(async () => {
      other = await eventually('the lock', () => Promise.resolve(locked(file)), (database) => database !== undefined);
    });
    const welcome = await eventually('the welcome text', () => tree.welcome(), (text) => text.includes('cannot be read'));
    assert.match(welcome, /Editing goes on/);
    await message(workbench, 'is locked by another program');
    await workbench.screenshot('store-locked-dark');
    other!.close();
    await tree.pane.getByRole('button', { name: 'Try Again' }).click();
    await eventually('the execution', () => tree.rows(), (rows) => rows.length === 1);
  });

  it('begin anew where it is damaged, which is said', async () => {
    await workbench.away(async () => {
      // The last window may still be closing it.
      await eventually('the file', () => Promise.resolve(locked(file)), (database) => {
        database?.close();
        return database !== undefined;
      });
      await writeFile(file, 'no database at all '.repeat(400));
    });
    await eventually('the empty view', () => tree.welcome(), (text) => text.includes('Nothing has run here yet'));
    await message(workbench, 'damaged');
    await workbench.screenshot('store-damaged-dark');
    await workbench.command('Stepthrough: Run Workflow');
    await eventually('a new execution', () => tree.rows(), (rows) => rows.length === 1 && rows[0]!.description.startsWith('Succeeded'));
  });
});

/** The file held by this process alone; undefined where another has it. */
function locked(file: string): DatabaseSync | undefined {
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return database;
  } catch {
    database.close();
    return undefined;
  }
}
