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

  it('may name a flow by its file or by its name, and what becomes of the file in git', () => {
    assert.deepEqual(check('program: ship.py\nunwrapped: true').problems, []);
    const file = check('flow_name: ship\ntype: FLOW\ntrack_in_git: true\ncommit: true\ncommit_message: Ship it\n');
    assert.deepEqual(file.problems, []);
    assert.deepEqual(file.options, { type: 'FLOW', flow_name: 'ship' });
    assert.deepEqual(file.git, { track: true, commit: true, message: 'Ship it' });
    assert.deepEqual(check('type: CONNECTION\nconnector_type: REST\n').problems, []);
  });

  const wrong: readonly (readonly [name: string, yaml: string, problems: readonly (readonly [string, string])[]])[] = [
    ['without a program', 'name: x', [['execution/missing-program', 'name: x']]],
    ['that is empty', '', [['execution/missing-program', '']]],
    ['that is a list', '[1]', [['execution/wrong-type', '[1]']]],
    ['with the input twice', 'program: a.yaml\nargument: 1\ninput: b.json', [['execution/duplicate-field', 'input']]],
    ['with both names of a field', 'program: a.yaml\nargument: 1\ninput_value: 2', [['execution/duplicate-field', 'input_value']]],
    ['of a workflow with the type of a flow', 'program: a.yaml\ntype: FLOW', [['execution/wrong-type', 'type']]],
    ['of a flow with the type of a workflow', 'program: a.py\ntype: WORKFLOW', [['execution/wrong-type', 'type']]],
    ['of a schedule', 'program: a.yaml\ntype: SCHEDULE', [['execution/wrong-type', 'type']]],
    ['with an unknown type', 'program: a.yaml\ntype: JOB', [['execution/bad-value', 'JOB']]],
    ['of a connection without a connector', 'program: a.py\ntype: CONNECTION', [['execution/missing-field', 'type']]],
    ['of a wrapper without a wrapper', 'program: a.py\ntype: WRAPPER', [['execution/missing-field', 'type']]],
    ['with what belongs to flows', 'program: a.yaml\nwrappers: []\nunwrapped: true', [['execution/unsupported-field', 'wrappers'], ['execution/unsupported-field', 'unwrapped']]],
    ['with a program and a flow', 'program: a.py\nflow_name: b', [['execution/duplicate-field', 'flow_name']]],
    ['with a project and a bundle', 'program: a.yaml\nproject_name: p\nbundle_name: b', [['execution/exclusive-fields', 'bundle_name']]],
    ['that commits what is not tracked', 'program: a.yaml\ncommit: true', [['execution/exclusive-fields', 'commit']]],
    ['for a workspace that is not configured', 'program: a.yaml\nremote_workspace_name: acme', [['execution/unknown-workspace', 'remote_workspace_name']]],
    ['with a value that JSON has not', 'program: a.yaml\nargument: {x: .inf}', [['execution/bad-value', '{x: .inf}']]],
    ['whose program is no path', 'program: [a]', [['execution/wrong-type', '[a]']]],
  ];
  for (const [name, yaml, problems] of wrong) {
    it(`${name} is refused at the place`, () => assert.deepEqual(check(yaml).problems, problems));
  }
});
