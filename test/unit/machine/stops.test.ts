import { strict as assert } from 'node:assert';
import { allStops, machineOf, stopAtLine } from './machineOf.ts';

const steps = `main:
  steps:
    - a:
        assign:
          - x: 1
          - y: 2
    - loop:
        for:
          value: v
          in: [1, 2]
          steps:
            - inner:
                assign:
                  - x: \${x + v}
    - choose:
        switch:
          - condition: false
            next: a
          - condition: \${twice(x) > 0}
            assign:
              - z: 1
    - r:
        return: \${x}
twice:
  params: [n, unused: 0]
  steps:
    - t:
        return: \${n * 2}
`;

describe('Machine.watch', () => {
  it('is asked before every step and every part of one', () => {
    const machine = machineOf(steps);
    machine.watch = () => true;
    assert.deepEqual(allStops(machine), [
      'a@3',
      'a@6 item',
      'loop@7',
      'loop@9 item',
      'inner@12',
      'loop@9 item',
      'inner@12',
      'loop@9 item',
      'choose@15',
      'choose@19 item',
      't@27',
      'choose@21 item',
      'r@22',
      'returned 4',
    ]);
  });

  it('is told the thread and the location, and may pass them by', () => {
    const machine = machineOf(steps);
    machine.watch = (thread, location) => location.kind === 'step' && thread.frames.length > 1;
    assert.deepEqual(allStops(machine), ['t@27', 'returned 4']);
  });

  it('stops each thread by itself', () => {
    const machine = machineOf(`
- p:
    parallel:
      branches:
        - a:
            steps:
              - a1:
                  call: sys.sleep
                  args: {seconds: 1}
              - a2:
                  next: end
        - b:
            steps:
              - b1:
                  next: end
`);
    machine.watch = (_thread, location) => location.kind === 'step';
    assert.deepEqual(allStops(machine), ['p@2', 'a1@7 in thread 2', 'b1@14 in thread 3', 'a2@10 in thread 2', 'returned null']);
  });
});

describe('Machine.stopAt', () => {
  it('stops each time before the location, without doing it', () => {
    const machine = machineOf(steps);
    stopAtLine(machine, 12);
    const first = machine.run(1000);
    assert.ok(first.kind === 'stopped');
    assert.equal(first.thread.top.slots[0], 1);
    assert.deepEqual(allStops(machine), ['inner@12', 'returned 4']);
  });

  it('does not stop twice at one place after going on with a budget of 0', () => {
    const machine = machineOf(steps);
    stopAtLine(machine, 15);
    assert.equal(machine.run(1000).kind, 'stopped');
    assert.equal(machine.run(0).kind, 'budget');
    assert.equal(machine.run(1000).kind, 'returned');
  });

  it('stops again at a step that goes to itself', () => {
    const machine = machineOf('- a:\n    next: a\n');
    stopAtLine(machine, 1);
    assert.deepEqual(allStops(machine, 3), ['a@1', 'a@1', 'a@1']);
  });

  it('stops at places that are flagged while it waits in another', () => {
    const machine = machineOf(steps);
    stopAtLine(machine, 7);
    assert.equal(machine.run(1000).kind, 'stopped');
    stopAtLine(machine, 22);
    assert.deepEqual(allStops(machine), ['r@22', 'returned 4']);
  });

  it('keeps a snapshot at a stop from stopping there again', () => {
    const machine = machineOf(steps);
    stopAtLine(machine, 15);
    machine.run(1000);
    const snapshot = machine.snapshot();
    machine.run(1000);
    machine.restore(snapshot);
    assert.deepEqual(allStops(machine), ['returned 4']);
  });

  it('gives each step exactly one location, first in its own text', () => {
    const { program } = machineOf(steps);
    const names = program.locations.filter((location) => location.kind === 'step').map((location) => location.step.name);
    assert.deepEqual(names, ['a', 'loop', 'inner', 'choose', 'r', 't']);
    for (const location of program.locations) {
      assert.ok(location.extent.start <= location.range.start && location.range.end <= location.extent.end);
      assert.equal(program.locations[location.id], location);
    }
  });
});

describe('Machine.run', () => {
  it('runs at most the budget of locations', () => {
    const machine = machineOf('- a:\n    next: a\n');
    assert.equal(machine.run(10).kind, 'budget');
    assert.equal(machine.stepCount, 10);
    assert.equal(machine.run(0).kind, 'budget');
    assert.equal(machine.stepCount, 10);
  });

  it('gives the end again when it is called after the end', () => {
    const machine = machineOf('- r:\n    return: 5\n');
    const end = machine.run(10);
    assert.equal(machine.run(10), end);
  });

  it('waits until every effect it asked for is answered, and refuses answers that nothing waits for', () => {
    const machine = machineOf('- a:\n    call: sys.sleep\n    args: {seconds: 1}\n');
    assert.equal(machine.run(10).kind, 'waiting');
    assert.equal(machine.run(10).kind, 'waiting');
    const [effect] = machine.takeEffects();
    assert.deepEqual(effect, { id: 1, thread: 1, routine: 'main', step: 'a', request: { kind: 'sleep', seconds: 1, reason: 'sys.sleep' } });
    assert.deepEqual(machine.takeEffects(), []);
    assert.throws(() => machine.resolve(2, { kind: 'done' }), /Nothing waits for effect 2/);
    machine.resolve(1, { kind: 'done' });
    assert.throws(() => machine.resolve(1, { kind: 'done' }), /Nothing waits for effect 1/);
    assert.equal(machine.run(10).kind, 'returned');
  });

  it('says at which steps its threads are', () => {
    const machine = machineOf('- p:\n    parallel:\n      for:\n        value: v\n        range: [1, 2]\n        steps:\n          - a:\n              call: sys.sleep\n              args: {seconds: 1}\n');
    assert.deepEqual(machine.currentSteps(), [{ routine: 'main', step: 'p' }]);
    machine.run(100);
    assert.deepEqual(machine.currentSteps(), [{ routine: 'main', step: 'a' }, { routine: 'main', step: 'a' }]);
    assert.deepEqual(machine.threads.map((thread) => thread.name), ['main', 'iteration 1 of "p"', 'iteration 2 of "p"']);
  });
});

describe('Machine.stopOnRaise', () => {
  function raises(text: string): string[] {
    const machine = machineOf(text);
    machine.stopOnRaise = true;
    return allStops(machine);
  }

  it('reports an error that nothing catches, and then the end', () => {
    assert.deepEqual(raises('- a:\n    raise: boom\n'), ['raised RuntimeError: "boom"', 'failed RuntimeError: "boom"']);
  });

  it('says whether a try takes it, also one of a caller', () => {
    const text = `main:
  steps:
    - t:
        try:
          call: f
        except:
          as: e
          steps:
            - again:
                raise: \${e}
f:
  steps:
    - x:
        return: \${1 / 0}
`;
    const headline = 'ZeroDivisionError: division by zero';
    assert.deepEqual(raises(text), [`raised ${headline}, caught`, `raised ${headline}`, `failed ${headline}`]);
  });

  it('reports an error once more when its retries are used up', () => {
    const text = `
- t:
    try:
      raise: boom
    retry: {predicate: '\${retry.always}', max_retries: 1, backoff: '\${retry.default_backoff}'}
`;
    const raised = 'raised RuntimeError: "boom", caught';
    assert.deepEqual(raises(text), [raised, raised, 'raised RuntimeError: "boom", again', 'failed RuntimeError: "boom"']);
  });

  it('reports the errors of branches, and the one they become', () => {
    const text = `
- t:
    try:
      parallel:
        for:
          value: v
          range: [1, 2]
          steps:
            - x:
                raise: \${v}
    except:
      as: e
`;
    const all = 'UnhandledBranchError: One or more branches or iterations encountered an unhandled runtime error';
    assert.deepEqual(raises(text), ['raised RuntimeError: 1, caught', 'raised RuntimeError: 2, caught', `raised ${all}, caught`, 'returned null']);
  });

  it('reports an answer that is an error', () => {
    const machine = machineOf('- a:\n    call: sys.sleep\n    args: {seconds: 1}\n');
    machine.stopOnRaise = true;
    machine.run(10);
    machine.resolve(1, { kind: 'error', tag: 'SystemError', message: 'no clock' });
    assert.deepEqual(allStops(machine), ['raised SystemError: no clock', 'failed SystemError: no clock']);
  });

  it('has the thread still at the place of the error', () => {
    const machine = machineOf('- a:\n    assign:\n      - x: 1\n- b:\n    return: ${x.k}\n');
    machine.stopOnRaise = true;
    const stop = machine.run(100);
    assert.ok(stop.kind === 'raised');
    assert.equal(stop.thread.top.slots[0], 1);
    assert.equal(stop.failure.elements[0]?.step, 'b');
    const snapshot = machine.snapshot();
    assert.equal(machine.run(100).kind, 'failed');
    machine.restore(snapshot);
    assert.equal(machine.run(100).kind, 'failed');
  });

  it('takes the step limit for an error that nothing catches', () => {
    const text = '- t:\n    try:\n      steps:\n        - x:\n            next: x\n    except:\n      as: e\n';
    const headline = 'ResourceLimitError: an execution may run 100000 steps at most';
    assert.deepEqual(raises(text), [`raised ${headline}`, `failed ${headline}`]);
  });
});
