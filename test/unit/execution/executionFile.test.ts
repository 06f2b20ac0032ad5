import assert from 'node:assert/strict';
import { checkExecutionFile } from '../../../src/execution/executionFile.ts';
import { parseSource } from '../../../src/source/parse.ts';

function check(yaml: string) {
  const file = checkExecutionFile(parseSource(yaml, 'yaml').root);
  return { ...file, problems: file.problems.map(({ code, range }) => [code, yaml.slice(range.start, range.end)]) };
}

describe('an execution file', () => {
  it('names a program, its input and the options', () => {
    const file = check('program: order.workflows.yaml\nargument: {n: 1.0}\nmocks: other.mocks.yaml\nmax_runtime_minutes: 2\n');
    assert.deepEqual(file.problems, []);
    assert.equal(file.program?.path, 'order.workflows.yaml');
    assert.equal(file.mocks?.path, 'other.mocks.yaml');
    assert(file.input && 'json' in file.input);
    assert.deepEqual([file.input.json, file.input.key], ['{"n":1.0}', 'argument']);
    assert.deepEqual(file.options, { max_runtime_minutes: 2 });
  });

  it('may name an input file instead of holding the input', () => {
    const file = check('program: a.yaml\ninput: a.input.json\n');
    assert.deepEqual(file.problems, []);
    assert(file.input && 'path' in file.input);
    assert.equal(file.input.path, 'a.input.json');
  });

  const wrong: readonly (readonly [name: string, yaml: string, problems: readonly (readonly [string, string])[]])[] = [
    ['without a program', 'name: x', [['execution/missing-program', 'name: x']]],
    ['that is empty', '', [['execution/missing-program', '']]],
    ['that is a list', '[1]', [['execution/wrong-type', '[1]']]],
    ['with the input twice', 'program: a.yaml\nargument: 1\ninput: b.json', [['execution/duplicate-field', 'input']]],
    ['with both names of a field', 'program: a.yaml\nargument: 1\ninput_value: 2', [['execution/duplicate-field', 'input_value']]],
    ['of a flow', 'program: a.yaml\ntype: FLOW', [['execution/bad-value', 'FLOW']]],
    ['with a value that JSON has not', 'program: a.yaml\nargument: {x: .inf}', [['execution/bad-value', '{x: .inf}']]],
    ['whose program is no path', 'program: [a]', [['execution/wrong-type', '[a]']]],
  ];
  for (const [name, yaml, problems] of wrong) {
    it(`${name} is refused at the place`, () => assert.deepEqual(check(yaml).problems, problems));
  }
});
