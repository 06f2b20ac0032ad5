import assert from 'node:assert/strict';
import { isWorkflow } from '../../../src/editor/detect.ts';
import { programKindOf, shortName } from '../../../src/editor/files.ts';

describe('workflows by their content', () => {
  const cases: readonly (readonly [behaviour: string, text: string, is: boolean])[] = [
    ['a map with a routine main', 'main:\n  steps:\n    - a:\n        return: 1\n', true],
    ['a list of steps', '- a:\n    call: sys.log\n    args: {text: x}\n- b:\n    return: 1\n', true],
    ['JSON', '{"main": {"steps": [{"a": {"assign": [{"b": 1}]}}]}}', true],
    ['no list of playbooks', '- hosts: all\n  tasks:\n    - call: x\n', false],
    ['no pipeline with steps of its own', 'main:\n  steps:\n    - run: npm test\n', false],
    ['no list of maps with unknown keys beside', '- a:\n    return: 1\n    image: x\n', false],
    ['no list of which only a part is steps', '- a:\n    return: 1\n- 5\n', false],
    ['no empty text', '', false],
    ['no text that cannot be read', '\t- a: [', false],
    ['no empty list of steps', 'main:\n  steps: []\n', false],
  ];
  for (const [behaviour, text, is] of cases) it(behaviour, () => assert.equal(isWorkflow(text, 'yaml'), is));

  it('nothing beyond the size a workflow may have', () => {
    assert.equal(isWorkflow(`- a:\n    return: "${'x'.repeat(128 * 1024)}"\n`, 'yaml'), false);
  });
});

describe('programs by their names', () => {
  const names: readonly (readonly [string, ReturnType<typeof programKindOf>, string])[] = [
    ['workflows.yaml', 'workflow', 'workflows'],
    ['/a/order.workflows.yml', 'workflow', 'order'],
    ['order.workflow.json', 'workflow', 'order'],
    ['C:\\a\\order.workflows.yaml', 'workflow', 'order'],
    ['order.execution.yaml', 'execution', 'order'],
    ['order.workflows.input.yaml', undefined, 'order.workflows.input'],
    ['order.mocks.yaml', undefined, 'order.mocks'],
    ['myworkflows.yaml', undefined, 'myworkflows'],
    ['workflows.txt', undefined, 'workflows.txt'],
  ];
  for (const [name, kind, short] of names) {
    it(name, () => {
      assert.equal(programKindOf(name), kind);
      assert.equal(shortName(name), short);
    });
  }
});
