import assert from 'node:assert/strict';
import { until } from '../../engine/launching.ts';
import { hostFlow, type HostedRun } from '../hosting.ts';
import { pythons } from '../pythons.ts';
import { debugFlow, debugRun, endFlows } from './debugging.ts';

/** Prints a mark when it is where the debugger shall find it. */
const spinning = `import sys
def step(n):
    return n + 1

def handler(system, this, inputs):
    n = 0
    m = 0
    print('here')
    while n >= 0:
        n = step(n)
        m = n
    return n

def watched():
    return sys.gettrace() is not None if sys.version_info < (3, 12) else sys.monitoring.get_events(sys.monitoring.DEBUGGER_ID) != 0
`;

/** Can be kept within a call, in the middle of line 12. */
const lingering = `lingers, last = [], [0]
def step(n):
    last[0] = n + 1
    while lingers:
        pass
    return n + 1

def handler(system, this, inputs):
    n = 0
    print('here')
    while n >= 0:
        n = step(n)
        m = n
    return n
`;

const sleeping = `import time
def handler(system, this, inputs):
    seconds = 3600
    print('here')
    time.sleep(seconds)
`;

const waiting = `def handler(system, this, inputs):
    print('here')
    answer = this.sleep(3600)
    return answer
`;

const threads = `import threading

ready = threading.Barrier(3)

def work(name):
    count = 0
    ready.wait()
    while count >= 0:
        count += 1
        mine = name

def handler(system, this, inputs):
    for name in ('one', 'two'):
        threading.Thread(target=work, args=(name,), name=name, daemon=True).start()
    ready.wait()
    print('here')
    this.sleep(3600)
`;

const isHere = (run: HostedRun): boolean => run.texts.includes('here\n') || run.texts.includes('here');

for (const { version, interpreters } of await pythons()) {
  describe(`attaching to flows of Python ${version}`, () => {
    const options = { attachWhen: isHere, interpreters };
    afterEach(endFlows);

    it('binds and reaches breakpoints in a loop that runs, and in functions that it calls', async () => {
      const flow = await debugFlow(spinning, { ...options, breakpoints: [11, 3, 99] });
      await flow.stopped();
      const bindings = await flow.debuggee.setBreakpoints(flow.debuggee.sources[0]!, [{ line: 11 }, { line: 3 }, { line: 99 }]);
      assert.deepEqual(bindings.map(({ verified, location, message }) => [verified, location?.line, message]), [[true, 11, undefined], [true, 3, undefined], [false, undefined, 'No statement follows this line, and the file ends at line 15. Set the breakpoint at a statement.']]);
      assert.deepEqual((await flow.frames()).map(({ name }) => name).at(-1), 'handler');
      const lines = [await flow.go('continue'), await flow.go('continue')];
      assert.deepEqual([...lines].sort((a, b) => a - b), [3, 11]);
      await flow.debuggee.setVariable((await flow.debuggee.scopes((await flow.frames()).at(-1)!.id))[0]!.reference, 'n', '-5');
    });

    it('pauses a loop, steps in it, and lets it run on alone', async () => {
      const flow = await debugFlow(spinning, options);
      flow.debuggee.pause();
      assert.equal((await flow.stopped()).reason, 'pause');
      while ((await flow.frames())[0]!.location.line !== 9) await flow.go('next');
      assert.deepEqual([await flow.go('next'), await flow.go('stepIn'), await flow.go('stepOut'), await flow.go('next')], [10, 3, 10, 11]);
      flow.debuggee.detach();
      await until(() => flow.run.host.state === 'going');
      flow.run.host.cancel();
      assert.equal((await flow.run.ended).kind, 'cancelled');
    });

    it('is attached to once more after a debugger has left', async () => {
      const first = await debugFlow(spinning, { ...options, breakpoints: [11] });
      await first.stopped();
      first.debuggee.detach();
      const second = await debugRun(first.run, { breakpoints: [10] });
      assert.deepEqual((await second.stopped()).breakpointIds, [1]);
      assert.equal((await second.frames())[0]!.location.line, 10);
      await second.value('n = -5', 'console');
      await second.debuggee.setBreakpoints(second.debuggee.sources[0]!, []);
      assert.deepEqual(await second.finish(), { kind: 'returned', result: '-4', message: '' });
    });

    it('takes no statement for reached that is half done when it comes', async () => {
      const first = await debugFlow(lingering, { ...options, breakpoints: [13] });
      await first.stopped();
      await first.value('lingers.append(1)', 'console');
      first.debuggee.detach();
      const second = await debugRun(first.run);
      second.debuggee.pause();
      await second.stopped();
      await second.value('lingers.clear()', 'console');
      await second.debuggee.setBreakpoints(second.debuggee.sources[0]!, [{ line: 12 }]);
      assert.equal(await second.go('continue'), 12);
      assert.equal(await second.value('last[0] == n'), 'True');
    });

    it('shows a flow that sleeps where it is', async () => {
      const flow = await debugFlow(sleeping, options);
      flow.debuggee.pause();
      await flow.stopped();
      assert.deepEqual((await flow.frames()).map(({ name, location }) => [name, location.line]), [['handler', 5]]);
      assert.equal(await flow.value('seconds'), '3600');
      flow.debuggee.terminate();
      assert.equal((await flow.run.ended).kind, 'cancelled');
    });

    it('shows a flow that waits for an answer, and for which', async () => {
      const flow = await debugFlow(waiting, { ...options, attachWhen: (run) => run.host.lastCall?.name === 'this.sleep' });
      flow.debuggee.pause();
      const { text } = await flow.stopped();
      assert.equal(text, 'The flow waits for the answer of this.sleep.');
      assert.deepEqual((await flow.frames()).map(({ name, location }) => [name, location.line]), [['handler', 3]]);
      flow.debuggee.terminate();
      assert.equal((await flow.run.ended).kind, 'cancelled');
    });

    it('tells a paused flow as stopped', async () => {
      const run = await hostFlow(waiting, options);
      run.host.go();
      await until(() => isHere(run));
      run.host.hold();
      const flow = await debugRun(run);
      await flow.stopped();
      assert.equal((await flow.frames())[0]!.location.line, 3);
    });

    it('reaches threads that ran before it came, and holds all of them while one is stopped', async () => {
      const flow = await debugFlow(threads, { ...options, breakpoints: [{ line: 10, condition: "name == 'two'" }] });
      const { threadId } = await flow.stopped();
      assert.deepEqual([...flow.debuggee.threads()].map(({ name }) => name).sort(), ['main', 'one', 'two']);
      const frame = (await flow.frames(threadId))[0]!;
      assert.equal((await flow.debuggee.evaluate('name', frame.id, 'watch')).display, "'two'");
      const other = flow.debuggee.threads().find(({ name }) => name === 'one')!;
      const count = async (): Promise<string> => (await flow.debuggee.evaluate('count', (await flow.frames(other.id)).at(-1)!.id, 'watch')).display;
      const before = await count();
      assert.equal(await count(), before);
      assert.equal(await flow.go('next', threadId), 8);
    });

    it('stops at an error from then on', async () => {
      const flow = await debugFlow(spinning.replace('return n\n', 'return 1 // (n + 4)\n'), { ...options, filters: [{ id: 'uncaught' }], breakpoints: [10] });
      await flow.stopped();
      await flow.value('n = -5', 'console');
      assert.equal(await flow.go('continue'), 12);
      assert.equal((await flow.debuggee.exceptionInfo(1))?.description, 'ZeroDivisionError: integer division or modulo by zero');
    });

    it('leaves nothing behind that watches', async () => {
      const flow = await debugFlow(spinning.replace('return n\n', 'return watched()\n'), { ...options, filters: [{ id: 'raised' }], breakpoints: [10] });
      await flow.stopped();
      await flow.value('n = -5', 'console');
      flow.debuggee.detach();
      assert.deepEqual(await flow.run.ended, { kind: 'returned', result: 'false', message: '' });
    });
  });
}
