import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { message, quickInput } from './messages.ts';
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
    const [row] = await eventually('a running execution', () => tree.rows(), (rows) => rows[0]?.expanded === false);
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
    await writeFile(path.join(workbench.folder, 'failing.workflows.yaml'), 'main:\n  steps:\n    - prepare:\n        assign:\n          - stock: {pen: 3}\n    - lookUp:\n        return: ${stock.lamp}\n');
    await workbench.openFile('failing.workflows.yaml');
    await workbench.command('Stepthrough: Run Workflow');
    const shown = await message(workbench, 'failed: KeyError: key not found: lamp');
    await shown.getByRole('button', { name: 'Show Execution' }).waitFor();
    await tree.expand('failing');
    const rows = await eventually('the step', () => tree.rows(), (all) => all.some(({ label }) => label === 'lookUp'));
    assert.match(rows.find(({ label }) => label === 'lookUp')!.description, /^main, line 7 · KeyError/);
    await workbench.screenshot('tree-failed-dark');
    await workbench.openFile('countdown.workflows.yaml');
    await tree.select('lookUp');
    await workbench.page.locator('.tabs-container .tab.active[data-resource-name="failing.workflows.yaml"]').waitFor();
    await eventually('the place', () => workbench.page.locator('.statusbar-item').allInnerTexts(), (texts) => texts.some((text) => text.startsWith('Ln 7,')));
  });

  it('reaches every action from the palette too, which asks for the execution', async () => {
    await workbench.command('Stepthrough: Open Error');
    await quickInput(workbench, 'Open Error');
    assert.ok((await workbench.picks()).some((label) => label.includes('failing')));
    await workbench.pick('failing');
    await eventually('the error', () => workbench.editor().innerText(), (text) => text.replaceAll('\u00a0', ' ').includes('in step "lookUp", routine "main", line: 7'));
  });

  it('shows only the states of a filter, and says so', async () => {
    await workbench.command('Stepthrough: Filter Executions by State…');
    await quickInput(workbench, 'Filter Executions');
    await workbench.pick('Failed');
    await workbench.page.keyboard.press('Enter');
    await eventually('the filter', () => tree.rows(), (rows) => rows.filter(({ level }) => level === 1).length === 1);
    await eventually('the filter’s name', () => tree.pane.innerText(), (text) => text.includes('Only: Failed'));
    await workbench.command('Stepthrough: Filter Executions by State…');
    await quickInput(workbench, 'Filter Executions');
    await workbench.pick('Failed');
    await workbench.pick('Queued');
    await workbench.page.keyboard.press('Enter');
    await eventually('the way out of an empty tree', () => tree.welcome(), (text) => /No execution is in the states/.test(text) && /Clear Filter/.test(text));
    await workbench.command('Stepthrough: Clear Filter of Executions');
    await eventually('all of them', () => tree.rows(), (rows) => rows.filter(({ level }) => level === 1).length === 2);
  });

  it('deletes an execution, but asks first', async () => {
    await tree.chooseInMenu('failing', 'Delete');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    assert.match(await dialog.innerText(), /Delete the execution failing/);
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await eventually('one less', () => tree.rows(), (rows) => rows.filter(({ level }) => level === 1).length === 1);
  });

  it('keeps the executions when the window is loaded again', async () => {
    const before = await tree.rows();
    await workbench.reload();
    const after = await eventually('the executions', () => tree.rows(), (rows) => rows.length > 0);
    assert.deepEqual(after.map(({ label }) => label), before.filter(({ level }) => level === 1).map(({ label }) => label));
  });
});
