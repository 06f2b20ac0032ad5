import { strict as assert } from 'node:assert';
import { compile } from '../../../src/machine/compile/compile.ts';
import type { Effect, Outcome } from '../../../src/machine/effect.ts';
import { assignTyped, variablesOf } from '../../../src/machine/inspect.ts';
import { printJson } from '../../../src/machine/json.ts';
import { Machine } from '../../../src/machine/machine.ts';
import { randomNumber } from '../../../src/machine/random.ts';
import { Diverged, Recording, type Arrival } from '../../../src/machine/recording.ts';
import { parseWorkflow } from '../../../src/workflow/parse.ts';

function machineOf(source: string, seed?: number): Machine {
  return new Machine(compile(parseWorkflow(source, 'yaml')), { argument: null, environment: new Map(), seed });
}

function recording(source: string): Recording {
  return new Recording(machineOf(source));
}

/** What can be seen of a machine. */
function seen({ machine }: Pick<Recording, 'machine'>): string {
  return machine.threads
    .map((thread) => `${thread.name} ${thread.state} ${thread.top.pc} ${variablesOf(thread.top).map(({ variable, value }) => `${variable.name}=${value === undefined ? '' : printJson(value)}`).join(' ')}`)
    .join('\n');
}

const answers: Record<string, (effect: Effect) => Outcome> = {
  now: ({ id }) => ({ kind: 'value', value: id }),
  uuid: ({ id }) => ({ kind: 'value', value: `uuid ${id}` }),
};

const answer = (effect: Effect): Outcome => answers[effect.request.kind]?.(effect) ?? { kind: 'done' };

/** Runs to the end in steps of `piece`, answering the newest effect first; notes what was seen at each moment. */
function play(run: Recording, piece: number): { moments: Map<number, string>; end: string } {
  const moments = new Map<number, string>();
  const open: Effect[] = [];
  for (;;) {
    if (!moments.has(run.machine.moment)) moments.set(run.machine.moment, seen(run));
    const stop = run.run(piece);
    open.push(...run.takeEffects());
    if (stop.kind === 'returned') return { moments, end: printJson(stop.value) };
    if (stop.kind === 'failed') return { moments, end: stop.failure.context };
    // A new moment is noted before an answer is given at it: that is the state it was first come to in.
    if (!moments.has(run.machine.moment)) moments.set(run.machine.moment, seen(run));
    const next = open.pop();
    if (next) run.resolve(next.id, answer(next));
  }
}

const workflow = `
main:
  steps:
    - init:
        assign:
          - l: []
          - m: {n: 0}
    - both:
        parallel:
          shared: [l, m]
          branches:
            - one:
                steps:
                  - loop:
                      for:
                        value: v
                        range: [1, 40]
                        steps:
                          - add:
                              assign:
                                - l: \${list.concat(l, v)}
                                - m.n: \${m.n + 1}
                          - nap:
                              call: sys.sleep
                              args: {seconds: 1}
            - two:
                steps:
                  - loop:
                      for:
                        value: w
                        range: [1, 30]
                        steps:
                          - id:
                              assign:
                                - m[uuid.generate()]: \${w + twice(w)}
    - done:
        return: \${[len(l), m]}
twice:
  params: [n]
  steps:
    - out:
        return: \${n * 2 + sys.now() * 0}
`;

const loop = `
- init:
    assign: [{sum: 0}, {last: []}]
- loop:
    for:
      value: v
      range: [1, 45000]
      steps:
        - add:
            assign:
              - sum: \${sum + v}
              - last: \${[sum, v]}
- done:
    return: \${sum}
`;

describe('a recording', () => {
  it('takes the machine to any moment, in any order', () => {
    const run = recording(workflow);
    const { moments, end } = play(run, 1);
    assert.ok(moments.size > 200, `only ${moments.size} moments`);
    const all = [...moments.keys()];
    for (let i = 0; i < all.length; i++) {
      // 37 and the number of moments have no common divisor, so each comes once, never in order.
      const moment = all[(i * 37) % all.length]!;
      run.goTo(moment);
      assert.equal(run.machine.moment, moment);
      assert.equal(seen(run), moments.get(moment), `moment ${moment}`);
    }
    run.goTo(0);
    assert.equal(play(run, 7).end, end);
  });

  it('asks for no effect twice', () => {
    const run = recording(workflow);
    const { end } = play(run, 3);
    run.goTo(50);
    let stop = run.run(10);
    while (stop.kind !== 'returned') {
      assert.deepEqual(run.takeEffects(), []);
      stop = run.run(10);
    }
    assert.equal(printJson(stop.value), end);
  });

  it('goes through a hundred thousand steps with few snapshots', () => {
    const run = recording(loop);
    const { end } = play(run, 5000);
    assert.equal(end, String((45_000 * 45_001) / 2));
    for (const moment of [run.end - 1, 1, run.end >> 1, 777]) {
      run.goTo(moment);
      const sum = variablesOf(run.machine.threads[0]!.top).find(({ variable }) => variable.name === 'sum')?.value;
      const v = variablesOf(run.machine.threads[0]!.top).find(({ variable }) => variable.name === 'v')?.value;
      assert.ok(typeof sum === 'number', `moment ${moment}`);
      if (typeof v === 'number' && v > 1) assert.ok(sum === (v * (v + 1)) / 2 || sum === (v * (v - 1)) / 2, `moment ${moment}: ${v} ${sum}`);
    }
  });

  it('refuses moments it does not have, and answers given in the past', () => {
    const run = recording(workflow);
    play(run, 1);
    assert.throws(() => run.goTo(-1), RangeError);
    assert.throws(() => run.goTo(run.end + 1), RangeError);
    run.goTo(3);
    assert.throws(() => run.resolve(1, { kind: 'done' }), TypeError);
  });

  it('leaves the stops of a debugger as they are', () => {
    const run = recording(loop);
    play(run, 1000);
    const watch = () => true;
    run.machine.watch = watch;
    run.machine.stopOnRaise = true;
    run.machine.stopAt[2] = 1;
    run.goTo(20_000);
    assert.equal(run.machine.moment, 20_000);
    assert.equal(run.machine.watch, watch);
    assert.equal(run.machine.stopOnRaise, true);
    assert.equal(run.machine.stopAt[2], 1);
  });

  for (const seed of [undefined, 1, 2, 3]) {
    it(`comes to the same state again from what came alone, however the run was cut and stopped (seed ${seed ?? 'none'})`, () => {
      for (let round = 1; round <= 40; round++) comesBack(seed, round);
    });
  }

  it('makes the changes of a debugger again', () => {
    const machine = machineOf(loop);
    machine.run(101);
    const edit = { thread: 1, frame: 0, target: 'sum', value: '1000000' };
    assignTyped(machine, machine.threads[0]!.frames[0]!, edit.target, edit.value);
    machine.run(200);
    const again = new Recording(machineOf(loop), { arrivals: [{ kind: 'edit', moment: 101, edit }], end: 301 });
    assert.equal(again.replay(1000), true);
    assert.equal(seen(again), seen({ machine }));
  });

  it('says so where what came does not fit', () => {
    const wrong = new Recording(machineOf(workflow), { arrivals: [{ kind: 'answer', moment: 3, effectId: 7, outcome: { kind: 'done' } }], end: 10 });
    assert.throws(() => wrong.replay(100), Diverged);
    const short = new Recording(machineOf('- a:\n    call: sys.sleep\n    args: {seconds: 1}\n'), { arrivals: [], end: 10 });
    assert.throws(() => short.replay(100), Diverged);
  });
});

/** Runs with pieces, stops, answers and errors by chance, to a moment by chance; then again from what came. */
function comesBack(seed: number | undefined, round: number): void {
  let random = round * 7919 + (seed ?? 0);
  const chance = (below: number): number => {
    const drawn = randomNumber(random, below);
    random = drawn.state;
    return drawn.value;
  };
  const machine = machineOf(troubled, seed);
  const last = chance(600);
  const arrivals: Arrival[] = [];
  const open: Effect[] = [];
  const asked: Effect[] = [];
  for (let ended = false; !ended && machine.moment < last; ) {
    machine.watch = chance(4) === 0 ? () => chance(3) === 0 : undefined;
    machine.stopOnRaise = chance(2) === 0;
    const stop = machine.run(1 + chance(30));
    ended = stop.kind === 'returned' || stop.kind === 'failed';
    const effects = machine.takeEffects();
    open.push(...effects);
    asked.push(...effects);
    while (!ended && open.length > 0 && (stop.kind === 'waiting' ? arrivals.at(-1)?.moment !== machine.moment || chance(3) > 0 : chance(3) === 0)) {
      const [effect] = open.splice(chance(open.length), 1);
      const outcome: Outcome = chance(4) === 0 ? { kind: 'error', tag: 'ConnectionError', message: 'broken' } : answer(effect!);
      machine.resolve(effect!.id, outcome);
      arrivals.push({ kind: 'answer', moment: machine.moment, effectId: effect!.id, outcome });
    }
  }
  const again = new Recording(machineOf(troubled, seed), { arrivals, end: machine.moment });
  const asksAgain: Effect[] = [];
  for (let done = false; !done; ) {
    done = again.replay(1 + chance(50));
    asksAgain.push(...again.takeEffects());
  }
  const what = `seed ${seed}, round ${round}, moment ${machine.moment}`;
  assert.equal(seen(again), seen({ machine }), what);
  assert.deepEqual(asksAgain, asked, what);
}

/** Branches that wait, fail, retry and share. */
const troubled = `
main:
  steps:
    - init:
        assign: [{l: []}, {lost: 0}]
    - all:
        parallel:
          shared: [l, lost]
          for:
            value: i
            range: [1, 5]
            steps:
              - again:
                  for:
                    value: k
                    range: [1, 4]
                    steps:
                      - attempt:
                          try:
                            steps:
                              - nap:
                                  call: sys.sleep
                                  args: {seconds: 1}
                              - id:
                                  assign:
                                    - l: \${list.concat(l, uuid.generate() + sys.now())}
                              - odd:
                                  switch:
                                    - condition: \${(i + k) % 3 == 0}
                                      steps:
                                        - bad:
                                            raise: \${"odd " + string(i)}
                              - deep:
                                  call: fails
                                  args: {n: \${i * k}}
                          except:
                            as: e
                            steps:
                              - count:
                                  assign: [{lost: \${lost + 1}}]
    - done:
        return: \${[l, lost]}
fails:
  params: [n]
  steps:
    - maybe:
        switch:
          - condition: \${n % 4 == 0}
            raise: deep
    - nap:
        call: sys.sleep
        args: {seconds: 2}
`;
