import assert from 'node:assert/strict';
import { Tree } from './tree.ts';
import { eventually, Workbench } from './workbench.ts';

describe('the Executions view', () => {
  let workbench: Workbench;
  let tree: Tree;

  before(async () => {
    workbench = await Workbench.open({ file: 'countdown.workflows.yaml' });
    tree = new Tree(workbench, 'Executions');
    await workbench.showContainer('Stepthrough');
  });
  after(() => workbench.close());

  it('says how to begin while nothing has run', async () => {
    const welcome = await eventually('the welcome text', () => tree.welcome(), (text) => text !== '');
    assert.match(welcome, /Nothing has run here yet/);
    await workbench.screenshot('welcome-dark');
  });

  it('shows an execution while it runs, with its step and a badge', async () => {
    await workbench.command('Stepthrough: Run Workflow');
    const [row] = await eventually('a running execution', () => tree.rows(), (rows) => rows.length > 0);
    assert.match(row!.description, /^Running · /);
    assert.match(row!.icon, /sync/);
    await tree.expand('countdown');
    const rows = await eventually('the current step', () => tree.rows(), (all) => all.some(({ level }) => level === 2));
    assert.equal(rows.find(({ level }) => level === 2)!.label, 'wait');
    const badge = workbench.page.locator('.activitybar .action-item', { has: workbench.page.locator('[aria-label^="Stepthrough"]') }).locator('.badge-content');
    assert.equal(await badge.innerText(), '1');
    await workbench.screenshot('tree-running-dark');
  });

  it('counts the seconds', async () => {
    const seconds = async (): Promise<number> => Number(/ · (\d+) s · /.exec((await tree.rows())[0]!.description)?.[1]);
    const first = await seconds();
    await eventually('a later second', seconds, (now) => now > first);
  });

  it('pauses and goes on', async () => {
    await tree.chooseInMenu('countdown', 'Pause');
    await eventually('the pause', () => tree.rows(), (rows) => rows[0]!.description.startsWith('Paused'));
    await tree.chooseInMenu('countdown', 'Resume');
    await eventually('going on', () => tree.rows(), (rows) => rows[0]!.description.startsWith('Running'));
  });

  it('cancels from the row', async () => {
    await tree.clickAction('countdown', 'Cancel');
    const rows = await eventually('the end', () => tree.rows(), (all) => all[0]!.description.startsWith('Cancelled'));
    assert.match(rows[0]!.icon, /circle-slash/);
  });

  it('shows where an execution failed, and opens the place', async () => {
    await workbench.openFile('order.workflows.yaml');
    await workbench.command('Stepthrough: Run Workflow with Input…');
    await workbench.pick('No input');
    const [message] = await eventually('the message', () => workbench.notifications(), (all) => all.length > 0);
    assert.match(message!, /failed|refused/i);
    await workbench.screenshot('failed-dark');
  });

  it('keeps the executions when the window is loaded again', async () => {
    const before = await tree.rows();
    await workbench.reload();
    await workbench.showContainer('Stepthrough');
    const after = await eventually('the executions', () => tree.rows(), (rows) => rows.length > 0);
    assert.deepEqual(after.map(({ label }) => label), before.filter(({ level }) => level === 1).map(({ label }) => label));
  });
});
