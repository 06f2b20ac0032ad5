import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { message, quickInput } from './messages.ts';
import { Workbench } from './workbench.ts';

describe('a file that cannot run', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open();
    await writeFile(path.join(workbench.folder, 'binary.workflows.yaml'), Buffer.from([0x6d, 0, 0xff, 0xfe, 0, 7]));
    await writeFile(path.join(workbench.folder, 'tabs.workflows.yaml'), 'main:\n\tsteps: []\n');
  });
  after(() => workbench.close());

  const run = async (file: string): Promise<void> => {
    await workbench.command('Stepthrough: Run Workflow');
    await quickInput(workbench, 'Workflows');
    await workbench.pick(file);
  };

  it('is named once, by its short name, with its line', async () => {
    await run('tabs.workflows.yaml');
    const refusal = await message(workbench, 'A tab indents this line');
    const text = await refusal.locator('.notification-list-item-message').innerText();
    assert.equal(text.split('tabs.workflows.yaml').length, 2, text);
    assert.match(text, /\(line 2\)$/);
    assert.ok(!text.includes(workbench.folder), text);
  });

  it('has no line where it is no text, and is opened as far as it can be', async () => {
    await run('binary.workflows.yaml');
    const refusal = await message(workbench, 'not a text file');
    assert.match(await refusal.locator('.notification-list-item-message').innerText(), /^binary\.workflows\.yaml: This is not a text file \(byte 2 is zero\)\.$/);
    await workbench.screenshot('refused-binary-dark');
    await refusal.getByRole('button', { name: 'Show in File' }).click();
    await workbench.page.locator('.tabs-container .tab.active[data-resource-name="binary.workflows.yaml"]').waitFor();
  });
});
