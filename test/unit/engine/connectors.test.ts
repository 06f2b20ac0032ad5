import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { ConnectorCall, ConnectorTransport } from '../../../src/engine/effects/connectors.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { MemoryStore } from '../../../src/engine/memoryStore.ts';
import type { Execution } from '../../../src/execution/record.ts';
import type { Outcome } from '../../../src/machine/effect.ts';
import { request, runToEnd, writeFiles } from './launching.ts';
import { temporaryFolder } from './temporary.ts';

const secrets = 'googleapis.secretmanager.v1.projects.secrets';

function calling(name: string, args: string): string {
  return `- call_it:\n    call: ${name}\n    args: ${args}\n    result: r\n- end:\n    return: \${r}\n`;
}

describe('a connector call', () => {
  const folder = temporaryFolder();
  let engine: Engine;
  let called: ConnectorCall[];
  let answer: (call: ConnectorCall) => Outcome | undefined;
  const transport: ConnectorTransport = {
    call: (call) => {
      called.push(call);
      const outcome = answer(call);
      return outcome && Promise.resolve(outcome);
    },
  };
  beforeEach(() => {
    called = [];
    answer = () => ({ kind: 'result', json: '{"real":true}' });
    engine = new Engine({ store: new MemoryStore(), connectors: transport });
  });
  afterEach(() => engine.close());

  const program = (): string => join(folder(), 'job.workflows.yaml');
  const run = (text: string): Promise<Execution> => runToEnd(engine, request(text, { program: program() }));
  const mock = (yaml: string): void => writeFiles(folder(), { 'job.mocks.yaml': yaml });

  it('reaches the signed-in service', async () => {
    const { output_value } = await run(calling('googleapis.pubsub.v1.projects.topics.publish', '{topic: t, body: {n: 1.0}, connector_params: {timeout: 5}}'));
    assert.equal(output_value, '{"real":true}');
    assert.deepEqual(called, [{ name: 'googleapis.pubsub.v1.projects.topics.publish', args: '{"body":{"n":1.0},"connector_params":{"timeout":5},"topic":"t"}' }]);
  });

  it('is answered by a mock before the service', async () => {
    mock('- {call: googleapis.pubsub.*, result: {mocked: true}}\n');
    assert.equal((await run(calling('googleapis.pubsub.v1.projects.topics.publish', '{topic: t}'))).output_value, '{"mocked":true}');
    assert.deepEqual(called, []);
  });

  it('that nothing answers says which entry to add to which file, ready to paste', async () => {
    answer = () => undefined;
    const name = 'googleapis.run.v1.namespaces.jobs.run';
    const { message } = await run(calling(name, '{name: n}'));
    assert.match(message, /^SystemError: googleapis\.run\.v1\.namespaces\.jobs\.run has no answer on this machine; add one to \S+job\.mocks\.yaml, such as: - \{/);
    const [, file, entry] = /add one to (.*), such as: (.*)$/.exec(message)!;
    assert.equal(file, join(folder(), 'job.mocks.yaml'));
    mock(`${entry!}\n`);
    assert.equal((await run(calling(name, '{name: n}'))).output_value, '{}');
  });

  describe('of a Secret Manager helper', () => {
    const access = calling(`${secrets}.versions.accessString`, '{secret_id: s, project_id: p}');
    const payload = Buffer.from('hällo').toString('base64');

    it('reads the text from a mock of the plain method', async () => {
      mock(`- {call: ${secrets}.versions.access, result: {payload: {data: ${payload}}}}\n`);
      assert.equal((await run(access)).output_value, '"hällo"');
      assert.equal((await run('- end:\n    return: ${' + secrets + '.versions.accessString("s", "1", "p")}\n')).output_value, '"hällo"');
    });

    it('reads the text from the service', async () => {
      answer = () => ({ kind: 'response', code: 200, headers: [['content-type', 'application/json']], body: Buffer.from(`{"payload":{"data":"${payload}"}}`).toString('base64') });
      assert.equal((await run(access)).output_value, '"hällo"');
      assert.deepEqual(called, [{ name: `${secrets}.versions.access`, args: '{"name":"projects/p/secrets/s/versions/latest"}' }]);
    });

    it('writes the text in base64', async () => {
      await run(calling(`${secrets}.addVersionString`, '{secret_id: s, data: hällo}'));
      assert.deepEqual(called, [{ name: `${secrets}.addVersion`, args: `{"body":{"payload":{"data":"${payload}"}},"parent":"projects/local-project/secrets/s"}` }]);
    });

    it('is answered by a mock of its own first', async () => {
      mock(`- {call: ${secrets}.versions.accessString, result: own}\n- {call: ${secrets}.versions.access, result: 1}\n`);
      assert.equal((await run(access)).output_value, '"own"');
    });

    it('passes on what the plain method raises', async () => {
      mock(`- {call: ${secrets}.versions.access, response: {code: 403, body: {error: denied}}}\n`);
      assert.match((await run(access)).message, /^HTTP server responded with error code 403/);
    });

    it('raises for an answer without a payload', async () => {
      mock(`- {call: ${secrets}.versions.access, result: {payload: 1}}\n`);
      assert.match((await run(access)).message, /^ResponseTypeError: .*versions\.access gave no payload\.data/);
    });
  });

  describe('with connector_params', () => {
    for (const params of ['{timeout: 1, polling_policy: {initial_delay: 1, multiplier: 1.25, max_delay: 60}, skip_polling: true, scopes: [a, b]}', '{scopes: a, timeout: null}', '{}', 'null']) {
      it(`takes ${params}`, async () => assert.equal((await run(calling('googleapis.a.v1.b', `{connector_params: ${params}}`))).state, 'SUCCEEDED'));
    }

    for (const [params, message] of [
      ['1', 'TypeError: googleapis.a.v1.b: connector_params: expecting map; got an integer'],
      ['{time: 1}', 'ValueError: googleapis.a.v1.b: connector_params has no "time"; there are timeout, polling_policy, skip_polling, scopes'],
      ['{timeout: "1"}', 'TypeError: googleapis.a.v1.b: connector_params.timeout: expecting number; got a string'],
      ['{timeout: 0}', 'ValueError: googleapis.a.v1.b: connector_params.timeout must be more than 0 and at most 31536000; got 0'],
      ['{timeout: 31536001}', 'ValueError: googleapis.a.v1.b: connector_params.timeout must be more than 0 and at most 31536000; got 31536001'],
      ['{polling_policy: {delay: 1}}', 'ValueError: googleapis.a.v1.b: connector_params.polling_policy has no "delay"; there are initial_delay, multiplier, max_delay'],
      ['{polling_policy: {multiplier: -1.5}}', 'ValueError: googleapis.a.v1.b: connector_params.polling_policy.multiplier must be more than 0 and at most 31536000; got -1.5'],
      ['{skip_polling: "yes"}', 'TypeError: googleapis.a.v1.b: connector_params.skip_polling: expecting boolean; got a string'],
      ['{scopes: [1]}', 'TypeError: googleapis.a.v1.b: connector_params.scopes: expecting string or a list of strings; got a list'],
    ] as const) {
      it(`refuses ${params}`, async () => {
        assert.equal((await run(calling('googleapis.a.v1.b', `{connector_params: ${params}}`))).message, message);
        assert.deepEqual(called, []);
      });
    }
  });
});
