import assert from 'node:assert/strict';
import { callInputs, environmentSecrets, secretVariable, withSecrets } from '../../../../src/engine/flows/connections/secrets.ts';

const secrets = environmentSecrets({ STEPTHROUGH_SECRET_DB_PASSWORD: 'p$&w', STEPTHROUGH_SECRET_TEAM_API_V2_VALUE: 'plain' });

describe('secrets of connectors', () => {
  it('have a variable by path and key', () => {
    assert.equal(secretVariable('team/api-v2', 'access key'), 'STEPTHROUGH_SECRET_TEAM_API_V2_ACCESS_KEY');
  });

  for (const [text, expected] of [
    ['vault.secret(db, password)', 'p$&w'],
    [`vault.secret( "db" , 'password' )`, 'p$&w'],
    ['vault.secret(team/api-v2)', 'plain'],
    ['user:vault.secret(db, password)@host vault.secret(team/api-v2)', 'user:p$&w@host plain'],
    ['vault.secret()', 'vault.secret()'],
    ['nothing', 'nothing'],
  ] as const) {
    it(`stand where ${text} does`, async () => assert.equal(await withSecrets(text, secrets), expected));
  }

  it('are found in lists and maps, and whatever a key is called', async () => {
    const value = JSON.parse('{"a":["vault.secret(db, password)",1,null],"__proto__":"vault.secret(db, password)"}') as unknown;
    assert.equal(JSON.stringify(await withSecrets(value, secrets)), '{"a":["p$&w",1,null],"__proto__":"p$&w"}');
  });

  it('that are missing are named, with how to give them', async () => {
    await assert.rejects(withSecrets('vault.secret(db, user)', secrets), { type: 'ResourceNotFoundError', message: 'There is no secret "user" at "db": set the environment variable STEPTHROUGH_SECRET_DB_USER.' });
  });

  it('are looked for in what a connector stores, not in what a call sends', async () => {
    const inputs = await callInputs({ json: 'vault.secret(db, password)', headers: { a: 'vault.secret(db, password)' }, params: 1 }, { params: { q: 'vault.secret(db, password)' }, password: 'vault.secret(db, password)' }, secrets);
    assert.deepEqual(inputs, { json: 'p$&w', headers: { a: 'p$&w' }, password: 'p$&w', params: { q: 'vault.secret(db, password)' } });
  });

  it('do not need those that the call replaces', async () => {
    assert.deepEqual(await callInputs({ password: 'vault.secret(db, user)' }, { password: 'x' }, secrets), { password: 'x' });
  });
});
