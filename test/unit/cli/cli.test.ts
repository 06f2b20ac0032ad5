import assert from 'node:assert/strict';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until, writeFiles } from '../engine/launching.ts';
import { temporaryFolder } from '../engine/temporary.ts';
import { bundledCommandLine } from '../../support/bundle.ts';

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

const ok = 'main:\n  params: [args]\n  steps:\n    - say:\n        call: sys.log\n        args: {text: "saying", severity: WARNING}\n    - end:\n        return: {args: "${args}", d: 1.0}\n';
const bad = 'main:\n  steps:\n    - first:\n        call: sys.lgo\n';
const failing = 'main:\n  steps:\n    - first:\n        raise: boom\n';
const sleeping = 'main:\n  steps:\n    - nap:\n        call: sys.sleep\n        args: {seconds: 3600}\n';

describe('the command line', function () {
  this.timeout(120_000);
  const cli = bundledCommandLine();
  const folder = temporaryFolder();
  beforeEach(() => writeFiles(folder(), { 'ok.workflows.yaml': ok, 'bad.workflows.yaml': bad, 'failing.workflows.yaml': failing, 'sleeping.workflows.yaml': sleeping }));

  function begin(args: readonly string[], nodeOptions: readonly string[] = []): ChildProcessWithoutNullStreams {
    return spawn(process.execPath, [...nodeOptions, cli(), ...args], { cwd: folder(), env: { ...process.env, STEPTHROUGH_DATA: join(folder(), 'data'), NO_COLOR: '1', NODE_OPTIONS: '' } });
  }

  async function finish(child: ChildProcessWithoutNullStreams): Promise<Result> {
    let out = '';
    let error = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, out, error };
  }

  function stepthrough(...args: string[]): Promise<Result> {
    const child = begin(args);
    child.stdin.end();
    return finish(child);
  }

  interface Printed {
    readonly id: string;
    readonly name: string;
    readonly state: string;
    readonly result?: string;
    readonly error?: { readonly payload: string; readonly context: string };
    readonly max_runtime_minutes: number;
  }

  describe('run', () => {
    it('prints the finished execution as JSON alone', async () => {
      const { code, out, error } = await stepthrough('run', 'ok.workflows.yaml', '--argument', '{"n": 9007199254740993}', '--json');
      assert.equal(code, 0, error);
      const execution = JSON.parse(out) as Printed;
      assert.equal(execution.state, 'SUCCEEDED');
      assert.equal(execution.result, '{"args":{"n":9007199254740993},"d":1.0}');
      assert.equal(error, '');
    });

    it('prints the result for people, and what happened beside it', async () => {
      const { code, out, error } = await stepthrough('run', 'ok.workflows.yaml');
      assert.equal(code, 0);
      assert.equal(out, '{\n  "args": null,\n  "d": 1.0\n}\n');
      assert.match(error, /^\d\d:\d\d:\d\d WARNING saying\nSUCCEEDED in [\d.]+s {2}ok [0-9a-f]{8}\n$/);
    });

    it('ends with 1 when the execution fails, and shows where', async () => {
      const { code, out, error } = await stepthrough('run', 'failing.workflows.yaml');
      assert.equal(code, 1);
      assert.equal(out, '');
      assert.match(error, /RuntimeError: "boom"\nin step "first", routine "main", line: 4\nfailing\.workflows\.yaml:4:9: error: failed here: first\n {12}raise: boom\n {12}\^+\nFAILED in/);
      const json = await stepthrough('run', 'failing.workflows.yaml', '--json');
      assert.equal(json.code, 1);
      assert.equal((JSON.parse(json.out) as Printed).error?.payload, '"boom"');
    });

    it('ends with 2 for a file with problems, which it shows at their places', async () => {
      for (const json of [[], ['--json']]) {
        const { code, out, error } = await stepthrough('run', 'bad.workflows.yaml', ...json);
        assert.deepEqual([code, out], [2, '']);
        assert.match(error, /^bad\.workflows\.yaml:4:15: error: .*sys\.lgo.* \[[a-z/-]+\]\n {12}call: sys\.lgo\n {18}\^{7}\n$/);
      }
    });

    it('ends with 2 for files that are no workflows, before reading on', async () => {
      writeFileSync(join(folder(), 'big.yaml'), Buffer.alloc(10 * 1024 * 1024, 'a'));
      writeFileSync(join(folder(), 'binary.yaml'), Buffer.from([0x23, 0, 1, 2]));
      writeFileSync(join(folder(), 'wide.yaml'), Buffer.from('\ufeff- a: {return: 1}\n', 'utf16le'));
      writeFileSync(join(folder(), 'latin.yaml'), Buffer.from([0x23, 0xe4, 0x0a]));
      writeFileSync(join(folder(), 'empty.yaml'), '');
      for (const [file, message] of [
        ['big.yaml', /^big\.yaml: error: A workflow may have at most 128 KB; this file has more\./],
        ['binary.yaml', /^binary\.yaml: error: This is not a text file \(byte 2 is zero\)\./],
        ['wide.yaml', /^wide\.yaml: error: This file is in UTF-16; save it in UTF-8\./],
        ['latin.yaml', /^latin\.yaml: error: This is not a text file in UTF-8\./],
        ['empty.yaml', /^empty\.yaml.*error: .*empty/i],
        ['missing.yaml', /^missing\.yaml: error: There is no such file\./],
        ['.', /error: This is a folder, not a file\./],
      ] as const) {
        const { code, error } = await stepthrough('run', file);
        assert.equal(code, 2, file);
        assert.match(error, message);
      }
    });

    it('prints the address it waits to be called at, also beside JSON', async () => {
      const text = '- create:\n    call: events.create_callback_endpoint\n    result: c\n- wait:\n    call: events.await_callback\n    args: {callback: "${c}"}\n    result: r\n- end:\n    return: ${r.http_request.body}\n';
      writeFiles(folder(), { 'callback.workflows.yaml': text });
      for (const options of [[], ['--json']]) {
        const child = begin(['run', 'callback.workflows.yaml', ...options]);
        let error = '';
        child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()));
        const ended = finish(child);
        for (const end = Date.now() + 60_000; !error.includes('waits for a call') && Date.now() < end; ) await new Promise((resolve) => setTimeout(resolve, 10));
        const url = /callback [0-9a-f]{8} waits for a call: POST (http:\S+)\n/.exec(error)?.[1] ?? '';
        await fetch(url, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: 'called' });
        const { code, out } = await ended;
        assert.equal(code, 0);
        assert.equal(options.length === 0 ? out : (JSON.parse(out) as Printed).result, options.length === 0 ? '"called"\n' : '"called"');
      }
    });

    it('finds workflows of this folder by their ids, and waits for those that nobody waited for', async () => {
      const text = '- start:\n    call: googleapis.workflowexecutions.v1.projects.locations.workflows.executions.run\n    args: {workflow_id: nap, connector_params: {skip_polling: true}}\n- end:\n    return: first\n';
      writeFiles(folder(), { 'programs/parent.workflows.yaml': text, 'others/nap.workflows.yaml': '- nap:\n    call: sys.sleep\n    args: {seconds: 1}\n' });
      const { code, error } = await stepthrough('run', 'programs/parent.workflows.yaml');
      assert.equal(code, 0, error);
      assert.match(error, /Waiting for 1 execution that it started; Ctrl\+C cancels\.\nSUCCEEDED/);
      const [parent] = JSON.parse((await stepthrough('executions', 'list', '--json')).out) as Printed[];
      assert.match(parent!.name, /^parent /);
    });

    it('takes the input from a file, from standard input or from the line', async () => {
      writeFiles(folder(), { 'in.yaml': 'n: 1.0\n' });
      const fromFile = await stepthrough('run', 'ok.workflows.yaml', '--input', 'in.yaml', '--json');
      assert.equal((JSON.parse(fromFile.out) as Printed).result, '{"args":{"n":1.0},"d":1.0}');
      const child = begin(['run', 'ok.workflows.yaml', '--input=-', '--json']);
      child.stdin.end('{"__proto__": [1]}');
      assert.equal((JSON.parse((await finish(child)).out) as Printed).result, '{"args":{"__proto__":[1]},"d":1.0}');
    });

    it('ends with 2 for a bad input, whose place it shows', async () => {
      writeFiles(folder(), { 'ok.input.schema.json': '{"properties":{"n":{"type":"integer"}}}', 'ok.input.yaml': 'n: one\n' });
      const file = await stepthrough('run', 'ok.workflows.yaml', '--input', 'ok.input.yaml');
      assert.equal(file.code, 2);
      assert.match(file.error, /^ok\.input\.yaml:1:4: error: .*\[input\/type\]\n {4}n: one\n {7}\^\^\^\n$/);
      const argument = await stepthrough('run', 'ok.workflows.yaml', '--argument', '{"n": "1"}');
      assert.deepEqual([argument.code, /^input:1:7: error: /.test(argument.error)], [2, true], argument.error);
      const child = begin(['run', 'ok.workflows.yaml', '--input', '-']);
      child.stdin.end(Buffer.alloc(5 * 1024 * 1024, ' '));
      child.stdin.on('error', () => undefined);
      const huge = await finish(child);
      assert.equal(huge.code, 2);
      assert.match(huge.error, /The standard input cannot be used: A YAML or JSON file may have at most 2048 KB/);
    });

    for (const [setting, message] of [
      ['labels={team: A', /^stepthrough: --set: labels takes a map of at most 64 labels; got "\{team: A"\./],
      ['input_schema={type: object', /^stepthrough: --set: input_schema takes a JSON Schema: a map, true or false; got "\{type: object"\./],
      ['input_schema={type: objec}', /^error: input_schema: Expected one of .*, found "objec"\. \[schema\/type\]\n$/],
      ['output_schema={type: strin}', /^error: output_schema: Expected one of .*, found "strin"\. \[schema\/type\]\n$/],
      ['argument=3', /^stepthrough: --set: argument is given by --argument or --input\./],
      ['type=FLOW', /^error: type FLOW does not fit the program, which is a workflow: WORKFLOW would\./],
      ['type=NONE', /^stepthrough: --set: type takes one of .*; got "NONE"\./],
    ] as const) {
      it(`refuses --set ${setting}, naming the field`, async () => {
        const { code, out, error } = await stepthrough('run', 'ok.workflows.yaml', '--set', setting);
        assert.deepEqual([code, out], [2, '']);
        assert.match(error, message);
      });
    }

    it('shows a wrong schema of an execution file at its place there', async () => {
      writeFiles(folder(), { 'wrong.execution.yaml': 'program: ok.workflows.yaml\ninput_schema:\n  type: objec\n' });
      const { code, error } = await stepthrough('run', 'wrong.execution.yaml');
      assert.equal(code, 2);
      assert.match(error, /^wrong\.execution\.yaml:3:9: error: /);
    });

    it('runs a connection that an execution file names, and says what a wrapper needs', async () => {
      writeFiles(folder(), { 'call.execution.yaml': 'connector_type: SSH\n', 'call.mocks.yaml': '- connector: SSH\n  result: {exit: 0}\n', 'around.execution.yaml': 'wrapper_name: retry\n' });
      const call = await stepthrough('run', 'call.execution.yaml', '--json');
      assert.equal(call.code, 0, call.error);
      assert.deepEqual(JSON.parse((JSON.parse(call.out) as Printed).result!), { exit: 0 });
      const { code, error } = await stepthrough('run', 'around.execution.yaml');
      assert.deepEqual([code, error.includes('child_execution: {type: FLOW')], [2, true], error);
    });

    it('runs an execution file, from wherever, and --set wins over it', async () => {
      writeFiles(folder(), { 'saved/nightly.execution.yaml': 'program: ../ok.workflows.yaml\nname: nightly\nargument: [1.0]\nmax_runtime_minutes: 5\n' });
      const { code, out, error } = await stepthrough('run', 'saved/nightly.execution.yaml', '--json', '--set', 'max_runtime_minutes=9');
      assert.equal(code, 0, error);
      const execution = JSON.parse(out) as Printed;
      assert.deepEqual([execution.name, execution.result, execution.max_runtime_minutes], ['nightly', '{"args":[1.0],"d":1.0}', 9]);
      const again = await stepthrough('run', 'saved/nightly.execution.yaml');
      assert.deepEqual([again.code, again.error], [2, 'error: There is already an execution named "nightly". [execution/name-taken]\n']);
    });

    it('ends with 2 for an execution file with problems, at their places', async () => {
      writeFiles(folder(), { 'a.execution.yaml': 'program: missing.yaml\n', 'b.execution.yaml': 'program: ok.workflows.yaml\nunwrapped: true\n' });
      assert.match((await stepthrough('run', 'a.execution.yaml')).error, /^a\.execution\.yaml:1:10: error: .*missing\.yaml: There is no such file\. \[execution\/program\]/);
      assert.match((await stepthrough('run', 'b.execution.yaml')).error, /^b\.execution\.yaml:2:1: error: unwrapped is not supported for workflows by the local engine/);
    });

    it('answers calls from a mock file', async () => {
      writeFiles(folder(), { 'w.yaml': '- a:\n    call: http.get\n    args: {url: "http://127.0.0.1:1/"}\n    result: r\n- b:\n    return: ${r.body}\n', 'm.yaml': '- {call: http.get, result: mocked}' });
      const { out } = await stepthrough('run', 'w.yaml', '--mocks', 'm.yaml');
      assert.equal(out, '"mocked"\n');
    });

    it('cancels the execution at the first interrupt', async () => {
      const child = begin(['run', 'sleeping.workflows.yaml', '--json']);
      const finished = finish(child);
      await running(child);
      child.kill('SIGINT');
      const { code, out, error } = await finished;
      assert.equal(code, 1, error);
      assert.equal((JSON.parse(out) as Printed).state, 'CANCELLED');
      assert.match(error, /Cancelling/);
    });

    /** Waits until the child's execution is in the store, so that it listens to signals. */
    async function running(child: ChildProcessWithoutNullStreams): Promise<void> {
      for (;;) {
        assert.equal(child.exitCode, null);
        const { out } = await stepthrough('executions', 'list', '--json', '--state', 'ACTIVE');
        if ((JSON.parse(out) as unknown[]).length > 0) return;
      }
    }

    it('is quiet when its reader goes away', async () => {
      const child = begin(['run', 'ok.workflows.yaml', '--json']);
      child.stdout.destroy();
      const { error } = await finish(child);
      assert.equal(error, '');
    });

    it('prints no control characters of a workflow to a terminal', async () => {
      writeFiles(folder(), { 'w.yaml': '- a:\n    call: sys.log\n    args: {text: "\\e[31mred\\a"}\n' });
      assert.match((await stepthrough('run', 'w.yaml')).error, /^\d\d:\d\d:\d\d \\x1b\[31mred\\x07\n/);
    });

    it('runs without a record where Node has no SQLite, and says so', async () => {
      const child = begin(['run', 'ok.workflows.yaml', '--json'], ['--no-experimental-sqlite']);
      const { code, out, error } = await finish(child);
      assert.equal(code, 0);
      assert.equal((JSON.parse(out) as Printed).state, 'SUCCEEDED');
      assert.match(error, /^stepthrough: Keeping executions needs Node 22\.13 or newer; this is Node .*\. Executions are not kept\.\n$/);
    });

    it('ends with 2 where the chosen data folder cannot be used', async () => {
      const { code, error } = await stepthrough('run', 'ok.workflows.yaml', '--data', 'ok.workflows.yaml');
      assert.equal(code, 2);
      assert.match(error, /^stepthrough: The folder for executions cannot be made/);
    });
  });

  describe('check', () => {
    it('has nothing to say about what is right', async () => {
      assert.deepEqual(await stepthrough('check', 'ok.workflows.yaml'), { code: 0, out: '', error: '1 file, 0 errors, 0 warnings\n' });
      assert.deepEqual(await stepthrough('check', 'ok.workflows.yaml', '--json'), { code: 0, out: '[]\n', error: '' });
    });

    it('prints problems as JSON with their places', async () => {
      const { code, out } = await stepthrough('check', 'bad.workflows.yaml', '--json');
      assert.equal(code, 1);
      const [problem, ...others] = JSON.parse(out) as Record<string, unknown>[];
      assert.deepEqual(others, []);
      const { message, code: problemCode, ...place } = problem!;
      assert.deepEqual(place, { file: join(folder(), 'bad.workflows.yaml'), line: 4, column: 15, endLine: 4, endColumn: 22, severity: 'error' });
      assert.equal(typeof message, 'string');
      assert.match(String(problemCode), /^[a-z]+\/[a-z-]+$/);
    });

    it('knows what a program reads of its input', async () => {
      writeFiles(folder(), { 'greet.workflows.yaml': 'main:\n  params: [a]\n  steps:\n    - b:\n        return: ${a.who}\n', 'greet.input.yaml': 'whom: x\n' });
      const { code, out } = await stepthrough('check', 'greet.input.yaml');
      assert.equal(code, 1);
      assert.match(out, /Expected the key "who"/);
    });

    it('knows the files around flows, and refuses what is none of ours', async () => {
      writeFiles(folder(), {
        'carrier.connector.yaml': 'connector_type: REST\nvalue: {metod: get}\n',
        'the limit.setting.yaml': 'value: 1\n---\nvalue: 2\nvalues: 3\n',
        'ship.answers.yaml': '- values: {}\n',
        'ship.flow.yaml': 'priority: high\n',
        'README.md': '# Read me\n',
      });
      const { code, out } = await stepthrough('check', 'carrier.connector.yaml', 'the limit.setting.yaml', 'ship.answers.yaml', 'ship.flow.yaml', 'README.md', '.', '--json');
      assert.equal(code, 1);
      const found = (JSON.parse(out) as { file: string; code: string; line: number }[]).map(({ file, code: problem, line }) => `${file.slice(folder().length + 1)}:${line} ${problem}`);
      assert.deepEqual(found, ['carrier.connector.yaml:2 connector/unknown-input', 'the limit.setting.yaml:4 resource/unknown-field', 'ship.answers.yaml:1 answers/not-right', 'ship.flow.yaml:1 execution/wrong-type', 'README.md:1 file/unknown-kind', ':1 file/unreadable']);
    });

    it('finds names in flows that no file or flow around them has', async () => {
      const flow = (body: string): string => `def handler(system, this, inputs):\n    ${body}\n`;
      writeFiles(folder(), {
        'calls.py': flow("this.flow('parcl'); this.connect('carrier'); system.setting('made').get('value'); system.setting('none').get('value')"),
        'parcel.py': flow("system.setting('made').save(value=1)"),
        'cloudomation-resources/any.connector.yaml': 'connector: {name: carrier, connector_type: REST}\n',
      });
      const { code, out } = await stepthrough('check', 'calls.py');
      assert.equal(code, 0, out);
      assert.deepEqual([...out.matchAll(/warning: (.*)/g)].map(([, message]) => message), [
        'There is no flow "parcl" in the workspace; did you mean "parcel"? [flow/unknown-flow]',
        'There is no setting "none" in the workspace. [flow/unknown-setting]',
      ]);
    });

    it('knows every kind of file by its name', async () => {
      writeFiles(folder(), {
        'ok.input.schema.json': '{"properties":{"n":{"type":"integer"}}}',
        'ok.input.yaml': 'n: one\n',
        'ok.big.input.json': '{"n": 1}',
        'ok.mocks.yaml': '- {call: a}\n',
        'x.execution.yaml': 'programm: ok.workflows.yaml\n',
        'wrong.input.schema.json': '{"type": "objekt"}',
      });
      const { out } = await stepthrough('check', 'ok.input.yaml', 'ok.big.input.json', 'ok.mocks.yaml', 'x.execution.yaml', 'wrong.input.schema.json', 'missing.yaml', '--json');
      const found = (JSON.parse(out) as { file: string; code: string }[]).map(({ file, code }) => `${file.slice(folder().length + 1)} ${code}`);
      assert.deepEqual(found.filter((entry) => !entry.startsWith('wrong')), ['ok.input.yaml input/type', 'ok.mocks.yaml mocks/missing-answer', 'x.execution.yaml execution/unknown-field', 'x.execution.yaml execution/missing-program', 'missing.yaml file/unreadable']);
      assert.equal(found.some((entry) => entry.startsWith('wrong')), true);
    });
  });

  describe('executions', () => {
    const list = async (...args: string[]) => JSON.parse((await stepthrough('executions', 'list', '--json', ...args)).out) as Printed[];

    it('are listed, shown and deleted', async () => {
      assert.deepEqual(await list(), []);
      await stepthrough('run', 'ok.workflows.yaml', '--set', 'name=first', '--set', 'labels={team: a}');
      await stepthrough('run', 'failing.workflows.yaml');
      const [second, first] = await list();
      assert.deepEqual([second!.state, first!.name], ['FAILED', 'first']);
      assert.deepEqual((await list('--state', 'failed')).map(({ id }) => id), [second!.id]);
      assert.deepEqual((await list('--limit', '1')).map(({ id }) => id), [second!.id]);
      assert.deepEqual((await list('--filter', 'labels.team = a AND type = WORKFLOW')).map(({ name }) => name), ['first']);
      assert.deepEqual(await stepthrough('executions', 'list', '--filter', 'labels.team = b'), { code: 0, out: '', error: 'No executions fit.\n' });
      const wrong = await stepthrough('executions', 'list', '--filter', 'state = FAILED AND stat = 1');
      assert.equal(wrong.code, 2);
      assert.match(wrong.error, /^stepthrough: --filter: "stat" at character 20 is not a field to filter by; did you mean state\?\n/);
      const table = (await stepthrough('executions', 'list')).out.split('\n');
      assert.match(table[0]!, /^ID +STATE +CREATED +DURATION +NAME +MESSAGE$/);
      assert.match(table[1]!, new RegExp(`^${second!.id.slice(0, 8)} {2}FAILED .* failing ${second!.id.slice(0, 8)} {2}RuntimeError: "boom"$`));
      const shown = (await stepthrough('executions', 'show', 'first')).out;
      assert.match(shown, /^name {9}first$/m);
      assert.match(shown, /^labels {7}team=a$/m);
      assert.match(shown, / WARNING {3}saying$/m);
      assert.deepEqual(JSON.parse((await stepthrough('executions', 'show', first!.id.slice(0, 9), '--json')).out), first);
      assert.deepEqual(await stepthrough('executions', 'delete', 'first', second!.id), { code: 0, out: '', error: `Deleted first.\nDeleted ${second!.name}.\n` });
      assert.deepEqual(await list(), []);
    });

    it('of another process are cancelled', async () => {
      const child = begin(['run', 'sleeping.workflows.yaml', '--json', '--set', 'name=long']);
      const finished = finish(child);
      let result: Result | undefined;
      while (result?.code !== 0) result = await stepthrough('executions', 'cancel', 'long');
      assert.equal(result.error, 'long: CANCELLED\n');
      assert.equal((await finished).code, 1);
      const again = await stepthrough('executions', 'cancel', 'long');
      assert.deepEqual([again.code, again.error], [2, 'stepthrough: long has already ended (CANCELLED).\n']);
    });

    it('need a Node with SQLite, and say which', async () => {
      const { code, error } = await finish(begin(['executions', 'list'], ['--no-experimental-sqlite']));
      assert.equal(code, 2);
      assert.match(error, /needs Node 22\.13 or newer/);
    });

    it('that are not there are told apart from none', async () => {
      assert.deepEqual(await stepthrough('executions', 'show', 'nothing'), { code: 2, out: '', error: 'stepthrough: There is no execution "nothing".\n' });
    });
  });

  describe('dap', () => {
    it('speaks the protocol on standard output', async () => {
      const child = begin(['dap']);
      const finished = finish(child);
      const send = (message: object): void => {
        const text = JSON.stringify(message);
        child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
      };
      let seen = '';
      child.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()));
      send({ seq: 1, type: 'request', command: 'initialize', arguments: { adapterID: 'stepthrough' } });
      await until(() => seen.includes('"command":"initialize"'));
      send({ seq: 2, type: 'request', command: 'launch', arguments: { program: join(folder(), 'ok.workflows.yaml'), argument: { n: 1 } } });
      send({ seq: 3, type: 'request', command: 'configurationDone' });
      await until(() => seen.includes('"event":"terminated"'));
      assert.match(seen, /saying/);
      send({ seq: 4, type: 'request', command: 'disconnect' });
      const { code, error } = await finished;
      assert.deepEqual([code, error], [0, '']);
      assert.equal((JSON.parse((await stepthrough('executions', 'list', '--json')).out) as Printed[])[0]?.state, 'SUCCEEDED');
    });
  });
});
