import assert from 'node:assert/strict';
import { Tree, type Row } from './tree.ts';
import { eventually, Workbench } from './workbench.ts';

describe('executions that others start or answer', () => {
  let workbench: Workbench;
  let tree: Tree;

  before(async () => {
    workbench = await Workbench.open({ file: 'batch.workflows.yaml' });
    tree = new Tree(workbench, 'Executions');
    await workbench.showContainer('Stepthrough');
  });
  after(() => workbench.close());

  it('stand below the one that started them, and not beside it', async () => {
    await workbench.command('Stepthrough: Run Workflow');
    await eventually('the batch to end', () => tree.rows(), (rows) => rows[0]?.description.startsWith('Succeeded') === true);
    await tree.expand('batch');
    const rows = await eventually('the children', () => tree.rows(), (all) => all.length === 4);
    assert.deepEqual(rows.map(({ level, label }) => [level, label]), [[1, 'batch'], [2, 'Steps'], [2, 'order'], [2, 'order']]);
    for (const row of rows) if (row.label !== 'Steps') assert.match(row.description, /^Succeeded · /);
    await workbench.screenshot('tree-children-dark');
  });

  it('have actions of their own', async () => {
    const entries = await tree.menu('order');
    for (const entry of ['Open Result', 'Open Argument', 'Run Again', 'Delete Execution…']) assert.ok(entries.includes(entry), entries.join());
    await tree.chooseInMenu('order', 'Open Argument');
    await eventually('the order', () => workbench.editor().innerText(), (text) => text.includes('customer'));
    // The editor takes the focus last, and would take it from whatever opens before that.
    await workbench.page.locator('.editor-instance .monaco-editor.focused').waitFor();
  });

  it('say which URL they wait for, and go on when it is called', async () => {
    await workbench.openFile('approval.workflows.yaml');
    await workbench.command('Stepthrough: Run Workflow');
    await eventually('the execution', () => tree.rows(), (rows) => rows[0]?.label === 'approval');
    // It has nothing below it before its first step.
    const opened = async (): Promise<Row[]> => {
      await tree.expand('approval');
      return tree.rows();
    };
    const rows = await eventually('the address', opened, (all) => all[1]?.description.includes('POST http') === true);
    assert.equal(rows[1]!.label, 'wait');
    await workbench.screenshot('tree-callback-dark');
    const address = /http:\S+/.exec(rows[1]!.description)![0];
    const response = await fetch(address, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"approved": true}' });
    assert.equal(response.status, 200);
    await eventually('the end', () => tree.rows(), (all) => all[0]?.description.startsWith('Succeeded') === true);
    await tree.chooseInMenu('approval', 'Open Result');
    await eventually('the result', () => workbench.editor().innerText(), (text) => text.includes('approved'));
  });
});
