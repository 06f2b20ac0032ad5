import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { compile } from '../../../src/machine/compile/compile.ts';
import { Machine } from '../../../src/machine/machine.ts';
import type { MachineStop } from '../../../src/machine/stop.ts';
import type { Program } from '../../../src/machine/program.ts';
import { hasErrors, parseWorkflow } from '../../../src/workflow/parse.ts';
import { describe as shown, documentOf, options, play, topics, type Case } from './conformance.ts';

/** Cases that run, with their programs. */
const running = topics
  .flatMap((topic) => topic.cases)
  .filter((test) => test.stepLimit === undefined && !test.fill)
  .flatMap((test) => {
    const document = documentOf(test);
    return hasErrors(document.problems) ? [] : [{ test, program: compile(document) }];
  })
  .filter(({ test }) => test.steps !== 100_001n && test.name !== 'a hundred thousand steps');

// Random workflows: a few variables, every kind of block, effects whose order of answers matters.

type Step = Readonly<Record<string, unknown>>;

const value = fc.constantFrom<unknown>(1, 2, '${x + y}', '${x * 2 - 1}', '${len(l)}', '${l[0]}', '${m.a}', '${twice(x)}', '${m.missing}');
const assignment = fc.oneof(
  fc.tuple(fc.constantFrom('x', 'y', 'm.a', 'm["b"]', 'l[0]'), value).map(([name, found]) => ({ [name]: found })),
  fc.constantFrom({ l: '${list.concat(l, x)}' }, { m: '${m}' }, { 'm.copy': '${l}' }, { l: '${[x, y]}' }),
);

const steps: (depth: number) => fc.Arbitrary<Step[]> = fc.memo((depth) => fc.array(depth <= 1 ? simple : fc.oneof({ weight: 2, arbitrary: simple }, block(depth)), { minLength: 1, maxLength: 3 }));

const simple: fc.Arbitrary<Step> = fc.oneof(
  fc.array(assignment, { minLength: 1, maxLength: 3 }).map((items) => ({ assign: items })),
  fc.constantFrom<Step>({ call: 'sys.sleep', args: { seconds: '${x}' } }, { call: 'sys.log', args: { data: '${[x, y, m, l]}' } }, { call: 'twice', args: ['${y}'], result: 'x' }),
  fc.constantFrom<Step>({ raise: '${m}' }, { raise: 'boom' }, { switch: [{ condition: '${x > y}', next: 'end' }] }),
);

function block(depth: number): fc.Arbitrary<Step> {
  const inner = steps(depth - 1).map(named);
  return fc.oneof(
    fc.record({ inner, range: fc.constantFrom([1, 3], [0, -1], ['${x}', '${x + 2}']) }).map((found) => ({ for: { value: 'v', index: 'i', range: found.range, steps: found.inner } })),
    inner.map((found) => ({ for: { value: 'v', in: '${l}', steps: [...found, { go: { switch: [{ condition: '${x > 3}', next: 'break' }] } }] } })),
    fc.tuple(inner, inner).map(([body, handler]) => ({ try: { steps: body }, except: { as: 'e', steps: handler } })),
    inner.map((body) => ({ try: { steps: body }, retry: { predicate: '${retry.always}', max_retries: 1, backoff: { initial_delay: 1, max_delay: 1, multiplier: 1 } } })),
    fc.tuple(inner, inner).map(([one, two]) => ({ parallel: { shared: ['x', 'y', 'm', 'l'], branches: [{ one: { steps: one } }, { two: { steps: two } }] } })),
    inner.map((body) => ({ parallel: { shared: ['x', 'y', 'm', 'l'], concurrency_limit: 2, for: { value: 'v', range: [1, 3], steps: body } } })),
    inner.map((body) => ({ steps: body })),
  );
}

function named(list: readonly Step[]): Step[] {
  return list.map((step, i) => ({ [`s${i}`]: step }));
}

const workflow = steps(3).map((body) => ({
  main: { steps: [{ init: { assign: [{ x: 1 }, { y: 2 }, { m: { a: 3 } }, { l: [4, 5] }] } }, ...named(body), { end_: { return: '${[x, y, m, l]}' } }] },
  twice: { params: ['n'], steps: [{ s: { call: 'sys.log', args: { data: '${n}' } } }, { r: { return: '${n * 2}' } }] },
}));

/** Enough for what a random workflow does; one that does more ends there, in every way of running it. */
const limited = (answer: 'oldest' | 'newest' | 'all'): Case => ({ name: '', page: '', stepLimit: 3000, answer });

const budgets = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 8 });

type Go = (machine: Machine) => { machine: Machine; stop: MachineStop };

/** Runs in pieces; `between` may put another machine in the place of the one at work. */
function inPieces(sizes: readonly number[], between: (machine: Machine) => Machine): Go {
  let piece = 0;
  return (start) => {
    let machine = start;
    for (;;) {
      const stop = machine.run(sizes[piece++ % sizes.length]!);
      if (stop.kind !== 'budget') return { machine, stop };
      machine = between(machine);
    }
  };
}

/** Goes on from a snapshot for a while, and then back to it. */
function rewound(machine: Machine, sizes: readonly number[]): Machine {
  const snapshot = machine.snapshot();
  for (const size of sizes) if (machine.run(size).kind !== 'budget') break;
  machine.restore(snapshot);
  return machine;
}

function moved(machine: Machine, program: Program, test: Case): Machine {
  const next = new Machine(program, options(test));
  next.restore(machine.snapshot());
  return next;
}

describe('a rerun', () => {
  it('with the same answers at the same moments is the same, whatever was answered when', () => {
    fc.assert(
      fc.property(workflow, budgets, fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 10 }), (definition, sizes, choices) => {
        const program = compile(parseWorkflow(JSON.stringify(definition), 'json'));
        const test = limited('all');
        const first = new Machine(program, options(test));
        const given: { readonly moment: number; readonly id: number }[] = [];
        const open: number[] = [];
        let turn = 0;
        let stop: MachineStop;
        do {
          stop = first.run(sizes[turn % sizes.length]!);
          open.push(...first.takeEffects().map((effect) => effect.id));
          // Now and then something is answered while other branches run on.
          const choice = choices[turn++ % choices.length]!;
          if (open.length > 0 && (stop.kind === 'waiting' || choice % 2 === 1)) {
            const [id] = open.splice(choice % open.length, 1);
            first.resolve(id!, { kind: 'done' });
            given.push({ moment: first.moment, id: id! });
          }
        } while (stop.kind !== 'returned' && stop.kind !== 'failed');

        const again = new Machine(program, options(test));
        for (const { moment, id } of given) {
          again.run(moment - again.moment);
          again.resolve(id, { kind: 'done' });
        }
        const effects = again.takeEffects();
        const end = again.run(Number.MAX_SAFE_INTEGER);
        assert.ok(end.kind === 'returned' || end.kind === 'failed');
        assert.equal(shown({ machine: again, stop: end, effects: [] }), shown({ machine: first, stop, effects: [] }));
        assert.equal(again.moment, first.moment);
        assert.ok(effects.length >= given.length);
      }),
      { numRuns: 400 },
    );
  });
});

describe('running in pieces', () => {
  const ways: Readonly<Record<string, (sizes: readonly number[], program: Program, test: Case) => Go>> = {
    'with any budgets': (sizes) => inPieces(sizes, (machine) => machine),
    'moving to another machine in between': (sizes, program, test) => inPieces(sizes, (machine) => moved(machine, program, test)),
    'going back to a snapshot in between': (sizes) => inPieces(sizes, (machine) => rewound(machine, sizes)),
  };

  for (const [way, drive] of Object.entries(ways)) {
    it(`${way} ends each conformance case in the same way`, () => {
      fc.assert(
        fc.property(fc.constantFrom(...running), budgets, ({ test, program }, sizes) => {
          assert.equal(shown(play(program, test, drive(sizes, program, test))), shown(play(program, test)));
        }),
        { numRuns: 600 },
      );
    });

    it(`${way} ends a random workflow in the same way`, () => {
      fc.assert(
        fc.property(workflow, budgets, fc.constantFrom('oldest' as const, 'newest' as const, 'all' as const), (definition, sizes, answer) => {
          const document = parseWorkflow(JSON.stringify(definition), 'json');
          assert.deepEqual(document.problems.filter((problem) => problem.severity === 'error'), []);
          const program = compile(document);
          const test = limited(answer);
          assert.equal(shown(play(program, test, drive(sizes, program, test))), shown(play(program, test)));
        }),
        { numRuns: 300 },
      );
    });
  }
});
