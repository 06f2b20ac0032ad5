import assert from 'node:assert/strict';
import { DebugError } from '../../../../src/debuggee/debuggee.ts';
import { debugFlow, endFlows } from './debugging.ts';

const orders = `import time

def double(x):
    y = x * 2
    return y

def handler(system, this, inputs):
    total = 0
    for i in range(3):
        total += double(
            i)
    this.log('logged')
    return {'total': total}
`;

describe('debugging flows', () => {
  afterEach(endFlows);

  it('stops at a breakpoint, shows frames and variables, and goes on to the end', async () => {
    const flow = await debugFlow(orders, { breakpoints: [4] });
    const { reason, description, breakpointIds } = await flow.stopped();
    assert.deepEqual({ reason, description, breakpointIds }, { reason: 'breakpoint', description: 'Paused on breakpoint in double, line 4', breakpointIds: [1] });
    assert.deepEqual((await flow.frames()).map(({ name, location }) => [name, location.line]), [['double', 4], ['handler', 10]]);
    assert.equal((await flow.variables('Locals')).get('x')?.display, '0');
    assert.equal((await flow.variables('Locals', 1)).get('total')?.display, '0');
    assert.equal(flow.run.host.state, 'held');
    assert.equal(await flow.go('continue'), 4);
    await flow.debuggee.setBreakpoints(flow.debuggee.sources[0]!, []);
    assert.deepEqual(await flow.finish(), { kind: 'returned', result: '{"total":6}', message: '' });
  });

  it('tells where breakpoints are bound when the flow begins', async () => {
    const flow = await debugFlow(orders, { breakpoints: [2, 11, 99, { line: 4, condition: 'x ==' }, { line: 5, hitCondition: 'often' }] });
    const source = flow.debuggee.sources[0]!;
    await flow.stopped();
    const bindings = await flow.debuggee.setBreakpoints(source, [{ line: 2 }, { line: 11 }, { line: 99 }, { line: 4, condition: 'x ==' }, { line: 5, hitCondition: 'often' }]);
    assert.deepEqual(bindings.map(({ verified, location, message }) => [verified, location?.line, message]), [
      [true, 3, 'Moved to line 3, the next one that runs: this line is empty.'],
      [true, 10, 'Moved to line 10: this line belongs to the statement that begins there.'],
      [false, undefined, 'No statement follows this line, and the file ends at line 13. Set the breakpoint at a statement.'],
      [false, undefined, 'Condition "x ==": invalid syntax.'],
      [false, undefined, 'Hit count "often" is not understood: write a number such as 3, or one of > >= = < <= % and a number, such as ">= 3" or "% 10".'],
    ]);
  });

  it('steps in, over, out and to the next call', async () => {
    const flow = await debugFlow(orders, { breakpoints: [10] });
    await flow.stopped();
    assert.equal(await flow.go('stepIn'), 4);
    assert.equal(await flow.go('stepOut'), 10);
    assert.equal((await flow.variables('Locals')).get('(return) double')?.display, '0');
    assert.equal(await flow.go('next'), 9);
    assert.equal(await flow.go('next'), 10);
    assert.equal(await flow.go('next'), 9);
    await flow.debuggee.setBreakpoints(flow.debuggee.sources[0]!, []);
    assert.equal(await flow.go('stepToCall'), 12);
    assert.equal(await flow.go('next'), 13);
  });

  it('refuses what cannot be done, with a reason', async () => {
    const flow = await debugFlow(orders, { breakpoints: [12] });
    await flow.stopped();
    await assert.rejects(flow.value('nothing'), new DebugError("NameError: name 'nothing' is not defined"));
    await assert.rejects(flow.value('total +'), new DebugError('SyntaxError: invalid syntax'));
    await assert.rejects(flow.value("this.save(message='x')"), /a call of the Flow-API; an expression of the debugger only computes/);
    await assert.rejects(flow.value("this.success('x')"), new DebugError('This would end the flow; an expression of the debugger only computes.'));
    await assert.rejects(Promise.resolve(flow.debuggee.scopes(77)), new DebugError('This frame is from an earlier stop and is not known any more.'));
    assert.equal((await flow.finish()).kind, 'returned');
  });

  it('answers at once when the process is killed while it is stopped', async () => {
    const flow = await debugFlow(orders, { breakpoints: [12] });
    await flow.stopped();
    process.kill(flow.run.host.pid!, 'SIGKILL');
    const asked = flow.debuggee.evaluate('total', undefined, 'watch');
    await assert.rejects(Promise.resolve(asked), new DebugError('The flow has ended.'));
    await flow.next('ended');
    await assert.rejects(Promise.resolve(flow.debuggee.frames(1)), new DebugError('The flow has ended.'));
    assert.deepEqual(await flow.debuggee.breakpointLocations(flow.debuggee.sources[0]!, 1, 5), []);
    assert.deepEqual(flow.debuggee.threads(), []);
  });

  it('stops on entry at the first line of the handler', async () => {
    const flow = await debugFlow(orders, { stopOnEntry: true });
    const { reason } = await flow.stopped();
    assert.deepEqual([reason, (await flow.frames())[0]?.location.line], ['entry', 8]);
  });

  it('counts hits and prints messages instead of stopping', async () => {
    const flow = await debugFlow(orders, { breakpoints: [{ line: 4, logMessage: 'x is {x}, {[x + k for k in range(2)]} and {nothing}' }, { line: 5, hitCondition: '>= 2', condition: 'y > 0' }] });
    await flow.stopped();
    assert.equal(await flow.value('x'), '2');
    const text = flow.events.flatMap((event) => (event.kind === 'output' && event.category === 'stdout' ? [event.text] : []));
    assert.deepEqual(text, ['0', '1', '2'].map((x) => `x is ${x}, [${x}, ${Number(x) + 1}] and {nothing: NameError: name 'nothing' is not defined}\n`));
  });

  it('stops where a condition fails, and says why once', async () => {
    const flow = await debugFlow(orders, { breakpoints: [{ line: 4, condition: 'x > nothing' }] });
    assert.equal((await flow.stopped()).text, 'Condition "x > nothing" could not be evaluated: NameError: name \'nothing\' is not defined');
    await flow.go('continue');
    assert.equal(flow.text.split('could not be evaluated').length - 1, 1);
  });

  it('stops where a condition does not end, and says why once', async () => {
    const flow = await debugFlow(orders, { breakpoints: [{ line: 4, condition: 'x > 0 and all(True for _ in iter(int, 1))' }], evaluationTime: 0.5 });
    assert.equal((await flow.stopped()).text, 'Condition "x > 0 and all(True for _ in iter(int, 1))" took longer than 0.5 s and was ended');
    assert.equal(await flow.value('x'), '1');
    await flow.go('continue');
    assert.equal(await flow.value('x'), '2');
    assert.equal(flow.text.split('took longer').length - 1, 1);
    assert.deepEqual(await flow.finish(), { kind: 'returned', result: '{"total":6}', message: '' });
  });

  it('gives an expression of a log message up that does not end, in each thread', async () => {
    const flow = await debugFlow(`import threading
lock = threading.Lock()
lock.acquire()

def work(n):
    return n

def handler(system, this, inputs):
    threads = [threading.Thread(target=work, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
        thread.join()
    return work(2)
`, { breakpoints: [{ line: 6, logMessage: '{n} {all(True for _ in iter(int, 1))}' }, { line: 13, logMessage: '{lock.acquire()}' }], evaluationTime: 0.5 });
    assert.deepEqual(await flow.run.ended, { kind: 'returned', result: '2', message: '' });
    await flow.next('thread');
    const text = flow.events.flatMap((event) => (event.kind === 'output' && event.category === 'stdout' ? [event.text] : []));
    assert.deepEqual(text.slice(0, 4), [
      '0 {all(True for _ in iter(int, 1)) took longer than 0.5 s and was ended}\n',
      '1 {all(True for _ in iter(int, 1)): not evaluated any more}\n',
      '{lock.acquire() took longer than 0.5 s and was ended}\n',
      '2 {all(True for _ in iter(int, 1)): not evaluated any more}\n',
    ]);
  });

  it('stops in functions by their names', async () => {
    const flow = await debugFlow(orders, { functions: [{ name: 'double' }, { name: 'missing' }] });
    const { reason, breakpointIds } = await flow.stopped();
    assert.deepEqual([reason, breakpointIds, (await flow.frames())[0]?.location.line], ['function breakpoint', [1], 4]);
    const bindings = await flow.debuggee.setFunctionBreakpoints([{ name: 'missing' }]);
    assert.deepEqual(bindings.map(({ verified, message }) => [verified, message]), [[false, 'There is no function "missing" in the files of this flow so far.']]);
  });

  const failing = `import json

def read(text):
    try:
        return json.loads(text)
    except ValueError:
        return None

def handler(system, this, inputs):
    read('{')
    this.set_output('a', 1)
    order = {'id': 7}
    return order['price']
`;

  it('stops at an uncaught exception with the frames as they were', async () => {
    const flow = await debugFlow(failing, { filters: [{ id: 'uncaught' }] });
    const { reason, description, text } = await flow.stopped();
    assert.deepEqual([reason, description, text], ['exception', 'Paused on uncaught error in handler, line 13', "KeyError: 'price'"]);
    assert.equal(await flow.value('order["id"]'), '7');
    assert.equal((await flow.variables('Error')).get('KeyError')?.display, "KeyError('price')");
    const details = await flow.debuggee.exceptionInfo(1);
    assert.deepEqual([details?.id, details?.breakMode, details?.stackTrace.includes('line 13, in handler')], ['KeyError', 'unhandled', true]);
    assert.equal((await flow.finish()).kind, 'failed');
  });

  it('stops at raised exceptions under a condition, once for each', async () => {
    const flow = await debugFlow(failing, { filters: [{ id: 'raised', condition: 'isinstance(e, ValueError)' }] });
    const { description } = await flow.stopped();
    assert.equal(description, 'Paused on error in read, line 5');
    assert.equal((await flow.finish()).kind, 'failed');
    assert.equal(flow.events.filter(({ kind }) => kind === 'stopped').length, 1);
  });

  it("stops where an exception leaves the flow's own code for a library", async () => {
    const flow = await debugFlow(`import functools

def add(a, b):
    if b == 2:
        raise ValueError('two')
    return a + b

def handler(system, this, inputs):
    try:
        functools.reduce(add, [1, 2])
    except ValueError:
        pass
    import bisect
    class Key:
        def __lt__(self, other):
            raise KeyError('no order')
    try:
        sorted([Key(), Key()])
    except KeyError:
        pass
    import textwrap
    class Text(str):
        def expandtabs(self, size=8):
            raise OSError('not a text')
    try:
        textwrap.fill(Text('a'))
    except OSError:
        return 'done'
`, { filters: [{ id: 'userUnhandled' }] });
    const { description } = await flow.stopped();
    // What C code calls has the flow's own frame above it.
    assert.equal(description, "Paused on error that leaves the flow's own code in handler.Text.expandtabs, line 24");
    assert.deepEqual((await flow.finish()), { kind: 'returned', result: '"done"', message: '' });
  });

  const busy = `def handler(system, this, inputs):
    count = 0
    while True:
        count += 1
        if inputs.get('until') and count > inputs['until']:
            break
    return count
`;

  it('pauses a loop that computes, changes a variable, and goes on', async () => {
    const flow = await debugFlow(busy, { input: '{}', breakpoints: [4] });
    await flow.stopped();
    await flow.debuggee.setBreakpoints(flow.debuggee.sources[0]!, []);
    flow.debuggee.resume({ kind: 'continue' });
    flow.debuggee.pause();
    const { reason } = await flow.stopped();
    assert.equal(reason, 'pause');
    const inputs = (await flow.variables('Locals')).get('inputs')!;
    await flow.debuggee.setExpression("inputs['until']", '10', (await flow.frames())[0]!.id);
    assert.equal(inputs.type, 'dict');
    assert.equal((await flow.finish()).kind, 'returned');
  });

  it('pauses a flow that waits in a call, and says for what', async () => {
    const flow = await debugFlow(`def handler(system, this, inputs):
    seconds = 3600
    this.sleep(seconds)
    return seconds
`);
    while (flow.run.host.lastCall?.name !== 'this.sleep') await new Promise((resolve) => setTimeout(resolve, 5));
    flow.debuggee.pause();
    const { text } = await flow.stopped();
    assert.equal(text, 'The flow waits for the answer of this.sleep.');
    assert.deepEqual((await flow.frames()).map(({ name, location }) => [name, location.line]), [['handler', 3]]);
    assert.equal(await flow.value('seconds'), '3600');
    flow.debuggee.terminate();
    assert.equal((await flow.run.ended).kind, 'cancelled');
  });

  it('is cancelled while it is stopped', async () => {
    const flow = await debugFlow(orders, { breakpoints: [4] });
    await flow.stopped();
    flow.debuggee.terminate();
    assert.equal((await flow.run.ended).kind, 'cancelled');
  });

  it('runs on when the debugger goes', async () => {
    const flow = await debugFlow(orders, { breakpoints: [4] });
    await flow.stopped();
    flow.debuggee.detach();
    assert.deepEqual(await flow.run.ended, { kind: 'returned', result: '{"total":6}', message: '' });
  });

  it('goes back to a savepoint while it is stopped, and stops there', async () => {
    const flow = await debugFlow(`def handler(system, this, inputs):
    this.set_output('z', 0)
    seen = 1
    this.log('one')
    seen = 2
    this.set_output('a', seen)
    return seen
`, { breakpoints: [3, 7] });
    await flow.stopped();
    assert.equal(await flow.go('continue'), 7);
    flow.run.host.goBack(2);
    await flow.next('resumed');
    await flow.stopped();
    assert.deepEqual([(await flow.frames())[0]?.location.line, await flow.value('seen')], [5, '1']);
    await flow.debuggee.setBreakpoints(flow.debuggee.sources[0]!, []);
    assert.deepEqual(await flow.finish(), { kind: 'returned', result: '2', message: '' });
  });

  it('shows each thread of a flow, and holds the others while one is stopped', async () => {
    const flow = await debugFlow(`import threading

def work(found):
    value = 42
    found.append(value)

def handler(system, this, inputs):
    found = []
    thread = threading.Thread(target=work, args=(found,), name='worker')
    thread.start()
    thread.join()
    return found
`, { breakpoints: [5] });
    const { threadId } = await flow.stopped();
    assert.deepEqual(flow.debuggee.threads(), [{ id: 1, name: 'main' }, { id: threadId, name: 'worker' }]);
    assert.deepEqual((await flow.frames(threadId)).map(({ name, presentation }) => [name, presentation]), [['work', 'normal']]);
    assert.deepEqual((await flow.frames(1)).filter(({ presentation }) => presentation === 'normal').map(({ name }) => name), ['handler']);
    assert.equal((await flow.debuggee.evaluate('value', (await flow.frames(threadId))[0]?.id, 'watch')).display, '42');
    assert.deepEqual(await flow.finish(), { kind: 'returned', result: '[42]', message: '' });
  });

  it('runs statements in the console and keeps what they assign', async () => {
    const flow = await debugFlow(orders, { breakpoints: [12] });
    await flow.stopped();
    assert.equal(await flow.value('extra = 5\ntotal = total + extra', 'console'), '');
    assert.equal(await flow.value('print("typed"); total, extra', 'console'), '(11, 5)');
    await assert.rejects(flow.value('total = 1', 'watch'), /SyntaxError/);
    assert.deepEqual(await flow.finish(), { kind: 'returned', result: '{"total":11}', message: '' });
  });

  it('shows long and hostile values within bounds, and long lists in pages', async () => {
    const flow = await debugFlow(`class Raises:
    def __repr__(self): raise ValueError('no')
class Loops:
    def __repr__(self):
        while True: pass
class Huge:
    def __repr__(self): return 'x' * 10_000_000
class Slots:
    __slots__ = ('a', 'b')
    def __init__(self): self.a = 1
    @property
    def boom(self): raise SystemExit
class Liar(dict):
    def __len__(self): return 10 ** 9
    def items(self): raise RuntimeError

def handler(system, this, inputs):
    raises, loops, huge, slots, liar = Raises(), Loops(), Huge(), Slots(), Liar(a=1)
    numbers = list(range(1_000_000))
    nested = [[[[[[1]]]]]]
    own = []
    own.append(own)
    text = 'é' * 5000
    big = 1 << 100_000
    keys = {'a': 1, 2: 'b', (3, 4): None}
    return 'done'
`, { breakpoints: [26] });
    await flow.stopped();
    const variables = await flow.variables('Locals');
    const shown = (name: string): string => variables.get(name)!.display;
    assert.equal(shown('raises'), '<Raises: repr failed with ValueError>');
    assert.equal(shown('loops'), '<Loops: repr took longer than 0.5 s>');
    assert.equal(shown('huge').length, 401);
    assert.equal(shown('big'), '<int of 100001 bits>');
    assert.equal(shown('nested'), '[[[…]]]');
    assert.equal(shown('own'), '[[[…]]]');
    assert.equal(shown('keys'), "{'a': 1, 2: 'b', (…): None}");
    assert.ok(shown('text').length < 500 && shown('text').endsWith("…'"));
    assert.deepEqual((await flow.debuggee.children(variables.get('slots')!.reference)).map(({ name, display }) => [name, display]), [['a', '1']]);
    assert.deepEqual((await flow.debuggee.children(variables.get('liar')!.reference)).map(({ name, display }) => [name, display]), [["'a'", '1']]);
    const numbers = variables.get('numbers')!;
    assert.equal(numbers.indexedChildren, 1_000_000);
    const page = await flow.debuggee.children(numbers.reference, { filter: 'indexed', start: 999_998, count: 5 });
    assert.deepEqual(page.map(({ name, display, evaluateName }) => [name, display, evaluateName]), [['999998', '999998', 'numbers[999998]'], ['999999', '999999', 'numbers[999999]']]);
    assert.equal((await flow.debuggee.evaluate('text', undefined, 'clipboard')).display.length < 500, true);
    assert.equal(await (await flow.debuggee.evaluate('text', undefined, 'clipboard')).full(), 'é'.repeat(5000));
    await flow.debuggee.setVariable(numbers.reference, '3', '"three"');
    assert.equal(await flow.value('numbers[3]'), "'three'");
  });

  it('ends values and expressions that block or compute without end, and goes on', async () => {
    const flow = await debugFlow(`import time, threading
class Sleeps:
    def __repr__(self): time.sleep(3600)
class Blocks:
    def __repr__(self):
        lock = threading.Lock()
        lock.acquire()
        lock.acquire()

def handler(system, this, inputs):
    sleeps, blocks = Sleeps(), Blocks()
    return 'done'
`, { breakpoints: [12], evaluationTime: 1 });
    await flow.stopped();
    const variables = await flow.variables('Locals');
    assert.equal(variables.get('sleeps')!.display, '<Sleeps: repr took longer than 0.5 s>');
    assert.equal(variables.get('blocks')!.display, '<Blocks: repr took longer than 0.5 s>');
    await assert.rejects(flow.value('all(True for _ in iter(int, 1))'), new DebugError('It took longer than 1 s and was ended.'));
    assert.equal(await flow.value('1 + 1'), '2');
    assert.deepEqual(await flow.finish(), { kind: 'returned', result: '"done"', message: '' });
  });

  it('does not stop in a process that the flow forks', async function () {
    if (process.platform === 'win32') this.skip();
    const flow = await debugFlow(`import os
def work():
    return 3
def handler(system, this, inputs):
    pid = os.fork()
    if pid == 0:
        os._exit(work())
    return os.waitpid(pid, 0)[1] >> 8
`, { breakpoints: [3, 8], filters: [{ id: 'raised' }] });
    await flow.stopped();
    assert.equal((await flow.frames())[0]?.location.line, 8);
    assert.deepEqual(await flow.finish(), { kind: 'returned', result: '3', message: '' });
  });

  it('stops in texts with a byte order mark, tabs, CRLF and letters of all kinds', async () => {
    const flow = await debugFlow('\ufeffdef handler(system, this, inputs):\r\n\tname = "žluť 🐎"\r\n\tfor i in range(2):\r\n\t\tx = (i,\r\n\t\t\tname)\r\n\treturn name\r\n', { breakpoints: [5, 6] });
    await flow.stopped();
    assert.deepEqual([(await flow.frames())[0]?.location.line, await flow.value('name')], [4, "'žluť 🐎'"]);
    assert.deepEqual([await flow.go('continue'), await flow.go('continue')], [4, 6]);
  });

  for (const [field, message] of [['use_breakpoints', 'Breakpoints are off for this execution: use_breakpoints is false.'], ['is_productive', 'Breakpoints are off for this execution: is_productive is true.']] as const) {
    it(`runs through every breakpoint where ${field} says so`, async () => {
      const flow = await debugFlow(orders, { breakpoints: [4], record: { breakpoints: [5], [field]: field === 'is_productive' }, filters: [{ id: 'uncaught' }], stopOnEntry: true });
      assert.deepEqual((await flow.debuggee.setBreakpoints(flow.debuggee.sources[0]!, [{ line: 4 }])).map(({ message: told }) => told), [message]);
      assert.equal((await flow.run.ended).kind, 'returned');
      assert.ok(flow.events.every(({ kind }) => kind !== 'stopped'));
    });
  }

  it('stops at the lines of the field breakpoints, and tells which of them moved', async () => {
    const flow = await debugFlow(orders, { record: { breakpoints: [2, 5], use_only_explicit_breakpoints: true }, stopOnEntry: true });
    await flow.stopped();
    assert.equal((await flow.frames())[0]?.location.line, 3);
    assert.equal(await flow.go('continue'), 5);
    assert.match(flow.text, /stopOnEntry has no effect[^]*Breakpoint at line 2: Moved to line 3, the next one that runs: this line is empty\./);
    assert.equal(flow.debuggee.capabilities.stepping, false);
  });
});
