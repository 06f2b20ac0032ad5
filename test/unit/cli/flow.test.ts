import assert from 'node:assert/strict';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import { writeFiles } from '../engine/launching.ts';
import { temporaryFolder } from '../engine/temporary.ts';
import { bundledCommandLine } from '../../support/bundle.ts';

describe('flows on the command line', function () {
  this.timeout(120_000);
  const cli = bundledCommandLine();
  const folder = temporaryFolder();
  beforeEach(() =>
    writeFiles(folder(), {
      'ok.py': 'def handler(system, this, inputs):\n    this.log("saying")\n    child = this.flow("child", n=2)\n    return {"args": inputs, "child": child.get("output_value")}\n',
      'child.py': 'def handler(system, this, inputs):\n    return inputs["n"] * 1.0\n',
      'bad.py': 'def handler(system, this:\n    pass\n',
      'old.py': 'def handler(system, this):\n    this.task("REST")\n',
      'failing.py': 'def handler(system, this, inputs):\n    raise ValueError("boom")\n',
      'sleeping.py': 'def handler(system, this, inputs):\n    try:\n        this.log("sleeping")\n        this.sleep(3600)\n    finally:\n        this.log("cleaned up")\n',
    }),
  );

  function begin(args: readonly string[], environment: NodeJS.ProcessEnv = {}): ChildProcessWithoutNullStreams {
    return spawn(process.execPath, [cli(), ...args], { cwd: folder(), env: { ...process.env, STEPTHROUGH_DATA: join(folder(), 'data'), NO_COLOR: '1', NODE_OPTIONS: '', ...environment } });
  }

  async function finish(child: ChildProcessWithoutNullStreams): Promise<{ code: number | null; out: string; error: string }> {
    let out = '';
    let error = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, out, error };
  }

  it('run prints the result, and what was logged', async () => {
    const { code, out, error } = await finish(begin(['run', 'ok.py', '--argument', '{"big": 12345678901234567890}']));
    assert.equal(code, 0, error);
    assert.match(error, /INFO saying\n/);
    assert.match(error, /SUCCEEDED in .* ok [0-9a-f]{8}/);
    assert.equal(out, '{\n  "args": {\n    "big": 12345678901234567890\n  },\n  "child": 2.0\n}\n');
  });

  it('run takes sources with CRLF and any letters', async () => {
    writeFiles(folder(), { 'größe 😀.py': 'def handler(system, this, inputs):\r\n    this.log("ümläut 😀")\r\n    return "größe"\r\n' });
    const { code, out, error } = await finish(begin(['run', 'größe 😀.py']));
    assert.equal(code, 0, error);
    assert.match(error, /INFO ümläut 😀\n/);
    assert.equal(JSON.parse(out), 'größe');
  });

  it('run waits for a child that nobody waits for; that it fails does not fail its parent', async () => {
    writeFiles(folder(), { 'careless.py': 'def handler(system, this, inputs):\n    this.flow("failing", run=False).run_async()\n    return 1\n' });
    const { code, out, error } = await finish(begin(['run', 'careless.py']));
    assert.equal(code, 0, error);
    assert.equal(out, '1\n');
    const store = openSqliteStore(join(folder(), 'data', 'executions.db'));
    const states = store.list({ pageSize: 10, everywhere: true }).executions.map(({ state }) => state);
    store.close();
    assert.deepEqual(states.sort(), ['FAILED', 'SUCCEEDED']);
  });

  it('run --json gives the record', async () => {
    const { code, out } = await finish(begin(['run', 'failing.py', '--json']));
    assert.equal(code, 1);
    const record = JSON.parse(out) as { type: string; state: string; message: string; flow_name: string; error: { stack_trace: { elements: unknown[] } } };
    assert.deepEqual([record.type, record.state, record.message, record.flow_name], ['FLOW', 'FAILED', 'ValueError: boom', 'failing']);
    assert.deepEqual(record.error.stack_trace.elements, [{ step: 'line 2', routine: 'handler', position: { line: 2, column: 5, length: 24 } }]);
  });

  it('run shows the line that failed', async () => {
    const { error } = await finish(begin(['run', 'failing.py']));
    assert.match(error, /ValueError: boom\n.*failing\.py:2:5: error: failed here: line 2\n.*raise ValueError\("boom"\)/s);
  });

  it('run refuses a flow with a syntax error, at its place', async () => {
    const { code, error } = await finish(begin(['run', 'bad.py']));
    assert.equal(code, 2);
    assert.match(error, /bad\.py:1:12: error: SyntaxError: '\(' was never closed \[python\/syntax\]/);
  });

  it('check reports syntax errors and deprecated calls', async () => {
    const { code, out } = await finish(begin(['check', 'ok.py', 'bad.py', 'old.py']));
    assert.equal(code, 1);
    assert.match(out, /bad\.py:1:12: error: SyntaxError/);
    assert.match(out, /old\.py:2:10: hint: task is deprecated: use .*connect\. \[flow\/deprecated\]/);
    assert.doesNotMatch(out, /ok\.py/);
  });

  it('a Python that cannot run flows is refused with what to do', async () => {
    const { code, error } = await finish(begin(['run', 'ok.py'], { STEPTHROUGH_PYTHON: join(folder(), 'nowhere') }));
    assert.equal(code, 2);
    assert.match(error, /The Python of the variable STEPTHROUGH_PYTHON cannot run flows: there is no .*nowhere\. Flows need Python 3\.9 or newer\./);
  });

  it('Ctrl+C cancels the flow, which cleans up', async () => {
    const child = begin(['run', 'sleeping.py']);
    const finished = finish(child);
    let told = '';
    child.stderr.on('data', (chunk: Buffer) => {
      const before = told;
      told += chunk.toString();
      if (/INFO sleeping/.test(told) && !/INFO sleeping/.test(before)) child.kill('SIGINT');
    });
    const { code, error } = await finished;
    assert.equal(code, 1);
    assert.match(error, /cleaned up[^]*CANCELLED/);
  });
});
