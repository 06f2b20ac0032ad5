import { strict as assert } from 'node:assert';
import { effectFunctions, pureFunctions } from '../../../../src/machine/library/index.ts';
import { functions, isConnector, isConnectorHelper, libraryValues } from '../../../../src/workflow/library/index.ts';

const tags = new Set(['AuthError', 'ConnectionError', 'ConnectionFailedError', 'ExecutionError', 'HttpError', 'ResourceLimitError', 'TimeoutError', 'TypeError', 'ValueError']);

describe('the table of library functions', () => {
  for (const [name, signature] of functions) {
    describe(name, () => {
      it('is implemented in exactly one way', () => {
        const ways = [pureFunctions.has(name), effectFunctions.has(name), name === 'sys.get_env'];
        assert.equal(ways.filter(Boolean).length, 1);
        assert.equal(signature.effect, effectFunctions.has(name));
      });
      it('is described for people', () => {
        assert.equal(signature.name, name);
        for (const { documentation } of [signature, ...signature.parameters]) assert.match(documentation, /^[A-Z`].*\.$/);
        assert.match(signature.page, /^https:\/\/docs\.cloud\.google\.com\/workflows\/docs\/reference\/stdlib\/[\w/-]+$/);
      });
      it('has distinct parameters, with defaults only where they are optional', () => {
        assert.equal(new Set(signature.parameters.map((parameter) => parameter.name)).size, signature.parameters.length);
        for (const parameter of signature.parameters) {
          assert.ok(parameter.types.length > 0);
          if (parameter.default !== undefined) assert.ok(parameter.optional);
        }
      });
      it('raises known errors, TypeError where an argument can have a wrong type', () => {
        for (const tag of signature.errors) assert.ok(tags.has(tag), tag);
        const typed = signature.parameters.some((parameter) => !parameter.types.includes('any'));
        if (typed) assert.ok(signature.errors.includes('TypeError'));
      });
    });
  }

  it('describes everything that is implemented', () => {
    for (const name of [...pureFunctions.keys(), ...effectFunctions.keys()]) assert.ok(functions.has(name), name);
  });

  it('has every documented name', () => {
    const modules = [
      'default if int double string len keys get_type',
      'base64.encode base64.decode events.await_callback events.create_callback_endpoint',
      'experimental.executions.run experimental.executions.map experimental.executions.execution_error',
      'hash.compute_checksum hash.compute_hmac',
      'http.delete http.get http.patch http.post http.put http.request http.default_retry_predicate http.default_retry_predicate_non_idempotent',
      'json.decode json.encode json.encode_to_string list.concat list.prepend map.delete map.get map.merge map.merge_nested',
      'math.abs math.floor math.max math.min retry.always retry.never',
      'sys.get_env sys.log sys.now sys.sleep sys.sleep_until',
      'text.decode text.encode text.find_all text.find_all_regex text.match_regex text.replace_all text.replace_all_regex text.split text.substring',
      'text.to_lower text.to_upper text.url_decode text.url_encode text.url_encode_plus time.format time.parse uuid.generate',
    ];
    assert.deepEqual([...functions.keys()].sort(), modules.join(' ').split(' ').sort());
    assert.deepEqual(
      [...libraryValues.keys()].sort(),
      ['http.default_retry', 'http.default_retry_non_idempotent', 'http.default_retry_predicate', 'http.default_retry_predicate_non_idempotent', 'retry.always', 'retry.default_backoff', 'retry.never'],
    );
  });

  it('knows what may not stand in an expression', () => {
    const blocking = [...functions.values()].filter((signature) => signature.blocking).map((signature) => signature.name);
    assert.deepEqual(
      blocking.sort(),
      'events.await_callback experimental.executions.map experimental.executions.run http.delete http.get http.patch http.post http.put http.request sys.log sys.sleep sys.sleep_until'.split(' '),
    );
  });

  for (const [name, expected] of [
    ['googleapis.bigquery.v2.jobs.insert', true],
    ['googleapis.run.v1.namespaces.jobs.run', true],
    ['gke.create_job', true],
    ['gke', false],
    ['googleapis.bigquery.v2', false],
    ['googleapis', false],
    ['googleapis.a..b.c', false],
    ['mygoogleapis.a.b.c', false],
    ['http.get', false],
  ] as const) {
    it(`${name} is ${expected ? 'a connector' : 'no connector'}`, () => assert.equal(isConnector(name), expected));
  }

  for (const [name, expected] of [
    ['googleapis.secretmanager.v1.projects.secrets.versions.accessString', true],
    ['googleapis.secretmanager.v1.projects.secrets.addVersionString', true],
    ['googleapis.secretmanager.v1.projects.secrets.versions.access', false],
    ['googleapis.run.v1.namespaces.jobs.run', false],
  ] as const) {
    it(`${name} ${expected ? 'may' : 'may not'} stand in an expression`, () => assert.equal(isConnectorHelper(name), expected));
  }
});
