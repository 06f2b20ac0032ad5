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

  /** Chooses to type JSON, and waits for the box, which has the title of the list that it comes after. */
  const typeJson = async (): Promise<void> => {
    await workbench.pick('Type JSON…');
    await eventually('the box', () => workbench.page.locator('.quick-input-widget input.input').inputValue(), (value) => value === '{}');
  };
  const succeeded = async (count: number): Promise<void> => {
    await eventually(`${count} executions that succeeded`, () => tree.rows(), (rows) => rows.filter(({ description }) => description.startsWith('Succeeded')).length === count);
  };

  it('is offered from the program’s input files', async () => {
    await workbench.command('Stepthrough: Run Workflow with Input…');
    await quickInput(workbench, 'Input of order');
    const files = ['order.input.json', 'order.mistakes.input.yaml', 'order.refused.input.yaml'];
    await eventually(files.join(), () => workbench.picks(), (labels) => labels.slice(0, 3).map((label) => label.trim()).join() === files.join());
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
    await typeJson();
    await workbench.page.locator('.quick-input-widget input.input').fill('{"customer": "Ada", "card": "12345678"}');
    await eventually('a complaint', () => workbench.page.locator('.quick-input-message').innerText(), (text) => text.includes('lines'));
    await workbench.page.keyboard.press('Escape');
    await workbench.quickInputClosed();
  });

  it('can be typed, and has to be JSON', async () => {
    await workbench.openFile('hello.workflows.yaml');
    await workbench.command('Stepthrough: Run Workflow with Input…');
    await quickInput(workbench, 'Input of hello');
    await typeJson();
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
    await eventually('the recent one', () => workbench.picks(), (labels) => labels.some((label) => label.trim() === '"Ada"'));
    await workbench.page.keyboard.press('Escape');
    await workbench.quickInputClosed();
  });

  it('refuses one with mistakes with a way to its place', async () => {
    await workbench.openFile('order.workflows.yaml');
    await workbench.command('Stepthrough: Run Workflow with Input…');
    await quickInput(workbench, 'Input of order');
    await workbench.pick('order.mistakes.input.yaml');
    const refusal = await message(workbench, '(order.mistakes.input.yaml, line 2)');
    await workbench.screenshot('refused-dark');
    await refusal.getByRole('button', { name: 'Show in File' }).click();
    await workbench.shows('order.mistakes.input.yaml');
    await eventually('the place', () => workbench.page.locator('.statusbar-item').allInnerTexts(), (texts) => texts.some((text) => text.startsWith('Ln 2,')));
  });
});
