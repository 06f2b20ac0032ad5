import { strict as assert } from 'node:assert';
import { Raised } from '../../../src/machine/error.ts';
import { assign, evaluate, frameOf, InspectionError, scopeOf, variablesOf } from '../../../src/machine/inspect.ts';
import { printJson } from '../../../src/machine/json.ts';
import type { Machine } from '../../../src/machine/machine.ts';
import type { Frame } from '../../../src/machine/state.ts';
import { lookup } from '../../../src/workflow/scopes.ts';
import { machineOf, runToLine } from './machineOf.ts';

function variables(frame: Frame): Record<string, string> {
  return Object.fromEntries(variablesOf(frame).map(({ variable, value }) => [variable.name, value === undefined ? 'not assigned' : printJson(value)]));
}

const blocks = `main:
  params: [args]
  steps:
    - init:
        assign:
          - total: 0
          - m: {k: [1, 2]}
    - loop:
        for:
          value: v
          index: i
          range: [10, 11]
          steps:
            - add:
                assign:
                  - local: \${v * 2}
                  - total: \${total + local}
            - stop:
                next: continue
    - t:
        try:
          call: sub
          args: {n: 5}
        except:
          as: e
          steps:
            - handle:
                assign:
                  - seen: \${e.tags}
    - p:
        parallel:
          shared: [total]
          branches:
            - left:
                steps:
                  - l1:
                      assign:
                        - own: 1
                        - total: \${total + own}
                  - l2:
                      assign:
                        - own: 2
    - later:
        assign:
          - end_: 1
    - r:
        return: \${[total, m]}
sub:
  params: [n, d: 7]
  steps:
    - s:
        assign:
          - x: \${n / 0}
`;

const at = (line: number, times = 1): { machine: Machine; frame: Frame } => {
  const machine = machineOf(blocks, 'input');
  const { thread } = runToLine(machine, line, times);
  return { machine, frame: thread.top };
};

describe('variablesOf', () => {
  it('shows every variable of the routine, those without a value too', () => {
    const { frame } = at(8);
    assert.deepEqual(variables(frame), { args: '"input"', total: '0', m: '{"k":[1,2]}', end_: 'not assigned' });
  });

  it('shows those of a loop first, as they are in the iteration', () => {
    assert.deepEqual(variables(at(14).frame), { v: '10', i: '0', local: 'not assigned', args: '"input"', total: '0', m: '{"k":[1,2]}', end_: 'not assigned' });
    assert.deepEqual(variables(at(18, 2).frame), { v: '11', i: '1', local: '22', args: '"input"', total: '42', m: '{"k":[1,2]}', end_: 'not assigned' });
  });

  it('shows the parameters of a routine', () => {
    assert.deepEqual(variables(at(51).frame), { n: '5', d: '7', x: 'not assigned' });
  });

  it('shows the error inside an except', () => {
    const { e, seen } = variables(at(27).frame);
    assert.equal(e, '{"message":"ZeroDivisionError: division by zero","tags":["ZeroDivisionError"]}');
    assert.equal(seen, 'not assigned');
  });

  it('shows those of a branch and of the frames around it', () => {
    const { frame } = at(40);
    assert.deepEqual(variables(frame), { own: '1', args: '"input"', total: '43', m: '{"k":[1,2]}', end_: 'not assigned' });
    const total = lookup(scopeOf(frame), 'total')!;
    assert.equal(frameOf(frame, total), frame.outer);
    assert.equal(frameOf(frame, lookup(scopeOf(frame), 'own')!), frame);
  });
});

describe('evaluate', () => {
  const { machine, frame } = at(18);
  const value = (text: string): string => printJson(evaluate(machine, frame, text));

  it('computes as if the expression stood there, with or without ${}', () => {
    assert.equal(value('v + total'), '30');
    assert.equal(value(' ${local == 20 and not (v in [1])} '), 'true');
    assert.equal(value('m.k[i + 1]'), '2');
    assert.equal(value('[len(m.k), keys(m), default(null, args)]'), '[2,["k"],"input"]');
  });

  it('reads the environment and the library', () => {
    assert.equal(value('sys.get_env("HOME_CITY")'), '"Graz"');
    assert.equal(value('http.default_retry.max_retries'), '5');
  });

  it('reads through the frames of branches', () => {
    const branch = at(40);
    assert.equal(printJson(evaluate(branch.machine, branch.frame, 'own + total')), '44');
  });

  it('puts extra names before those of the workflow', () => {
    const extra = new Map([['v', 'extra'], ['error', 'oops']]);
    assert.equal(printJson(evaluate(machine, frame, '[v, error, total]', extra)), '["extra","oops",20]');
  });

  it('raises what the expression raises', () => {
    assert.throws(() => evaluate(machine, frame, 'm.missing'), (error) => error instanceof Raised && error.headline === 'KeyError: key not found: missing');
    assert.throws(() => evaluate(machine, frame, 'end_'), (error) => error instanceof Raised && error.headline === 'KeyError: variable not assigned yet: end_');
  });

  const refused: Readonly<Record<string, string>> = {
    '': 'There is no expression.',
    '${ }': 'There is no expression.',
    'v +': 'A value should stand here, found the end.',
    'nothing + 1': '"nothing" is not a variable here.',
    e: '"e" is not a variable here.',
    'sub(1)': '"sub" is a subworkflow; a debugger\'s expression only computes.',
    'sys.now()': '"sys.now" is a function that reaches outside the workflow; a debugger\'s expression only computes.',
    'false and sub(1)': '"sub" is a subworkflow; a debugger\'s expression only computes.',
    'http.get("https://example.com")': '"http.get" is a function that reaches outside the workflow; a debugger\'s expression only computes.',
    'unknown.function(1)': 'No function is named "unknown.function".',
    'x()': 'No function is named "x".',
    'len(1, 2)': 'TypeError: len got 2 arguments; its parameters are x',
  };
  for (const [text, message] of Object.entries(refused)) {
    it(`refuses ${JSON.stringify(text)} with a reason`, () => {
      assert.throws(
        () => evaluate(machine, frame, text),
        (error) => (error instanceof InspectionError ? error.message : error instanceof Raised ? error.headline : String(error)) === message || assert.fail(error instanceof Raised ? error.headline : String(error)),
      );
    });
  }

  it('refuses what is far too long', () => {
    assert.throws(() => evaluate(machine, frame, `1${'+1'.repeat(100_000)}`), InspectionError);
  });

  it('changes nothing', () => {
    const before = printJson(evaluate(machine, frame, '[v, i, local, total, m]'));
    evaluate(machine, frame, 'list.concat(m.k, 3)');
    evaluate(machine, frame, 'map.merge(m, m)');
    assert.equal(printJson(evaluate(machine, frame, '[v, i, local, total, m]')), before);
  });
});

describe('assign', () => {
  it('changes a variable for the rest of the run', () => {
    const { machine, frame } = at(18);
    assert.equal(printJson(assign(machine, frame, 'total', '${total * 10}')), '200');
    const end = runToEnd(machine);
    assert.equal(end, '[223,{"k":[1,2]}]');
  });

  it('changes a part of a variable, and never a copy of it', () => {
    const { machine, frame } = at(18);
    assign(machine, frame, 'local', 'm');
    assign(machine, frame, 'm.k[0]', '"new"');
    assign(machine, frame, ' m.added.deep ', '[v]');
    assert.equal(printJson(evaluate(machine, frame, '[local, m]')), '[{"k":[1,2]},{"added":{"deep":[10]},"k":["new",2]}]');
  });

  it('changes a variable of the frame around a branch', () => {
    const { machine, frame } = at(40);
    assign(machine, frame, 'total', '0');
    assert.equal(runToEnd(machine), '[0,{"k":[1,2]}]');
  });

  it('gives a value to a variable that had none', () => {
    const { machine, frame } = at(8);
    assign(machine, frame, 'end_', '"set"');
    assert.equal(printJson(evaluate(machine, frame, 'end_')), '"set"');
  });

  it('refuses what is no variable, what has no value and what cannot be assigned', () => {
    const { machine, frame } = at(18);
    for (const [target, message] of [
      ['nothing', '"nothing" is not a variable here.'],
      ['end_.k', '"end_" has no value yet.'],
      ['1 + 1', '"1 + 1" cannot be assigned to: a target is a variable, or a path into one such as order.items[0].'],
      ['sub', '"sub" is not a variable here.'],
    ] as const) {
      assert.throws(() => assign(machine, frame, target, '1'), new InspectionError(message));
    }
    assert.throws(() => assign(machine, frame, 'm.k[9]', '1'), (error) => error instanceof Raised && error.headline.startsWith('IndexError'));
    assert.equal(printJson(evaluate(machine, frame, 'm')), '{"k":[1,2]}');
  });

  it('leaves a snapshot as it was', () => {
    const { machine, frame } = at(18);
    const snapshot = machine.snapshot();
    assign(machine, frame, 'm.k[0]', '100');
    machine.restore(snapshot);
    assert.equal(runToEnd(machine), '[43,{"k":[1,2]}]');
  });
});

function runToEnd(machine: Machine): string {
  machine.stopAt.fill(0);
  const stop = machine.run(1_000_000);
  return stop.kind === 'returned' ? printJson(stop.value) : stop.kind;
}
