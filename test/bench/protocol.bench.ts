import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../../scripts/vscode/workspace.ts';
import { Client } from '../protocol/support/client.ts';
import { Streams } from '../protocol/support/streams.ts';
import { milliseconds, type Measurement } from './measurement.ts';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const steps = 100;

/** A session stopped in a loop, over the streams of the built program; the mean of many steps counts. */
function stepping(name: string, afterStop: (client: Client, threadId: number) => Promise<void>): Measurement {
  let client: Client;
  let streams: Streams;
  let thread = 1;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const step = async (): Promise<void> => {
    await client.ask('next', { threadId: thread });
    await client.event('stopped');
    await afterStop(client, thread);
  };
  return {
    name,
    unit: 'ms',
    prepare: async () => {
      folder = await temporaryFolder();
      streams = new Streams(folder.path, cli);
      client = new Client(streams);
      await client.launch('debug-endless.workflows.yaml', {}, { breakpoints: [{ line: 10, hitCondition: '1' }] });
      thread = await client.stopped();
      for (let i = 0; i < steps; i++) await step();
    },
    measure: async () => {
      const time = await milliseconds(async () => {
        for (let i = 0; i < steps; i++) await step();
      });
      return time / steps;
    },
    finish: async () => {
      await client.ask('disconnect');
      await streams.exitCode;
      await folder.remove();
    },
  };
}

export default [
  stepping('protocol: next until stopped', () => Promise.resolve()),
  stepping('protocol: next until call stack and variables are shown', (client, thread) => client.variables(thread, ['Variables'], 1)),
];
