import * as vscode from 'vscode';
import { write } from './documents.ts';
import { until } from './executions.ts';

const calling = (workflow: string, name: string): string =>
  `- call:\n    call: googleapis.workflowexecutions.v1.projects.locations.workflows.executions.run\n    args: {workflow_id: ${workflow}}\n    result: r\n- end:\n    return: {${name}: '\${r}'}\n`;

async function result(target: string): Promise<vscode.TextDocument> {
  await vscode.commands.executeCommand('stepthrough.execution.openResult', target);
  return vscode.window.activeTextEditor!.document;
}

describe('Show Execution in Tree', () => {
  before(() => vscode.extensions.getExtension('stepthrough.stepthrough')!.activate());
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('selects an execution that another one started, which yet another one started', async () => {
    await write('reveal/inner.workflows.yaml', '- a:\n    return: ${sys.get_env("GOOGLE_CLOUD_WORKFLOW_EXECUTION_ID")}\n');
    await write('reveal/middle.workflows.yaml', calling('inner', 'middle'));
    const outer = await vscode.commands.executeCommand<string>('stepthrough.workflow.run', await write('reveal/outer.workflows.yaml', calling('middle', 'outer')));
    const document = await result(outer);
    await until(() => document.getText().includes('middle'));
    const { outer: { middle: inner } } = JSON.parse(document.getText()) as { outer: { middle: string } };
    await vscode.commands.executeCommand('stepthrough.execution.show', inner);
    // VS Code tells of the selection a little later.
    await until(async () => (await result('selection')).getText() === `${JSON.stringify(inner)}\n`);
  });
});
