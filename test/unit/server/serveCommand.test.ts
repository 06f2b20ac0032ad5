import assert from 'node:assert/strict';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { writeFiles } from '../engine/launching.ts';
import { temporaryFolder } from '../engine/temporary.ts';
import { bundledCommandLine } from '../../support/bundle.ts';

describe('stepthrough serve', () => {
  const cli = bundledCommandLine();
  const folder = temporaryFolder();
  const children: ChildProcessWithoutNullStreams[] = [];
  afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

  function begin(...args: string[]) {
    const child = spawn(process.execPath, [cli(), 'serve', '--data', join(folder(), 'data'), ...args], { cwd: folder(), env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', STEPTHROUGH_TOKEN: '' } });
    children.push(child);
    const printed = { child, out: '', error: '', ended: once(child, 'close') };
    child.stdout.on('data', (chunk: Buffer) => (printed.out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (printed.error += chunk.toString()));
    return printed;
  }

  it('says where it listens, answers, and ends with 0 at SIGINT', async () => {
    writeFiles(folder(), { 'w/hello.workflows.yaml': '- end:\n    return: 1\n' });
    const serve = begin('--port', '0', '--workflows', 'w');
    // It also ends when the process does.
    await Promise.race([once(serve.child.stdout, 'data'), serve.ended]);
    const [, origin] = /^listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(serve.out) ?? assert.fail(serve.out + serve.error);
    assert.equal((await fetch(`${origin!}/v1/projects/p/locations/l/workflows/hello`)).status, 200);
    const taken = begin('--port', new URL(origin!).port);
    assert.deepEqual(await taken.ended, [2, null]);
    assert.match(taken.error, /^stepthrough: Port \d+ is used by another program: choose another one with --port, or any free one with --port 0\.\n$/);
    serve.child.kill('SIGINT');
    assert.deepEqual(await serve.ended, [0, null]);
    assert.equal(serve.error, '');
  });

  for (const [args, message] of [
    [['--port', '70000'], /--port takes a number from 0 .* to 65535; got "70000"/],
    [['--workflows', 'nowhere'], /There is no folder .*nowhere to take workflows from/],
    [['--concurrency', '0'], /--concurrency takes a number from 1 to 10000; got "0"/],
    [['w'], /serve takes no "w"; --workflows names a folder/],
  ] as const) {
    it(`refuses ${args.join(' ')} with 2`, async () => {
      const printed = begin(...args);
      assert.deepEqual(await printed.ended, [2, null]);
      assert.match(printed.error, message);
    });
  }
});
