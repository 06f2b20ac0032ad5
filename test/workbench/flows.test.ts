import assert from 'node:assert/strict';
import { Debugging } from './debugging.ts';
import { message, quickInput } from './messages.ts';
import { Tree } from './tree.ts';
import { eventually, Workbench } from './workbench.ts';

/** Lines of samples/shipping.py and samples/packing.py. */
const shipping = { first: 7, firstCall: 9, child: 10, afterChild: 11, empty: 13, afterEmpty: 14 };
const packing = { first: 16 };

describe('a flow under the debugger of the window', () => {
  let workbench: Workbench;
  let debugging: Debugging;

  before(async () => {
    workbench = await Workbench.open({ file: 'shipping.py', size: { width: 1440, height: 900 } });
    debugging = new Debugging(workbench);
    await workbench.showContainer('Run and Debug');
  });
  after(() => workbench.close());

  /** Waits for a stop at a line of a file. */
  const stopsAt = async (file: string, line: number): Promise<void> => {
    await workbench.shows(file);
    await eventually(`a stop at line ${line} of ${file}`, () => debugging.stoppedLine(), (at) => at === line);
  };
  const press = async (key: string): Promise<void> => {
    await workbench.focusEditor();
    await workbench.page.keyboard.press(key);
  };

  it('stops where the gutter was clicked, and moves a breakpoint from an empty line to the next statement', async () => {
    await debugging.toggleBreakpoint(shipping.child);
    await debugging.toggleBreakpoint(shipping.empty);
    await debugging.start();
    await stopsAt('shipping.py', shipping.first);
    const moved = (marks: readonly { line: number }[]): boolean => marks.some(({ line }) => line === shipping.afterEmpty) && !marks.some(({ line }) => line === shipping.empty);
    await eventually('the moved mark', () => debugging.gutterMarks(), moved);
  });

  it('goes on to the next call of the Flow-API, and to the breakpoint', async () => {
    await press('Alt+F11');
    await stopsAt('shipping.py', shipping.firstCall);
    await press('F5');
    await stopsAt('shipping.py', shipping.child);
  });

  it('shows its variables, and evaluates Python', async () => {
    await eventually('the number', () => debugging.variable('number'), (value) => value === '1');
    assert.match(await debugging.variable('parcel'), /Vienna/);
    await debugging.expandVariable('parcel');
    assert.equal(await debugging.variable("'weight'"), '1.5');
    assert.equal(await debugging.evaluate('[p["to"] for p in inputs["parcels"]]'), "['Vienna', 'Oslo']");
    await workbench.screenshot('flow-stopped-dark');
  });

  it('offers the filters of Python exceptions', async () => {
    const rows = workbench.page.locator('.debug-breakpoints .monaco-list-row');
    await eventually('the filters', () => rows.allInnerTexts(), (texts) => ['Raised Exceptions', 'Uncaught Exceptions', 'User Unhandled Exceptions'].every((label) => texts.some((text) => text.includes(label))));
  });

  it('steps into the child execution that a call starts, as a session below its own', async () => {
    await press('F11');
    await stopsAt('packing.py', packing.first);
    const expected = [/^Session Debug the open file Running/, /^Session packing \w+ Paused on entry in handler, line 16/, /packing\.py/];
    await eventually('the call stack', () => debugging.callStack(), (rows) => expected.every((row, index) => row.test(rows[index] ?? '')));
    await workbench.screenshot('flow-child-dark');
    await workbench.setTheme('light');
    await workbench.screenshot('flow-child-light');
    await workbench.setTheme('dark');
    await press('F5');
    await stopsAt('shipping.py', shipping.afterChild);
  });

  it('goes back to a savepoint, and stops there', async () => {
    await press('F5');
    await eventually('the second parcel', () => debugging.variable('number'), (value) => value === '2');
    await press('F5');
    await stopsAt('shipping.py', shipping.afterEmpty);
    await workbench.command('Stepthrough: Go Back to Savepoint…');
    await quickInput(workbench, 'Restore Savepoint of shipping');
    const entries = workbench.page.locator('.quick-input-widget .monaco-list-row');
    const texts = await eventually('the savepoints', () => entries.allInnerTexts(), (all) => all.some((text) => text.includes('line 10 · child ended')));
    assert.match(texts[0]!, /^this\.log\('packed', total=total\)\s*line 12 · log/);
    await workbench.screenshot('flow-savepoints-dark');
    // The oldest of those with this call: of the first parcel.
    await entries.filter({ hasText: 'line 10 · child ended' }).last().click();
    await workbench.quickInputClosed();
    await stopsAt('shipping.py', shipping.afterChild);
    await eventually('the first parcel', () => debugging.variable('number'), (value) => value === '1');
    await workbench.screenshot('flow-back-dark');
  });

  it('asks its question in the window, and goes on with the answer', async () => {
    await debugging.toggleBreakpoint(shipping.child);
    await debugging.toggleBreakpoint(shipping.afterEmpty);
    await press('F5');
    const asked = await message(workbench, 'Approve shipping');
    await workbench.screenshot('flow-asks-dark');
    await asked.locator('.monaco-button', { hasText: 'Answer…' }).click();
    await quickInput(workbench, 'Approve shipping (1/2)');
    await eventually('the question', () => workbench.page.locator('.quick-input-widget .quick-input-message').innerText(), (text) => text.startsWith('The parcels cost 43, more than 25. · Why is that all right?'));
    await workbench.screenshot('flow-form-dark');
    await workbench.setTheme('light');
    await workbench.screenshot('flow-form-light');
    await workbench.setTheme('dark');
    await workbench.answer('a good customer');
    await quickInput(workbench, '(2/2)');
    await workbench.pick('Approve');
    await workbench.quickInputClosed();
    await debugging.ended();
    await workbench.showContainer('Stepthrough');
    const tree = new Tree(workbench, 'Executions');
    await eventually('the end', () => tree.rows(), ([row]) => row?.description.startsWith('Succeeded') === true);
    await tree.expand('shipping');
    await eventually('what it has started', () => tree.rows(), (rows) => ['carrier', 'packing'].every((label) => rows.some((row) => row.level === 2 && row.label === label && row.description.startsWith('Succeeded'))));
    await workbench.screenshot('flow-ended-dark');
  });
});

describe('a flow that cannot run', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({ file: 'packing.py', settings: { 'stepthrough.python': '/nowhere/python' } });
  });
  after(() => workbench.close());

  it('says which Python is missing, and opens the setting', async () => {
    await workbench.page.locator('.editor-actions').getByRole('button', { name: 'Run Flow' }).first().click();
    const refusal = await message(workbench, 'The Python of the setting stepthrough.python cannot run flows: there is no /nowhere/python.');
    await workbench.screenshot('flow-no-python-dark');
    await refusal.getByRole('button', { name: 'Set Python…' }).click();
    await eventually('the setting', () => workbench.page.locator('.settings-editor').innerText(), (text) => text.includes('The Python that flows run with'));
    await workbench.screenshot('flow-python-setting-dark');
  });
});
