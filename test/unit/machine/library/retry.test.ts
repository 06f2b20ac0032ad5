import { strict as assert } from 'node:assert';
import { getEnv, libraryConstants, pureFunctions } from '../../../../src/machine/library/index.ts';
import { FunctionValue, MapValue } from '../../../../src/machine/value.ts';
import { libraryValues } from '../../../../src/workflow/library/index.ts';
import { describeFunction, expectOutcome, show, toValue, typeError } from './values.ts';

const http = (code: number): object & { readonly code: number; readonly tags: string[] } => ({ code, tags: ['HttpError'] });
const tagged = (...tags: string[]): { readonly tags: string[] } => ({ tags });

describe('retry', () => {
  describeFunction('http.default_retry_predicate', [
    ...[429, 502, 503, 504].map((code) => [[{ ...http(code) }], true] as const),
    ...[400, 404, 408, 500, 501].map((code) => [[{ ...http(code) }], false] as const),
    [[tagged('ConnectionError')], true],
    [[tagged('ConnectionFailedError')], true],
    [[tagged('TimeoutError', 'OSError')], true],
    [[tagged('KeyError')], false],
    [[{ code: 503 }], true],
    [['503'], false],
    [[null], false],
    [[{ tags: 'TimeoutError' }], false],
    [[], typeError('http.default_retry_predicate needs the argument "exception"; its parameters are exception')],
  ]);
  describeFunction('http.default_retry_predicate_non_idempotent', [
    ...[429, 503].map((code) => [[{ ...http(code) }], true] as const),
    ...[500, 502, 504].map((code) => [[{ ...http(code) }], false] as const),
    [[tagged('ConnectionFailedError')], true],
    [[tagged('ConnectionError')], false],
    [[tagged('TimeoutError')], false],
  ]);
  describeFunction('retry.always', [[[{}], true], [[null], true]]);
  describeFunction('retry.never', [[[{}], false]]);
  describeFunction('experimental.executions.execution_error', [
    [[{ state: 'FAILED' }], { execution: { state: 'FAILED' }, message: 'ExecutionError: the child execution failed or was cancelled', tags: ['ExecutionError'] }],
    [['x'], typeError('experimental.executions.execution_error: expecting map for execution; got a string')],
  ]);

  it('has a constant for every value of the description table, of the described type', () => {
    assert.deepEqual([...libraryConstants.keys()].sort(), [...libraryValues.keys()].sort());
    for (const [name, { type }] of libraryValues) assert.ok(libraryConstants.get(name) instanceof (type === 'map' ? MapValue : FunctionValue), name);
  });

  it('names implemented functions as predicates', () => {
    for (const value of libraryConstants.values()) {
      const predicate = value instanceof MapValue ? value.entries.get('predicate') : value;
      if (predicate !== undefined) assert.ok(predicate instanceof FunctionValue && pureFunctions.has(predicate.name));
    }
  });

  it('has the documented policies', () => {
    const backoff = '{"initial_delay": 1, "max_delay": 60, "multiplier": 1.25d}';
    assert.equal(show(libraryConstants.get('retry.default_backoff')!), backoff);
    assert.equal(show(libraryConstants.get('http.default_retry')!), `{"predicate": function http.default_retry_predicate, "max_retries": 5, "backoff": ${backoff}}`);
    assert.equal(
      show(libraryConstants.get('http.default_retry_non_idempotent')!),
      `{"predicate": function http.default_retry_predicate_non_idempotent, "max_retries": 5, "backoff": ${backoff}}`,
    );
  });
});

describe('sys.get_env', () => {
  const environment = new Map([['REGION', 'europe-west1'], ['EMPTY', '']]);
  const rows = [
    [['REGION'], 'europe-west1'],
    [['EMPTY', 'x'], ''],
    [['OTHER'], null],
    [['OTHER', 'fallback'], 'fallback'],
    [['OTHER', null], null],
    [['constructor'], null],
    [[1], typeError('sys.get_env: expecting string for name; got an integer')],
    [[], typeError('sys.get_env needs the argument "name"; its parameters are name, default (optional)')],
  ] as const;
  for (const [args, expected] of rows) {
    it(`of ${JSON.stringify(args)}`, () => expectOutcome(() => getEnv(environment, args.map(toValue)), expected));
  }
});
