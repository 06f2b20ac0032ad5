import assert from 'node:assert/strict';
import { companion, fileRole, inputFilesOf, programNames, programOf } from '../../../src/schema/association.ts';

describe('files that belong together by name', () => {
  const folder = [
    'order.workflows.yaml', 'order.big.yaml', 'workflows.yaml', 'ship.py', 'ship.flow.yaml', 'bill.workflow.json',
    'order.input.json', 'order.express.input.yaml', 'order.big.input.json', 'order.workflows.input.yml', 'order.big.late.input.json',
    'workflows.input.json', 'ship.input.yaml', 'bill.input.schema.yaml', 'bill.output.schema.json', 'lost.input.json', 'order.execution.yaml', 'order.mocks.yaml',
  ];

  const roles: Readonly<Record<string, string | undefined>> = {
    'order.input.json': 'input order',
    'order.express.input.yml': 'input order.express',
    'order.input.schema.json': 'schema order of input',
    'order.output.schema.yaml': 'schema order of output',
    'address.schema.json': 'schema address of undefined',
    'order.execution.yaml': 'execution order',
    'ship.flow.yaml': 'metadata ship',
    'ship.flow.json': 'metadata ship',
    'ship.mocks.yaml': 'mocks ship',
    'ship.answers.yml': 'answers ship',
    'ship.env.json': 'environment ship',
    'carrier.connector.yaml': 'connector carrier',
    'shipping limit.setting.yaml': 'setting shipping limit',
    'nightly.schedule.yaml': 'schedule nightly',
    'orders.webhook.json': 'webhook orders',
    'audit.wrapper.yml': 'wrapper audit',
    'stepthrough.yaml': 'workspace stepthrough',
    'nightly.schedule.workflows.yaml': undefined,
    'order.workflows.yaml': undefined,
    '.input.json': undefined,
    'input.json': undefined,
    'order.input.txt': undefined,
  };
  for (const [file, role] of Object.entries(roles)) {
    it(`${file} is ${role ?? 'no file of a program'}`, () => {
      const found = fileRole(file);
      assert.equal(found && `${found.kind === 'resource' ? found.type : found.kind} ${found.stem}${found.kind === 'schema' ? ` of ${String(found.of)}` : ''}`, role);
    });
  }

  const names: Readonly<Record<string, readonly string[]>> = {
    'order.workflows.yaml': ['order.workflows', 'order'],
    'workflows.yaml': ['workflows'],
    'order.workflow.json': ['order.workflow', 'order'],
    'main.yml': ['main'],
    'ship.py': ['ship'],
    'order.input.json': [],
    'order.execution.yaml': [],
    'carrier.connector.yaml': [],
    'order.answers.yaml': [],
    'stepthrough.yaml': [],
    'nightly.schedule.workflows.yaml': ['nightly.schedule.workflows', 'nightly.schedule'],
    'notes.txt': [],
  };
  for (const [file, expected] of Object.entries(names)) {
    it(`${file} has the names ${expected.join(' and ') || '(none)'}`, () => assert.deepEqual(programNames(file), expected));
  }

  const programs: Readonly<Record<string, readonly [string, string | undefined] | undefined>> = {
    'order.input.json': ['order.workflows.yaml', undefined],
    'order.express.input.yaml': ['order.workflows.yaml', 'express'],
    'order.workflows.input.yml': ['order.workflows.yaml', undefined],
    'order.big.input.json': ['order.big.yaml', undefined],
    'order.big.late.input.json': ['order.big.yaml', 'late'],
    'workflows.input.json': ['workflows.yaml', undefined],
    'ship.input.yaml': ['ship.py', undefined],
    'ship.flow.yaml': ['ship.py', undefined],
    'bill.input.schema.yaml': ['bill.workflow.json', undefined],
    'lost.input.json': undefined,
    'order.mocks.yaml': ['order.workflows.yaml', undefined],
    'ship.connector.yaml': undefined,
  };
  for (const [file, expected] of Object.entries(programs)) {
    it(`${file} belongs to ${expected ? expected[0] : 'no program'}`, () => {
      const found = programOf(file, folder);
      assert.deepEqual(found && [found.program, found.case], expected);
    });
  }

  it('lists the input files of a program, the plain one first', () => {
    assert.deepEqual(
      inputFilesOf('order.workflows.yaml', folder).map(({ file, case: name }) => `${file} ${name ?? ''}`.trim()),
      ['order.input.json', 'order.workflows.input.yml', 'order.express.input.yaml express'],
    );
  });

  it('finds schemas and metadata by any name of the program', () => {
    assert.equal(companion(programNames('bill.workflow.json'), '.input.schema', folder), 'bill.input.schema.yaml');
    assert.equal(companion(programNames('bill.workflow.json'), '.output.schema', folder), 'bill.output.schema.json');
    assert.equal(companion(programNames('ship.py'), '.flow', folder), 'ship.flow.yaml');
    assert.equal(companion(programNames('order.workflows.yaml'), '.input.schema', folder), undefined);
  });
});
