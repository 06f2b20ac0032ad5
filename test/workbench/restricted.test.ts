import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { problems } from './editing.ts';
import { message } from './messages.ts';
import { Tree } from './tree.ts';
import { eventually, Workbench } from './workbench.ts';

describe('a workspace that is not trusted', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({ workspaceTrust: true, file: 'order.mistakes.input.yaml', settings: { 'security.workspace.trust.startupPrompt': 'never' } });
  });
  after(() => workbench.close());

  it('is checked while it is edited', async () => {
    await eventually('the problems', () => problems(workbench), (rows) => rows.length > 6);
  });

  it('says in the view why nothing runs', async () => {
    await workbench.showContainer('Stepthrough');
    await eventually('the welcome text', () => new Tree(workbench, 'Executions').welcome(), (text) => text.includes('only in a trusted workspace'));
    await workbench.screenshot('untrusted-dark');
  });

  it('says so too when a run is asked for, with a way to trust', async () => {
    await workbench.openFile('hello.workflows.yaml');
    await workbench.command('Stepthrough: Run Workflow');
    const refusal = await message(workbench, 'only in a trusted workspace');
    await refusal.getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
    assert.deepEqual(await new Tree(workbench, 'Executions').rows(), []);
  });
});

describe('no folder', () => {
  let workbench: Workbench;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'stepthrough-'));
    await writeFile(path.join(folder, 'alone.workflows.yaml'), 'main:\n  steps:\n    - only:\n        return: alone\n');
    workbench = await Workbench.open({ workspace: null, file: path.join(folder, 'alone.workflows.yaml') });
  });
  after(async () => {
    await workbench.close();
    await rm(folder, { recursive: true });
  });

  it('runs a single file and keeps its execution', async () => {
    await workbench.editor().locator('.view-line').first().waitFor();
    await workbench.showContainer('Stepthrough');
    await workbench.command('Stepthrough: Run Workflow');
    const tree = new Tree(workbench, 'Executions');
    const rows = await eventually('the execution', () => tree.rows(), (all) => all.some(({ description }) => description.startsWith('Succeeded')));
    assert.match(rows[0]!.label, /^alone/);
  });
});
