import { strict as assert } from 'node:assert';
import type { EffectRequest, Outcome } from '../../../../src/machine/effect.ts';
import { connectorEffect, effectFunctions, errorFromOutcome } from '../../../../src/machine/library/index.ts';
import { map, type MapValue } from '../../../../src/machine/value.ts';
import { bytes, catchRaised, d, expectOutcome, Failure, failure, show, toValue, typeError, valueError, type Plain } from './values.ts';

type Request = readonly [name: string, args: readonly (Plain | undefined)[], expected: EffectRequest | Failure];

function requests(rows: readonly Request[]): void {
  for (const [name, args, expected] of rows) {
    it(`${name}(${args.map((arg) => (arg === undefined ? '…' : show(toValue(arg)))).join(', ')}) asks for ${expected instanceof Failure ? 'nothing' : expected.kind}`, () => {
      const run = (): EffectRequest => effectFunctions.get(name)!.request(args.map((arg) => (arg === undefined ? undefined : toValue(arg))));
      if (expected instanceof Failure) {
        expectOutcome(() => {
          run();
          return null;
        }, expected);
      } else assert.deepEqual(run(), expected);
    });
  }
}

const severities = 'known are DEFAULT, DEBUG, INFO, NOTICE, WARNING, ERROR, CRITICAL, ALERT, EMERGENCY';

describe('requests of effects', () => {
  requests([
    ['sys.now', [], { kind: 'now' }],
    ['sys.now', [1], typeError('sys.now got 1 arguments; it has no parameters')],
    ['uuid.generate', [], { kind: 'uuid' }],
    ['sys.log', ['hello'], { kind: 'log', severity: 'DEFAULT', text: 'hello' }],
    ['sys.log', ['hello', 'WARNING'], { kind: 'log', severity: 'WARNING', text: 'hello' }],
    ['sys.log', [{ a: d(1) }], { kind: 'log', severity: 'DEFAULT', json: '{"a":1.0}' }],
    ['sys.log', [[1, 'x']], { kind: 'log', severity: 'DEFAULT', text: '[1,"x"]' }],
    ['sys.log', [5], { kind: 'log', severity: 'DEFAULT', text: '5' }],
    ['sys.log', [d(5)], { kind: 'log', severity: 'DEFAULT', text: '5.0' }],
    ['sys.log', [true], { kind: 'log', severity: 'DEFAULT', text: 'true' }],
    ['sys.log', [null], { kind: 'log', severity: 'DEFAULT', text: 'null' }],
    ['sys.log', [null, 'ERROR', 'text'], { kind: 'log', severity: 'ERROR', text: 'text' }],
    ['sys.log', [undefined, undefined, undefined, { a: 1 }], { kind: 'log', severity: 'DEFAULT', json: '{"a":1}' }],
    ['sys.log', [], typeError('sys.log takes exactly one of data, text and json; got 0')],
    ['sys.log', ['a', 'INFO', 'b'], typeError('sys.log takes exactly one of data, text and json; got 2')],
    ['sys.log', ['a', 'LOUD'], valueError(`sys.log: unknown severity "LOUD"; ${severities}`)],
    ['sys.log', ['a', 'info'], valueError(`sys.log: unknown severity "info"; ${severities}`)],
    ['sys.log', [undefined, 'INFO', undefined, 'x'], typeError('sys.log: expecting map for json; got a string')],
    ['sys.log', [undefined, 'INFO', { a: 1 }], { kind: 'log', severity: 'INFO', text: '{"a":1}' }],
    ['sys.log', [undefined, 'INFO', 5], { kind: 'log', severity: 'INFO', text: '5' }],
    ['sys.log', [undefined, 'INFO', null], typeError('sys.log takes exactly one of data, text and json; got 0')],
    ['sys.log', [bytes('x')], valueError('bytes have no JSON form; encode them with base64.encode first')],
    ['sys.sleep', [0], { kind: 'sleep', seconds: 0, reason: 'sys.sleep' }],
    ['sys.sleep', [d(0.5)], { kind: 'sleep', seconds: 0.5, reason: 'sys.sleep' }],
    ['sys.sleep', [31_536_000], { kind: 'sleep', seconds: 31_536_000, reason: 'sys.sleep' }],
    ['sys.sleep', [31_536_001], valueError('sys.sleep: seconds must be from 0 to 31536000; got 31536001')],
    ['sys.sleep', [-1], valueError('sys.sleep: seconds must be from 0 to 31536000; got -1')],
    ['sys.sleep', [d(NaN)], valueError('sys.sleep: seconds must be from 0 to 31536000; got NaN')],
    ['sys.sleep', ['5'], typeError('sys.sleep: expecting number for seconds; got a string')],
    ['sys.sleep_until', ['1970-01-01T00:00:01.234Z'], { kind: 'sleepUntil', time: 1234 }],
    ['sys.sleep_until', ['soon'], valueError('sys.sleep_until: "soon" is not a time; expecting RFC 3339 such as 2026-01-31T08:00:00Z')],
    ['sys.sleep_until', [5], typeError('sys.sleep_until: expecting string for time; got an integer')],
    ['events.create_callback_endpoint', [], { kind: 'createCallback', method: 'POST' }],
    ['events.create_callback_endpoint', ['GET'], { kind: 'createCallback', method: 'GET' }],
    ['events.create_callback_endpoint', ['FETCH'], valueError('events.create_callback_endpoint: unknown method "FETCH"; known are GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH')],
    ['events.await_callback', [{ url: 'u' }], { kind: 'awaitCallback', url: 'u', timeoutSeconds: 43_200 }],
    ['events.await_callback', [{ url: 'u' }, 5], { kind: 'awaitCallback', url: 'u', timeoutSeconds: 5 }],
    ['events.await_callback', [{}], valueError('events.await_callback: callback must be what events.create_callback_endpoint returned')],
    ['events.await_callback', [{ url: 'u' }, -1], valueError('events.await_callback: timeout must be from 0 to 31536000 seconds; got -1')],
    ['events.await_callback', ['u'], typeError('events.await_callback: expecting map for callback; got a string')],
    ['experimental.executions.run', ['child', undefined, undefined, { a: d(1) }], { kind: 'connector', name: 'experimental.executions.run', args: '{"argument":{"a":1.0},"workflow_id":"child"}' }],
    ['experimental.executions.map', ['child', [1, 2]], { kind: 'connector', name: 'experimental.executions.map', args: '{"arguments":[1,2],"workflow_id":"child"}' }],
    ['experimental.executions.map', ['child'], typeError('experimental.executions.map needs the argument "arguments"; its parameters are workflow_id, arguments, timeout (optional), location (optional), project_id (optional)')],
  ]);

  it('sends all arguments of a connector as JSON', () => {
    const insert = connectorEffect('googleapis.bigquery.v2.jobs.insert');
    assert.deepEqual(insert.request([toValue({ projectId: 'p', body: { n: 2n ** 60n } })]), {
      kind: 'connector',
      name: 'googleapis.bigquery.v2.jobs.insert',
      args: '{"body":{"n":1152921504606846976},"projectId":"p"}',
    });
    assert.deepEqual(insert.request([]), { kind: 'connector', name: 'googleapis.bigquery.v2.jobs.insert', args: '{}' });
    expectOutcome(() => (insert.request([toValue([1])]), null), typeError('googleapis.bigquery.v2.jobs.insert takes its arguments by name'));
    expectOutcome(() => (insert.request([toValue({ body: bytes('x') })]), null), valueError('bytes have no JSON form; encode them with base64.encode first'));
  });
});

type Settlement = readonly [name: string, outcome: Outcome, expected: Plain | Failure];

describe('answers to effects', () => {
  const rows: readonly Settlement[] = [
    ['sys.now', { kind: 'value', value: 5 }, d(5)],
    ['sys.now', { kind: 'value', value: 'noon' }, failure('SystemError', 'an answer of the kind "value" does not fit the call')],
    ['uuid.generate', { kind: 'value', value: 'b1' }, 'b1'],
    ['uuid.generate', { kind: 'done' }, failure('SystemError', 'an answer of the kind "done" does not fit the call')],
    ['sys.log', { kind: 'done' }, null],
    ['sys.sleep', { kind: 'done' }, null],
    ['sys.sleep_until', { kind: 'error', tag: 'ValueError', message: 'more than a year ahead' }, valueError('more than a year ahead')],
    ['events.create_callback_endpoint', { kind: 'value', value: 'https://x/1' }, { url: 'https://x/1' }],
    ['events.await_callback', { kind: 'result', json: '{"type":"HTTP"}' }, { type: 'HTTP' }],
    [
      'events.await_callback',
      { kind: 'callback', time: '2026-01-31T08:00:00.000Z', method: 'POST', url: '/v1/c?a=1&a=2&b=', headers: [['content-type', 'application/json']], body: Buffer.from('{"n":1}').toString('base64') },
      { http_request: { body: { n: 1 }, headers: { 'Content-Type': 'application/json' }, method: 'POST', query: { a: ['1', '2'], b: '' }, url: '/v1/c' }, received_time: '2026-01-31T08:00:00.000Z', type: 'HTTP' },
    ],
    ['events.await_callback', { kind: 'error', tag: 'ValueError', message: 'no' }, valueError('no')],
    ['experimental.executions.run', { kind: 'result', json: '[1,1.0]' }, [1, d(1)]],
    ['experimental.executions.run', { kind: 'error', tag: 'ExecutionError', message: 'failed' }, failure('ExecutionError', 'failed')],
    ['http.get', { kind: 'error', tag: 'ConnectionError', message: 'reset', moreTags: ['OSError'] }, new Failure(['ConnectionError', 'OSError'], 'reset')],
    ['http.get', { kind: 'result', json: '{"code":200,"body":1,"headers":{}}' }, { code: 200, body: 1, headers: {} }],
  ];
  for (const [name, outcome, expected] of rows) {
    it(`${name} with ${JSON.stringify(outcome)}`, () => expectOutcome(() => effectFunctions.get(name)!.settle(outcome, []), expected));
  }

  it('a timeout has the message and tags seen on the real service', () => {
    const raised = errorFromOutcome({ kind: 'error', tag: 'TimeoutError', message: 'request timed out' });
    assert.equal(show(raised.value), '{"message": "request timed out", "tags": ["TimeoutError", "OSError"]}');
    assert.equal(raised.headline, 'request timed out');
  });

  it('a raised map with tags keeps its value and leads with its message', () => {
    const raised = errorFromOutcome({ kind: 'raise', json: '{"tags":["HttpError"],"message":"HTTP server responded with error code 404","code":404}' });
    assert.equal(raised.headline, 'HTTP server responded with error code 404');
    assert.equal((raised.value as MapValue).entries.get('code'), 404);
  });

  for (const [json, headline] of [
    ['"boom"', 'RuntimeError: "boom"'],
    ['{"message":"x"}', 'RuntimeError: {"message":"x"}'],
    ['{"tags":[],"message":5}', 'RuntimeError: {"message":5,"tags":[]}'],
  ] as const) {
    it(`a raised ${json} is kept as it is`, () => assert.equal(errorFromOutcome({ kind: 'raise', json }).headline, headline));
  }

  it('a connector gives the body of a response and raises from status 400 on', () => {
    const connector = connectorEffect('googleapis.run.v1.namespaces.jobs.run');
    const headers = [['content-type', 'application/json']] as const;
    const response = (code: number): Outcome => ({ kind: 'response', code, headers, body: Buffer.from('{"a":1}').toString('base64') });
    assert.equal(show(connector.settle(response(200), [])), '{"a": 1}');
    const raised = catchRaised(() => connector.settle(response(404), [map([])]));
    assert.equal(raised.headline, 'HTTP server responded with error code 404');
  });
});
