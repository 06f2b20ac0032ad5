import { LaunchRefused } from '../execution/launch.ts';
import { nearest } from '../execution/nearest.ts';
import { ServiceError } from '../service/service.ts';
import { problemText } from './problemText.ts';
import { printable, processTerminal, type Terminal } from './terminal.ts';
import { commandHelp, commands, generalHelp, UsageError } from './usage.ts';

type Command = (raw: readonly string[], terminal: Terminal) => Promise<number>;

/** Each is loaded when it is asked for, so that one does not pay for another. */
const actions: ReadonlyMap<string, () => Promise<Command>> = new Map<string, () => Promise<Command>>([
  ['run', async () => (await import('./run.ts')).run],
  ['check', async () => (await import('./check.ts')).check],
  ['serve', async () => (await import('./serve.ts')).serve],
  ['dap', async () => (await import('./dap.ts')).dap],
  ['executions', async () => (await import('./executions.ts')).executions],
]);

/** Runs a command line (without the program's name) and gives the exit code: 0, 1 or 2. */
export async function main(raw: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  try {
    return await dispatch(raw, terminal);
  } catch (error) {
    if (error instanceof LaunchRefused) {
      terminal.note(error.problems.length === 0 ? `stepthrough: ${printable(error.message)}\n` : problemText(error, terminal));
    } else if (error instanceof UsageError) {
      terminal.note(`stepthrough: ${printable(error.message)}\nTry: stepthrough${actions.has(raw[0] ?? '') ? ` ${raw[0]!}` : ''} --help\n`);
    } else if (error instanceof ServiceError) {
      terminal.note(`stepthrough: ${printable(error.message)}\n`);
    } else {
      throw error;
    }
    return 2;
  }
}

async function dispatch(raw: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = raw;
  if (name === undefined) throw new UsageError('Say what to do.');
  if (name === '--help' || name === '-h' || name === 'help') {
    const asked = commands.find((command) => command.name === rest[0]);
    terminal.out(asked ? commandHelp(asked) : generalHelp());
    return 0;
  }
  if (name === '--version' || name === '-v') {
    const { version } = await import('./version.ts');
    terminal.out(`${version}\n`);
    return 0;
  }
  const help = commands.find((command) => command.name === name);
  const load = actions.get(name);
  if (!load || !help) {
    const meant = nearest(name, actions.keys());
    throw new UsageError(`There is no command ${JSON.stringify(name)}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`);
  }
  const options = rest.slice(0, rest.includes('--') ? rest.indexOf('--') : undefined);
  if (options.includes('--help') || options.includes('-h')) {
    terminal.out(commandHelp(help));
    return 0;
  }
  const command = await load();
  return command(rest, terminal);
}
