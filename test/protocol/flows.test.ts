import { resolve } from 'node:path';
import type { Client } from './support/client.ts';
import { transcript } from './support/session.ts';
import { fixtures } from './support/transcript.ts';

const order = resolve(fixtures, '..', 'flows', 'debug', 'order.py');
const two = [{ items: [{ price: 10, quantity: 2 }], country: 'AT' }, { items: [{ price: 5, quantity: 1 }], country: 'DE' }];

async function launch(client: Client, orders: unknown, options: Parameters<Client['launch']>[2] = {}, args: Record<string, unknown> = {}): Promise<void> {
  await client.launch(order, { argument: { orders }, ...args }, options);
}

describe('protocol: flows', () => {
  transcript('a flow says what its debugger can do', async (client) => {
    await launch(client, []);
    await client.terminated();
  });

  transcript('breakpoints in a flow bind to statements or say why not', async (client) => {
    await client.initialize();
    await client.request('launch', { program: order, argument: { orders: [] } });
    await client.event('initialized');
    await client.setBreakpoints(order, [1, 5, 14, 18, 99].map((line) => ({ line })));
    await client.request('configurationDone');
    const thread = await client.stopped();
    await client.request('breakpointLocations', { source: { path: order }, line: 12, endLine: 20 });
    await client.setBreakpoints(order, [{ line: 13, condition: 'net >' }, { line: 17, hitCondition: 'x' }]);
    await client.finish(thread);
  });

  transcript('a flow is stepped through and shows its variables', async (client) => {
    await launch(client, two, { breakpoints: [{ line: 13, condition: "self.country == 'DE'" }] });
    const thread = await client.stopped();
    await client.threads();
    await client.variables(thread, ['Locals'], 4);
    await client.until('next', thread);
    await client.variables(thread, ['Locals'], 1);
    await client.evaluate('RATES', thread, 'watch');
    await client.evaluate('[item["price"] for item in self.items]', thread, 'watch');
    await client.evaluate('net = 100', thread);
    await client.evaluate('self.missing', thread, 'hover');
    await client.evaluate('self', thread, 'clipboard');
    await client.until('stepOut', thread);
    await client.until('next', thread);
    await client.until('next', thread);
    await client.evaluate('totals', thread, 'watch');
    await client.finish(thread);
  });

  transcript('a flow goes on to its next call', async (client) => {
    await launch(client, two, {}, { stopOnEntry: true });
    const thread = await client.stopped();
    for (let call = 0; call < 2; call++) {
      await client.request('stepToNextCall', { threadId: thread });
      await client.stopped();
    }
    await client.finish(thread);
  });

  transcript('breakpoints on functions of a flow stop in their bodies', async (client) => {
    await client.initialize();
    await client.request('setFunctionBreakpoints', { breakpoints: [{ name: 'Order.add_to' }, { name: 'nothing' }] });
    await client.request('launch', { program: order, argument: { orders: two } });
    await client.event('initialized');
    await client.request('setFunctionBreakpoints', { breakpoints: [{ name: 'Order.add_to', hitCondition: '2' }, { name: 'nothing' }] });
    await client.request('configurationDone');
    const thread = await client.stopped();
    await client.finish(thread);
  });

  transcript('raised and uncaught exceptions of a flow stop with the exception', async (client) => {
    await launch(client, [...two, { items: [], country: 'FR' }], { filters: { filters: ['uncaught'], filterOptions: [{ filterId: 'raised', condition: 'isinstance(e, ValueError)' }] } });
    const thread = await client.stopped();
    await client.request('exceptionInfo', { threadId: thread });
    await client.variables(thread, ['Error'], 2);
    await client.finish(thread);
  });

  transcript('a log message of a flow prints and goes on', async (client) => {
    await launch(client, two, { breakpoints: [{ line: 17, logMessage: '{self.country}: {net}' }] });
    await client.terminated();
  });

  transcript('workflows have no breakpoints on functions and no step to the next call', async (client) => {
    await client.launch('debug-comments.workflows.yaml', { stopOnEntry: true });
    const thread = await client.stopped();
    await client.request('setFunctionBreakpoints', { breakpoints: [{ name: 'main' }] });
    await client.request('stepToNextCall', { threadId: thread });
    await client.finish(thread);
  });
});
