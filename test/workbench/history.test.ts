import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Tree, type Row } from './tree.ts';
import { eventually, Workbench } from './workbench.ts';

const source = `main:
  steps:
    - init:
        assign:
          - total: 0
          - items: [3, 4, 5]
    - sum:
        for:
          value: item
          in: \${items}
          steps:
            - add:
                assign:
                  - total: \${total + item}
    - fetch:
        try:
          call: http.get
          args:
            url: http://127.0.0.1:9/nothing
        retry:
          predicate: \${http.default_retry_predicate}
          max_retries: 2
          backoff: {initial_delay: 0.01, max_delay: 0.01, multiplier: 1}
        except:
          as: e
          steps:
            - note:
                call: sys.log
                args: {text: "\${e.message}"}
    - both:
        parallel:
          branches:
            - left:
                steps:
                  - nap:
                      call: sys.sleep
                      args: {seconds: 0.1}
            - right:
                steps:
                  - check:
                      call: audit
                      args: {amount: \${total}}
    - finish:
        return: \${items[7]}
audit:
  params: [amount]
  steps:
    - enough:
        switch:
          - condition: \${amount > 10}
            return: true
    - no:
        return: false
`;

describe('the steps of an execution in the tree', () => {
  let workbench: Workbench;
  let tree: Tree;

  before(async () => {
    workbench = await Workbench.open({ file: 'hello.workflows.yaml' });
    tree = new Tree(workbench, 'Executions');
    await writeFile(path.join(workbench.folder, 'shop.workflows.yaml'), source);
    await workbench.showContainer('Stepthrough');
  });
  after(() => workbench.close());

  const row = async (label: string): Promise<Row> => (await eventually(label, () => tree.rows(), (rows) => rows.some((candidate) => candidate.label === label))).find((candidate) => candidate.label === label)!;

  it('are shown with their states, iterations, attempts and errors', async () => {
    await workbench.openFile('shop.workflows.yaml');
    await workbench.command('Stepthrough: Run Workflow');
    await eventually('the end', () => tree.rows(), (rows) => rows[0]?.description.startsWith('Failed') === true && rows[0].expanded === false);
    await tree.expand('shop');
    await row('Steps');
    await tree.expand('Steps');
    await row('sum');
    for (const label of ['sum', 'fetch', 'both']) {
      await tree.expand(label);
      await eventually(`what is in ${label}`, () => tree.rows(), (rows) => rows.some((candidate, i) => candidate.level === 4 && rows[i - 1]?.label === label));
    }
    assert.match((await row('sum')).description, /^for, 3 iterations · /);
    assert.match((await row('fetch')).description, /^try · 3 attempts · /);
    assert.match((await row('iteration 3')).icon, /pass/);
    const attempt = await row('attempt 2');
    assert.match(attempt.icon, /error/);
    assert.match(attempt.description, /ConnectionFailedError/);
    await workbench.page.mouse.move(900, 500);
    await workbench.screenshot('tree-steps-dark');
    await workbench.setTheme('light');
    await workbench.screenshot('tree-steps-light');
    await workbench.setTheme('dark');
  });

  it('lead to their lines in the source that ran', async () => {
    await workbench.openFile('hello.workflows.yaml');
    await tree.select('branch right');
    await workbench.shows('shop.workflows.yaml');
    await eventually('the place', () => workbench.page.locator('.statusbar-item').allInnerTexts(), (texts) => texts.some((text) => text.startsWith('Ln 38,')));
  });
});
