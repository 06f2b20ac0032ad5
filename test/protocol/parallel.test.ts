import { transcript } from './support/session.ts';

const program = 'debug-parallel.workflows.yaml';

describe('protocol: parallel', () => {
  transcript('each branch is a thread with its own variables and the shared ones', async (client) => {
    await client.launch(program, {}, { breakpoints: [{ line: 17 }] });
    const thread = await client.stopped();
    await client.threads();
    await client.variables(thread, ['Variables', 'Shared', 'Argument']);
    await client.stack(1);
    await client.stack(3);
    await client.finish(thread);
  });

  transcript('a step follows its thread while others run on', async (client) => {
    await client.launch(program, {}, { breakpoints: [{ line: 13 }] });
    const thread = await client.stopped();
    await client.until('next', thread);
    const after = await client.until('next', thread);
    await client.threads();
    await client.variables(after, ['Variables', 'Shared']);
    await client.finish(after);
  });

  transcript('step in enters the first branch and next goes over all of them', async (client) => {
    await client.launch(program, {}, { breakpoints: [{ line: 8 }, { line: 28 }] });
    let thread = await client.stopped();
    thread = await client.until('stepIn', thread);
    thread = await client.until('continue', thread);
    thread = await client.until('next', thread);
    await client.variables(thread, ['Variables']);
    await client.finish(thread);
  });

  transcript('iterations of a parallel loop are threads of their own', async (client) => {
    await client.launch(program, {}, { breakpoints: [{ line: 35 }] });
    let thread = await client.stopped();
    await client.threads();
    await client.variables(thread, ['Variables', 'Shared']);
    thread = await client.until('continue', thread);
    await client.variables(thread, ['Shared']);
    thread = await client.until('stepOut', thread);
    await client.finish(thread);
  });
});
