import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { isGone, nobody, thisOwner } from '../../../src/engine/owner.ts';
import { until } from './launching.ts';

describe('an owner', () => {
  it('is this process, which is not gone', () => assert.equal(isGone(thisOwner), false));

  it('is gone where nobody is it', () => assert.equal(isGone(nobody), true));

  it('is gone where another process has its id now', () => assert.equal(isGone({ pid: process.pid, token: 'earlier' }), true));

  it('is gone when it was killed, though its parent has not noticed yet', async function () {
    if (process.platform !== 'linux') return this.skip();
    // The shell waits for its second child only, so the killed first one stays in the list of processes.
    const shell = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 61'], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const [line] = (await once(shell.stdout, 'data')) as [Buffer];
      const pid = Number(String(line));
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
      const owner = { pid, token: `${boot}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]!}` };
      assert.equal(isGone(owner), false);
      process.kill(pid, 'SIGKILL');
      await until(() => readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z '));
      assert.equal(isGone(owner), true);
    } finally {
      shell.kill('SIGKILL');
    }
  });
});
