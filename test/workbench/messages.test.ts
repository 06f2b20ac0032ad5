import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { message, quickInput } from './messages.ts';
import { Tree } from './tree.ts';
import { eventually, Workbench } from './workbench.ts';

describe('the message of a flow', () => {
  let workbench: Workbench;
  let tree: Tree;

  before(async () => {
    workbench = await Workbench.open({ workspace: 'test/fixtures/flows/asking', file: 'order.py', theme: 'dark' });
    tree = new Tree(workbench, 'Executions');
  });
  after(() => workbench.close());

  const state = async (begins: string): Promise<string> => {
    const rows = await eventually(`the row to be ${begins}`, () => tree.rows(), ([row]) => row?.description.startsWith(begins) === true);
    return rows[0]!.description;
  };
  /** Whether the palette has *Answer Message…*, which needs a message that waits. */
  const offered = async (wanted: boolean): Promise<void> => {
    await workbench.palette('>Stepthrough: Answer Message');
    await eventually('the palette', () => workbench.picks(), (labels) => labels.includes('Stepthrough: Answer Message…') === wanted);
    const away = async (): Promise<boolean> => {
      await workbench.page.keyboard.press('Escape');
      return workbench.page.locator('.quick-input-widget').isHidden();
    };
    await eventually('the end of the palette', away, (closed) => closed);
  };
  const problem = (): Promise<string> => workbench.page.locator('.quick-input-widget .quick-input-message').innerText();

  it('asks in a notification, and field by field, and takes nothing wrong', async () => {
    await workbench.command('Stepthrough: Run Flow');
    const asked = await message(workbench, 'What may it be?');
    await workbench.screenshot('message-notification-dark');
    await asked.locator('.monaco-button', { hasText: 'Answer…' }).click();
    await quickInput(workbench, 'What may it be? (1/4)');
    await eventually('the choices', () => workbench.picks(), (labels) => labels.join() === 'Order,Nothing Today');
    await workbench.pick('Order');
    await quickInput(workbench, '(2/4)');
    await workbench.answer('');
    await eventually('the problem', problem, (text) => text.includes('Dish has to be given'));
    await workbench.screenshot('message-field-dark');
    await workbench.answer('Soup');
    await quickInput(workbench, '(3/4)');
    await workbench.pick('small');
    await quickInput(workbench, '(4/4)');
    await workbench.answer('two');
    await eventually('the problem', problem, (text) => text.includes('How many takes an integer; got "two".'));
    await workbench.answer('2');
    await workbench.quickInputClosed();
    await workbench.showContainer('Stepthrough');
    await state('Succeeded');
    await tree.chooseInMenu('order', 'Open Result');
    const text = await eventually('the result', async () => (await workbench.editor().innerText()).replace(/\s/g, ''), (shown) => shown.includes('"dish"'));
    assert.match(text, /"dish":"Soup","size":"small","count":2,"order":true,"skip":false/);
  });

  it('can be answered from the tree, still after the window was opened anew', async () => {
    await workbench.openFile('order.py');
    await workbench.command('Stepthrough: Run Flow');
    await workbench.showContainer('Stepthrough');
    await state('Waiting for an answer');
    await workbench.reload();
    await workbench.showContainer('Stepthrough');
    await state('Waiting for an answer');
    await message(workbench, 'What may it be?');
    await workbench.setTheme('light');
    await workbench.screenshot('message-tree-light');
    await offered(true);
    await tree.clickAction('order', 'Answer Message');
    await quickInput(workbench, '(1/4)');
    await workbench.pick('Nothing Today');
    await quickInput(workbench, '(2/4)');
    await workbench.screenshot('message-field-light');
    await workbench.answer('');
    await quickInput(workbench, '(3/4)');
    await workbench.pick('large');
    await quickInput(workbench, '(4/4)');
    await workbench.answer('1');
    await workbench.quickInputClosed();
    await state('Succeeded');
    await offered(false);
  });
});

describe('a connection of a flow', () => {
  let workbench: Workbench;
  const server = createServer((request, response) => void response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ path: request.url, key: request.headers['x-key'] })));

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    workbench = await Workbench.open({ workspace: 'test/fixtures/flows/asking', file: 'fetch.py', theme: 'dark' });
    const { port } = server.address() as AddressInfo;
    writeFileSync(join(workbench.folder, 'api.connector.yaml'), `connector_type: REST\nvalue:\n  scheme: http\n  hostname: 127.0.0.1\n  port: ${port}\n  headers: {X-Key: "vault.secret(api, key)"}\n`);
  });
  after(async () => {
    await workbench.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('says which secret it lacks, and is sent with it once it has been set', async () => {
    const tree = new Tree(workbench, 'Executions');
    const row = (begins: string): Promise<unknown> => eventually(`the row to be ${begins}`, () => tree.rows(), ([first]) => first?.description.startsWith(begins) === true);
    await workbench.command('Stepthrough: Run Flow');
    await workbench.showContainer('Stepthrough');
    await row('Failed');
    await tree.expand('fetch');
    await eventually('the connection', () => tree.rows(), (rows) => rows.some(({ label, description }) => label.startsWith('the page') && description.startsWith('Failed')));
    await workbench.screenshot('connection-dark');
    await workbench.command('Stepthrough: Set Secret…');
    for (const [prompt, text] of [['the first part', 'api'], ['the second part', 'key'], ['it is removed', 'hunter2']] as const) {
      await workbench.page.locator('.quick-input-widget .quick-input-message', { hasText: prompt }).waitFor();
      await workbench.answer(text);
    }
    await workbench.quickInputClosed();
    await tree.chooseInMenu('fetch', 'Run Again');
    await row('Succeeded');
    await tree.chooseInMenu('fetch', 'Open Result');
    const text = await eventually('the result', async () => (await workbench.editor().innerText()).replace(/\s/g, ''), (shown) => shown.includes('"path"'));
    assert.match(text, /"path":"\/page","key":"hunter2"/);
  });
});
