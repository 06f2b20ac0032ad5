import assert from 'node:assert/strict';
import { message, quickInput } from './messages.ts';
import { Tree } from './tree.ts';
import { eventually, Workbench } from './workbench.ts';

describe('the input of a run', () => {
  let workbench: Workbench;
  let tree: Tree;

  before(async () => {
    workbench = await Workbench.open({ file: 'order.workflows.yaml' });
    tree = new Tree(workbench, 'Executions');
    await workbench.showContainer('Stepthrough');
  });
  after(() => workbench.close());

  const succeeded = async (count: number): Promise<void> => {
    await eventually(`${count} executions that succeeded`, () => tree.rows(), (rows) => rows.filter(({ description }) => description.startsWith('Succeeded')).length === count);
  };

  it('is offered from the program’s input files', async () => {
    await workbench.command('Stepthrough: Run Workflow with Input…');
    await quickInput(workbench, 'Input of order');
    const picks = await workbench.picks();
    assert.deepEqual(picks.slice(0, 3).map((label) => label.trim()), ['order.input.json', 'order.mistakes.input.yaml', 'order.refused.input.yaml']);
    await workbench.screenshot('input-choice-dark');
    await workbench.pick('order.refused.input.yaml');
    await succeeded(1);
  });

  it('is remembered for the next plain run', async () => {
    await workbench.command('Stepthrough: Run Workflow');
    await succeeded(2);
    await tree.chooseInMenu('order', 'Open Result');
    await eventually('the result', () => workbench.editor().innerText(), (text) => text.includes('refused'));
  });

  it('is checked against the schema as it is typed', async () => {
    await workbench.openFile('order.workflows.yaml');
    await workbench.command('Stepthrough: Run Workflow with Input…');
    await quickInput(workbench, 'Input of order');
    await workbench.pick('Type JSON…');
    await workbench.page.locator('.quick-input-widget input.input').fill('{"customer": "Ada", "card": "12345678"}');
    await eventually('a complaint', () => workbench.page.locator('.quick-input-message').innerText(), (text) => text.includes('lines'));
    await workbench.page.keyboard.press('Escape');
    await workbench.quickInputClosed();
  });

  it('can be typed, and has to be JSON', async () => {
    await workbench.openFile('hello.workflows.yaml');
    await workbench.command('Stepthrough: Run Workflow with Input…');
    await quickInput(workbench, 'Input of hello');
    await workbench.pick('Type JSON…');
    const input = workbench.page.locator('.quick-input-widget input.input');
    await input.fill('"Ada');
    await eventually('a complaint', () => workbench.page.locator('.quick-input-message').innerText(), (text) => text.trim() !== '' && !text.startsWith('The argument as JSON'));
    await workbench.answer('"Ada"');
    await succeeded(3);
    await tree.chooseInMenu('hello', 'Open Result');
    await eventually('the result', () => workbench.editor().innerText(), (text) => text.includes('Ada'));
  });

  it('is offered again among the recent ones', async () => {
    await workbench.openFile('hello.workflows.yaml');
    await workbench.command('Stepthrough: Run Workflow with Input…');
    await quickInput(workbench, 'Input of hello');
    const picks = await workbench.picks();
    assert.ok(picks.some((label) => label.trim() === '"Ada"'), picks.join());
    await workbench.page.keyboard.press('Escape');
  });

  it('refuses one with mistakes with a way to its place', async () => {
    await workbench.openFile('order.workflows.yaml');
    await workbench.command('Stepthrough: Run Workflow with Input…');
    await quickInput(workbench, 'Input of order');
    await workbench.pick('order.mistakes.input.yaml');
    const refusal = await message(workbench, '(order.mistakes.input.yaml, line 2)');
    await workbench.screenshot('refused-dark');
    await refusal.getByRole('button', { name: 'Show in File' }).click();
    await workbench.page.locator('.tabs-container .tab.active[data-resource-name="order.mistakes.input.yaml"]').waitFor();
    await eventually('the place', () => workbench.page.locator('.statusbar-item').allInnerTexts(), (texts) => texts.some((text) => text.startsWith('Ln 2,')));
  });
});
