import { strict as assert } from 'node:assert';
import type { Outcome } from '../../../../src/machine/effect.ts';
import { EntryTexts } from '../../../../src/engine/history/texts.ts';
import { Recording } from '../../../../src/machine/recording.ts';
import { recorded, runToEnd, treeText } from './recorded.ts';

interface Case {
  readonly title: string;
  readonly source: string;
  readonly answer?: (call: number) => Outcome | undefined;
  readonly tree: readonly string[];
}

const raised: Outcome = { kind: 'error', tag: 'ConnectionError', message: 'no' };

const cases: readonly Case[] = [
  {
    title: 'steps of a list, one after another',
    source: `
main:
  steps:
    - a:
        assign: [{x: 1}]
    - b:
        call: sys.sleep
        args: {seconds: 1}
    - c:
        next: d
    - d:
        return: \${x}
`,
    tree: ['ASSIGN a', 'STD_LIB_CALL b', 'GOTO c', 'RETURN d'],
  },
  {
    title: 'a loop with its iterations, continued and broken, and what follows it',
    source: `
main:
  steps:
    - loop:
        for:
          value: v
          in: [1, 2, 3, 4]
          steps:
            - check:
                switch:
                  - condition: \${v == 1}
                    next: continue
                  - condition: \${v == 3}
                    next: break
            - use:
                assign: [{x: "\${v}"}]
    - after:
        assign: [{y: 1}]
`,
    tree: [
      'FOR loop',
      '  FOR_ITERATION loop #1',
      '    SWITCH check',
      '      CONDITION check #1',
      '  FOR_ITERATION loop #2',
      '    SWITCH check',
      '    ASSIGN use',
      '  FOR_ITERATION loop #3',
      '    SWITCH check',
      '      CONDITION check #2',
      'ASSIGN after',
    ],
  },
  {
    title: 'a jump backwards and out of a loop',
    source: `
main:
  steps:
    - a:
        assign: [{n: 0}]
    - b:
        assign: [{n: "\${n + 1}"}]
    - loop:
        for:
          value: v
          in: [1, 2]
          steps:
            - out:
                switch:
                  - condition: \${n < 2}
                    next: b
`,
    tree: [
      'ASSIGN a',
      'ASSIGN b',
      'FOR loop',
      '  FOR_ITERATION loop #1',
      '    SWITCH out',
      '      CONDITION out #1',
      'ASSIGN b',
      'FOR loop',
      '  FOR_ITERATION loop #1',
      '    SWITCH out',
      '  FOR_ITERATION loop #2',
      '    SWITCH out',
    ],
  },
  {
    title: 'calls of subworkflows, by steps and inside of expressions, also of themselves',
    source: `
main:
  steps:
    - a:
        call: down
        args: {n: 2}
    - b:
        assign: [{x: "\${down(1) + 1}"}]
    - c:
        return: \${x}
down:
  params: [n]
  steps:
    - check:
        switch:
          - condition: \${n == 1}
            return: 1
    - again:
        call: down
        args: {n: "\${n - 1}"}
        result: r
    - end:
        return: \${r}
`,
    tree: [
      'SUBWORKFLOW_CALL a',
      '  SWITCH check',
      '  SUBWORKFLOW_CALL again',
      '    SWITCH check',
      '      CONDITION check #1',
      '        RETURN check',
      '  RETURN end',
      'ASSIGN b',
      '  SWITCH check',
      '    CONDITION check #1',
      '      RETURN check',
      'RETURN c',
    ],
  },
  {
    title: 'attempts of a retry, each with its error, and the except',
    source: `
main:
  steps:
    - get:
        try:
          call: http.get
          args: {url: "http://localhost"}
        retry:
          predicate: \${always}
          max_retries: 1
          backoff: {initial_delay: 1, max_delay: 1, multiplier: 1}
        except:
          as: e
          steps:
            - note:
                assign: [{x: "\${e.message}"}]
    - end:
        return: 1
always:
  params: [e]
  steps:
    - yes:
        return: true
`,
    answer: (call) => (call === 2 ? { kind: 'done' } : raised),
    tree: [
      'TRY_RETRY_EXCEPT get',
      '  TRY get #1 FAILED {"message":"ConnectionError: n…',
      '    STD_LIB_CALL get FAILED {"message":"ConnectionError: n…',
      '  RETRY get #1',
      '    RETURN yes',
      '  TRY get #2 FAILED {"message":"ConnectionError: n…',
      '    STD_LIB_CALL get FAILED {"message":"ConnectionError: n…',
      '  EXCEPT get',
      '    ASSIGN note',
      'RETURN end',
    ],
  },
  {
    title: 'a group as if its steps stood in its place',
    source: `
main:
  steps:
    - group:
        steps:
          - a:
              assign: [{x: 1}]
          - b:
              assign: [{x: 2}]
    - c:
        assign: [{x: 3}]
`,
    tree: ['ASSIGN a', 'ASSIGN b', 'ASSIGN c'],
  },
  {
    title: 'an error through calls and loops to the try that takes it',
    source: `
main:
  steps:
    - guard:
        try:
          steps:
            - loop:
                for:
                  value: v
                  in: [1, 2]
                  steps:
                    - deep:
                        call: fail
        except:
          as: e
          steps:
            - note:
                assign: [{x: 1}]
    - end:
        return: 1
fail:
  steps:
    - a:
        assign: [{x: 1}]
    - b:
        raise: oh
`,
    tree: [
      'TRY_RETRY_EXCEPT guard',
      '  TRY guard FAILED "oh"',
      '    FOR loop FAILED "oh"',
      '      FOR_ITERATION loop #1 FAILED "oh"',
      '        SUBWORKFLOW_CALL deep FAILED "oh"',
      '          ASSIGN a',
      '          RAISE b FAILED "oh"',
      '  EXCEPT guard',
      '    ASSIGN note',
      'RETURN end',
    ],
  },
  {
    title: 'an error that nothing takes, to the outermost step',
    source: `
main:
  steps:
    - a:
        assign: [{x: 1}]
    - b:
        call: fail
fail:
  steps:
    - c:
        raise: {code: 7}
`,
    tree: ['ASSIGN a', 'SUBWORKFLOW_CALL b FAILED {"code":7}', '  RAISE c FAILED {"code":7}'],
  },
  {
    title: 'parallel branches, each in its thread, in the order in which steps began',
    source: `
main:
  steps:
    - both:
        parallel:
          branches:
            - left:
                steps:
                  - a:
                      call: sys.sleep
                      args: {seconds: 1}
                  - b:
                      assign: [{x: 1}]
            - right:
                steps:
                  - c:
                      assign: [{x: 1}]
    - end:
        return: 1
`,
    tree: [
      'PARALLEL_BRANCH both',
      '  PARALLEL_BRANCH_ENTRY both #1 thread 2',
      '    STD_LIB_CALL a thread 2',
      '  PARALLEL_BRANCH_ENTRY both #2 thread 3',
      '    ASSIGN c thread 3',
      '    ASSIGN b thread 2',
      'RETURN end',
    ],
  },
  {
    title: 'a parallel loop with more iterations than may run at once, one of which fails',
    source: `
main:
  steps:
    - all:
        parallel:
          concurrency_limit: 1
          for:
            value: v
            in: [1, 2]
            steps:
              - nap:
                  call: sys.sleep
                  args: {seconds: 1}
              - bad:
                  switch:
                    - condition: \${v == 2}
                      raise: two
`,
    tree: [
      'PARALLEL_FOR all FAILED {"branches":[{"error":{"contex…',
      '  FOR_ITERATION all #1 thread 2',
      '    STD_LIB_CALL nap thread 2',
      '    SWITCH bad thread 2',
      '  FOR_ITERATION all #2 thread 3 FAILED "two"',
      '    STD_LIB_CALL nap thread 3',
      '    SWITCH bad thread 3 FAILED "two"',
      '      CONDITION bad #1 thread 3 FAILED "two"',
      '        RAISE bad thread 3 FAILED "two"',
    ],
  },
  {
    title: 'what has not ended as in progress',
    source: `
main:
  steps:
    - loop:
        for:
          value: v
          in: [1]
          steps:
            - wait:
                call: sys.sleep
                args: {seconds: 1}
`,
    answer: () => undefined,
    tree: ['FOR loop IN_PROGRESS', '  FOR_ITERATION loop #1 IN_PROGRESS', '    STD_LIB_CALL wait IN_PROGRESS'],
  },
];

describe('the history of steps records', () => {
  for (const { title, source, answer, tree } of cases) {
    it(title, () => {
      let calls = 0;
      const recorder = runToEnd(recorded(source), answer && (() => answer(++calls)));
      assert.deepEqual(treeText(recorder.history()), tree);
    });
  }

  it('how many entries are in each, and numbers them from 1', () => {
    const { entries, count } = runToEnd(recorded(cases[1]!.source)).history();
    assert.deepEqual(entries.map(({ id }) => id), entries.map((_, i) => i + 1));
    assert.equal(count, entries.length);
    for (const { id, childCount } of entries) assert.equal(childCount, entries.filter(({ parent }) => parent === id).length);
  });

  it('the end of a step when the next begins, and that of a wait when the answer comes', () => {
    const { entries } = runToEnd(recorded(cases[0]!.source)).history();
    for (const { created, updated } of entries) assert.ok(created <= updated);
    const [, wait, next] = entries;
    assert.ok(wait!.created < wait!.updated);
    assert.equal(wait!.updated, next!.created);
  });

  it('cancelled steps of a run that was ended, and leaves ended ones alone', () => {
    const run = recorded(cases[10]!.source.replace('steps:\n    - loop', 'steps:\n    - first:\n        assign: [{x: 1}]\n    - loop'));
    const recorder = runToEnd(run, () => undefined);
    recorder.finish('STATE_CANCELLED');
    assert.deepEqual(treeText(recorder.history()), ['ASSIGN first', 'FOR loop CANCELLED', '  FOR_ITERATION loop #1 CANCELLED', '    STD_LIB_CALL wait CANCELLED']);
  });

  it('variables at the end of each step, and how many iterations there are, where it is detailed', () => {
    const source = `
main:
  steps:
    - a:
        assign: [{x: 1}, {y: {z: 1.0}}]
    - loop:
        for:
          value: v
          in: [5]
          steps:
            - b:
                assign: [{x: "\${x + v}"}]
    - c:
        call: sub
        args: {p: two}
sub:
  params: [p]
  steps:
    - d:
        return: \${p}
`;
    const { entries } = runToEnd(recorded(source, { detailed: true })).history();
    assert.deepEqual(
      entries.map(({ step, type, variables }) => [step, type, variables]),
      [
        ['a', 'STEP_ASSIGN', '{"x":1,"y":{"z":1.0}}'],
        ['loop', 'STEP_FOR', '{"x":6,"y":{"z":1.0}}'],
        ['loop', 'STEP_FOR_ITERATION', '{"v":5,"x":6,"y":{"z":1.0}}'],
        ['b', 'STEP_ASSIGN', '{"v":5,"x":6,"y":{"z":1.0}}'],
        ['c', 'STEP_SUBWORKFLOW_CALL', '{"x":6,"y":{"z":1.0}}'],
        ['d', 'STEP_RETURN', '{"p":"two"}'],
      ],
    );
    assert.deepEqual(entries[2]!.progress, { type: 'PROGRESS_TYPE_FOR', number: 1, expected: 1 });
    assert.deepEqual(runToEnd(recorded(source)).history().entries[2]!.progress, { type: 'PROGRESS_TYPE_FOR', number: 1, expected: undefined });
  });

  it('large variables in words', () => {
    const source = 'main:\n  steps:\n    - a:\n        assign: [{x: "${text.replace_all(\\"aaaaaaaaaa\\", \\"a\\", \\"0123456789\\")}"}, {y: "${[x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x]}"}, {x: 1}]\n';
    const { entries } = runToEnd(recorded(source, { detailed: true })).history();
    assert.equal(entries[0]!.variables, '{"x":1,"y":"(list of 2276 bytes)"}');
  });
});

/** A loop in a loop, so that early ones are around late ones. */
const endless = `
main:
  steps:
    - outer:
        for:
          value: i
          range: [1, 5]
          steps:
            - inner:
                for:
                  value: j
                  range: [1, 200]
                  steps:
                    - add:
                        assign: [{x: "\${i + j}"}]
    - end:
        return: 1
`;

describe('a history with more steps than are kept', () => {
  const kept = { first: 100, last: 50 };

  it('keeps the first and the last ones with all that is around them, and counts all', () => {
    const { entries, count } = runToEnd(recorded(endless, { kept })).history();
    assert.equal(count, 2 + 5 * (2 + 200 * 2));
    assert.deepEqual(entries.slice(0, 100).map(({ id }) => id), Array.from({ length: 100 }, (_, i) => i + 1));
    assert.deepEqual(entries.slice(-49).map(({ id }) => id), Array.from({ length: 49 }, (_, i) => count - 48 + i));
    const ids = new Set(entries.map(({ id }) => id));
    for (const { parent } of entries) assert.ok(parent === undefined || ids.has(parent));
    assert.ok(entries.length < 170, String(entries.length));
    assert.equal(entries[0]!.childCount, 5);
    assert.ok(entries.every(({ state }) => state === 'STATE_SUCCEEDED'));
  });

  it('tells which parts changed, and nothing twice', () => {
    const recorder = runToEnd(recorded(endless, { kept: { first: 3000, last: 50 } }));
    assert.deepEqual(recorder.takeChanged(), [0, 1, 2]);
    assert.deepEqual(recorder.takeChanged(), []);
    assert.deepEqual([0, 1, 2, 3].map((part) => recorder.part(part).length), [1000, 1000, 12, 0]);
  });
});

describe('a run that is repeated', () => {
  it('gives the same entries with the times of the first time', () => {
    const source = cases[4]!.source;
    const answers: readonly Outcome[] = [raised, { kind: 'done' }, raised];
    let calls = 0;
    const first = runToEnd(recorded(source), () => answers[calls++]).history();
    calls = 0;
    const cut = { entries: first.entries.slice(0, 4), count: 4 };
    const again = runToEnd(recorded(source, { earlier: cut, now: () => 1000 + calls }), () => answers[calls++]).history();
    assert.deepEqual(treeText(again), treeText(first));
    assert.deepEqual(again.entries.slice(0, 4), first.entries.slice(0, 4));
    assert.ok(again.entries.slice(4).every(({ created }) => created >= 1000));
  });

  it('gives no entries twice where a machine is taken back and goes on again', () => {
    const run = recorded(cases[1]!.source);
    const recording = new Recording(run.machine);
    while (recording.run(3).kind === 'budget') {
      const { end } = recording;
      recording.goTo(end >> 1);
      recording.goTo(end);
    }
    assert.deepEqual(treeText(run.recorder.history()), cases[1]!.tree);
  });

  it('takes nothing from entries of another program', () => {
    const first = runToEnd(recorded(cases[0]!.source)).history();
    const other = runToEnd(recorded(cases[1]!.source, { earlier: first, now: () => 1000 })).history();
    assert.ok(other.entries.every(({ created }) => created === 1000));
  });
});

describe('texts of entries', () => {
  it('are kept up to a limit, the latest ones', () => {
    const texts = new EntryTexts(10);
    texts.set(1, 'aaaa');
    texts.set(2, 'bbbb');
    texts.set(2, 'cccc');
    texts.set(3, 'dddd');
    assert.deepEqual([1, 2, 3].map((id) => texts.get(id)), [undefined, 'cccc', 'dddd']);
    texts.delete(2);
    texts.set(4, 'eeeeee');
    assert.deepEqual([2, 3, 4].map((id) => texts.get(id)), [undefined, 'dddd', 'eeeeee']);
  });
});
