import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { write } from './documents.ts';
import { until } from './executions.ts';

const programs = {
  workflow: { name: 'going-back.workflows.yaml', text: 'main:\n  steps:\n    - one:\n        call: sys.log\n        args: {text: first part}\n    - two:\n        call: sys.log\n        args: {text: second part}\n    - end:\n        return: done\n' },
  flow: { name: 'going_back.py', text: "def handler(system, this, inputs):\n    this.log('first part')\n    this.log('second part')\n    return this.success('done')\n" },
};

/** Accepts what the list of savepoints shows first, once it is there: the newest. */
async function restoreNewest(id: string): Promise<string> {
  const restoring = vscode.commands.executeCommand<string | undefined>('stepthrough.execution.restoreSavepoint', id);
  let over = false;
  void restoring.then(() => (over = true));
  await until(async () => {
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    return over;
  });
  return (await restoring) ?? assert.fail('nothing went on');
}

/** The log of an execution, when it holds what is waited for. */
async function log(id: string, awaited: RegExp): Promise<string> {
  await vscode.commands.executeCommand('stepthrough.execution.openLog', id);
  const document = vscode.window.activeTextEditor!.document;
  await until(() => awaited.test(document.getText()));
  return document.getText();
}

describe('Restore Savepoint', () => {
  before(() => vscode.extensions.getExtension('stepthrough.stepthrough')!.activate());
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  for (const [kind, { name, text }] of Object.entries(programs)) {
    it(`lets a new execution go on from the newest savepoint of an ended ${kind}`, async () => {
      const id = await vscode.commands.executeCommand<string>('stepthrough.workflow.run', await write(name, text));
      await log(id, /second part/);
      await vscode.commands.executeCommand('stepthrough.execution.openResult', id);
      const next = await restoreNewest(id);
      assert.notEqual(next, id);
      await vscode.commands.executeCommand('stepthrough.execution.openLog', next);
      // Nothing is logged again: all of it lies before the newest savepoint.
      assert.doesNotMatch(vscode.window.activeTextEditor!.document.getText(), /part/);
    });
  }
});
