import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../../scripts/process.ts';
import { Debugging } from './debugging.ts';
import { lineNotes } from './editing.ts';
import { Tree } from './tree.ts';
import { eventually, Workbench, type Theme } from './workbench.ts';

// The README's pictures, made anew: npx mocha test/workbench/readme.pictures.ts (after a build). No test: nothing to fail.

const size = { width: 1280, height: 780 };
const settings = {
  'editor.minimap.enabled': false,
  'editor.stickyScroll.enabled': false,
  'window.title': 'Stepthrough',
  'debug.toolBarLocation': 'docked',
  'debug.internalConsoleOptions': 'neverOpen',
  'editor.cursorBlinking': 'solid',
};
const target = path.join(root, 'media', 'readme');

async function picture(workbench: Workbench, name: string): Promise<void> {
  await workbench.page.mouse.move(700, 770);
  for (const theme of ['dark', 'light'] satisfies Theme[]) {
    await workbench.setTheme(theme);
    await mkdir(target, { recursive: true });
    await writeFile(path.join(target, `${name}-${theme}.webp`), await webp(workbench));
  }
}

/** What the window shows, at half the size of a PNG; Playwright itself has no WebP. With 90 no letter loses its edges. */
async function webp(workbench: Workbench): Promise<Buffer> {
  // The bar at the bottom goes over to another theme's colours bit by bit; what turns for ever has no end.
  await workbench.page.evaluate(() => {
    for (const animation of document.getAnimations()) if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish();
  });
  const devTools = await workbench.page.context().newCDPSession(workbench.page);
  const { data } = await devTools.send('Page.captureScreenshot', { format: 'webp', quality: 90 });
  await devTools.detach();
  return Buffer.from(data, 'base64');
}

/** Drags the border of the side bar, so that values and descriptions have room. */
async function widenSideBar(workbench: Workbench, by: number): Promise<void> {
  const box = (await workbench.page.locator('.part.sidebar').boundingBox())!;
  const x = box.x + box.width + 2;
  await workbench.page.mouse.move(x, 400);
  await workbench.page.mouse.down();
  await workbench.page.mouse.move(x + by, 400, { steps: 5 });
  await workbench.page.mouse.up();
}

describe('pictures for the README', function () {
  this.timeout(120_000);
  let workbench: Workbench;
  afterEach(() => workbench.close());

  it('a session stopped at a breakpoint', async () => {
    workbench = await Workbench.open({ file: 'order.workflows.yaml', size, settings });
    const debugging = new Debugging(workbench);
    await workbench.showContainer('Run and Debug');
    await widenSideBar(workbench, 120);
    await debugging.toggleBreakpoint(23);
    await debugging.start();
    await debugging.stoppedLine();
    await debugging.expandVariable('Argument');
    await debugging.variable('order');
    await debugging.resume();
    await eventually('the breakpoint', () => debugging.stoppedLine(), (line) => line === 23);
    await debugging.variable('price');
    await debugging.resume();
    await eventually('the second time', () => debugging.variable('i'), (value) => value === '1');
    await debugging.variable('price');
    await picture(workbench, 'session');
  });

  it('a child execution that was stepped into', async () => {
    workbench = await Workbench.open({ file: 'shipping.py', size, settings });
    const debugging = new Debugging(workbench);
    await workbench.showContainer('Run and Debug');
    await widenSideBar(workbench, 120);
    await debugging.toggleBreakpoint(10);
    await debugging.start();
    await eventually('the entry', () => debugging.stoppedLine(), (line) => line === 7);
    await debugging.resume();
    await eventually('the breakpoint', () => debugging.stoppedLine(), (line) => line === 10);
    await workbench.focusEditor();
    await workbench.page.keyboard.press('F11');
    await workbench.page.locator('.tabs-container .tab.active[data-resource-name="packing.py"]').waitFor();
    for (const line of [17, 18, 20]) {
      await workbench.page.keyboard.press('F10');
      await eventually('the next line', () => debugging.stoppedLine(), (at) => at === line);
    }
    await debugging.expandVariable('parcel');
    await debugging.variable("'to'");
    await picture(workbench, 'flow');
  });

  it('the tree while something runs', async () => {
    workbench = await Workbench.open({ file: 'hello.workflows.yaml', size, settings });
    // Before anything looks for files: this VS Code does not notice new ones.
    await writeFile(path.join(workbench.folder, 'stock.workflows.yaml'), 'main:\n  steps:\n    - count:\n        assign:\n          - stock: {pen: 3, notebook: 12}\n    - lookUp:\n        return: ${stock.lamp}\n');
    const tree = new Tree(workbench, 'Executions');
    await workbench.showContainer('Stepthrough');
    await widenSideBar(workbench, 160);
    await workbench.command('Stepthrough: Run Workflow');
    await eventually('its end', () => tree.rows(), (rows) => rows[0]?.description.startsWith('Succeeded') ?? false);
    for (const name of ['order.execution.yaml', 'weather.workflows.yaml']) {
      const before = (await tree.rows()).length;
      await workbench.openFile(name);
      await workbench.command('Stepthrough: Run Workflow');
      await eventually('its end', () => tree.rows(), (rows) => rows.length > before && rows[0]!.description.startsWith('Succeeded'));
    }
    await workbench.openFile('stock.workflows.yaml');
    await workbench.command('Stepthrough: Run Workflow');
    await eventually('its end', () => tree.rows(), (rows) => rows[0]?.description.startsWith('Failed') ?? false);
    await tree.expand('stock');
    await workbench.openFile('countdown.workflows.yaml');
    await workbench.command('Stepthrough: Run Workflow');
    await eventually('the step', () => tree.rows(), (rows) => rows[0]?.expanded === false);
    await tree.expand('countdown');
    await eventually('the step', () => tree.rows(), (rows) => rows.some(({ label }) => label === 'wait'));
    await picture(workbench, 'tree');
  });

  it('an input file with mistakes', async () => {
    workbench = await Workbench.open({ file: 'order.mistakes.input.yaml', size, settings });
    await eventually('the notes', () => lineNotes(workbench), (notes) => notes.length >= 6);
    await picture(workbench, 'input-file');
  });
});
