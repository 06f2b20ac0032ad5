import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostEnd } from '../../../src/engine/executionHost.ts';
import { until } from '../engine/launching.ts';
import { temporaryFolder } from '../engine/temporary.ts';
import { hostFlow, KeptJournal, runFlow, type HostedRun } from './hosting.ts';

const head = 'def handler(system, this, inputs):\n';

function failure(end: HostEnd): { message: string; tags: string[]; context: string; lines: number[] } {
  assert.equal(end.kind, 'failed');
  const { error } = end;
  const { message, tags } = JSON.parse(error.payload) as { message: string; tags: string[] };
  return { message, tags, context: error.context, lines: error.stack_trace.elements.map(({ position }) => position.line) };
}

/** Whether a process is there; one that has ended and is not yet waited for is not. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function begun(script: string, hosting: Parameters<typeof hostFlow>[1] = {}): Promise<HostedRun> {
  const run = await hostFlow(script, hosting);
  run.host.go();
  await until(() => run.texts.length > 0);
  return run;
}

describe('the process of a flow', () => {
  const folder = temporaryFolder();

  /** What flows do that no engine must suffer from, and how their executions end. */
  const ends: readonly { name: string; script: string; end: Partial<Extract<HostEnd, { kind: 'returned' }>> | RegExp; logs?: readonly string[] }[] = [
    { name: 'ends without a word', script: `import os\n${head}  os._exit(3)\n`, end: /^ProcessError: the flow's process ended with exit code 3 before its handler returned\.$/ },
    { name: 'exits', script: `import sys\n${head}  sys.exit(4)\n`, end: /^SystemExit: 4$/ },
    { name: 'exits well', script: `import sys\n${head}  sys.exit()\n`, end: { result: 'null' } },
    { name: 'is killed', script: `import os, signal\n${head}  os.kill(os.getpid(), signal.SIGKILL)\n`, end: /^ProcessError: the flow's process was ended by SIGKILL/ },
    { name: 'crashes', script: `import ctypes\n${head}  ctypes.string_at(0)\n`, end: /^ProcessError: the flow's process was ended by SIGSEGV/ },
    { name: 'prints what is no text', script: `import sys\n${head}  sys.stdout.buffer.write(b'\\xff\\xfe\\n')\n  return True\n`, end: { result: 'true' }, logs: ['\ufffd\ufffd'] },
    { name: 'writes to descriptors that are not its own', script: `import os\n${head}  for fd in range(3, 20):\n    try:\n      os.write(fd, b'\\xff' * 100)\n    except OSError:\n      pass\n  this.get('name')\n`, end: /^ProcessError: the flow's process had to be ended: a message of 4096\.0 MB is too large/ },
    { name: 'sends what is no JSON', script: `import os\n${head}  for fd in range(3, 20):\n    try:\n      os.write(fd, b'\\0\\0\\0\\3abc')\n    except OSError:\n      pass\n  this.get('name')\n`, end: /^ProcessError: the flow's process had to be ended: it sent what is no JSON/ },
    { name: 'closes everything', script: `import os\n${head}  os.closerange(0, 64)\n  this.log('x')\n`, end: /^ProcessError: the flow's process ended with exit code/ },
    { name: 'forks', script: `import os\n${head}  pid = os.fork()\n  if pid == 0:\n    this.log('from the copy')\n  os.waitpid(pid, 0)\n  this.log('from the flow')\n  return 'flow'\n`, end: { result: '"flow"' }, logs: ['from the flow'] },
    { name: 'has a subprocess', script: `import subprocess\n${head}  subprocess.run(['echo', 'hi'])\n  return 1\n`, end: { result: '1' }, logs: ['hi'] },
    { name: 'leaves a thread behind', script: `import threading, time\n${head}  threading.Thread(target=lambda: time.sleep(60)).start()\n  return 1\n`, end: { result: '1' } },
    { name: 'recurses without end', script: `def f(): f()\n${head}  f()\n`, end: /^RecursionError: maximum recursion depth exceeded/ },
    { name: 'returns what JSON cannot hold', script: `${head}  return {1}\n`, end: /^handler returned what JSON cannot hold: .*set/ },
    { name: 'cannot import', script: `import nowhere_at_all\n${head}  pass\n`, end: /^ModuleNotFoundError: No module named 'nowhere_at_all'$/ },
    { name: 'has not-a-number', script: `${head}  return float('nan')\n`, end: /^handler returned what JSON cannot hold/ },
  ];

  for (const { name, script, end: expected, logs } of ends) {
    it(`${name}: the execution has a clear end`, async () => {
      const { run, end } = await runFlow(script);
      if (expected instanceof RegExp) {
        assert.equal(end.kind, 'failed');
        assert.match((end).message, expected);
      } else {
        assert.deepEqual({ ...end, ...expected }, end);
      }
      if (logs) assert.deepEqual(run.texts, logs);
    });
  }

  it('takes more memory than it may: MemoryError, and the engine is as it was', async function () {
    if (process.platform !== 'linux') this.skip();
    const { end } = await runFlow(`${head}  kept = []\n  while True:\n    kept.append(bytearray(16 * 1024 * 1024))\n`, { memory: 256 * 1024 * 1024 });
    assert.deepEqual(failure(end).tags, ['MemoryError']);
    assert.ok(failure(end).lines.includes(4));
  });

  it('prints 200 MB: all of it passes by, in parts', async () => {
    let characters = 0;
    const run = await hostFlow(`${head}  for i in range(200):\n    print('x' * 1024 * 1024)\n`);
    run.host.watch({ start: () => undefined, debug: () => undefined, output: (_category, text) => (characters += text.length), logged: () => undefined, calling: () => undefined, pauseAsked: () => undefined, resumeAsked: () => undefined, wentBack: () => undefined, ended: () => undefined });
    run.logs.push = (): number => 0;
    run.host.go();
    assert.equal((await run.ended).kind, 'returned');
    assert.equal(characters, 200 * (1024 * 1024 + 1));
  });

  it('fails with a traceback: frames innermost first, with the place in the text', async () => {
    const { end } = await runFlow(`def divide(x):\n    return 1 / x\n\n${head}  divide(0)\n`);
    const { error } = end as Extract<HostEnd, { kind: 'failed' }>;
    assert.deepEqual(error.stack_trace.elements.map(({ routine, step }) => [routine, step]), [['divide', 'line 2'], ['handler', 'line 5']]);
    assert.equal(error.stack_trace.elements[0]?.position.column, 12);
    assert.match(error.context, /^Traceback \(most recent call last\):[^]*ZeroDivisionError: division by zero$/);
  });

  it('is cancelled: ExecutionCancel is raised, so that it can clean up', async () => {
    const run = await begun(`import time\n${head}  try:\n    print('begun')\n    time.sleep(60)\n  finally:\n    this.log('cleaned up')\n`);
    run.host.cancel('not needed any more');
    assert.deepEqual(await run.ended, { kind: 'cancelled', message: 'not needed any more' });
    assert.deepEqual(run.texts, ['begun', 'cleaned up']);
  });

  it('is cancelled while a call waits', async () => {
    const run = await begun(`${head}  this.log('begun')\n  this.sleep(3600)\n`);
    run.host.cancel();
    assert.deepEqual(await run.ended, { kind: 'cancelled', message: 'Cancelled.' });
  });

  it('is cancelled and does not care: it is killed, with its subprocesses', async function () {
    this.timeout(60_000);
    const run = await begun(`import subprocess\n${head}  p = subprocess.Popen(['sleep', '1000'])\n  print(p.pid)\n  while True:\n    try:\n      p.wait()\n    except BaseException:\n      pass\n`);
    const own = run.host.pid!;
    const subprocess = Number(run.texts[0]);
    run.host.cancel();
    assert.deepEqual(await run.ended, { kind: 'cancelled', message: 'Cancelled.' });
    await until(() => !runs(own) && !runs(subprocess));
  });

  it('is out of time: it is killed at once', async () => {
    const run = await begun(`${head}  print('begun')\n  while True:\n    pass\n`);
    const own = run.host.pid!;
    run.host.abort('TimeoutError', 'it took too long');
    assert.deepEqual(await run.ended, { kind: 'aborted', tag: 'TimeoutError', message: 'it took too long' });
    await until(() => !runs(own));
  });

  it('is paused at its next call, and goes on', async () => {
    const go = join(folder(), 'go');
    const run = await begun(`import os, time\n${head}  print('begun')\n  while not os.path.exists(inputs):\n    time.sleep(0.01)\n  this.log('logged')\n  print('printed after it')\n`, { input: JSON.stringify(go) });
    run.host.hold();
    writeFileSync(go, '');
    await until(() => run.texts.includes('printed after it'));
    assert.deepEqual(run.texts, ['begun', 'printed after it']);
    run.host.go();
    assert.equal((await run.ended).kind, 'returned');
    assert.deepEqual(run.texts, ['begun', 'printed after it', 'logged']);
    assert.deepEqual(run.states, ['going', 'held', 'going']);
  });

  it('has no variables of Python from the environment of the engine', async () => {
    process.env['PYTHONPATH'] = '/nowhere/at/all';
    process.env['PYTHONWARNINGS'] = 'error';
    try {
      const { end } = await runFlow(`import os, sys\n${head}  return ['/nowhere/at/all' in sys.path, sorted(name for name in os.environ if name.startswith('PYTHON'))]\n`);
      assert.deepEqual(end, { kind: 'returned', result: '[false,["PYTHONDONTWRITEBYTECODE","PYTHONHASHSEED","PYTHONUTF8"]]', message: '' });
    } finally {
      delete process.env['PYTHONPATH'];
      delete process.env['PYTHONWARNINGS'];
    }
  });

  it('leaves no descriptors behind', async function () {
    if (process.platform !== 'linux') this.skip();
    await runFlow(`${head}  pass\n`);
    const before = readdirSync('/proc/self/fd').length;
    for (let i = 0; i < 3; i++) await runFlow(`${head}  pass\n`);
    await until(() => readdirSync('/proc/self/fd').length <= before);
  });
});

describe('a flow that is run again', () => {
  const folder = temporaryFolder();
  const counting = `${head}  for i in range(3):\n    this.log(f'call {i}')\n    this.set_output(f'n{i}', i)\n  print('printed')\n  this.sleep(3600)\n`;

  async function interrupted(script: string, journal: KeptJournal, id: string): Promise<HostedRun> {
    const run = await hostFlow(script, { journal, id });
    run.host.go();
    await until(() => journal.kept.some(({ kind, data }) => kind === 'asked' && data.includes('this.sleep')));
    await run.host.release();
    return run;
  }

  it('after a crash repeats what is recorded: calls are not made again, nothing is printed twice, the sleep goes on', async () => {
    const journal = new KeptJournal();
    const id = 'a0a0a0a0-0000-4000-8000-000000000001';
    const first = await interrupted(counting.replace('3600', '1.5'), journal, id);
    assert.deepEqual(first.texts, ['call 0', 'call 1', 'call 2', 'printed']);
    const asked = journal.kept.length;
    const again = await hostFlow(counting.replace('3600', '1.5'), { journal, id });
    again.host.go();
    const end = await again.ended;
    assert.deepEqual(end, { kind: 'returned', result: '{"n0":0,"n1":1,"n2":2}', message: '' });
    assert.deepEqual(again.texts, []);
    assert.equal(journal.kept.length, asked + 1, 'only the answer to the sleep is new');
  });

  it('that makes another call ends with NondeterminismError, which says which call and what it was', async () => {
    const journal = new KeptJournal();
    const id = 'a0a0a0a0-0000-4000-8000-000000000002';
    await interrupted(counting, journal, id);
    const again = await hostFlow(counting.replace("f'n{i}', i", "f'm{i}', i"), { journal, id });
    again.host.go();
    const { tags, message, lines } = failure(await again.ended);
    assert.deepEqual(tags, ['NondeterminismError']);
    assert.match(message, /^call 2 of the flow was this\.set_output \{"values":\s*\{"n0":\s*0\}\} in line 4 when it was recorded, and is now this\.set_output \{"values":\s*\{"m0":\s*0\}\} in line 4/);
    assert.deepEqual(lines, [4]);
  });

  it('goes back to an earlier call: what it did to its own record since is undone', async () => {
    const journal = new KeptJournal();
    const run = await hostFlow(counting, { journal });
    run.host.go();
    await until(() => journal.kept.some(({ kind }) => kind === 'asked'));
    const savepoints = run.host.savepoints();
    assert.deepEqual(savepoints.map(({ call, line }) => [call, line]), [0, 1, 2].flatMap(() => [['this.log', 3], ['this.set_output', 4]]));
    const before = run.host.pid;
    run.host.goBack(2);
    await until(() => run.texts.length === 7);
    assert.notEqual(run.host.pid, before);
    assert.deepEqual(run.texts.slice(4), ['call 1', 'call 2', 'printed']);
    assert.equal(run.record.output_value, '{"n0":0,"n1":1,"n2":2}');
    run.host.cancel();
    await run.ended;
  });

  it('has the same order of sets', async () => {
    const again = join(folder(), 'again');
    const script = `import os\n${head}  order = list({str(i) for i in range(100)})\n  this.set_output('order', order)\n  this.save_dump('here')\n  if not os.path.exists(inputs):\n    open(inputs, 'w').close()\n    this.load_dump('here', by='name')\n  return 'the same'\n`;
    assert.deepEqual((await runFlow(script, { input: JSON.stringify(again) })).end, { kind: 'returned', result: '"the same"', message: '' });
  });

  it('comes to an end where it always goes back', async function () {
    this.timeout(120_000);
    const journal = new KeptJournal();
    journal.append('back', JSON.stringify({ to: 0, times: 999 }));
    const { end } = await runFlow(`${head}  this.save_dump('here')\n  this.load_dump('here', by='name')\n`, { journal });
    assert.deepEqual(end, { kind: 'aborted', tag: 'RecursionError', message: 'the execution went back to a savepoint 1000 times' });
  });
});
