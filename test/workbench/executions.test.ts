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
    // More than all tests of this suite take.
    await writeFile(path.join(workbench.folder, 'countdown.input.json'), '3600');
    // Before anything looks for files: this VS Code does not notice new ones.
    await writeFile(path.join(workbench.folder, 'failing.workflows.yaml'), 'main:\n  steps:\n    - prepare:\n        assign:\n          - stock: {pen: 3}\n    - lookUp:\n        return: ${stock.lamp}\n');
    await writeFile(path.join(workbench.folder, 'napping.workflows.yaml'), 'main:\n  steps:\n    - nap:\n        call: sys.sleep\n        args: {seconds: 300}\n');
    tree = new Tree(workbench, 'Executions');
    await workbench.showContainer('Stepthrough');
  });
  after(() => workbench.close());

  it('says how to begin while nothing has run', async () => {
    // Just after it was opened the window may not know yet that it is trusted.
    await eventually('the welcome text', () => tree.welcome(), (text) => text.includes('Nothing has run here yet'));
    await workbench.screenshot('welcome-dark');
  });

  it('shows an execution while it runs, with its step and a badge', async () => {
    await workbench.command('Stepthrough: Run Workflow');
    const [row] = await eventually('a running execution', () => tree.rows(), (rows) => rows[0]?.expanded === false && rows[0].description.startsWith('Running · '));
    assert.match(row!.icon, /sync/);
    await tree.expand('countdown');
    const rows = await eventually('the current step', () => tree.rows(), (all) => all.some(({ level }) => level === 2));
    assert.equal(rows.find(({ level }) => level === 2)!.label, 'wait');
    const badge = workbench.page.locator('.activitybar .action-item', { has: workbench.page.locator('[aria-label^="Stepthrough"]') }).locator('.badge-content');
    await eventually('the badge', () => badge.innerText(), (text) => text === '1');
    await workbench.screenshot('tree-running-dark');
  });

  it('counts the seconds', async () => {
    const seconds = async (): Promise<number> => {
      const [, minutes = '0', rest] = / · (?:(\d+) m )?(\d+) s · /.exec((await tree.rows())[0]?.description ?? '') ?? [];
      return Number(minutes) * 60 + Number(rest);
    };
    const first = await eventually('a second', seconds, (now) => now > 0);
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
    await workbench.openFile('failing.workflows.yaml');
    await workbench.command('Stepthrough: Run Workflow');
    const shown = await message(workbench, 'failed: KeyError: key not found: lamp');
    await shown.getByRole('button', { name: 'Show Execution' }).waitFor();
    await tree.expand('failing');
    await eventually('the step', () => tree.rows(), (all) => all.some(({ label, description }) => label === 'lookUp' && /^main, line 7 · KeyError/.test(description)));
    await workbench.screenshot('tree-failed-dark');
    await workbench.openFile('countdown.workflows.yaml');
    await tree.select('lookUp');
    await workbench.shows('failing.workflows.yaml');
    await eventually('the place', () => workbench.page.locator('.statusbar-item').allInnerTexts(), (texts) => texts.some((text) => text.startsWith('Ln 7,')));
  });

  it('reaches every action from the palette too, which asks for the execution', async () => {
    await workbench.command('Stepthrough: Open Error');
    await quickInput(workbench, 'Open Error');
    await eventually('the execution', () => workbench.picks(), (labels) => labels.some((label) => label.includes('failing')));
    await workbench.pick('failing');
    await eventually('the error', () => workbench.editor().innerText(), (text) => text.replaceAll('\u00a0', ' ').includes('in step "lookUp", routine "main", line: 7'));
  });

  it('shows only what a filter takes, and says which', async () => {
    await workbench.command('Stepthrough: Filter Executions…');
    await quickInput(workbench, 'Filter Executions');
    await eventually('the state with its number', () => workbench.page.locator('.quick-input-widget').innerText(), (text) => text.includes('state = FAILED · 1'));
    await workbench.screenshot('filter-executions-dark');
    await workbench.pick('Failed');
    await eventually('the filter', () => tree.rows(), (rows) => rows.filter(({ level }) => level === 1).length === 1);
    await eventually('what is shown', () => tree.pane.innerText(), (text) => text.includes('Only: state = FAILED'));
    await workbench.screenshot('filtered-dark');
  });

  it('says where a typed filter is wrong, and takes it when it is right', async () => {
    await tree.select('failing');
    await workbench.page.keyboard.press('Control+f');
    await quickInput(workbench, 'Filter Executions');
    await workbench.page.locator('.quick-input-widget input').first().fill('state = QUEUED AND colour = red');
    await eventually('what is wrong', () => workbench.page.locator('.quick-input-widget').innerText(), (text) => text.includes('"colour" at character 20 is not a field'));
    await workbench.page.keyboard.press('Enter');
    await workbench.page.locator('.quick-input-widget input').first().fill('state = QUEUED AND labels:colour');
    await workbench.page.keyboard.press('Enter');
    await eventually('the way out of an empty tree', () => tree.welcome(), (text) => /No execution fits the filter/.test(text) && /Clear Filter/.test(text));
  });

  it('keeps filter and groups in the next window', async () => {
    const shown = async (): Promise<string> => (await tree.rows()).map(({ label, description, level, expanded }) => `${level} ${label} ${description} ${expanded}`).join();
    const both = '1 Failed 1 false,1 Cancelled 1 false';
    await workbench.command('Stepthrough: Clear Filter of Executions');
    await workbench.command('Stepthrough: Group Executions By…');
    await quickInput(workbench, 'Group Executions By');
    await workbench.pick('State');
    await eventually('groups with their sizes', shown, (text) => text === both);
    await workbench.command('Stepthrough: Filter Executions…');
    await quickInput(workbench, 'Filter Executions');
    await workbench.pick('Failed');
    await eventually('one group', shown, (text) => text === '1 Failed 1 false');
    await workbench.reload();
    await workbench.showContainer('Stepthrough');
    await eventually('the same group', shown, (text) => text === '1 Failed 1 false');
    await eventually('the same filter', () => tree.pane.innerText(), (text) => text.includes('Only: state = FAILED'));
    await workbench.command('Stepthrough: Clear Filter of Executions');
    await eventually('both groups', shown, (text) => text === both);
    await tree.expand('Failed');
    await eventually('an execution of the group', () => tree.rows(), (all) => all.some(({ label, level }) => label === 'failing' && level === 2));
    await workbench.screenshot('groups-dark');
    await workbench.setTheme('light');
    await workbench.showContainer('Stepthrough');
    await workbench.screenshot('groups-light');
    await workbench.setTheme('dark');
    await workbench.command('Stepthrough: Group Executions By…');
    await quickInput(workbench, 'Group Executions By');
    await workbench.pick('No Groups');
    await eventually('all of them', () => tree.rows(), (all) => all.filter(({ level }) => level === 1).length === 2);
  });

  it('deletes an execution, but asks first', async () => {
    await tree.chooseInMenu('failing', 'Delete');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await eventually('the question', () => dialog.innerText(), (text) => text.includes('Delete the execution failing'));
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await eventually('one less', () => tree.rows(), (rows) => rows.filter(({ level }) => level === 1).length === 1);
  });

  it('keeps the executions when the window is loaded again', async () => {
    const before = await tree.rows();
    await workbench.reload();
    const labels = before.filter(({ level }) => level === 1).map(({ label }) => label).join();
    await eventually(labels, () => tree.rows(), (rows) => rows.length > 0 && rows.map(({ label }) => label).join() === labels);
  });

  it('tells more in its hover while it runs', async () => {
    await workbench.openFile('napping.workflows.yaml');
    await workbench.command('Stepthrough: Run Workflow');
    await eventually('a running execution', () => tree.rows(), (rows) => rows[0]?.label === 'napping' && rows[0].description.startsWith('Running · '));
    const hover = workbench.page.locator('.workbench-hover-container');
    const text = async (): Promise<string> => {
      await workbench.page.mouse.move(900, 600);
      await tree.row('napping').hover();
      await hover.first().waitFor({ timeout: 3000 }).catch(() => undefined);
      // It may be gone again, where the row was drawn anew under the mouse: then it is pointed at once more.
      return (await hover.allInnerTexts()).join('\n');
    };
    await eventually('the hover', text, (shown) => /State\s+Running/.test(shown), 30_000);
    await workbench.page.mouse.move(900, 600);
    await tree.clickAction('napping', 'Cancel');
    await eventually('the end', () => tree.rows(), (rows) => rows[0]!.description.startsWith('Cancelled'));
  });
});
