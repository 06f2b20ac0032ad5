import assert from 'node:assert/strict';
import { quickInput } from './messages.ts';
import { Tree } from './tree.ts';
import { eventually, Workbench } from './workbench.ts';

describe('a run with options', () => {
  let workbench: Workbench;
  let tree: Tree;

  before(async () => {
    workbench = await Workbench.open({ file: 'hello.workflows.yaml' });
    tree = new Tree(workbench, 'Executions');
    await workbench.showContainer('Stepthrough');
  });
  after(() => workbench.close());

  const input = () => workbench.page.locator('.quick-input-widget input.input');
  /** Opens a field of the form. */
  const open = async (field: string): Promise<void> => {
    await quickInput(workbench, 'Run hello with Options');
    await input().fill(field);
    await workbench.pick(field);
  };
  const shown = async (field: string): Promise<string> => {
    await quickInput(workbench, 'Run hello with Options');
    await input().fill(field);
    return workbench.page.locator('.quick-input-widget .monaco-list-row', { hasText: field }).first().innerText();
  };

  it('lists every field with what it is, and what it does', async () => {
    await workbench.openFile('hello.workflows.yaml');
    await workbench.command('Stepthrough: Run with Options…');
    await quickInput(workbench, 'Run hello with Options');
    const first = 'Run,Debug,Save as Execution File…,input';
    await eventually(first, () => workbench.picks(), (labels) => labels.slice(0, 4).map((label) => label.trim()).join() === first);
    await workbench.screenshot('options-form-dark');
    await eventually('what savepoint_retention is', () => shown('savepoint_retention'), (text) => text.includes('ALL'));
  });

  it('checks a field while it is typed, by the rules of the record', async () => {
    await open('priority');
    await quickInput(workbench, 'priority');
    await input().fill('high');
    const complaint = await eventually('a complaint', () => workbench.page.locator('.quick-input-message').innerText(), (text) => text.includes('got'));
    assert.match(complaint, /priority takes an integer .*; got "high"\./);
    await workbench.screenshot('options-form-mistake-dark');
    await workbench.answer('7');
    await eventually('the priority', () => shown('priority'), (text) => text.includes('7'));
  });

  it('says what does not go together before anything runs', async () => {
    for (const [field, value] of [['project_name', 'shop'], ['bundle_name', 'mail']] as const) {
      await open(field);
      await quickInput(workbench, field);
      await workbench.answer(value);
    }
    await quickInput(workbench, 'Run hello with Options');
    await eventually('the complaint', () => workbench.picks(), ([first]) => first?.includes('project_name and bundle_name exclude each other') === true);
    await open('bundle_name');
    await quickInput(workbench, 'bundle_name');
    await workbench.answer('');
  });

  it('runs with what was set', async () => {
    await open('name');
    await quickInput(workbench, 'name');
    await workbench.answer('chosen');
    await quickInput(workbench, 'Run hello with Options');
    await workbench.pick('Run');
    const [row] = await eventually('the execution', () => tree.rows(), (rows) => rows[0]?.description.startsWith('Succeeded') === true);
    assert.equal(row!.label, 'chosen');
  });

  it('shows what was deleted apart, and brings it back', async () => {
    await tree.chooseInMenu('chosen', 'Delete Execution…');
    await workbench.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Delete' }).click();
    await eventually('no execution', () => tree.rows(), (rows) => rows.length === 0);
    await workbench.command('Stepthrough: Show Deleted Executions');
    await eventually('the deleted execution', () => tree.rows(), (rows) => rows.length === 1 && rows[0]!.description.startsWith('Succeeded · deleted '));
    await workbench.page.locator('.pane-body', { hasText: 'Deleted executions, until they are removed for good' }).first().waitFor();
    await workbench.screenshot('deleted-executions-dark');
    assert.deepEqual(await tree.menu('chosen'), ['Restore Deleted Execution']);
    await workbench.page.keyboard.press('Escape');
    await tree.chooseInMenu('chosen', 'Restore Deleted Execution');
    await eventually('the empty list', () => tree.welcome(), (text) => text.includes('No deleted execution can be restored'));
    await workbench.command('Stepthrough: Leave Deleted Executions');
    await eventually('the execution', () => tree.rows(), (rows) => rows[0]?.label === 'chosen');
  });
});
