import assert from 'node:assert/strict';
import { Debugging } from './debugging.ts';
import { Tree } from './tree.ts';
import { eventually, Workbench } from './workbench.ts';

describe('a debugging session in the window', () => {
  let workbench: Workbench;
  let debugging: Debugging;

  before(async () => {
    workbench = await Workbench.open({ file: 'order.workflows.yaml', size: { width: 1440, height: 900 } });
    debugging = new Debugging(workbench);
    // VS Code itself opens it only at breakpoints, and the first stop is none.
    await workbench.showContainer('Run and Debug');
  });
  after(() => workbench.close());

  it('stops at a breakpoint that was clicked into the gutter, when F5 is pressed', async () => {
    await debugging.toggleBreakpoint(25);
    await debugging.start();
    assert.equal(await debugging.stoppedLine(), 6);
    await debugging.expandVariable('Argument');
    assert.match(await debugging.variable('order'), /Ada Lovelace/);
    await debugging.resume();
    const line = await eventually('the breakpoint', () => debugging.stoppedLine(), (at) => at !== 6);
    assert.equal(line, 23);
    await workbench.screenshot('session-dark');
  });

  it('shows the variables, the threads and their frames', async () => {
    await eventually('the total', () => debugging.variable('total'), (value) => value === '0');
    await eventually('the price', () => debugging.variable('price'), (value) => value === '10.0');
    await eventually('the call stack', () => debugging.callStack(), (rows) => rows.some((row) => row.includes('main')));
  });

  it('steps', async () => {
    await debugging.step('F10');
    await workbench.screenshot('stepped-dark');
    await eventually('the new total', () => debugging.variable('total'), (value) => value === '10.0');
  });

  it('shows the value of what the mouse is over', async () => {
    const expression = workbench.editor().locator('.view-line', { hasText: 'total: ${total + price}' }).locator('span[class^="mtk"]', { hasText: 'total' }).last();
    const hover = workbench.page.locator('.debug-hover-widget');
    // A mouse that does not move again after something else was drawn below it shows nothing.
    const show = async (): Promise<string> => {
      const { x, y, height } = (await expression.boundingBox())!;
      await workbench.page.mouse.move(x + 300, y + 300);
      await workbench.page.mouse.move(x + 12, y + height / 2);
      return eventually('the value', async () => ((await hover.isVisible()) ? hover.innerText() : ''), (text) => text.includes('10.0'), 5000).catch(() => '');
    };
    await eventually('the value', show, (text) => text !== '');
    await workbench.page.mouse.move(10, 10);
  });

  it('evaluates in the Debug Console', async () => {
    assert.match(await debugging.evaluate('order.lines[1].article'), /lamp/);
  });

  it('goes on to the end', async () => {
    await workbench.editor().click();
    await debugging.toggleBreakpoint(23);
    await debugging.resume();
    await debugging.ended();
    await workbench.showContainer('Stepthrough');
    const tree = new Tree(workbench, 'Executions');
    const rows = await eventually('the execution', () => tree.rows(), (all) => all.length > 0 && all[0]!.description.startsWith('Succeeded'));
    assert.match(rows[0]!.label, /^order/);
    await workbench.screenshot('session-ended-dark');
  });
});
