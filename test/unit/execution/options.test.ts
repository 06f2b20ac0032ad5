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
    });
  });

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
    ['labels: {Team: a}', 'execution/bad-value', 'A label\'s key has up to 63 lower-case letters, digits, _ and -, and begins with a letter; got "Team".', 'Team'],
    ['labels: {team: 1}', 'execution/bad-value', 'The value of label "team" is a string of up to 63 lower-case letters, digits, _ and -; got 1.', '1'],
    ['labels: {__proto__: a}', 'execution/bad-value', 'A label\'s key has up to 63 lower-case letters, digits, _ and -, and begins with a letter; got "__proto__".', '__proto__'],
    ['input_schema: [1]', 'execution/wrong-type', 'input_schema takes a JSON Schema: a map, true or false; got a list.', '[1]'],
    ['id: abc', 'execution/output-only-field', 'id is set by the engine and cannot be given.', 'id'],
    ['status: ACTIVE', 'execution/output-only-field', 'status is set by the engine and cannot be given.', 'status'],
    ['priority: 3', 'execution/unsupported-field', 'priority is not supported for workflows by the local engine: executions start at once, there is no queue.', 'priority'],
    ['flow_name: x', 'execution/unsupported-field', 'flow_name is not supported for workflows by the local engine: it belongs to flows.', 'flow_name'],
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
