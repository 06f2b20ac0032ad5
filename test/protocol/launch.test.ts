import { resolve } from 'node:path';
import { transcript } from './support/session.ts';
import { fixtures } from './support/transcript.ts';

const comments = resolve(fixtures, 'debug-comments.workflows.yaml');
const values = resolve(fixtures, 'debug-values.workflows.yaml');

/** Each is a launch configuration that is refused. */
const refused: [name: string, configuration: unknown][] = [
  ['a launch without a program', {}],
  ['a launch with an empty program', { program: ' ' }],
  ['a launch whose settings have wrong types', { program: comments, stopOnEntry: 'yes' }],
  ['a launch that is no map', ['program']],
  ['a launch of a missing file', { program: resolve(fixtures, 'missing.workflows.yaml') }],
  ['a launch of a folder', { program: fixtures }],
  ['a launch of a workflow with errors', { program: resolve(fixtures, 'broken', 'debug-broken.workflows.yaml') }],
  ['a launch with a missing input file', { program: comments, input: resolve(fixtures, 'missing.json') }],
  ['a launch with an input file that cannot be read', { program: comments, input: resolve(fixtures, 'broken', 'debug-broken.input.yaml') }],
  ['a launch with two inputs', { program: comments, input: { a: 1 }, argument: 1 }],
  ['a launch with an input that breaks the schema', { program: values, argument: { numbers: 1 }, input_schema: { type: 'object', required: ['essay'], properties: { numbers: { type: 'array' } } } }],
  ['a launch with an input file that breaks its schema', { program: resolve(fixtures, 'broken', 'debug-input.workflows.yaml'), input: resolve(fixtures, 'broken', 'debug-input.input.yaml') }],
  ['a launch with misspelt and wrong fields', { program: comments, use_breakpoint: false, max_runtime_minutes: -1, breakpoints: ['a'], output_value: 1 }],
];

describe('protocol: launch', () => {
  for (const [name, configuration] of refused) {
    transcript(`${name} is refused and says what would be right`, async (client) => {
      await client.initialize();
      await client.request('launch', configuration as Record<string, unknown>);
      await client.request('configurationDone');
      await client.request('disconnect');
    });
  }

  transcript('an execution file is launched with its fields', async (client) => {
    await client.launch('debug-comments.execution.yaml');
    const thread = await client.stopped();
    await client.variables(thread, ['Execution']);
    await client.finish(thread);
  });

  transcript('a refused launch can be tried again', async (client) => {
    await client.initialize();
    await client.request('launch', { program: 1 });
    await client.request('launch', { program: comments });
    await client.event('initialized');
    await client.request('configurationDone');
    await client.terminated();
  });

  transcript('settings of editors are ignored and unknown ones are noted', async (client) => {
    await client.launch(comments, { type: 'stepthrough', request: 'launch', name: 'Debug', __sessionId: 'x', preLaunchTask: 'build', somethingElse: 1 });
    await client.terminated();
  });

  transcript('the fields of a launch are those of the execution', async (client, { engine }) => {
    await client.launch(comments, { name: 'the configuration', execution_name: 'my run', description: 'why', labels: { team: 'a' }, max_runtime_minutes: 5 });
    await client.terminated();
    const [execution] = engine.list({ pageSize: 1 }).executions;
    const { name, description, labels, max_runtime_minutes } = execution!;
    client.note(JSON.stringify({ name, description, labels, max_runtime_minutes }));
  });
});
