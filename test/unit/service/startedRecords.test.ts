import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Engine } from '../../../src/engine/engine.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import type { LaunchRefused } from '../../../src/execution/launch.ts';
import type { Execution } from '../../../src/execution/record.ts';
import { startRequestOf } from '../../../src/service/local/startRequest.ts';
import { writeFiles } from '../engine/launching.ts';
import { temporaryFolder } from '../engine/temporary.ts';

const greet = "def handler(system, this, inputs):\n    this.save(output_value={'hello': inputs.get('name'), 'me': this.get('flow_name')})\n    return this.success()\n";
const flowId = '11111111-2222-4333-8444-555555555555';

describe('an execution file starts', () => {
  const folder = temporaryFolder();
  let engine: Engine;
  let server: Server;
  let base = '';
  before(async () => {
    server = createServer((request, response) => void response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ url: request.url })));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => void server.close());
  beforeEach(() => {
    engine = new Engine({ store: openSqliteStore(join(folder(), 'executions.db')), workspace: () => [folder()] });
    writeFiles(folder(), {
      'greet.py': greet,
      'named.py': greet,
      'named.flow.yaml': `id: ${flowId}\n`,
      'wrapped.py': greet,
      'wrapped.flow.yaml': 'wrappers: [{wrapper_name: retry}]\n',
      'name.input.yaml': 'name: Grete\n',
      'api.connector.yaml': `connector_type: REST\nvalue:\n  url: ${base}/x\n`,
    });
  });
  afterEach(() => engine.close());

  const start = async (yaml: string): Promise<Execution> => {
    writeFiles(folder(), { 'saved/call.execution.yaml': yaml });
    const run = await engine.start(await startRequestOf({ program: join(folder(), 'saved/call.execution.yaml'), options: {} }));
    return run.ended;
  };
  const output = ({ state, message, output_value }: Execution): unknown => {
    assert.equal(state, 'SUCCEEDED', message);
    return JSON.parse(output_value!);
  };

  it('a flow by the id of its metadata', async () => {
    const ended = await start(`flow_id: ${flowId}\ninput_value: {name: Ada}\n`);
    assert.deepEqual(output(ended), { hello: 'Ada', me: 'named' });
    assert.deepEqual([ended.flow_id, ended.flow_name], [flowId, 'named']);
  });

  it('a flow by the id that its path decides, which its executions have', async () => {
    const first = await start('flow_name: greet\n');
    assert.ok(first.flow_id);
    const second = await start(`flow_id: ${first.flow_id}\n`);
    assert.deepEqual([second.program, second.flow_id, second.flow_name], [join(folder(), 'greet.py'), first.flow_id, 'greet']);
  });

  it('a connection of a connector of the workspace, by name and by id', async () => {
    const first = await start('connector_name: api\ninput_value: {params: {q: 1}}\n');
    assert.deepEqual((output(first) as { json: unknown }).json, { url: '/x?q=1' });
    assert.deepEqual([first.type, first.connector_name, first.connector_type, first.parent_execution_id], ['CONNECTION', 'api', 'REST', undefined]);
    const second = await start(`type: CONNECTION\nconnector_id: ${first.connector_id}\n`);
    assert.deepEqual((output(second) as { json: unknown }).json, { url: '/x' });
  });

  it('a connection of another type from the mocks beside the file, or that it names', async () => {
    writeFiles(folder(), { 'saved/call.mocks.yaml': '- connector: SSH\n  result: {exit: 0}\n', 'other.mocks.yaml': '- connector: SQL*\n  result: [1.0]\n' });
    assert.deepEqual(output(await start('connector_type: SSH\n')), { exit: 0 });
    assert.equal((await start('connector_type: SQL\nmocks: ../other.mocks.yaml\n')).output_value, '[1.0]');
  });

  it('a wrapper around what its input describes, whose names are looked for from the file', async () => {
    const ended = await start('type: WRAPPER\nwrapper_name: retry\ninput_value:\n  max_tries: 2\n  child_execution: {type: FLOW, flow_name: greet, input_value: {name: Bo}}\n');
    assert.deepEqual(output(ended), { hello: 'Bo', me: 'greet' });
    assert.deepEqual([ended.type, ended.wrapper_name], ['WRAPPER', 'retry']);
  });

  it('a flow with wrappers of its own and an input file in YAML', async () => {
    assert.deepEqual(output(await start('flow_name: wrapped\ninput: ../name.input.yaml\n')), { hello: 'Grete', me: 'wrapped' });
  });

  const refused: readonly (readonly [title: string, yaml: string, message: RegExp])[] = [
    ['a flow of an unknown id', 'flow_id: 00000000-0000-4000-8000-000000000000', /flow_id takes the id of a flow: no flow in .*saved or the folder around it has the id 0{8}/],
    ['an unknown connector', 'connector_name: apo', /no connector "apo"\. Did you mean "api"\?/],
    ['a connection with inputs that are certainly wrong', 'connector_type: REST\ninput_value: {ulr: /x}', /ulr/],
    ['a connection whose input breaks the schema', 'connector_name: api\ninput_schema: {required: [token]}\ninput_value: {}', /token/],
    ['an unknown wrapper', 'wrapper_name: retyr', /no wrapper with the name "retyr"; did you mean "retry"\?/],
    ['a wrapper around nothing', 'wrapper_name: retry\ninput_value: {max_tries: 2}', /child_execution: \{type: FLOW/],
    ['a connection and a flow at once', 'connector_name: api\nflow_name: greet', /What runs is named twice: by flow_name and by connector_name/],
    ['a connection with a program', 'connector_name: api\nprogram: ../greet.py', /What runs is named twice: by program and by connector_name/],
  ];
  for (const [title, yaml, message] of refused) {
    it(`and refuses ${title}`, async () => {
      await assert.rejects(start(yaml), (error: LaunchRefused) => {
        assert.match(error.message, message);
        return true;
      });
      assert.deepEqual(engine.list({ pageSize: 10 }).executions, []);
    });
  }
});
