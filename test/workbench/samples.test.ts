import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../../scripts/process.ts';
import { eventually, Workbench } from './workbench.ts';

describe('Open Samples…', () => {
  let workbench: Workbench;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'stepthrough-'));
    workbench = await Workbench.open({ workspace: null });
  });
  after(async () => {
    await workbench.close();
    await rm(folder, { recursive: true });
  });

  it('copies them to a folder that is asked for, and opens the copy', async () => {
    await workbench.command('Stepthrough: Open Samples…');
    const title = workbench.page.locator('.quick-input-widget .quick-input-title', { hasText: 'Where to put the samples' });
    await title.waitFor();
    // The dialog puts the folder that it begins with before a text that comes while it still reads that.
    const typed = workbench.page.locator('.quick-input-widget input.input');
    const type = async (): Promise<string> => {
      await typed.fill(`${folder}/`);
      return typed.inputValue();
    };
    await eventually('the beginning of the dialog', () => typed.inputValue(), (text) => text.endsWith('/'));
    await eventually('the folder', type, (text) => text === `${folder}/`);
    await workbench.screenshot('samples-dialog-dark');
    // While VS Code's dialog still looks into the folder that was typed, a click only ends that.
    const accept = async (): Promise<boolean> => {
      await workbench.page.locator('.quick-input-widget .quick-input-action', { hasText: 'Put Samples Here' }).click();
      return title.waitFor({ state: 'hidden', timeout: 3000 }).then(() => true, () => false);
    };
    await eventually('the end of the dialog', accept, (accepted) => accepted);
    const copy = path.join(folder, 'stepthrough-samples');
    await workbench.page.waitForURL((url) => url.search.includes('stepthrough-samples'), { waitUntil: 'commit' });
    for (const file of ['hello.workflows.yaml', 'README.md', '.vscode/launch.json']) {
      assert.equal(await readFile(path.join(copy, file), 'utf8'), await readFile(path.join(root, 'samples', file), 'utf8'));
    }
  });
});
