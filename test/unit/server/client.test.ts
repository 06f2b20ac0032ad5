import assert from 'node:assert/strict';
import { ExecutionsClient, v1beta } from '@google-cloud/workflows';
import { OAuth2Client } from 'google-auth-library';
import { serving } from './serving.ts';

const echo = 'main:\n  params: [args]\n  steps:\n    - end:\n        return: ${args}\n';
const sleeping = 'main:\n  steps:\n    - nap:\n        call: sys.sleep\n        args: {seconds: 3600}\n';

describe("Google's own client", () => {
  const api = serving(() => ({ token: 'not a secret' }));
  // The versions differ in their types, not in what is called here.
  let clients: readonly ExecutionsClient[] = [];

  beforeEach(async () => {
    const authClient = new OAuth2Client();
    authClient.setCredentials({ access_token: 'not a secret', expiry_date: Date.now() + 3_600_000 });
    const options = { fallback: true, protocol: 'http', apiEndpoint: '127.0.0.1', port: Number(new URL(api().server.origin).port), projectId: 'p', authClient };
    clients = [new ExecutionsClient(options), new v1beta.ExecutionsClient(options) as unknown as ExecutionsClient];
    const headers = { Authorization: 'Bearer not a secret' };
    for (const [id, sourceContents] of [['echo', echo], ['sleeping', sleeping]]) await api().call('POST', `workflows?workflowId=${id!}`, { sourceContents, labels: { from: 'workflow' } }, headers);
  });
  afterEach(() => Promise.all(clients.map((client) => client.close())));

  for (const [index, version] of ['v1', 'v1beta'].entries()) {
    it(`starts, gives and lists executions (${version})`, async () => {
      const client = clients[index]!;
      const parent = client.workflowPath('p', 'l', 'echo');
      const names: string[] = [];
      for (const n of [1, 2, 3]) {
        const [created] = await client.createExecution({ parent, execution: { argument: JSON.stringify({ n }) } });
        assert.ok(created.name!.startsWith(`${parent}/executions/`));
        names.push(created.name!);
      }
      await api().server.engine.idle();
      const [execution] = await client.getExecution({ name: names[0]! });
      assert.deepEqual([execution.state, execution.argument, execution.result], ['SUCCEEDED', '{"n":1}', '{"n":1}']);
      assert.ok(Number(execution.endTime!.seconds) > 1_600_000_000);
      const [basic] = await client.getExecution({ name: names[0]!, view: 'BASIC' });
      assert.equal(basic.argument, '');
      // Pages of one, which the client goes through by itself.
      const [listed] = await client.listExecutions({ parent, pageSize: 1, view: 'FULL' });
      assert.deepEqual(listed.map(({ name }) => name), [...names].reverse());
    });

    it(`cancels, and is told why not (${version})`, async () => {
      const client = clients[index]!;
      const [created] = await client.createExecution({ parent: client.workflowPath('p', 'l', 'sleeping') });
      const [cancelled] = await client.cancelExecution({ name: created.name! });
      assert.equal(cancelled.state, 'CANCELLED');
      await assert.rejects(client.cancelExecution({ name: created.name! }), /has already ended \(CANCELLED\)/);
      await assert.rejects(client.getExecution({ name: `${created.name!}0` }), /There is no execution/);
    });
  }

  it('filters and orders, and sees inherited labels (v1)', async () => {
    const client = clients[0] as ExecutionsClient;
    const parent = client.workflowPath('p', 'l', 'echo');
    for (const argument of ['1', '2']) await client.createExecution({ parent, execution: { argument, callLogLevel: 'LOG_NONE', labels: { n: `n${argument}` } } });
    await api().server.engine.idle();
    const [listed] = await client.listExecutions({ parent, view: 'FULL', filter: 'label.n = "n2" AND state = "SUCCEEDED"', orderBy: 'createTime' });
    assert.deepEqual(listed.map(({ result, labels, status }) => [result, labels, status!.currentSteps]), [['2', { from: 'workflow', n: 'n2' }, [{ routine: 'main', step: 'end' }]]]);
  });
});
