import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../../scripts/process.ts';
import { Workbench } from './workbench.ts';

interface Manifest {
  readonly contributes: { readonly viewsContainers: { readonly activitybar: readonly { readonly title: string }[] } };
}

describe('the workbench', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await Workbench.open();
  });
  after(() => workbench.close());

  it('shows the contributed containers in the activity bar', async () => {
    const manifest = await json<Manifest>('package.json');
    const texts = await json<Record<string, string>>('package.nls.json');
    const titles = manifest.contributes.viewsContainers.activitybar.map(({ title }) => title.replace(/^%(.*)%$/, (_, key: string) => texts[key] ?? key));
    assert.ok(titles.length > 0, 'the manifest contributes a container');
    for (const title of titles) await workbench.showContainer(title);
    await workbench.screenshot('activity-bar-dark');
  });

  it('follows a change of the colour theme', async () => {
    await workbench.setTheme('light');
    await workbench.screenshot('activity-bar-light');
    await workbench.setTheme('dark');
  });
});

async function json<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(path.join(root, file), 'utf8')) as T;
}
