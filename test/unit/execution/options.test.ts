import assert from 'node:assert/strict';
import { describeType, fields, findField, settableFields } from '../../../src/execution/fields.ts';
import { checkOptions, checkOptionValues } from '../../../src/execution/options.ts';
import { parseSource } from '../../../src/source/parse.ts';

function check(yaml: string) {
  const { root } = parseSource(yaml, 'yaml');
  assert(root);
  const { options, problems } = checkOptions(root);
  return { options, problems: problems.map(({ code, message, range }) => ({ code, message, at: yaml.slice(range.start, range.end) })) };
}

describe('execution options', () => {
  it('are read in the form of the record', () => {
    const { options, problems } = check(`
      name: "  nightly  "
      description: |
        two
        lines
      labels: {team: billing, größe: "x_1-y", empty: ""}
      input_schema: {type: object, properties: {n: {const: 1.0}}}
      output_schema: true
      max_runtime_minutes: 5
      is_productive: true
      call_log_level: LOG_ERRORS_ONLY
      use_breakpoints: false
      breakpoints: [9, 3, 3]
      use_only_explicit_breakpoints: true
      priority: -2
      disable_concurrency_quota_overflow_buffering: true
      scheduled_for: 2026-01-31T09:00:00+01:00
      orphan: true
      execution_history_level: EXECUTION_HISTORY_DETAILED
      savepoint_retention: LAST
      project_name: shop
      location_inheritance: PARENT
      roles: [admin, " reader ", admin]
      plugin_action_id: 0A1B2C3D-0000-4000-8000-000000000000
      wrappers: [{wrapper_name: retry, params: {max_tries: 1.0}}]
      unwrapped: true
    `);
    assert.deepEqual(problems, []);
    const { labels, ...rest } = options;
    assert.deepEqual({ ...labels }, { team: 'billing', größe: 'x_1-y', empty: '' });
    assert.deepEqual(rest, {
      name: 'nightly',
      description: 'two\nlines\n',
      input_schema: '{"type":"object","properties":{"n":{"const":1.0}}}',
      output_schema: 'true',
      max_runtime_minutes: 5,
      is_productive: true,
      call_log_level: 'LOG_ERRORS_ONLY',
      use_breakpoints: false,
      breakpoints: [3, 9],
      use_only_explicit_breakpoints: true,
      priority: -2,
      disable_concurrency_quota_overflow_buffering: true,
      scheduled_for: '2026-01-31T08:00:00.000Z',
      orphan: true,
      execution_history_level: 'EXECUTION_HISTORY_DETAILED',
      savepoint_retention: 'LAST',
      project_name: 'shop',
      location_inheritance: 'PARENT',
      roles: ['admin', 'reader'],
      plugin_action_id: '0a1b2c3d-0000-4000-8000-000000000000',
      wrappers: [{ wrapper_name: 'retry', params: '{"max_tries":1.0}' }],
      unwrapped: true,
    });
  });

  const together: readonly (readonly [yaml: string, program: 'workflow' | 'flow' | undefined, messages: readonly string[]])[] = [
    ['{project_name: a, bundle_name: b}', undefined, ['project_name and bundle_name exclude each other: an execution belongs to a project or to a bundle.']],
    ['{project_id: 00000000-0000-4000-8000-000000000000, project_name: b}', undefined, ['project_id and project_name name the same thing; give one of them.']],
    ['{remote_workspace_name: acme}', undefined, ['remote_workspace_name takes the name of a configured Cloudomation workspace; got "acme", and no workspace is configured.']],
    ['{wrappers: [], unwrapped: true}', 'workflow', ['wrappers is not supported for workflows by the local engine: it belongs to flows.', 'unwrapped is not supported for workflows by the local engine: it belongs to flows.']],
    ['{wrappers: [], unwrapped: true}', 'flow', []],
    ['{wrappers: [], unwrapped: true}', undefined, []],
    ['{priority: high, project_name: a, bundle_name: b}', 'workflow', ['priority takes an integer from -2147483648 to 2147483647; got "high".', 'project_name and bundle_name exclude each other: an execution belongs to a project or to a bundle.']],
  ];
  for (const [yaml, program, messages] of together) {
    it(`are checked together: ${yaml}${program === undefined ? '' : ` for a ${program}`}`, () => {
      const { problems } = checkOptions(parseSource(yaml, 'yaml').root!, program);
      assert.deepEqual(problems.map(({ message }) => message), messages);
    });
  }

  const refused: readonly (readonly [yaml: string, code: string, message: string, at: string])[] = [
    ['max_runtime_minutes: ten', 'execution/wrong-type', 'max_runtime_minutes takes an integer from 0 to 525600; got "ten".', 'ten'],
    ['max_runtime_minutes: 1.5', 'execution/wrong-type', 'max_runtime_minutes takes an integer from 0 to 525600; got 1.5.', '1.5'],
    ['max_runtime_minutes: 1.0', 'execution/wrong-type', 'max_runtime_minutes takes an integer from 0 to 525600; got 1.0.', '1.0'],
    ['max_runtime_minutes: -1', 'execution/bad-value', 'max_runtime_minutes takes an integer from 0 to 525600; got -1.', '-1'],
    ['use_breakpoints: "yes"', 'execution/wrong-type', 'use_breakpoints takes true or false; got "yes".', '"yes"'],
    ['call_log_level: ALL', 'execution/bad-value', 'call_log_level takes one of CALL_LOG_LEVEL_UNSPECIFIED, LOG_ALL_CALLS, LOG_ERRORS_ONLY, LOG_NONE; got "ALL".', 'ALL'],
    ['breakpoints: 3', 'execution/wrong-type', 'breakpoints takes a list of line numbers, counted from 1; got 3.', '3'],
    ['breakpoints: [1, 0]', 'execution/bad-value', 'breakpoints takes line numbers, counted from 1; got 0.', '0'],
    ['name: "  "', 'execution/bad-value', 'name takes a line of text of 1 to 128 characters; got 0 characters.', '"  "'],
    [`name: ${'n'.repeat(129)}`, 'execution/bad-value', 'name takes a line of text of 1 to 128 characters; got 129 characters.', 'n'.repeat(129)],
    ['labels: {Team: a}', 'execution/bad-value', 'labels: a label\'s key has up to 63 lower-case letters, digits, _ and -, and begins with a letter; got "Team".', 'Team'],
    ['labels: {team: 1}', 'execution/bad-value', 'labels: the value of "team" is a string of up to 63 lower-case letters, digits, _ and -; got 1.', '1'],
    ['labels: {__proto__: a}', 'execution/bad-value', 'labels: a label\'s key has up to 63 lower-case letters, digits, _ and -, and begins with a letter; got "__proto__".', '__proto__'],
    ['input_schema: [1]', 'execution/wrong-type', 'input_schema takes a JSON Schema: a map, true or false; got a list.', '[1]'],
    ['id: abc', 'execution/output-only-field', 'id is set by the engine and cannot be given.', 'id'],
    ['status: ACTIVE', 'execution/output-only-field', 'status is set by the engine and cannot be given.', 'status'],
    ['priority: 3000000000', 'execution/bad-value', 'priority takes an integer from -2147483648 to 2147483647; got 3000000000.', '3000000000'],
    ['scheduled_for: tomorrow', 'execution/bad-value', 'scheduled_for takes a time such as 2026-01-31T08:00:00Z; got "tomorrow".', 'tomorrow'],
    ['scheduled_for: 2026-02-30T08:00:00Z', 'execution/bad-value', 'scheduled_for takes a time such as 2026-01-31T08:00:00Z; got "2026-02-30T08:00:00Z".', '2026-02-30T08:00:00Z'],
    ['scheduled_for: 5', 'execution/wrong-type', 'scheduled_for takes a time such as 2026-01-31T08:00:00Z; got 5.', '5'],
    ['plugin_action_id: abc', 'execution/bad-value', 'plugin_action_id takes a UUID; got "abc".', 'abc'],
    ['roles: admin', 'execution/wrong-type', 'roles takes a list of names; got "admin".', 'admin'],
    ['roles: [admin, 3]', 'execution/bad-value', 'roles takes names, each a line of text of 1 to 128 characters; got 3.', '3'],
    ['savepoint_retention: SOME', 'execution/bad-value', 'savepoint_retention takes one of LAST, ALL; got "SOME".', 'SOME'],
    ['wrappers: [retry]', 'execution/bad-value', 'wrappers takes a list of {wrapper_id, params}; got "retry".', 'retry'],
    ['wrappers: [{params: {}}]', 'execution/bad-value', 'A wrapper is named by wrapper_id or wrapper_name, one of them.', '{params: {}}'],
    ['wrappers: [{wrapper_id: x}]', 'execution/bad-value', 'wrapper_id takes a UUID; got "x".', 'x'],
    ['wrappers: [{wrapper_name: retry, params: 3}]', 'execution/bad-value', 'params of a wrapper is a map; got 3.', '3'],
    ['wrappers: [{wrapper_name: retry, parms: {}}]', 'execution/bad-value', 'A wrapper has wrapper_id or wrapper_name, and params; got "parms".', 'parms'],
    ['webhook_id: x', 'execution/output-only-field', 'webhook_id is set by the engine and cannot be given.', 'webhook_id'],
    ['flow_name: x', 'execution/field-not-allowed', 'flow_name is no option of a launch: it belongs into an execution file.', 'flow_name'],
    ['is_readonly: true', 'execution/field-not-allowed', 'is_readonly is not allowed for executions: an execution cannot be read-only.', 'is_readonly'],
    ['argument: 1', 'execution/field-not-allowed', 'argument is no option of a launch: it belongs into an execution file.', 'argument'],
    ['use_breakpoint: true', 'execution/unknown-field', '"use_breakpoint" is not a field of an execution; did you mean use_breakpoints?', 'use_breakpoint'],
    ['__proto__: {name: x}', 'execution/unknown-field', '"__proto__" is not a field of an execution.', '__proto__'],
    ['- name', 'execution/wrong-type', 'Execution fields are a map of names and values; found a list.', '- name'],
  ];
  for (const [yaml, code, message, at] of refused) {
    it(`refuse ${yaml.slice(0, 40)}`, () => {
      const { options, problems } = check(yaml);
      assert.deepEqual(problems, [{ code, message, at }]);
      assert.deepEqual(Object.keys(options).filter((key) => key !== 'labels'), []);
    });
  }

  it('have at most 64 labels', () => {
    const labels = Array.from({ length: 65 }, (_, index) => `l${index}: a`).join(', ');
    assert.equal(check(`labels: {${labels}}`).problems[0]?.message, 'labels takes a map of at most 64 labels; got 65.');
  });

  it('of plain data are checked by the same rules', () => {
    const given = JSON.parse('{"max_runtime_minutes": 5, "__proto__": 1, "breakpoints": [2.5], "use_breakpoints": true}') as Record<string, unknown>;
    const { options, problems } = checkOptionValues(given);
    assert.deepEqual(options, { max_runtime_minutes: 5, use_breakpoints: true });
    assert.deepEqual(problems.map(({ code }) => code), ['execution/unknown-field', 'execution/bad-value']);
  });

  it('keep what was right beside what was not', () => {
    const { options, problems } = check('name: good\nmax_runtime_minutes: bad');
    assert.deepEqual(options, { name: 'good' });
    assert.equal(problems.length, 1);
  });
});

describe('the field table', () => {
  it('finds a field by each of its names', () => {
    assert.equal(findField('argument'), findField('input_value'));
    assert.equal(findField('result'), findField('output_value'));
    assert.equal(findField('status'), findField('state'));
    assert.equal(findField('toString'), undefined);
  });

  it('uses each name once', () => {
    const names = fields.flatMap(({ name, aliases }) => [name, ...aliases]);
    assert.deepEqual(names.filter((name, index) => names.indexOf(name) !== index), []);
  });

  it('gives every settable field a documentation and a description of its type', () => {
    for (const field of settableFields('file')) {
      assert.match(field.documentation, /^[A-Z].*\.$/s, field.name);
      assert.notEqual(describeType(field.type), 'nothing', field.name);
    }
  });
});
