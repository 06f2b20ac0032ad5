import assert from 'node:assert/strict';
import { Debugging } from './debugging.ts';
import { quickInput } from './messages.ts';
import { Tree } from './tree.ts';
import { eventually, Workbench } from './workbench.ts';

interface Resource {
  readonly name: string;
  readonly state: string;
  readonly result?: string;
}

describe('the local API server', () => {
  let workbench: Workbench;
  let debugging: Debugging;
  let address: string;

  const call = async (method: string, path: string, body?: object): Promise<Resource> =>
    (await (await fetch(`${address}/v1/${path}`, { method, ...(body && { body: JSON.stringify(body) }) })).json()) as Resource;
  const start = (): Promise<Resource> => call('POST', 'projects/p/locations/l/workflows/countdown/executions', { argument: '0' });
  const status = (): Promise<readonly string[]> => workbench.page.locator('.statusbar-item', { hasText: '127.0.0.1' }).allInnerTexts();

  /** The menu that a click on the status bar opens. */
  const openMenu = async (): Promise<string[]> => {
    await workbench.page.locator('.statusbar-item', { hasText: '127.0.0.1' }).click();
    await quickInput(workbench, 'Local API Server');
    return eventually('the menu', () => workbench.picks(), (found) => found.length === 5);
  };

  before(async () => {
    workbench = await Workbench.open({ workspace: 'samples', file: 'countdown.workflows.yaml', theme: 'dark' });
    debugging = new Debugging(workbench);
  });
  after(() => workbench.close());

  it('says in the status bar where it listens', async () => {
    await workbench.command('Stepthrough: Start Local API Server');
    const [text] = await eventually('the status bar', status, (texts) => texts.length === 1);
    address = `http://${/127\.0\.0\.1:\d+/.exec(text!)![0]}`;
  });

  it('stops what a call from outside starts at a breakpoint set in the gutter', async () => {
    const line = 8;
    await debugging.toggleBreakpoint(line);
    // A call may overtake the breakpoint on its way to the extension host; what the extension host is asked after it, and answers, may not.
    await openMenu();
    await workbench.page.keyboard.press('Escape');
    await workbench.quickInputClosed();
    const execution = await start();
    assert.equal(execution.state, 'ACTIVE');
    assert.equal(await debugging.stoppedLine(), line);
    await eventually('the call stack', () => debugging.callStack(), (rows) => rows.some((row) => row.includes('main')));
    await eventually('the variables', () => debugging.variables(), (variables) => variables.length > 0);
    await workbench.screenshot('server-dark');
    await workbench.setTheme('light');
    await workbench.screenshot('server-light');
    await workbench.setTheme('dark');
    await debugging.toggleBreakpoint(line);
    await debugging.resume();
    await debugging.ended();
    const { state } = await eventually('the execution', () => call('GET', execution.name), ({ state: now }) => now !== 'ACTIVE');
    assert.equal(state, 'SUCCEEDED');
  });

  it('shows what calls start in the tree, where a debugger can be attached', async () => {
    await call('POST', 'projects/p/locations/l/workflows?workflowId=sleeping', { sourceContents: 'main:\n  steps:\n    - nap:\n        call: sys.sleep\n        args: {seconds: 3600}\n' });
    await call('POST', 'projects/p/locations/l/workflows/sleeping/executions', {});
    await workbench.showContainer('Stepthrough');
    const tree = new Tree(workbench, 'Executions');
    const [row] = await eventually('the row', async () => (await tree.rows()).filter(({ label }) => label === 'sleeping'), (rows) => rows.length === 1);
    // A click on a row that is being drawn again has no execution, and asks for one.
    const attach = async (): Promise<boolean> => {
      await workbench.page.keyboard.press('Escape');
      await tree.clickAction(row!.label, 'Attach Debugger');
      return workbench.page.locator('.debug-toolbar').waitFor({ timeout: 10_000 }).then(() => true, () => false);
    };
    await eventually('the debugger', attach, (attached) => attached);
    await workbench.screenshot('server-attached');
    await workbench.command('Debug: Disconnect');
    await debugging.ended();
    await workbench.showContainer('Stepthrough');
    await eventually('the row', async () => (await tree.rows()).filter(({ label }) => label === 'sleeping'), (found) => found.length === 1 && found[0]!.description.startsWith('Running'));
  });

  it('asks for the token that was set', async () => {
    const answered = async (headers: Readonly<Record<string, string>>): Promise<number> => (await fetch(`${address}/v1/projects/p/locations/l/workflows`, { headers })).status;
    const setToken = async (token: string, expected: number): Promise<void> => {
      await workbench.command('Stepthrough: Set API Token of Local API Server…');
      await quickInput(workbench, 'Token of the Local API Server');
      await workbench.answer(token);
      await eventually('the answer', () => answered({}).catch(() => 0), (status) => status === expected);
    };
    await setToken('secret', 401);
    assert.equal(await answered({ Authorization: 'Bearer secret' }), 200);
    await setToken('', 200);
  });

  it('offers in a menu what can be done with it, and stops', async () => {
    const picks = await openMenu();
    assert.match(picks.join('\n'), /Copy Address[^]*Copy curl Example[^]*Set API Token[^]*Open Log[^]*Stop/);
    await workbench.screenshot('server-menu');
    await workbench.pick('Stop');
    await eventually('the status bar', status, (texts) => texts.length === 0);
    await eventually('the end of the server', () => fetch(address).then(() => false, () => true), (ended) => ended);
  });
});
