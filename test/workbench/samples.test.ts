import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
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
    await workbench.page.locator('.quick-input-widget .quick-input-title', { hasText: 'Where to put the samples' }).waitFor();
    await workbench.page.locator('.quick-input-widget input.input').fill(`${folder}/`);
    await workbench.screenshot('samples-dialog-dark');
    await workbench.page.locator('.quick-input-widget .quick-input-action', { hasText: 'Put Samples Here' }).click();
    const copy = path.join(folder, 'stepthrough-samples');
    await workbench.page.waitForURL((url) => url.search.includes('stepthrough-samples'), { timeout: 30_000 });
    for (const file of ['hello.workflows.yaml', 'README.md', '.vscode/launch.json']) {
      assert.equal(await readFile(path.join(copy, file), 'utf8'), await readFile(path.join(root, 'samples', file), 'utf8'));
    }
    await eventually('the copy in the explorer', () => Promise.resolve(existsSync(copy)), Boolean);
  });
});
