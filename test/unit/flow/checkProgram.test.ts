import assert from 'node:assert/strict';
import { checkProgram } from '../../../src/flow/host/checkProgram.ts';
import { Interpreters } from '../../../src/flow/host/interpreter.ts';

/** A text with the place of its problem between two marks, and the problem; none without marks. */
const cases: readonly (readonly [name: string, text: string, message: RegExp | undefined])[] = [
  ['a flow', 'def handler(system, this, inputs):\n    pass\n', undefined],
  ['a bracket that is not closed', 'def handler«(system, this:»\n    pass\n', /^SyntaxError: '\(' was never closed$/],
  ['an operator too many, after characters of two units', 'def handler(a):\n    x = "ä😀" + «*» 2\n', /^SyntaxError: invalid syntax$/],
  ['a wrong indentation', 'def handler(a):\r\n\tif a:\r\n«        pass»\r\n', /^TabError: /],
  ['return outside of a function', 'def handler(a): pass\n«return 1»\n', /^SyntaxError: 'return' outside function$/],
  ['no handler', '«x = 1»\n', /^The flow has no function "handler"; flows begin with: def handler\(system, this, inputs\)$/],
  ['an empty text', '«»', /^The flow has no function "handler"/],
  ['too many parameters', '\n«def handler(a, b, c, d): pass»\n', /^handler takes 4 parameters; /],
  ['no parameters', '«def handler(): pass»\n', /^handler takes no parameters; /],
  ['any parameters', 'def handler(*parameters): pass\n', undefined],
  ['a further parameter with a default', 'def handler(a, b, c, d=1): pass\n', undefined],
  ['a keyword that nobody gives', '«def handler(a, *, b): pass»\n', /^handler requires the keyword argument b/],
  ['an async handler', '«async def handler(a): pass»\n', /^handler is an async function/],
  ['a decorated handler', '@some\ndef handler(): pass\n', undefined],
  ['a handler that is given to the name', 'handler = make()\n', undefined],
  ['a handler that is imported', 'from flows import handler\n', undefined],
  ['whatever is imported', 'from flows import *\n', undefined],
  ['a handler within if and try', 'try:\n    if True:\n        def handler(a): pass\nexcept ImportError:\n    pass\n', undefined],
  ['a handler of a class only', '«class A:»\n    def handler(self): pass\n', /^The flow has no function "handler"/],
  ['nested too deep', `«${'('.repeat(5000)}1${')'.repeat(5000)}»`, /too many nested parentheses|cannot read this text/],
  ['a zero', '«def handler(a): pass\0»', /source code (string )?cannot contain null bytes/],
];

describe('the check of a flow before its start', () => {
  const interpreters = new Interpreters();

  for (const [name, marked, message] of cases) {
    it(`${message ? 'reports' : 'accepts'} ${name}`, async () => {
      const start = marked.indexOf('«');
      const end = marked.indexOf('»') - 1;
      const text = marked.replace(/[«»]/g, '');
      const problems = await checkProgram(await interpreters.find(), '/nowhere/flow.py', text);
      if (!message) {
        assert.deepEqual(problems, []);
        return;
      }
      assert.equal(problems.length, 1);
      assert.match(problems[0]!.message, message);
      assert.equal(problems[0]!.severity, 'error');
      if (name !== 'nested too deep') assert.deepEqual(problems[0]!.range, { start, end });
    });
  }

  it('executes nothing', async () => {
    assert.deepEqual(await checkProgram(await interpreters.find(), '/nowhere/flow.py', 'import os\nos._exit(9)\ndef handler(a): pass\n'), []);
  });
});
