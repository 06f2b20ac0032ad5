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
    usage: 'stepthrough run PROGRAM [--input FILE|-] [--argument JSON] [--mocks FILE] [--answers FILE] [--json] [--set FIELD=VALUE …] [--seed N] [--data DIR]',
    summary: 'run a workflow, a flow or an execution file to its end',
    details: `PROGRAM is a workflow (YAML or JSON), a Cloudomation flow (*.py with a handler) or an execution file
(*.execution.yaml).

  --input FILE         the input from a YAML or JSON file; - reads standard input
  --argument JSON      the input itself
  --mocks FILE         answers for calls (default: PROGRAM's own .mocks.yaml, where there is one)
  --answers FILE       answers to messages of flows: a YAML list of subject (* stands for anything), values and button
  --set FIELD=VALUE    a field of the execution, such as --set max_runtime_minutes=5; may be repeated
  --seed N             let parallel branches take turns at random; another N explores another order
  --json               print the finished execution as JSON
${dataOption}

Variables for sys.get_env come from PROGRAM's own .env.yaml, where there is one. Workflows that it starts by their ids
are looked for beside it, then in the folder you are in. Addresses that it waits to be called at are printed.

Flows need Python 3.9 or newer: $STEPTHROUGH_PYTHON, else python3 or python. Flows, connectors, settings and files that
one names are looked for beside it, then in the folder you are in.

Ends with 0 when the execution succeeded, 1 when it failed or was cancelled, 2 when nothing ran.
Ctrl+C cancels the execution; a second one ends the program at once.`,
  },
  {
    name: 'check',
    usage: 'stepthrough check FILE… [--json]',
    summary: 'report the problems of workflows, flows and all files around them',
    details: `  --json               print the problems as a JSON array of file, line, column, endLine, endColumn, severity, code and message

Ends with 0 when there are no errors, 1 when there are some.`,
  },
  {
    name: 'serve',
    usage: 'stepthrough serve [--port N] [--data DIR] [--workflows DIR] [--concurrency N] [--in-flight RULE]',
    summary: "answer Google's Workflows and Workflow Executions REST API on this machine",
    details: `  --port N             the port of 127.0.0.1 (default: 8787); 0 takes one that is free
${dataOption}
  --workflows DIR      serve the workflows in DIR: a file's name without its ending is the workflow's id, changes are
                       taken up at once, and a file with errors keeps its last good revision
  --concurrency N      how many executions may run at once, in all processes over this data; others wait as QUEUED
                       (default: 10000)
  --in-flight RULE     what becomes of a call that may not simply be repeated and was under way when its process ended:
                       error (default) raises a ConnectionError, repeat makes it again

DIR/stepthrough.yaml, where there is one, has schedules, webhooks (called at /webhook/NAME), concurrency and retention.
Flows are also started by their records, in files (*.schedule.yaml, *.webhook.yaml) and as flows saved them.

Prints "listening on http://127.0.0.1:N". Without --workflows, workflows are made through the API and kept in the data
folder. Any project and location will do. Where STEPTHROUGH_TOKEN is set, requests must carry it as a bearer token.

Ctrl+C ends it. What runs goes on when it is started again, also after a crash, and so does what other processes began
with this data and did not end. Ends with 2 when the port is taken or the data cannot be used.`,
  },
  {
    name: 'dap',
    usage: 'stepthrough dap [--data DIR]',
    summary: 'serve the Debug Adapter Protocol on standard input and output',
    details: dataOption,
  },
  {
    name: 'executions',
    usage: 'stepthrough executions list|show|history|savepoints|back|pause|resume|cancel|delete|restore …',
    summary: 'look through the executions that were kept',
    details: `  list [--state STATE …] [--filter FILTER] [--limit N] [--deleted]
                                       newest first; --deleted lists what can be restored
  show ID                              one execution with what it logged
  history ID                           its steps with durations, iterations, retries and errors
  savepoints ID                        the answered calls that it can go back to, oldest first
  back ID NUMBER [--answers FILE]      go back to a savepoint: one that lives does in its own process; from one that has
                                       ended a new execution goes on here, to its end, as with run
  pause ID                             hold one that runs, in whichever process
  resume ID                            let a paused one go on
  cancel ID                            end one that runs, in whichever process
  delete ID …                          take ended ones off the list; they can be restored for 30 days
  restore ID …                         take deleted ones back

ID is an execution's id, the beginning of one, or its name.

FILTER compares fields of executions, as the view Executions and the REST API do: state = FAILED AND type = FLOW,
labels.team = blue OR labels.team = red (OR binds closer than AND), NOT name = "night*", priority > 5,
create_time > "2026-01-31T08:00:00Z", create_time >= today-7, bundle_name = tools.

  --json               print JSON
${dataOption}`,
  },
];

export function generalHelp(): string {
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}`);
  return `Stepthrough runs and debugs Google Cloud Workflows and Cloudomation flows on your machine.

Usage: stepthrough COMMAND …

${lines.join('\n')}

stepthrough COMMAND --help tells more. stepthrough --version prints the version.
`;
}

export function commandHelp(command: CommandHelp): string {
  return `Usage: ${command.usage}\n\n${command.summary[0]!.toUpperCase()}${command.summary.slice(1)}.\n\n${command.details}\n`;
}
