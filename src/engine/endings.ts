import type { Execution, ExecutionError } from '../execution/record.ts';

/** How the record of an execution ends that did not come to its end by itself. */

type Steps = Execution['current_steps'];

/** By an error that is not the program's own. */
export function failedEnd(tag: string, message: string, steps: Steps = []): Partial<Execution> {
  const headline = `${tag}: ${message}`;
  const error: ExecutionError = {
    payload: JSON.stringify({ message: headline, tags: [tag] }),
    context: trace(headline, steps),
    stack_trace: { elements: [] },
  };
  return { state: 'FAILED', message: headline, error };
}

export function cancelledEnd(message: string | undefined, steps: Steps): Partial<Execution> {
  const text = 'The execution was cancelled.';
  return { state: 'CANCELLED', message: message ?? 'Cancelled.', error: { payload: JSON.stringify(text), context: trace(text, steps), stack_trace: { elements: [] } } };
}

/** The record of one that ends without running. */
export function endedNow(execution: Execution, end: Partial<Execution>): Execution {
  const now = new Date().toISOString();
  const start_time = execution.start_time ?? now;
  return { ...execution, is_paused: false, ...end, start_time, end_time: now < start_time ? start_time : now };
}

function trace(headline: string, steps: Steps): string {
  return [headline, ...steps.map(({ step, routine }) => `in step "${step}", routine "${routine}"`)].join('\n');
}
