import { durationBetween } from '../execution/duration.ts';
import { errorSeverities, type LogEntry } from '../execution/listing.ts';
import { prettyJson } from '../execution/prettyJson.ts';
import type { Execution } from '../execution/record.ts';
import type { Run } from '../engine/run.ts';
import type { LocalExecutionService } from '../service/local/localService.ts';
import { LineMap } from '../source/text.ts';
import type { PreparedAnswers } from './answers.ts';
import { MessageAnswering, terminalAsk } from './messages.ts';
import { problemText } from './problemText.ts';
import { printable, type Terminal } from './terminal.ts';

/** Milliseconds between two updates of the live line. */
const liveTime = 100;

/**
 * Lets a prepared execution run, and gives its record when it and all that it started have ended. `watcher` is shown
 * steps and logs while it runs.
 */
export async function runToEnd(service: LocalExecutionService, run: Run, prepared: PreparedAnswers, watcher: Terminal | undefined, terminal: Terminal): Promise<Execution> {
  const { id } = run.execution;
  const told = new Set<string>();
  const watch = service.watch((change) => {
    if (change.kind === 'logged' && change.id === id) watcher?.note(logText(change.entry, terminal));
    if (change.kind === 'updated') noteCallbacks(service, change.execution, told, terminal);
  });
  const answering = new MessageAnswering(service, prepared, terminal, terminalAsk());
  const live = watcher && setInterval(() => !answering.isAsking && watcher.live(liveText(run.host.currentSteps(), run.execution)), liveTime);
  let giveUp: () => void = () => undefined;
  const interrupted = new Promise<void>((resolve) => (giveUp = resolve));
  const interrupt = cancelOnInterrupt(() => {
    service.engine.cancelAll();
    giveUp();
  }, terminal);
  // Waiting for something that has no timer or socket, the process must not end by itself.
  const alive = setInterval(() => undefined, 60_000);
  try {
    run.begin();
    const ended = await run.ended;
    // Children that nobody waited for go on; without this process they could not.
    const { length } = service.engine.unfinished;
    if (length > 0) terminal.note(`Waiting for ${length} execution${length === 1 ? '' : 's'} that it started; Ctrl+C cancels.\n`);
    await Promise.race([service.idle(), interrupted]);
    return ended;
  } finally {
    clearInterval(alive);
    clearInterval(live);
    interrupt.dispose();
    answering.dispose();
    watch.dispose();
  }
}

/** Says, once each, which addresses an execution waits to be called at; a program that reads JSON must learn them too. */
function noteCallbacks(service: LocalExecutionService, { id, name }: Execution, told: Set<string>, terminal: Terminal): void {
  for (const { url, method, waiters } of service.callbacks(id)) {
    if (waiters === 0 || told.has(url)) continue;
    told.add(url);
    terminal.note(`${printable(name)} waits for a call: ${method} ${url}\n`);
  }
}

/** The first Ctrl+C cancels; a second one ends the process at once. */
function cancelOnInterrupt(cancel: () => void, terminal: Terminal): { dispose(): void } {
  let asked = false;
  const handle = (): void => {
    if (asked) process.exit(130);
    asked = true;
    terminal.note('Cancelling…\n');
    cancel();
  };
  process.on('SIGINT', handle);
  return { dispose: () => void process.off('SIGINT', handle) };
}

function liveText(steps: Execution['current_steps'], execution: Execution): string {
  const { state, scheduled_for } = execution;
  if (state === 'QUEUED') return scheduled_for === undefined ? 'waits for its turn' : `waits until ${scheduled_for}`;
  const since = execution.start_time ?? execution.create_time;
  const seconds = ((Date.now() - Date.parse(since)) / 1000).toFixed(1);
  // Steps of a workflow belong to routines, lines of a flow to functions.
  const isFlow = execution.type !== 'WORKFLOW';
  const names = steps.map(({ routine, step }) => (isFlow ? `${step} in ${routine}` : routine === 'main' ? step : `${routine}.${step}`));
  return `${seconds}s  ${printable(names.join(', ')).replaceAll('\n', ' ')}`;
}

function logText(entry: LogEntry, terminal: Terminal): string {
  const time = new Date(entry.time).toTimeString().slice(0, 8);
  const severity = entry.severity === 'DEFAULT' ? '' : `${terminal.paint(entry.severity, errorSeverities.has(entry.severity) ? 'red' : 'yellow')} `;
  return `${terminal.paint(time, 'gray')} ${severity}${printable(entry.text ?? entry.json ?? '')}\n`;
}

/** Says for people how it ended. */
export function printEnd(execution: Execution, terminal: Terminal): void {
  const { state, start_time, end_time, error, output_value } = execution;
  const took = start_time !== undefined && end_time !== undefined ? ` in ${durationBetween(start_time, end_time)}` : '';
  if (error && state === 'FAILED') terminal.note(`${printable(error.context)}\n${failedPlace(execution, terminal)}`);
  terminal.note(`${terminal.paint(state, state === 'SUCCEEDED' ? 'green' : 'red')}${took}  ${printable(execution.name)}\n`);
  if (state === 'SUCCEEDED' && output_value !== undefined) terminal.out(`${prettyJson(output_value)}\n`);
}

/** The source line of the step that failed. */
function failedPlace({ error, program, script }: Execution, terminal: Terminal): string {
  const element = error?.stack_trace.elements[0];
  if (!element) return '';
  const lines = new LineMap(script);
  const start = lines.offset(element.position);
  const text = problemText({ file: program, lines, problems: [{ code: 'failed', severity: 'error', message: `failed here: ${element.step}`, range: { start, end: lines.lineRange(element.position.line).end } }] }, terminal);
  return text.replace(' [failed]', '');
}
