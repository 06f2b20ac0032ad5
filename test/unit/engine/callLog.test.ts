import assert from 'node:assert/strict';
import { Engine } from '../../../src/engine/engine.ts';
import { MemoryStore } from '../../../src/engine/memoryStore.ts';
import type { CallLogLevel } from '../../../src/execution/record.ts';
import { request, runToEnd } from './launching.ts';

interface Entry {
  readonly execution_id: string;
  readonly activity_time: string;
  readonly state: string;
  readonly step: string;
  readonly callee: string;
  readonly begun?: { readonly args?: readonly { readonly argument: string }[]; readonly named_args?: Readonly<Record<string, unknown>> };
  readonly succeeded?: { readonly call_start_time: string; readonly response: string };
  readonly exception_raised?: { readonly call_start_time: string; readonly exception: string; readonly origin: string };
  readonly exception_handled?: { readonly exception: string; readonly origin: string };
}

describe('the call log', () => {
  let engine: Engine;
  beforeEach(() => (engine = new Engine({ store: new MemoryStore() })));
  afterEach(() => engine.close());

  async function logged(text: string, level: CallLogLevel = 'LOG_ALL_CALLS'): Promise<Entry[]> {
    const ended = await runToEnd(engine, request(text, { options: { call_log_level: level } }));
    return engine.logs(ended.id).map(({ json }) => JSON.parse(json!) as Entry);
  }

  async function lines(text: string, level?: CallLogLevel): Promise<string[]> {
    return (await logged(text, level)).map(({ state, step, callee }) => `${step} ${callee} ${state}`);
  }

  it('has calls of computed functions and subworkflows, but none in expressions', async () => {
    const text = `
main:
  steps:
    - encode:
        call: text.encode
        args: {text: a}
        result: bytes
    - both:
        call: twice
        args: {n: "\${half(8)}"}
        result: r
    - now:
        assign: [{t: "\${sys.now() + twice(1)}"}]
half:
  params: [n]
  steps:
    - end:
        return: \${n / 2}
twice:
  params: [n]
  steps:
    - inner:
        call: math.max
        args: ["\${n}", 1]
    - end:
        return: \${n * 2}
`;
    assert.deepEqual(await lines(text), [
      'encode text.encode BEGUN',
      'encode text.encode SUCCEEDED',
      'both twice BEGUN',
      'inner math.max BEGUN',
      'inner math.max SUCCEEDED',
      'both twice SUCCEEDED',
      // Of the call in the expression of `now` only what its steps call.
      'inner math.max BEGUN',
      'inner math.max SUCCEEDED',
    ]);
  });

  it('shows arguments, results and times', async () => {
    const text = `
main:
  steps:
    - positional:
        call: math.max
        args: [1, 2.0]
    - named:
        call: f
        args: {a: {b: [1]}, c: '\${text.encode("x")}'}
f:
  params: [a, c]
  steps:
    - end:
        return: \${c}
`;
    const [first, done, second, last] = (await logged(text)) as [Entry, Entry, Entry, Entry];
    assert.deepEqual(first.begun, { args: [{ argument: '1' }, { argument: '2.0' }] });
    assert.deepEqual(done.succeeded, { call_start_time: first.activity_time, response: '2.0' });
    assert.deepEqual([second.begun, last.succeeded?.response], [{ named_args: { a: { b: [1] }, c: 'bytes' } }, 'bytes']);
    assert.match(first.execution_id, /^[0-9a-f-]{36}$/);
  });

  it('has errors that pass calls, where they come from, and calls that handle them', async () => {
    const text = `
main:
  steps:
    - outer:
        call: careful
    - last:
        call: careless
careful:
  steps:
    - attempt:
        try:
          call: careless
        except:
          as: e
          steps:
            - ok:
                return: 1
careless:
  params: [{zero: 0}]
  steps:
    - divide:
        return: \${1 / zero}
`;
    const entries = await logged(text);
    assert.deepEqual(entries.map(({ state, step, callee }) => `${step} ${callee} ${state}`), [
      'outer careful BEGUN',
      'attempt careless BEGUN',
      'attempt careless EXCEPTION_RAISED',
      'outer careful EXCEPTION_HANDLED',
      'outer careful SUCCEEDED',
      'last careless BEGUN',
      'last careless EXCEPTION_RAISED',
    ]);
    const { exception_raised } = entries[2]!;
    assert.deepEqual({ ...exception_raised, call_start_time: '' }, { call_start_time: '', exception: 'ZeroDivisionError: division by zero', origin: 'divide' });
    assert.deepEqual(await lines(text, 'LOG_ERRORS_ONLY'), ['attempt careless EXCEPTION_RAISED', 'last careless EXCEPTION_RAISED']);
    assert.deepEqual(await lines(text, 'LOG_NONE'), []);
  });

  it('has every attempt of a retry, and calls whose arguments are wrong', async () => {
    const retried = '- a:\n    try:\n      call: json.decode\n      args: {data: "{"}\n    retry:\n      predicate: ${retry.always}\n      max_retries: 1\n      backoff: {initial_delay: 0.01, max_delay: 1, multiplier: 1}\n';
    assert.deepEqual(await lines(retried), ['a json.decode BEGUN', 'a json.decode EXCEPTION_RAISED', 'a json.decode BEGUN', 'a json.decode EXCEPTION_RAISED']);
    assert.deepEqual(await lines('- a:\n    call: sys.sleep\n    args: {seconds: "${null}"}\n'), ['a sys.sleep BEGUN', 'a sys.sleep EXCEPTION_RAISED']);
  });

  it('has the calls of branches, each with its own step', async () => {
    const branch = (name: string, value: string): string => `        - ${name}:\n            steps:\n              - call_${name}:\n                  call: json.decode\n                  args: {data: "${value}"}\n`;
    const text = `main:\n  steps:\n    - p:\n        call: f\nf:\n  steps:\n    - p:\n        try:\n          parallel:\n            branches:\n${`${branch('a', '1')}${branch('b', '{')}`.replaceAll(/^/gm, '      ').trimEnd()}\n        except:\n          as: e\n`;
    assert.deepEqual((await lines(text)).sort(), [
      'call_a json.decode BEGUN',
      'call_a json.decode SUCCEEDED',
      'call_b json.decode BEGUN',
      'call_b json.decode EXCEPTION_RAISED',
      'p f BEGUN',
      'p f EXCEPTION_HANDLED',
      'p f SUCCEEDED',
    ]);
  });

  it('leaves out credentials, and cuts what is large', async () => {
    const text = `- a:\n    try:\n      call: http.post\n      args: {url: "http://127.0.0.1:1/", headers: {authorization: secret, X: "1"}, body: "${'x'.repeat(10_000)}"}\n    except:\n      as: e\n`;
    const [begun] = await logged(text);
    const { headers, body } = begun!.begun!.named_args as { headers: unknown; body: string };
    assert.deepEqual(headers, { authorization: '[redacted]', X: '1' });
    assert.equal(body.length, 8193);
    assert.match(body, /x…$/);
  });
});
