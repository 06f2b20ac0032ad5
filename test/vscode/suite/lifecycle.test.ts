import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ExecutionsModel } from '../../../src/editor/executions/model.ts';
import { keepInGit } from '../../../src/editor/run/gitTracking.ts';
import { writeExecutionFile } from '../../../src/editor/run/saveExecutionFile.ts';
import { ownService, request, until, type OwnService } from './executions.ts';

const succeeding = '- end:\n    return: {total: 12}\n';
const folder = (): vscode.Uri => vscode.workspace.workspaceFolders![0]!.uri;

describe('deleted executions', () => {
  let own: OwnService;
  beforeEach(async () => (own = await ownService()));
  afterEach(() => own.dispose());

  it('are the list of a model that shows them, which follows deleting and restoring', async () => {
    const model = new ExecutionsModel(own.service, () => undefined);
    const { id } = await own.service.start(request(succeeding));
    await own.service.ended(id);
    await own.service.delete(id);
    assert.deepEqual(await model.roots(), []);
    model.show({ deleted: true });
    assert.deepEqual(await model.roots(), [id]);
    assert.notEqual(model.known(id)?.deleted_at, undefined);
    await own.service.restore(id);
    await until(async () => (await model.roots()).length === 0);
    model.show({ deleted: false });
    assert.deepEqual(await model.roots(), [id]);
    assert.equal(model.known(id)?.deleted_at, undefined);
    model.dispose();
  });
});

describe('the form of a run with options', () => {
  it('runs the program when it is accepted as it is', async () => {
    const program = vscode.Uri.joinPath(folder(), 'hello.workflows.yaml');
    const running = vscode.commands.executeCommand<string | undefined>('stepthrough.workflow.runWithOptions', program);
    let id: string | undefined;
    void running.then((started) => (id = started));
    // The form opens after some reading; accepting does nothing until it is there.
    await until(async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return id !== undefined;
    });
    assert.match(id!, /^[0-9a-f-]{36}$/);
  });
});

describe('an execution file', () => {
  it('is written with paths beside it, and runs', async () => {
    const uri = vscode.Uri.joinPath(folder(), 'saved', 'hello.execution.yaml');
    const program = vscode.Uri.joinPath(folder(), 'hello.workflows.yaml').fsPath;
    await writeExecutionFile(uri, { program, input: { kind: 'json', json: '{"name": "Ada"}' }, texts: new Map([['priority', '3'], ['description', 'a: b'], ['labels', '{"team": "x"}']]) });
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    assert.equal(text, 'program: ../hello.workflows.yaml\ninput_value: {"name": "Ada"}\npriority: 3\ndescription: "a: b"\nlabels: {"team": "x"}\n');
    const id = await vscode.commands.executeCommand<string | undefined>('stepthrough.workflow.run', uri);
    assert.match(id ?? '', /^[0-9a-f-]{36}$/);
  });

  it('that is not in a repository is saved all the same', async () => {
    const uri = vscode.Uri.joinPath(folder(), 'tracked.execution.yaml');
    const text = 'program: hello.workflows.yaml\ntrack_in_git: true\n';
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    void keepInGit(uri, text);
    assert.equal((await vscode.workspace.openTextDocument(uri)).getText(), text);
  });
});

describe('stepthrough.yaml', () => {
  const uri = (): vscode.Uri => vscode.Uri.joinPath(folder(), 'stepthrough.yaml');
  const write = async (text: string): Promise<void> => {
    await vscode.workspace.fs.writeFile(uri(), new TextEncoder().encode(''));
    const document = await vscode.workspace.openTextDocument(uri());
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri(), new vscode.Range(0, 0, document.lineCount, 0), text);
    await vscode.workspace.applyEdit(edit);
    await document.save();
  };
  const settings = vscode.workspace.getConfiguration('stepthrough');
  before(async () => await settings.update('server.port', 0));
  after(async () => {
    await settings.update('server.port', undefined);
    await vscode.commands.executeCommand('stepthrough.server.stop');
    await vscode.workspace.fs.delete(uri());
  });

  it('is taken up when it is saved: its webhooks are called at the local API server', async () => {
    await write('webhooks:\n  hello: {program: hello.workflows.yaml}\n');
    const address = await vscode.commands.executeCommand<string>('stepthrough.server.start');
    let answer: Response | undefined;
    await until(async () => {
      answer = await fetch(`${address}/webhook/hello?async=1`);
      return answer.status !== 404;
    });
    assert.equal(answer?.status, 202);
    await write('webhooks:\n  other: {program: hello.workflows.yaml}\n');
    await until(async () => (await fetch(`${address}/webhook/hello`)).status === 404);
  });

  it('stands beside records: their files are called too, and lead to what they name', async () => {
    const file = (name: string): vscode.Uri => vscode.Uri.joinPath(folder(), 'acting', name);
    const put = async (name: string, text: string): Promise<void> => await vscode.workspace.fs.writeFile(file(name), new TextEncoder().encode(text));
    await put('ping.py', 'def handler(system, this, inputs):\n    return inputs["path"]\n');
    const address = await vscode.commands.executeCommand<string>('stepthrough.server.start');
    await put('bell.webhook.yaml', 'flow_name: ping\nis_enabled: true\n');
    try {
      let answer: Response | undefined;
      await until(async () => {
        answer = await fetch(`${address}/webhook/bell/call/a`);
        return answer.status !== 404;
      });
      assert.deepEqual([answer?.status, await answer?.text()], [200, '"a"']);
      const [link] = await vscode.commands.executeCommand<vscode.LocationLink[]>('vscode.executeDefinitionProvider', (await vscode.workspace.openTextDocument(file('bell.webhook.yaml'))).uri, new vscode.Position(0, 13));
      assert.equal(link?.targetUri.path, file('ping.py').path);
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', file('bell.webhook.yaml'), new vscode.Position(0, 13));
      assert.ok(items.some(({ label }) => label === 'ping'));
    } finally {
      await vscode.workspace.fs.delete(file('.'), { recursive: true });
    }
    await until(async () => (await fetch(`${address}/webhook/bell`)).status === 404);
  });

  it('has its problems at their places, and completes its keys', async () => {
    await write('schedules:\n  nightly: {cron: "61 * * * *", program: hello.workflows.yaml}\n');
    let problems: readonly vscode.Diagnostic[] = [];
    await until(() => (problems = vscode.languages.getDiagnostics(uri())).length > 0);
    assert.deepEqual(problems.map(({ code, range }) => [code, range.start.line, range.start.character]), [['workspace/cron', 1, 18]]);
    await write('schedules:\n  nightly:\n    ');
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', uri(), new vscode.Position(2, 4));
    const labels = items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    for (const key of ['cron', 'time_zone', 'missed', 'program', 'priority']) assert.ok(labels.includes(key), `${key} is not among ${labels.join(', ')}`);
    assert.ok(!labels.includes('name'));
    await write('');
  });
});
