import assert from 'node:assert/strict';
import { breakpointCondition, type BreakpointDecision } from '../../../src/debuggee/conditions/breakpointCondition.ts';
import { ConditionError } from '../../../src/debuggee/conditions/error.ts';
import type { ConditionLanguage } from '../../../src/debuggee/conditions/expression.ts';
import { parseHitCount } from '../../../src/debuggee/conditions/hitCount.ts';
import { parseLogMessage } from '../../../src/debuggee/conditions/logMessage.ts';

/** A language of names: each stands for a value of the place; `broken` cannot be compiled. */
const names: ConditionLanguage<Readonly<Record<string, string | boolean>>> = {
  compile(expression) {
    if (!/^\w+$/.test(expression)) throw new Error('only names are known here.');
    return {
      evaluate(place) {
        const value = place[expression];
        if (value === undefined) throw new Error(`there is no ${expression}.`);
        return { truth: typeof value === 'boolean' ? value : undefined, text: String(value) };
      },
    };
  },
};

describe('hit counts', () => {
  const cases: [text: string, stopsAmongTheFirstSeven: number[]][] = [
    ['3', [3]],
    ['= 3', [3]],
    ['==3', [3]],
    ['=== 3', [3]],
    ['> 5', [6, 7]],
    ['>=5', [5, 6, 7]],
    ['< 3', [1, 2]],
    ['<= 3', [1, 2, 3]],
    [' % 3 ', [3, 6]],
    ['0', []],
  ];
  for (const [text, stops] of cases) {
    it(`${JSON.stringify(text)} stops at ${stops.length > 0 ? stops.join(', ') : 'no'} of seven hits`, () => {
      const stopsAt = parseHitCount(text);
      assert.deepEqual([1, 2, 3, 4, 5, 6, 7].filter(stopsAt), stops);
    });
  }
  for (const text of ['', 'three', '=> 3', '> -1', '1.5', '% 0', '> ']) {
    it(`refuses ${JSON.stringify(text)} and says what to write`, () => {
      assert.throws(() => parseHitCount(text), (error) => error instanceof ConditionError && error.message.includes(JSON.stringify(text)));
    });
  }
});

describe('log messages', () => {
  const shown = (message: string): string => parseLogMessage(message).map((part) => (part.kind === 'text' ? part.text : `<${part.expression}>`)).join('|');
  const cases: [message: string, parts: string][] = [
    ['plain', 'plain'],
    ['', ''],
    ['total is {total} EUR', 'total is |<total>| EUR'],
    ['{ a }{b}', '<a>|<b>'],
    ['total is ${total}', 'total is |<total>'],
    ['\\${total} \\{x\\} \\\\', '$|<total>| {x} \\'],
    ['costs $5 {a}', 'costs $5 |<a>'],
    ['{text.split("a}b", "}")} }', '<text.split("a}b", "}")>| }'],
    ["{'\\'}'}", "<'\\'}'>"],
    ['{ {"k": 1} }', '<{"k": 1}>'],
    ['C:\\temp {x}', 'C:\\temp |<x>'],
  ];
  for (const [message, parts] of cases) {
    it(`reads ${JSON.stringify(message)}`, () => assert.equal(shown(message), parts));
  }
  it('names the column of a brace that is not closed', () => {
    assert.throws(() => parseLogMessage('abc {x'), { name: 'ConditionError', message: /column 5 is not closed/ });
  });
  it('refuses braces without an expression', () => {
    assert.throws(() => parseLogMessage('abc ${ }'), { name: 'ConditionError', message: /column 6 hold no expression/ });
  });
});

describe('breakpoint conditions', () => {
  const pass: BreakpointDecision = { kind: 'pass' };
  const stop: BreakpointDecision = { kind: 'stop', failure: undefined };

  it('stop always where nothing is asked, also with empty texts', () => {
    assert.deepEqual(breakpointCondition({ condition: '', hitCondition: ' ', logMessage: '' }, names)({}), stop);
  });

  it('stop on true and pass on false', () => {
    const decide = breakpointCondition({ condition: 'ready' }, names);
    assert.deepEqual([decide({ ready: false }), decide({ ready: true })], [pass, stop]);
  });

  it('count hits only where the condition is true', () => {
    const decide = breakpointCondition({ condition: 'ready', hitCondition: '2' }, names);
    const decisions = [true, false, true, true].map((ready) => decide({ ready }).kind);
    assert.deepEqual(decisions, ['pass', 'pass', 'stop', 'pass']);
  });

  it('print a message in place of stopping, and a failure in the place of its expression', () => {
    const decide = breakpointCondition({ hitCondition: '>1', logMessage: 'order {id} of {who}' }, names);
    assert.deepEqual([decide({ id: '1' }), decide({ id: '2' })], [pass, { kind: 'log', text: 'order 2 of {who: there is no who.}' }]);
  });

  it('stop where they cannot be decided and say why once', () => {
    const decide = breakpointCondition({ condition: 'ready' }, names);
    assert.deepEqual(decide({}), { kind: 'stop', failure: 'Condition "ready" could not be evaluated: there is no ready.' });
    assert.deepEqual(decide({}), stop);
  });

  it('stop where the value is no boolean', () => {
    assert.deepEqual(breakpointCondition({ condition: 'n' }, names)({ n: 'text' }), { kind: 'stop', failure: 'Condition "n" gave text, where true or false is needed.' });
  });

  it('refuse a text that is no expression', () => {
    assert.throws(() => breakpointCondition({ condition: 'a +' }, names), { name: 'ConditionError', message: 'Condition "a +": only names are known here.' });
    assert.throws(() => breakpointCondition({ logMessage: '{a +}' }, names), { name: 'ConditionError', message: 'Log message "a +": only names are known here.' });
  });
});
