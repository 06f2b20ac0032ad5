import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Tree } from './tree.ts';
import { eventually, Workbench } from './workbench.ts';

describe('a productive run', () => {
  let workbench: Workbench;
  let tree: Tree;

  before(async () => {
    workbench = await Workbench.open({ file: 'hello.workflows.yaml' });
    tree = new Tree(workbench, 'Executions');
    await writeFile(path.join(workbench.folder, 'nightly.execution.yaml'), 'program: hello.workflows.yaml\nis_productive: true\n');
    await workbench.showContainer('Stepthrough');
    await workbench.openFile('nightly.execution.yaml');
  });
  after(() => workbench.close());

  it('is asked about, and does not begin without a yes', async () => {
    await workbench.command('Stepthrough: Run Workflow');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await eventually('the question', () => dialog.innerText(), (text) => text.includes('Start hello as a productive execution?'));
    await workbench.screenshot('productive-dark');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await eventually('the welcome text', () => tree.welcome(), (text) => text.includes('Nothing has run here yet'));
  });

  it('begins with a yes', async () => {
    await workbench.command('Stepthrough: Run Workflow');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.getByRole('button', { name: 'Run Productively' }).click();
    await eventually('the execution', () => tree.rows(), (rows) => rows.length === 1 && rows[0]!.description.startsWith('Succeeded'));
  });
});
