/** What people read about the commands. Contract: the design's "The command line". */

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface CommandHelp {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly details: string;
}

const dataOption = '  --data DIR           where executions are kept (default: $STEPTHROUGH_DATA, else a folder of your user)';

export const commands: readonly CommandHelp[] = [
  {
    name: 'run',
    usage: 'stepthrough run PROGRAM [--input FILE|-] [--argument JSON] [--mocks FILE] [--json] [--set FIELD=VALUE …] [--seed N] [--data DIR]',
    summary: 'run a workflow or an execution file to its end',
    details: `PROGRAM is a workflow (YAML or JSON) or an execution file (*.execution.yaml).

  --input FILE         the input from a YAML or JSON file; - reads standard input
  --argument JSON      the input itself
  --mocks FILE         answers for calls (default: PROGRAM's own .mocks.yaml, where there is one)
  --set FIELD=VALUE    a field of the execution, such as --set max_runtime_minutes=5; may be repeated
  --seed N             let parallel branches take turns at random; another N explores another order
  --json               print the finished execution as JSON
${dataOption}

Variables for sys.get_env come from PROGRAM's own .env.yaml, where there is one. Workflows that it starts by their ids
are looked for beside it, then in the folder you are in. Addresses that it waits to be called at are printed.

Ends with 0 when the execution succeeded, 1 when it failed or was cancelled, 2 when nothing ran.
Ctrl+C cancels the execution; a second one ends the program at once.`,
  },
  {
    name: 'check',
    usage: 'stepthrough check FILE… [--json]',
    summary: 'report the problems of workflows, input, mock, environment, schema and execution files',
    details: `  --json               print the problems as a JSON array of file, line, column, endLine, endColumn, severity, code and message

Ends with 0 when there are no errors, 1 when there are some.`,
  },
  {
    name: 'serve',
    usage: 'stepthrough serve [--port N] [--data DIR] [--workflows DIR]',
    summary: "answer Google's Workflows and Workflow Executions REST API on this machine",
    details: `  --port N             the port of 127.0.0.1 (default: 8787); 0 takes one that is free
${dataOption}
  --workflows DIR      serve the workflows in DIR: a file's name without its ending is the workflow's id, changes are
                       taken up at once, and a file with errors keeps its last good revision

Prints "listening on http://127.0.0.1:N". Without --workflows, workflows are made through the API and kept in the data
folder. Any project and location will do. Where STEPTHROUGH_TOKEN is set, requests must carry it as a bearer token.

Ctrl+C ends it and cancels what runs. Ends with 2 when the port is taken or the data cannot be used.`,
  },
  {
    name: 'dap',
    usage: 'stepthrough dap [--data DIR]',
    summary: 'serve the Debug Adapter Protocol on standard input and output',
    details: dataOption,
  },
  {
    name: 'executions',
    usage: 'stepthrough executions list|show|cancel|delete …',
    summary: 'look through the executions that were kept',
    details: `  list [--state STATE …] [--limit N]   newest first
  show ID                              one execution with what it logged
  cancel ID                            end one that runs, in whichever process
  delete ID …                          remove ended ones from the list

ID is an execution's id, the beginning of one, or its name.

  --json               print JSON
${dataOption}`,
  },
];

export function generalHelp(): string {
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}`);
  return `Stepthrough runs and debugs Google Cloud Workflows on your machine.

Usage: stepthrough COMMAND …

${lines.join('\n')}

stepthrough COMMAND --help tells more. stepthrough --version prints the version.
`;
}

export function commandHelp(command: CommandHelp): string {
  return `Usage: ${command.usage}\n\n${command.summary[0]!.toUpperCase()}${command.summary.slice(1)}.\n\n${command.details}\n`;
}
