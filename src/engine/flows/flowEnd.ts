import type { ExecutionError, JsonText, StackTraceElement } from '../../execution/record.ts';
import type { ProcessEnd } from '../../flow/host/flowProcess.ts';
import type { FlowEnd } from '../../flow/protocol.ts';
import type { HostEnd } from '../executionHost.ts';

/** What is known of the run at its end. */
export interface EndingRun {
  /** The flow's own text, in which columns are counted. */
  readonly script: string;
  /** As Python names the flow's file. */
  readonly file: string;
  /** The place of the last call. */
  readonly place: { readonly file: string; readonly line: number; readonly function: string } | undefined;
  readonly output: JsonText | undefined;
  readonly message: string;
}

/** The end that a flow told. */
export function endOfFlow(end: FlowEnd, run: EndingRun): HostEnd {
  switch (end.status) {
    case 'success':
      return { kind: 'returned', result: end.returned ?? run.output ?? 'null', message: end.message === '' ? run.message : end.message };
    case 'cancel':
      return { kind: 'cancelled', message: end.message === '' ? 'Cancelled.' : end.message };
    case 'error': {
      const { exception } = end;
      if (!exception) return failed('ExecutionError', end.message, end.message, run.place ? [elementOf(run.place, run)] : []);
      // Python's traceback has the innermost frame last, a stack trace of an execution has it first.
      const elements = exception.frames.map((frame) => elementOf(frame, run)).reverse();
      return failed(exception.type, exception.message, end.message, elements, exception.traceback);
    }
  }
}

/** The end of a process that told none. */
export function endOfProcess(end: ProcessEnd, stderr: string, run: EndingRun): HostEnd {
  const message = describe(end);
  const headline = `ProcessError: ${message}`;
  const elements = run.place ? [elementOf(run.place, run)] : [];
  const lastWords = stderr.trim();
  return failed('ProcessError', message, headline, elements, lastWords === '' ? headline : `${headline}\n${lastWords}`);
}

function describe(end: ProcessEnd): string {
  switch (end.kind) {
    case 'exit':
      return `the flow's process ended with exit code ${end.code} before its handler returned.`;
    case 'signal':
      return `the flow's process was ended by ${end.signal} before its handler returned.${end.signal === 'SIGKILL' ? ' The system does so where memory is short.' : ''}`;
    case 'fault':
      return `the flow's process had to be ended: ${end.reason}.`;
  }
}

function failed(tag: string, message: string, headline: string, elements: readonly StackTraceElement[], context = headline): HostEnd {
  const error: ExecutionError = { payload: JSON.stringify({ message, tags: [tag] }), context: context.trimEnd(), stack_trace: { elements } };
  return { kind: 'failed', message: headline === '' ? tag : headline, error };
}

/** A frame; those of other files than the flow's say which. */
function elementOf(frame: { readonly file: string; readonly line: number; readonly column?: number; readonly endColumn?: number; readonly function: string }, { script, file }: EndingRun): StackTraceElement {
  const { line, column, endColumn } = frame;
  const own = frame.file === file;
  const text = own ? (script.split(/\r\n|\r|\n/, line)[line - 1] ?? '') : '';
  const start = column ?? text.length - text.trimStart().length + 1;
  const part = endColumn === undefined ? text.slice(start - 1).trimEnd() : text.slice(start - 1, endColumn - 1);
  return { step: own ? `line ${line}` : `${frame.file}:${line}`, routine: frame.function, position: { line, column: start, length: Buffer.byteLength(part) } };
}
