import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { parseSource, type SourceDocument } from '../../../src/source/parse.ts';
import type { DataNode } from '../../../src/source/data.ts';
import type { Range } from '../../../src/source/text.ts';
import { childrenOf, type Expression } from '../../../src/workflow/expression/ast.ts';
import { parseExpression } from '../../../src/workflow/expression/parse.ts';
import { parseWorkflow } from '../../../src/workflow/parse.ts';
import { forEachStep } from '../../../src/workflow/syntax.ts';
import { textOf, topics } from '../machine/conformance.ts';

/** Definitions of a person's size, among them all that is wrong in some way. */
const samples = topics.flatMap((topic) => topic.cases).map(textOf).filter((text) => text.length < 3000);

const pieces = ['${', '}', '"', "'", ': ', '\n', '\n  ', '- ', '[', ']', '{', ',', '#', '|', '>-', '&a ', '*a', '\t', '\\', '?', '!!str ', '<<: ', '---\n', '😀', '\ufeff', '\r', '%', 'main:', 'steps:', 'call: ', '${a.b[0] + f(1)}'];

/** A sample with some pieces put in, taken out or doubled. */
const mutated = fc
  .tuple(
    fc.constantFrom(...samples),
    fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat({ max: 20 }), put: fc.constantFrom('', ...pieces), again: fc.boolean() }), { minLength: 1, maxLength: 6 }),
  )
  .map(([text, edits]) =>
    edits.reduce((result, { at, cut, put, again }) => {
      const start = Math.floor(at * result.length);
      return result.slice(0, start) + put + (again ? result.slice(start, start + cut) : '') + result.slice(start + (again ? 0 : cut));
    }, text),
  );

const anyText = fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 100 }), fc.array(fc.constantFrom(...pieces, 'a', '1'), { maxLength: 60 }).map((parts) => parts.join('')));

const anyExpression = fc.oneof(
  fc.string({ maxLength: 100 }),
  fc.array(fc.constantFrom('a', 'b.c', '1', '2.5', '"x"', "'y'", '(', ')', '[', ']', ',', '.', '+', '-', '*', '/', '//', '%', '<', '==', '!=', 'in', 'and', 'or', 'not', 'true', 'null', 'len', ' '), { maxLength: 40 }).map((parts) => parts.join('')),
);

function within(range: Range, text: string): void {
  assert.ok(range.start >= 0 && range.start <= range.end && range.end <= text.length, `${JSON.stringify(range)} of ${text.length}`);
}

/** Parts stand inside the whole and in order: not so where aliases show the place of their anchor, or in broken texts. */
function checkTree(node: DataNode, text: string, ordered: boolean): void {
  within(node.range, text);
  if (node.kind === 'scalar') {
    for (const offset of node.offsets ?? []) assert.ok(offset >= node.range.start && offset <= node.range.end, `offset ${offset} outside ${JSON.stringify(node.range)}`);
    assert.ok(node.offsets === undefined || node.offsets.every((offset, i, all) => i === 0 || all[i - 1]! <= offset), 'offsets go forward');
    return;
  }
  const parts = node.kind === 'list' ? node.items : node.entries.flatMap((entry) => [entry.keyNode, entry.value]);
  for (const part of parts) checkTree(part, text, ordered);
  if (!ordered) return;
  const places = parts.map((part) => part.range);
  places.forEach((range, i) => {
    assert.ok(range.start >= node.range.start && range.end <= node.range.end, `${JSON.stringify(range)} outside ${JSON.stringify(node.range)}`);
    assert.ok(i === 0 || places[i - 1]!.end <= range.start, `${JSON.stringify(range)} before the end of the one before`);
  });
}

function checkSource(source: SourceDocument, text: string): void {
  for (const problem of source.problems) within(problem.range, text);
  const broken = source.problems.some((problem) => problem.severity === 'error');
  if (source.root) checkTree(source.root, text, !broken && !text.includes('*'));
}

function checkExpression(expression: Expression, text: string): void {
  within(expression.range, text);
  for (const child of childrenOf(expression)) {
    assert.ok(child.range.start >= expression.range.start && child.range.end <= expression.range.end, `${child.kind} outside its ${expression.kind}`);
    checkExpression(child, text);
  }
}

describe('texts of any kind', () => {
  for (const format of ['yaml', 'json'] as const) {
    it(`are read as ${format} to a tree whose ranges are inside the text and in order`, () => {
      fc.assert(fc.property(fc.oneof(anyText, mutated), (text) => checkSource(parseSource(text, format), text)), { numRuns: 1500 });
    });
  }

  it('are checked as workflows with problems inside the text, in its order', () => {
    fc.assert(
      fc.property(fc.oneof(mutated, anyText), (text) => {
        const { workflow, problems } = parseWorkflow(text, 'yaml');
        for (const problem of problems) {
          within(problem.range, text);
          for (const fix of problem.fixes ?? []) for (const edit of fix.edits) within(edit.range, text);
        }
        assert.ok(problems.every((problem, i) => i === 0 || problems[i - 1]!.range.start <= problem.range.start));
        for (const routine of workflow.routines) forEachStep(routine.steps, (step) => within(step.range, text));
      }),
      { numRuns: 2500 },
    );
  });

  it('are parsed as expressions to trees whose ranges nest', () => {
    fc.assert(
      fc.property(anyExpression, (text) => {
        const { expression, problems } = parseExpression(text);
        checkExpression(expression, text);
        for (const problem of problems) within(problem.range, text);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('texts made to exhaust a parser', () => {
  const long = (part: string, times = 60_000): string => part.repeat(times);

  const texts: Readonly<Record<string, string>> = {
    'an expression of many operators': `- a:\n    return: \${1${long('+1')}}\n`,
    'an expression of many dots': `- a:\n    return: \${a${long('.a')}}\n`,
    'an expression of many signs': `- a:\n    return: \${${long('-')}1}\n`,
    'an expression of many brackets': `- a:\n    return: \${${long('(')}\n`,
    'many open lists': long('- '),
    'many open flow lists': long('['),
    'many open flow maps': long('{a: '),
    'many nested keys': Array.from({ length: 450 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''),
    'many aliases': `- a:\n    return: &x 1\n${long('- *x\n', 20_000)}`,
    'many anchors': long('- &a b\n', 18_000),
    'many problems': long('- a\n', 30_000),
    'many steps of one name': long('- a:\n    next: end\n', 6000),
    'many unknown names': `- a:\n    return:\n${Array.from({ length: 3000 }, (_, i) => `      - \${name${i}}\n`).join('')}`,
    'many jumps to nowhere': Array.from({ length: 3000 }, (_, i) => `- step${i}:\n    next: nowhere${i}\n`).join(''),
    'many colons': long(': '),
    'many question marks': long('? '),
    'many quotes': long('"'),
    'many tags': long('!a '),
    'one long line': `- a:\n    return: ${long('x ')}\n`,
    'many lines without an end': `- a:\n    return: "${long('x\n')}`,
  };

  // Mocha keeps stack traces of any length, and those of a parser in its depths are long.
  const { stackTraceLimit } = Error;
  before(() => void (Error.stackTraceLimit = 10));
  after(() => void (Error.stackTraceLimit = stackTraceLimit));

  for (const [name, text] of Object.entries(texts)) {
    it(`${name} are read in time`, () => {
      const start = performance.now();
      checkSource(parseSource(text, 'yaml'), text);
      for (const problem of parseWorkflow(text, 'yaml').problems) within(problem.range, text);
      // Far more than it takes, far less than a text of this size takes where the work grows with its square.
      assert.ok(performance.now() - start < 15_000, `${Math.round(performance.now() - start)} ms`);
    });
  }

  it('a text of more than 2 MB is refused with its size', () => {
    const { root, problems } = parseSource('x'.repeat(2 * 1024 * 1024 + 1), 'yaml');
    assert.equal(root, undefined);
    assert.deepEqual(problems.map((problem) => problem.code), ['source/too-large']);
  });
});
