import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConnectionMocks, mockedOutcome } from '../../../../src/engine/flows/connections/connectionMocks.ts';
import { nodeFiles } from '../../../../src/engine/textFile.ts';
import { LaunchRefused } from '../../../../src/execution/launch.ts';
import type { Fields } from '../../../../src/flow/flowCalls.ts';
import type { Execution } from '../../../../src/execution/record.ts';
import { temporaryFolder } from '../temporary.ts';

describe('mocks of connections', () => {
  const folder = temporaryFolder();
  const executions = new Map<string, Execution>();
  let mocks: ConnectionMocks;
  beforeEach(() => {
    executions.clear();
    mocks = new ConnectionMocks(nodeFiles, (id) => executions.get(id));
  });

  const flow = (name: string, parent?: string): Execution => {
    const execution = { id: name, name, program: join(folder(), `${name}.py`), parent_execution_id: parent } as Execution;
    executions.set(name, execution);
    return execution;
  };
  const write = (name: string, text: string): void => writeFileSync(join(folder(), name), text);
  const answer = async (caller: Execution, connector: string, type: string, input: Fields = {}): Promise<unknown> => {
    const { mock } = await mocks.answer(caller, { connector, type, input });
    return mock && mockedOutcome(mock.answer, [200]);
  };
  const output = (json: string): object => ({ kind: 'output', json });

  it('fit by name or by type, in whatever case the type is', async () => {
    write('ship.mocks.yaml', '- {connector: db, result: 1}\n- {connector: sqlpg, result: 2}\n- {connector: "ssh-*", result: 3}\n');
    const ship = flow('ship');
    assert.deepEqual(await answer(ship, 'db', 'SQLPG'), output('1'));
    assert.deepEqual(await answer(ship, 'other', 'SQLPG'), output('2'));
    assert.deepEqual(await answer(ship, '', 'SQLPG'), output('2'));
    assert.deepEqual(await answer(ship, 'ssh-web', 'SSH'), output('3'));
    assert.equal(await answer(ship, 'web', 'SSH'), undefined);
    assert.equal(await mocks.knows(ship, 'db', ''), true);
    assert.equal(await mocks.knows(ship, 'web', 'SSH'), false);
  });

  it('fit by parts of the inputs', async () => {
    write('ship.mocks.yaml', '- connector: db\n  input: {query: "SELECT * FROM *", options: {limit: 1}, tags: [a]}\n  result: 1\n');
    const ship = flow('ship');
    const input = { query: 'SELECT a FROM b', options: { limit: 1, more: 2 }, tags: ['a'], other: true };
    assert.deepEqual(await answer(ship, 'db', 'SQLPG', input), output('1'));
    for (const change of [{ query: 'DELETE' }, { options: { limit: 2 } }, { options: 1 }, { tags: ['a', 'b'] }]) assert.equal(await answer(ship, 'db', 'SQLPG', { ...input, ...change }), undefined);
  });

  it('are counted for the whole tree of executions, and anew for the next one', async () => {
    write('ship.mocks.yaml', '- {connector: db, times: 2, result: 1}\n- {connector: db, result: 2}\n');
    const root = flow('ship');
    const child = { ...flow('packing', 'ship'), program: root.program };
    const results = [];
    for (const caller of [root, child, root]) results.push(await answer(caller, 'db', 'SQLPG'));
    assert.deepEqual(results, [output('1'), output('1'), output('2')]);
    mocks.end('ship');
    assert.deepEqual(await answer(root, 'db', 'SQLPG'), output('1'));
  });

  it('of the flow that calls go before those of the flow that started it', async () => {
    write('ship.mocks.yaml', '- {connector: db, result: parent}\n- {connector: mail, result: sent}\n');
    write('packing.mocks.yaml', '- {connector: db, result: child}\n');
    flow('ship');
    const packing = flow('packing', 'ship');
    assert.deepEqual(await answer(packing, 'db', 'SQLPG'), output('"child"'));
    assert.deepEqual(await answer(packing, 'mail', 'SMTP'), output('"sent"'));
  });

  it('may stand in a file that the start names', async () => {
    write('other.yaml', '- {connector: db, result: named}\n');
    const ship = flow('ship');
    mocks.name('ship', join(folder(), 'other.yaml'));
    assert.deepEqual(await answer(ship, 'db', 'SQLPG'), output('"named"'));
    assert.equal((await mocks.answer(ship, { connector: 'x', type: 'SSH', input: {} })).file, join(folder(), 'other.yaml'));
  });

  it('say where one could be added while there is no file', async () => {
    assert.equal((await mocks.answer(flow('ship'), { connector: 'x', type: 'SSH', input: {} })).file, join(folder(), 'ship.mocks.yaml'));
  });

  it('answer as HTTP, and fail with a type and a message', async () => {
    write('ship.mocks.yaml', '- {connector: a, response: {code: 200, headers: {X: y}, body: {n: 1.0}}}\n- {connector: b, response: {code: 404, body: gone}}\n- {connector: c, error: {tags: [TimeoutError], message: too slow}}\n- {connector: d, raise: plain}\n');
    const ship = flow('ship');
    assert.deepEqual(await answer(ship, 'a', 'REST'), output('{"status_code":200,"headers":{"X":"y"},"cookies":{},"json":{"n":1.0}}'));
    assert.deepEqual(await answer(ship, 'b', 'REST'), { kind: 'error', type: 'ExecutionError', message: 'The call was answered with HTTP status 404; expected 200.', json: '{"status_code":404,"headers":{},"cookies":{},"content":"gone"}' });
    assert.deepEqual(await answer(ship, 'c', 'REST'), { kind: 'error', type: 'TimeoutError', message: 'too slow', json: '{"tags":["TimeoutError"],"message":"too slow"}' });
    assert.deepEqual(await answer(ship, 'd', 'REST'), { kind: 'error', type: 'ExecutionError', message: 'plain' });
  });

  it('that are not right refuse the call', async () => {
    write('ship.mocks.yaml', '- {connector: db, inputs: {}, result: 1}\n');
    await assert.rejects(answer(flow('ship'), 'db', 'SQLPG'), LaunchRefused);
  });
});
