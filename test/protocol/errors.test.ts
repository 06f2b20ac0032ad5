import { transcript, type TestSession } from './support/session.ts';

const program = 'debug-errors.workflows.yaml';

async function untilEnd(client: TestSession['client']): Promise<void> {
  const ended = client.terminated().then(() => undefined);
  for (;;) {
    const thread = await Promise.race([client.stopped(), ended]);
    if (thread === undefined) return;
    await client.request('exceptionInfo', { threadId: thread });
    await client.request('continue', { threadId: thread });
  }
}

describe('protocol: errors', () => {
  transcript('raised errors stop also where they are handled', async (client) => {
    await client.launch(program, { argument: {} }, { filters: { filters: ['raised'] } });
    await untilEnd(client);
  });

  transcript('uncaught errors stop only where nothing handles them', async (client) => {
    await client.launch(program, { argument: {} }, { filters: { filters: ['uncaught'] } });
    await untilEnd(client);
  });

  transcript('conditions of error filters see the error as e', async (client) => {
    await client.launch(program, { argument: {} }, {
      filters: { filterOptions: [{ filterId: 'raised', condition: 'get_type(e) == "map" and "ZeroDivisionError" in e.tags' }, { filterId: 'uncaught', condition: 'false' }] },
    });
    await untilEnd(client);
  });

  transcript('a filter that cannot be used says why', async (client) => {
    await client.launch(program, { argument: {} }, { filters: { filters: ['everything'], filterOptions: [{ filterId: 'raised', condition: 'e.tags +' }, { filterId: 'uncaught', condition: 'e.nothing' }] } });
    await untilEnd(client);
  });

  transcript('stepping goes from an error to its handler', async (client) => {
    await client.launch(program, { argument: {} }, { breakpoints: [{ line: 66 }] });
    const thread = await client.stopped();
    await client.until('next', thread);
    await client.variables(thread, ['Variables']);
    await client.until('next', thread);
  });

  transcript('an attempt after the first is named in the call stack', async (client) => {
    await client.launch(program, { argument: {} }, { breakpoints: [{ line: 21, hitCondition: '2' }] });
    const thread = await client.stopped();
    await client.finish(thread);
  });

  transcript('without filters an error ends the execution and names its place', async (client) => {
    await client.launch(program, { argument: {} });
    await client.terminated();
  });
});
