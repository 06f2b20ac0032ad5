import assert from 'node:assert/strict';
import { BreakpointBinder } from '../../../../src/engine/debug/binding.ts';
import { compile } from '../../../../src/machine/compile/compile.ts';
import type { SourceFormat } from '../../../../src/source/parse.ts';
import { parseWorkflow } from '../../../../src/workflow/parse.ts';

function binder(text: string, format: SourceFormat = 'yaml'): BreakpointBinder {
  return new BreakpointBinder(compile(parseWorkflow(text, format)));
}

/** For each line of a text: the step that a breakpoint there binds to. */
function steps(text: string, format?: SourceFormat): (string | undefined)[] {
  const bound = binder(text, format);
  return text.split('\n').map((_, index) => bound.bind(index + 1, undefined).location?.step.name);
}

describe('binding breakpoints', () => {
  it('takes every line of a body to its step and other lines to the next', () => {
    const text = ['# top', 'main:', '  steps:', '    - a:', '        assign:', '          # inside', '', '          - x: 1', '', '    - b:', '        return: 1', '# end'].join('\n');
    assert.deepEqual(steps(text), ['a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'b', 'b', 'b', undefined]);
  });

  it('takes lines of nested steps to the innermost and keys between them to the step around', () => {
    const text = ['- outer:', '    try:', '      steps:', '        - one:', '            assign: [{x: 1}]', '        # before two', '        - two:', '            assign: [{y: 1}]', '    except:', '      as: e', '      steps:', '        - three:', '            raise: ${e}'].join('\n');
    assert.deepEqual(steps(text), ['outer', 'outer', 'outer', 'one', 'one', 'two', 'two', 'two', 'outer', 'outer', 'outer', 'three', 'three']);
  });

  it('knows a literal block as part of its step, also where it looks like comments', () => {
    const text = ['- a:', '    assign:', '      - x: |', '          # not a comment', '', '          text', '- b:', '    return: ${x}'].join('\n');
    assert.deepEqual(steps(text), ['a', 'a', 'a', 'a', 'a', 'a', 'b', 'b']);
  });

  it('works in JSON, on several lines', () => {
    const text = ['{', '  "main": {', '    "steps": [', '      { "a": {', '        "assign": [ { "x": 1 } ]', '      } },', '      { "b": { "return": 1 } }', '    ]', '  }', '}'].join('\n');
    assert.deepEqual(steps(text, 'json'), ['a', 'a', 'a', 'a', 'a', 'a', 'b', undefined, undefined, undefined]);
  });

  it('takes the first step of a line that has several, and any of them by column', () => {
    const text = '[{"a": {"assign": [{"x": 1}, {"y": 2}]}}, {"b": {"return": 1}}]';
    const bound = binder(text, 'json');
    assert.equal(bound.bind(1, undefined).location?.step.name, 'a');
    assert.equal(bound.bind(1, text.indexOf('"b"') + 1).location?.step.name, 'b');
    assert.equal(bound.bind(1, text.indexOf('"y"') + 1).location?.kind, 'item');
    assert.equal(bound.locations(1, 1).length, 3);
  });

  it('says why a line beyond the last step cannot stop', () => {
    const { location, message } = binder('- a:\n    return: 1\n').bind(99, undefined);
    assert.equal(location, undefined);
    assert.match(message, /no step follows it/);
  });

  it('works with Windows line ends', () => {
    assert.deepEqual(steps(['- a:', '    assign: [{x: 1}]', '', '- b:', '    return: 1'].join('\r\n')), ['a', 'a', 'b', 'b', 'b']);
  });
});
