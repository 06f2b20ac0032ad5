import { resolve } from 'node:path';
import { transcript } from './support/session.ts';
import { fixtures } from './support/transcript.ts';

const source = { path: resolve(fixtures, 'debug-comments.workflows.yaml') };
const order = { customer: 'Ann', items: [1, 2, 3, 4, 5, 6].map((quantity) => ({ quantity, price: 10 })) };

describe('protocol: breakpoints', () => {
  transcript('breakpoints on any line bind to a step or say why not', async (client) => {
    await client.launch('debug-comments.workflows.yaml', { stopOnEntry: true });
    const thread = await client.stopped();
    for (let line = 1; line <= 19; line++) await client.setBreakpoints('debug-comments.workflows.yaml', [{ line }]);
    await client.request('breakpointLocations', { source, line: 1, endLine: 19 });
    await client.finish(thread);
  });

  transcript('a breakpoint on a comment stops at the next step', async (client) => {
    await client.launch('debug-comments.workflows.yaml', {}, { breakpoints: [{ line: 9 }] });
    const thread = await client.stopped();
    await client.variables(thread, ['Variables']);
    await client.finish(thread);
  });

  transcript('a breakpoint with a column stops at one assignment', async (client) => {
    await client.launch('debug-order.workflows.yaml', { argument: order }, { breakpoints: [{ line: 25, column: 17 }, { line: 27, column: 19 }] });
    let thread = await client.stopped();
    await client.request('breakpointLocations', { source: { path: resolve(fixtures, 'debug-order.workflows.yaml') }, line: 24, endLine: 27 });
    thread = await client.until('continue', thread);
    await client.variables(thread, ['Variables'], 1);
  });

  transcript('conditions hit counts and log messages decide together', async (client) => {
    await client.launch('debug-order.workflows.yaml', { argument: order }, {
      breakpoints: [
        { line: 18, condition: 'item.quantity == 3' },
        { line: 24, hitCondition: '>= 5' },
        { line: 46, logMessage: 'quantity {quantity} at ${unit_price} is {quantity * unit_price}', condition: 'quantity % 2 == 0' },
        { line: 49, logMessage: '{amount} of {nothing}', hitCondition: '6' },
      ],
    });
    let thread = await client.stopped();
    thread = await client.until('continue', thread);
    thread = await client.until('continue', thread);
    await client.finish(thread);
  });

  transcript('a condition that cannot be read is told on its breakpoint', async (client) => {
    await client.launch('debug-order.workflows.yaml', { argument: order, stopOnEntry: true }, {
      breakpoints: [
        { line: 18, condition: 'item.quantity ==' },
        { line: 18, condition: 'itme.quantity == 3' },
        { line: 18, condition: 'price(1, 2) > 1' },
        { line: 18, condition: 'http.get("x") == 1' },
        { line: 18, hitCondition: 'often' },
        { line: 18, logMessage: 'open {brace' },
        { line: 18, logMessage: 'bad {1 +}' },
      ],
    });
    const thread = await client.stopped();
    await client.finish(thread);
  });

  transcript('a condition that fails when it is reached stops and says why once', async (client) => {
    await client.launch('debug-order.workflows.yaml', { argument: order }, { breakpoints: [{ line: 24, condition: 'item.missing > 1' }, { line: 35, condition: 'total' }] });
    let thread = await client.stopped();
    thread = await client.until('continue', thread);
    await client.setBreakpoints('debug-order.workflows.yaml', [{ line: 35, condition: 'total' }]);
    thread = await client.until('continue', thread);
    await client.finish(thread);
  });

  transcript('breakpoints keep their id and hits when others are set', async (client) => {
    await client.launch('debug-order.workflows.yaml', { argument: order }, { breakpoints: [{ line: 24, hitCondition: '% 2' }] });
    let thread = await client.stopped();
    await client.setBreakpoints('debug-order.workflows.yaml', [{ line: 46, hitCondition: '6' }, { line: 24, hitCondition: '% 2' }]);
    thread = await client.until('continue', thread);
    await client.variables(thread, ['Variables'], 1);
    await client.setBreakpoints('debug-order.workflows.yaml', []);
    await client.finish(thread);
  });

  transcript('breakpoints in other files say that they do not belong', async (client) => {
    await client.launch('debug-order.workflows.yaml', { argument: order, stopOnEntry: true });
    const thread = await client.stopped();
    await client.setBreakpoints('debug-comments.workflows.yaml', [{ line: 6 }]);
    await client.request('breakpointLocations', { source, line: 1 });
    await client.finish(thread);
  });

  transcript('breakpoints set before the launch are bound by it', async (client) => {
    await client.initialize();
    await client.setBreakpoints('debug-comments.workflows.yaml', [{ line: 9 }]);
    await client.request('setExceptionBreakpoints', { filters: ['uncaught'] });
    await client.request('configurationDone');
    await client.request('launch', { program: source.path });
    const thread = await client.stopped();
    await client.finish(thread);
  });

  transcript('the execution fields say which breakpoints there are', async (client) => {
    await client.launch('debug-comments.workflows.yaml', { breakpoints: [9, 19, 15] }, { breakpoints: [{ line: 6 }] });
    let thread = await client.stopped();
    thread = await client.until('continue', thread);
    thread = await client.until('continue', thread);
    await client.finish(thread);
  });

  transcript('use_breakpoints false runs through every breakpoint', async (client) => {
    await client.launch('debug-comments.workflows.yaml', { use_breakpoints: false, breakpoints: [6] }, { breakpoints: [{ line: 6 }], filters: { filters: ['raised'] } });
    await client.terminated();
  });

  transcript('a productive execution runs through every breakpoint', async (client) => {
    await client.launch('debug-comments.workflows.yaml', { is_productive: true }, { breakpoints: [{ line: 6 }] });
    await client.terminated();
  });

  transcript('use_only_explicit_breakpoints refuses steps and pauses', async (client) => {
    await client.launch('debug-comments.workflows.yaml', { use_only_explicit_breakpoints: true, stopOnEntry: true }, { breakpoints: [{ line: 11 }] });
    const thread = await client.stopped();
    for (const command of ['next', 'stepIn', 'stepOut', 'pause']) await client.request(command, { threadId: thread });
    await client.finish(thread);
  });

  transcript('without debugging nothing stops', async (client) => {
    await client.launch('debug-comments.workflows.yaml', { noDebug: true, stopOnEntry: true }, { breakpoints: [{ line: 6 }], filters: { filters: ['raised', 'uncaught'] } });
    await client.terminated();
  });
});
