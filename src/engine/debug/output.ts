import type { DebuggeeEvent, DebuggeeSource } from '../../debuggee/debuggee.ts';
import { errorSeverities, type LogEntry } from '../../execution/listing.ts';
import type { Execution } from '../../execution/record.ts';
import type { Program } from '../../machine/program.ts';
import { findStep } from '../../workflow/syntax.ts';

/** A line for the console; the line break is added when it is printed. */
export type Output = Omit<Extract<DebuggeeEvent, { kind: 'output' }>, 'kind'>;

/** What the workflow logged, with the step that did. */
export function logOutput(entry: LogEntry, program: Program, source: DebuggeeSource): Output {
  const text = entry.text ?? entry.json ?? '';
  const line = lineOfStep(entry.routine, entry.step, program);
  return {
    category: errorSeverities.has(entry.severity) ? 'stderr' : 'stdout',
    text: entry.severity === 'DEFAULT' ? text : `${entry.severity}: ${text}`,
    ...(line === undefined ? {} : { source, line }),
  };
}

/** How the execution ended: its result, or its error with the place that it came from. */
export function endOutput(record: Execution, source: DebuggeeSource): Output {
  if (record.state === 'SUCCEEDED') return { category: 'stdout', text: `Succeeded. Result: ${record.output_value ?? 'null'}` };
  if (record.state === 'CANCELLED') return { category: 'console', text: 'Cancelled.' };
  const line = record.error?.stack_trace.elements[0]?.position.line;
  return { category: 'stderr', text: `Failed. ${record.error?.context ?? record.message}`, ...(line === undefined ? {} : { source, line }) };
}

function lineOfStep(routine: string, name: string, program: Program): number | undefined {
  const step = findStep(program.document.workflow, routine, name);
  return step && program.source.lines.position(step.nameRange.start).line;
}
