import assert from 'node:assert/strict';
import { wakeAt } from '../../../src/engine/effects/sleep.ts';
import type { HostListener } from '../../../src/engine/executionHost.ts';
import { WorkflowHost, type HostEffects, type HostEnd, type HostParts, type HostWatcher, type WatchedStop } from '../../../src/engine/host.ts';
import { RuntimeLimit } from '../../../src/engine/runtimeLimit.ts';
import { compile } from '../../../src/machine/compile/compile.ts';
import type { Effect, Outcome } from '../../../src/machine/effect.ts';
import { Machine } from '../../../src/machine/machine.ts';
import { parseWorkflow } from '../../../src/workflow/parse.ts';
import { WorkflowJournal } from '../../../src/engine/workflowJournal.ts';
import { sampleExecution } from '../execution/sample.ts';
import { until, wait } from './launching.ts';
import { MemoryJournal } from './memoryJournal.ts';

interface Hosted {
  readonly host: WorkflowHost;
  readonly ended: Promise<HostEnd>;
  readonly states: string[];
  /** Effects that wait for an answer. */
  readonly asked: { readonly effect: Effect; readonly answer: (outcome: Outcome) => void; readonly fail: (error: Error) => void; readonly signal: AbortSignal }[];
}

function hostParts(machine: Machine, perform: HostEffects['perform'], listener: HostListener): HostParts {
  const effects: HostEffects = { perform, asked: () => Promise.resolve(), reset: () => undefined };
  return { effects, journal: new WorkflowJournal(new MemoryJournal(), () => machine.moment), listener, current: sampleExecution, stuck: () => ({ over: () => undefined }) };
}

function hosted(text: string, stopAt: readonly string[] = []): Hosted {
  const machine = new Machine(compile(parseWorkflow(text, 'yaml')), { argument: null, environment: new Map() });
  for (const { id, step, kind } of machine.program.locations) if (kind === 'step' && stopAt.includes(step.name)) machine.stopAt[id] = 1;
  const asked: Hosted['asked'] = [];
  const states: string[] = [];
  let end: (end: HostEnd) => void = () => undefined;
  const ended = new Promise<HostEnd>((resolve) => (end = resolve));
  const perform: HostEffects['perform'] = (effect, signal) => (effect.request.kind === 'log' ? { kind: 'done' } : new Promise((answer, fail) => asked.push({ effect, answer, fail, signal })));
  const host = new WorkflowHost(machine, hostParts(machine, perform, { changed: (state) => states.push(state), ended: end }));
  return { host, ended, states, asked };
}

function watcher(part: Partial<HostWatcher>): HostWatcher {
  return { stopped: () => 'continue', logged: () => undefined, wentBack: () => undefined, pauseAsked: () => undefined, resumeAsked: () => undefined, ended: () => undefined, ...part };
}

const twoSteps = '- a:\n    assign: [{x: 1}]\n- b:\n    return: ${x}\n';
const twoSleeps = '- p:\n    parallel:\n      branches:\n        - one:\n            steps:\n              - s1:\n                  call: sys.sleep\n                  args: {seconds: 1}\n        - two:\n            steps:\n              - s2:\n                  call: sys.sleep\n                  args: {seconds: 2}\n- z:\n    return: done\n';

describe('a host', () => {
  it('does nothing before it is told to go', async () => {
    const { host, ended } = hosted(twoSteps);
    await wait(10);
    assert.deepEqual([host.state, host.machine.stepCount], ['ready', 0]);
    host.go();
    const end = await ended;
    assert(end.kind === 'returned');
    assert.equal(end.result, '1');
  });

  it('begins nothing more once who was told of one effect has ended the run', async () => {
    // Steps before make the machine run so far in one go that all branches have asked.
    const text = '- warm:\n    for:\n      value: i\n      range: [1, 5000]\n      steps:\n        - a:\n            assign: [{x: "${i}"}]\n- p:\n    parallel:\n      for:\n        value: i\n        range: [1, 10]\n        steps:\n          - say:\n              call: sys.log\n              args: {text: hello}\n';
    const machine = new Machine(compile(parseWorkflow(text, 'yaml')), { argument: null, environment: new Map() });
    let performed = 0;
    const ended = new Promise<HostEnd>((end) => {
      const perform = (): Outcome => {
        performed++;
        host.cancel();
        return { kind: 'done' };
      };
      const host = new WorkflowHost(machine, hostParts(machine, perform, { changed: () => undefined, ended: end }));
      host.go();
    });
    assert.equal((await ended).kind, 'cancelled');
    assert.equal(performed, 1);
  });

  it('passes over stops when nobody watches', async () => {
    const { host, ended } = hosted(twoSteps, ['a', 'b']);
    host.go();
    assert.equal((await ended).kind, 'returned');
  });

  it('lets the watcher decide at each stop, and goes on when told', async () => {
    const { host, ended, states } = hosted(twoSteps, ['a', 'b']);
    const stops: string[] = [];
    host.watch(watcher({
      stopped: (stop: WatchedStop) => {
        stops.push(stop.kind === 'stopped' ? stop.location.step.name : stop.kind);
        return stops.length === 1 ? 'continue' : 'hold';
      },
    }));
    host.go();
    await until(() => host.state === 'held');
    assert.deepEqual(stops, ['a', 'b']);
    host.go();
    assert.equal((await ended).kind, 'returned');
    assert.deepEqual(states, ['going', 'held', 'going']);
  });

  it('asks for everything that branches wait for at once, and goes on with each answer', async () => {
    const { host, ended, asked } = hosted(twoSleeps);
    host.go();
    await until(() => asked.length === 2);
    asked[1]!.answer({ kind: 'done' });
    await wait(5);
    assert.equal(host.state, 'going');
    asked[0]!.answer({ kind: 'done' });
    assert.equal((await ended).kind, 'returned');
  });

  it('takes answers while it is held, and uses them when it goes on', async () => {
    const { host, ended, asked } = hosted(twoSleeps);
    host.go();
    await until(() => asked.length === 2);
    host.hold();
    for (const { answer } of asked) answer({ kind: 'done' });
    await wait(10);
    assert.equal(host.state, 'held');
    host.go();
    assert.equal((await ended).kind, 'returned');
  });

  it('aborts what is under way when cancelled, and ignores what comes later', async () => {
    const { host, ended, asked } = hosted(twoSleeps);
    host.go();
    await until(() => asked.length === 2);
    host.cancel();
    assert.deepEqual(await ended, { kind: 'cancelled' });
    assert.ok(asked.every(({ signal }) => signal.aborted));
    asked[0]!.answer({ kind: 'done' });
    host.go();
    host.hold();
    await wait(5);
    assert.equal(host.state, 'ended');
  });

  it('can be cancelled by the watcher at a stop', async () => {
    const { host, ended } = hosted(twoSteps, ['b']);
    host.watch(watcher({
      stopped: () => {
        host.cancel();
        return 'hold';
      },
    }));
    host.go();
    assert.deepEqual(await ended, { kind: 'cancelled' });
    assert.equal(host.state, 'ended');
  });

  it('gives an effect that could not be performed to the workflow as an error', async () => {
    const { host, ended, asked } = hosted('- a:\n    try:\n      call: sys.sleep\n      args: {seconds: 1}\n    except:\n      as: e\n      steps:\n        - r:\n            return: ${e.tags[0]}\n');
    host.go();
    await until(() => asked.length === 1);
    asked[0]!.fail(new Error('broken'));
    const end = await ended;
    assert(end.kind === 'returned');
    assert.equal(end.result, '"SystemError"');
  });

  it('passes requests to pause and go on to the watcher, who may have more to say', () => {
    const { host } = hosted(twoSteps);
    const asked: string[] = [];
    host.watch(watcher({ pauseAsked: () => asked.push('pause'), resumeAsked: () => asked.push('resume') }));
    host.askPause();
    host.askResume();
    assert.deepEqual([asked, host.state], [['pause', 'resume'], 'ready']);
    host.watch(undefined);
    host.askPause();
    assert.equal(host.state, 'held');
    host.cancel();
  });
});

describe('a sleep', () => {
  it('of longer than a timer can wait does not wake early', async () => {
    const aborter = new AbortController();
    let woken = false;
    wakeAt(Date.now() + 2 ** 32, aborter.signal, () => (woken = true));
    await wait(20);
    assert.equal(woken, false);
    aborter.abort();
  });

  it('until a time that has passed is over at once', async () => {
    await new Promise<void>((resolve) => wakeAt(Date.now() - 1000, new AbortController().signal, resolve));
  });

  it('that is aborted never wakes', async () => {
    const aborter = new AbortController();
    let woken = false;
    wakeAt(Date.now() + 10, aborter.signal, () => (woken = true));
    aborter.abort();
    wakeAt(Date.now(), aborter.signal, () => (woken = true));
    await wait(30);
    assert.equal(woken, false);
  });
});

describe('a runtime limit', () => {
  it('counts only the time between start and stop', async () => {
    let expired = false;
    const limit = new RuntimeLimit(0.06 / 60, () => (expired = true));
    limit.start();
    await wait(20);
    limit.stop();
    await wait(80);
    assert.equal(expired, false);
    limit.start();
    await until(() => expired);
  });

  it('of 0 never expires', async () => {
    let expired = false;
    new RuntimeLimit(0, () => (expired = true)).start();
    await wait(20);
    assert.equal(expired, false);
  });
});
