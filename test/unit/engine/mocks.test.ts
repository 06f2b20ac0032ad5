import assert from 'node:assert/strict';
import { matchesGlob } from '../../../src/engine/glob.ts';
import { MockAnswers } from '../../../src/engine/mockAnswers.ts';
import { parseMocks } from '../../../src/execution/mocks.ts';
import type { EffectRequest, HttpRequest } from '../../../src/machine/effect.ts';

function answers(yaml: string): MockAnswers {
  const { mocks, problems } = parseMocks(yaml, 'yaml');
  assert.deepEqual(problems, []);
  return new MockAnswers(mocks);
}

const get = (url: string, part: Partial<HttpRequest> = {}): HttpRequest => ({ kind: 'http', call: 'http.get', method: 'GET', url, headers: [], timeoutSeconds: 1, ...part });
const connector = (name: string): EffectRequest => ({ kind: 'connector', name, args: '{}' });

function body(mocks: MockAnswers, request: EffectRequest): unknown {
  const outcome = mocks.answer(request)?.outcome;
  return outcome?.kind === 'response' ? [outcome.code, outcome.headers, Buffer.from(outcome.body, 'base64').toString()] : outcome;
}

describe('mocks', () => {
  it('answer an HTTP call by function, method and URL', () => {
    const mocks = answers(`
      - call: http.get
        url: https://a.test/*
        response: {code: 404, headers: {X-One: 1}, body: {n: 1, d: 1.0}}
      - url: https://a.test/orders
        method: post
        response: {body: done}
      - call: http.*
        response: {code: 204}
    `);
    assert.deepEqual(body(mocks, get('https://a.test/x?y=1')), [404, [['Content-Type', 'application/json; charset=utf-8'], ['X-One', '1']], '{"n":1,"d":1.0}']);
    assert.deepEqual(body(mocks, get('https://a.test/orders?q=1', { call: 'http.post', method: 'POST' })), [200, [['Content-Type', 'text/plain; charset=utf-8']], 'done']);
    assert.deepEqual(body(mocks, get('https://b.test/')), [204, [], '']);
  });

  it('leave other calls to the world', () => {
    const mocks = answers('- {url: "https://a.test/?x=1", result: 1}');
    assert.equal(mocks.answer(get('https://a.test/')), undefined);
    assert.equal(mocks.answer(get('https://a.test/?x=2')), undefined);
    assert.equal(mocks.answer(connector('googleapis.a')), undefined);
    assert.equal(mocks.answer({ kind: 'now' }), undefined);
  });

  it('answer in their order, so many times as they say', () => {
    const mocks = answers('- {call: http.get, times: 2, response: {code: 503}}\n- {call: http.get, response: {code: 200}}');
    const codes = [1, 2, 3, 4].map(() => (body(mocks, get('https://a.test/')) as [number])[0]);
    assert.deepEqual(codes, [503, 503, 200, 200]);
  });

  it('keep integers and doubles apart in results', () => {
    assert.deepEqual(body(answers('- {call: googleapis.*, result: [1, 1.0, 9007199254740993]}'), connector('googleapis.a.b')), { kind: 'result', json: '[1,1.0,9007199254740993]' });
  });

  it('raise errors and any other value', () => {
    assert.deepEqual(body(answers('- {call: http.get, error: {tags: [ConnectionError], message: gone, code: 7}}'), get('https://a.test/')), {
      kind: 'raise',
      json: '{"tags":["ConnectionError"],"message":"gone","code":7}',
    });
    assert.deepEqual(body(answers('- {call: http.get, raise: boom}'), get('https://a.test/')), { kind: 'raise', json: '"boom"' });
  });

  it('of connections of flows are none of a workflow', () => {
    const mocks = answers('- {connector: "*", result: 1}');
    assert.equal(mocks.answer({ kind: 'now' }), undefined);
    assert.equal(mocks.answer({ kind: 'connector', name: 'googleapis.x', args: '{}' }), undefined);
  });

  it('make a connector fail by a status, as its HTTP call would', () => {
    const outcome = answers('- {call: googleapis.*, response: {code: 409, headers: {A: b}, body: {e: 1}}}').answer(connector('googleapis.x'))?.outcome;
    assert(outcome?.kind === 'raise');
    assert.deepEqual(JSON.parse(outcome.json), { message: 'HTTP server responded with error code 409', tags: ['HttpError'], code: 409, headers: { A: 'b' }, body: { e: 1 } });
  });

  it('skip sleeps and the wait before a retry', () => {
    const mocks = answers('- {call: sys.sleep, result: null}\n- {call: retry, result: null, delay: 0.5}');
    assert.deepEqual(mocks.answer({ kind: 'sleep', seconds: 99, reason: 'sys.sleep' }), { outcome: { kind: 'done' }, delaySeconds: 0 });
    assert.deepEqual(mocks.answer({ kind: 'sleep', seconds: 99, reason: 'retry' }), { outcome: { kind: 'done' }, delaySeconds: 0.5 });
  });

  it('fix the time and ids', () => {
    const mocks = answers('- {call: sys.now, result: 5.5}\n- {call: uuid.generate, result: abc}');
    assert.deepEqual(mocks.answer({ kind: 'now' })?.outcome, { kind: 'value', value: 5.5 });
    assert.deepEqual(mocks.answer({ kind: 'uuid' })?.outcome, { kind: 'value', value: 'abc' });
    const wrong = answers('- {call: sys.now, result: noon}').answer({ kind: 'now' })?.outcome;
    assert.deepEqual(wrong, { kind: 'error', tag: 'SystemError', message: 'the mock of sys.now has to give a number as result' });
  });

  const wrong: readonly (readonly [yaml: string, code: string, at: string, message: RegExp])[] = [
    ['a: 1', 'mocks/wrong-type', 'a: 1', /A mock file is a list of entries; found a map/],
    ['- 1', 'mocks/wrong-type', '1', /A mock is a map/],
    ['- {response: {}}', 'mocks/missing-key', '{response: {}}', /which calls it answers/],
    ['- {call: a}', 'mocks/missing-answer', '{call: a}', /add one of response, result, error, raise/],
    ['- {call: a, result: 1, raise: 2}', 'mocks/missing-answer', 'raise', /give result or raise/],
    ['- {cal: a, url: b, result: 1}', 'mocks/unknown-key', 'cal', /did you mean call\?/],
    ['- {call: 1, result: 1}', 'mocks/wrong-type', '1', /call is a text; found an integer/],
    ['- {call: a, times: 0, result: 1}', 'mocks/bad-value', '0', /times is a number from 1/],
    ['- {call: a, times: 1.5, result: 1}', 'mocks/bad-value', '1.5', /times is an integer/],
    ['- {call: a, delay: -1, result: 1}', 'mocks/bad-value', '-1', /delay is a number from 0/],
    ['- {call: a, method: FETCH, result: 1}', 'mocks/bad-value', 'FETCH', /method is one of GET/],
    ['- {call: a, response: {code: 99}}', 'mocks/bad-value', '99', /code is a number from 100 to 599/],
    ['- {call: a, response: {status: 200}}', 'mocks/unknown-key', 'status', /no key of a response/],
    ['- {call: a, response: {headers: {a: [1]}}}', 'mocks/wrong-type', '[1]', /The header "a" has a text/],
    ['- {call: a, error: {message: x}}', 'mocks/wrong-type', '{message: x}', /error has tags/],
    ['- {call: a, error: {tags: [A]}}', 'mocks/wrong-type', '{tags: [A]}', /error has a message/],
    ['- {connector: [db], result: 1}', 'mocks/wrong-type', '[db]', /connector is a text; found a list/],
    ['- {connector: db, input: 1, result: 1}', 'mocks/wrong-type', '1', /input is a map of a connection's inputs; found an integer/],
    ['- {call: a, input: {x: 1}, result: 1}', 'mocks/missing-key', '{x: 1}', /input is for connections of flows: add connector/],
  ];
  for (const [yaml, code, at, message] of wrong) {
    it(`are refused at the place: ${yaml}`, () => {
      const { mocks, problems } = parseMocks(yaml, 'yaml');
      assert.deepEqual(mocks, []);
      assert.deepEqual(problems.map((problem) => [problem.code, yaml.slice(problem.range.start, problem.range.end)]), [[code, at]]);
      assert.match(problems[0]!.message, message);
    });
  }

  it('of an empty file are none', () => assert.deepEqual(parseMocks('', 'yaml'), { mocks: [], problems: [] }));
});

describe('a glob', () => {
  for (const [pattern, text, expected] of [
    ['http.get', 'http.get', true],
    ['http.get', 'http.gets', false],
    ['http.*', 'http.', true],
    ['*', '', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c', false],
    ['ab*ba', 'aba', false],
    ['*a*a*', 'a', false],
    ['http.+', 'http.+', true],
    ['.*', 'x', false],
  ] as const) {
    it(`${pattern} ${expected ? 'fits' : 'does not fit'} ${JSON.stringify(text)}`, () => assert.equal(matchesGlob(pattern, text), expected));
  }

  it('takes no time on what is built to exhaust it', () => {
    assert.equal(matchesGlob(`${'*a'.repeat(500)}b`, 'a'.repeat(50_000)), false);
  });
});
