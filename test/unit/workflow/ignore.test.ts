import assert from 'node:assert/strict';
import { parseWorkflow } from '../../../src/workflow/parse.ts';

const codes = (text: string): string[] => parseWorkflow(text, 'yaml').problems.map((problem) => problem.code);

const withHint = (before: string, after: string): string => `main:\n  steps:\n${before}    - a:\n        return: "Hello \${x}"${after}\n`;

describe('a comment that ignores problems', () => {
  it('has something to ignore', () => assert.deepEqual(codes(withHint('', '')), ['expression/mixed-text']));

  it('works at the end of the line', () => assert.deepEqual(codes(withHint('', ' # stepthrough-ignore expression/mixed-text')), []));

  it('works without codes and among several', () => {
    assert.deepEqual(codes(withHint('', ' # stepthrough-ignore')), []);
    assert.deepEqual(codes(withHint('', ' # stepthrough-ignore try/pointless, expression/mixed-text')), []);
  });

  it('works on the line above only, and for its own codes only', () => {
    assert.deepEqual(codes('main:\n  steps:\n    - a:\n        # stepthrough-ignore expression/mixed-text\n        return: "Hello ${x}"\n'), []);
    assert.deepEqual(codes(withHint('# stepthrough-ignore expression/mixed-text\n', '')), ['expression/mixed-text']);
    assert.deepEqual(codes(withHint('', ' # stepthrough-ignore try/pointless')), ['expression/mixed-text']);
  });

  it('never hides an error', () => assert.deepEqual(codes('- a:\n    return: ${x} # stepthrough-ignore\n'), ['name/undefined']));

  it('is written by a fix, also for a value of several lines', () => {
    for (const text of [withHint('', ''), 'main:\n  steps:\n    - a:\n        return: |\n          first\n          Hello ${x}\n']) {
      const [problem] = parseWorkflow(text, 'yaml').problems;
      const fix = problem?.fixes?.at(-1);
      assert.equal(fix?.title, 'Ignore expression/mixed-text here');
      const [edit] = fix.edits;
      assert.ok(edit);
      assert.deepEqual(codes(text.slice(0, edit.range.start) + edit.newText + text.slice(edit.range.end)), []);
    }
  });

  it('is not offered in JSON, which has no comments', () => {
    const [problem] = parseWorkflow('[{"a": {"return": "Hello ${x}"}}]', 'json').problems;
    assert.equal(problem?.code, 'expression/mixed-text');
    assert.equal(problem.fixes, undefined);
  });
});
