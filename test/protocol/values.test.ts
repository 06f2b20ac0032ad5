import { resolve } from 'node:path';
import { transcript } from './support/session.ts';
import { fixtures } from './support/transcript.ts';

const input = resolve(fixtures, 'debug-values.input.json');

describe('protocol: values', () => {
  transcript('every type of value shows what it is', async (client) => {
    await client.launch('debug-values.workflows.yaml', { input }, { breakpoints: [{ line: 20 }] });
    const thread = await client.stopped();
    await client.variables(thread, ['Variables'], 1);
    for (const name of ['list', 'record']) await client.evaluate(name, thread, 'clipboard');
    await client.evaluate('record', thread, 'hover');
    await client.finish(thread);
  });

  transcript('long lists come in pages', async (client) => {
    await client.launch('debug-values.workflows.yaml', { input }, { breakpoints: [{ line: 20 }] });
    const thread = await client.stopped();
    const frameId = await client.topFrame(thread);
    const numbers = await client.request('evaluate', { expression: 'numbers', frameId, context: 'watch' });
    const { variablesReference } = numbers.body as { variablesReference: number };
    await client.request('variables', { variablesReference, filter: 'indexed', start: 99, count: 3 });
    await client.request('variables', { variablesReference, filter: 'indexed', start: 249, count: 100 });
    await client.request('variables', { variablesReference, filter: 'named' });
  });

  transcript('expressions compute and never call', async (client) => {
    await client.launch('debug-values.workflows.yaml', { input }, { breakpoints: [{ line: 20 }] });
    const thread = await client.stopped();
    for (const expression of [
      'one + 1',
      '${one_point_zero}',
      'record.nested.deep',
      'record["odd key!"]',
      'text.to_upper(record.name)',
      'map.get(record, ["nested", "deep"])',
      'len(numbers) > 100 and yes',
      'sys.get_env("GOOGLE_CLOUD_WORKFLOW_ID")',
      '',
      'one +',
      'nowhere',
      'record.nowhere',
      'list[10]',
      'sys.now()',
      'uuid.generate()',
      'http.get("https://example.com")',
      'googleapis.pubsub.v1.projects.topics.publish("x")',
      'nothing_known(1)',
    ]) {
      await client.evaluate(expression, thread);
    }
    await client.finish(thread);
  });

  transcript('a changed variable changes the result', async (client) => {
    await client.launch('debug-values.workflows.yaml', { input }, { breakpoints: [{ line: 20 }] });
    const thread = await client.stopped();
    const frameId = await client.topFrame(thread);
    const scopes = await client.ask('scopes', { frameId });
    const [variables] = (scopes.body as { scopes: { variablesReference: number }[] }).scopes;
    const variablesReference = variables!.variablesReference;
    await client.request('setVariable', { variablesReference, name: 'one', value: '2.0' });
    await client.request('setVariable', { variablesReference, name: 'text', value: '"new " + record.name' });
    await client.request('setVariable', { variablesReference, name: 'text', value: '{"a": [1, {"b": 2.5}]}' });
    await client.request('setVariable', { variablesReference, name: 'text', value: '{"a": ' });
    await client.request('setVariable', { variablesReference, name: 'text', value: 'uuid.generate()' });
    await client.request('setVariable', { variablesReference, name: 'nowhere', value: '1' });
    const record = await client.ask('evaluate', { expression: 'record', frameId, context: 'watch' });
    const nested = await client.ask('variables', { variablesReference: (record.body as { variablesReference: number }).variablesReference });
    const inner = (nested.body as { variables: { name: string; variablesReference: number }[] }).variables.find((variable) => variable.name === 'nested');
    const deep = await client.ask('variables', { variablesReference: inner!.variablesReference });
    const last = (deep.body as { variables: { variablesReference: number }[] }).variables[0];
    await client.request('setVariable', { variablesReference: last!.variablesReference, name: 'deeper', value: 'one > 1' });
    await client.request('setExpression', { expression: 'record.nested.deep.added', value: '[one]', frameId });
    await client.request('setExpression', { expression: 'record.tags[5]', value: '1', frameId });
    await client.request('setExpression', { expression: 'one + 1', value: '1', frameId });
    await client.variables(thread, ['Variables'], 1);
    await client.finish(thread);
  });

  transcript('what was shown at an earlier stop is not answered any more', async (client) => {
    await client.launch('debug-values.workflows.yaml', { input }, { breakpoints: [{ line: 20 }] });
    const thread = await client.stopped();
    const frameId = await client.topFrame(thread);
    const scopes = await client.ask('scopes', { frameId });
    const { variablesReference } = (scopes.body as { scopes: { variablesReference: number }[] }).scopes[0]!;
    await client.until('next', thread);
    await client.request('variables', { variablesReference });
    await client.request('scopes', { frameId });
    await client.request('evaluate', { expression: 'one', frameId });
    await client.finish(thread);
    await client.request('evaluate', { expression: 'one', frameId });
    await client.request('stackTrace', { threadId: thread });
    await client.request('threads');
  });
});
