import assert from 'node:assert/strict';
import { OAuth2Client } from 'google-auth-library';
// The last version of the package that has a client for workflows themselves.
import { v1, v1beta, type WorkflowsClient } from 'workflows-client';
import { serving } from './serving.ts';

const returning = (value: number): string => `main:\n  steps:\n    - end:\n        return: ${value}\n`;

describe("Google's own client of workflows", () => {
  const api = serving(() => ({ token: 'not a secret' }));
  let clients: readonly WorkflowsClient[] = [];

  beforeEach(() => {
    const authClient = new OAuth2Client();
    authClient.setCredentials({ access_token: 'not a secret', expiry_date: Date.now() + 3_600_000 });
    const options = { fallback: true, protocol: 'http', apiEndpoint: '127.0.0.1', port: Number(new URL(api().server.origin).port), projectId: 'p', authClient };
    // The versions differ in their types, not in what is called here. Credentials are checked by a library of each package's own.
    clients = [new v1.WorkflowsClient(options), new v1beta.WorkflowsClient(options) as unknown as WorkflowsClient];
  });
  afterEach(() => Promise.all(clients.map((client) => client.close())));

  for (const [index, version] of ['v1', 'v1beta'].entries()) {
    it(`makes, gives, lists, changes and deletes workflows (${version})`, async () => {
      const client = clients[index]!;
      const parent = client.locationPath('p', 'l');
      const name = client.workflowPath('p', 'l', 'answer');
      const [creating] = await client.createWorkflow({ parent, workflowId: 'answer', workflow: { sourceContents: returning(1), labels: { team: 'blue' } } });
      const [created] = await creating.promise();
      assert.deepEqual([created.name, created.labels], [name, { team: 'blue' }]);
      const [updating] = await client.updateWorkflow({ workflow: { name, sourceContents: returning(2), description: 'new' }, updateMask: { paths: ['source_contents', 'description'] } });
      const [updated] = await updating.promise();
      assert.match(updated.revisionId!, /^000002-/);
      const [got] = await client.getWorkflow({ name });
      assert.deepEqual([got.state, got.sourceContents, got.description, got.labels], ['ACTIVE', returning(2), 'new', { team: 'blue' }]);
      const [listed] = await client.listWorkflows({ parent });
      assert.deepEqual(listed.map((workflow) => workflow.name), [name]);
      const [deleting] = await client.deleteWorkflow({ name });
      await deleting.promise();
      await assert.rejects(client.getWorkflow({ name }), /There is no workflow/);
    });

    it(`is told what is wrong (${version})`, async () => {
      const client = clients[index]!;
      const parent = client.locationPath('p', 'l');
      const [creating] = await client.createWorkflow({ parent, workflowId: 'wrong', workflow: { sourceContents: 'main: 1' } });
      await assert.rejects(creating.promise(), /main/);
      await assert.rejects(client.createWorkflow({ parent, workflowId: '1', workflow: { sourceContents: returning(1) } }), /workflowId/);
    });
  }

  it('lists revisions, and asks after operations and places (v1)', async () => {
    const client = clients[0]!;
    const [parent, name] = [client.locationPath('p', 'l'), client.workflowPath('p', 'l', 'answer')];
    const [creating] = await client.createWorkflow({ parent, workflowId: 'answer', workflow: { sourceContents: returning(1) } });
    const [updating] = await client.updateWorkflow({ workflow: { name, sourceContents: returning(2) } });
    await updating.promise();
    const [revisions] = await client.listWorkflowRevisions({ name });
    assert.deepEqual(revisions.map(({ sourceContents }) => sourceContents), [returning(2), returning(1)]);
    const progress = await client.checkCreateWorkflowProgress(creating.name!);
    assert.equal(progress.done, true);
    const places: (string | null | undefined)[] = [];
    for await (const { locationId } of client.listLocationsAsync({ name: 'projects/p' })) places.push(locationId);
    assert.deepEqual(places, ['local']);
  });
});
