import { transcript } from './support/session.ts';

const order = { customer: 'Ann', items: [{ quantity: 2, price: 10 }, { quantity: 1, price: 100.5 }] };

describe('protocol: stepping', () => {
  transcript('stop on entry is before the first step with the argument there', async (client) => {
    await client.launch('debug-order.workflows.yaml', { argument: order, stopOnEntry: true });
    const thread = await client.stopped();
    await client.threads();
    await client.variables(thread);
    await client.finish(thread);
  });

  transcript('next goes from step to step and over calls', async (client) => {
    await client.launch('debug-order.workflows.yaml', { argument: order, stopOnEntry: true });
    const thread = await client.stopped();
    for (let i = 0; i < 8; i++) await client.until('next', thread);
    await client.request('next', { threadId: thread });
    await client.terminated();
  });

  transcript('step in enters a subworkflow and step out leaves it', async (client) => {
    await client.launch('debug-order.workflows.yaml', { argument: order }, { breakpoints: [{ line: 18 }] });
    const thread = await client.stopped();
    await client.until('stepIn', thread);
    await client.variables(thread, ['Variables', 'Argument']);
    await client.until('next', thread);
    await client.variables(thread, ['Step result']);
    await client.until('stepOut', thread);
    await client.variables(thread, ['Step result']);
  });

  transcript('step in enters subworkflows called in expressions', async (client) => {
    await client.launch('debug-order.workflows.yaml', { argument: order }, { breakpoints: [{ line: 37 }] });
    const thread = await client.stopped();
    await client.until('stepIn', thread);
    await client.variables(thread, ['Argument']);
    await client.until('stepIn', thread);
    await client.variables(thread, ['Argument']);
    await client.request('stepOut', { threadId: thread });
    await client.terminated();
  });

  transcript('next at the last step of a routine goes to the caller', async (client) => {
    await client.launch('debug-order.workflows.yaml', { argument: order }, { breakpoints: [{ line: 49 }] });
    const thread = await client.stopped();
    await client.until('next', thread);
  });

  transcript('line granularity stops at assignments, iterations and conditions', async (client) => {
    await client.launch('debug-order.workflows.yaml', { argument: order, stopOnEntry: true });
    const thread = await client.stopped();
    for (let i = 0; i < 5; i++) await client.until('next', thread, { granularity: 'line' });
    await client.setBreakpoints('debug-order.workflows.yaml', [{ line: 28 }]);
    await client.until('continue', thread);
    for (let i = 0; i < 2; i++) await client.until('next', thread, { granularity: 'line' });
  });

  transcript('a deep stack comes in pages', async (client) => {
    await client.launch('debug-order.workflows.yaml', { argument: order }, { breakpoints: [{ line: 46 }] });
    const thread = await client.stopped();
    await client.request('stackTrace', { threadId: thread, startFrame: 0, levels: 1 });
    await client.request('stackTrace', { threadId: thread, startFrame: 1, levels: 1 });
    await client.request('stackTrace', { threadId: thread, startFrame: 2, levels: 5 });
  });
});
