import type { StepEntry, StepType } from './stepEntry.ts';

const kinds: Readonly<Record<StepType, string>> = {
  STEP_ASSIGN: 'assign',
  STEP_STD_LIB_CALL: 'call',
  STEP_CONNECTOR_CALL: 'connector call',
  STEP_SUBWORKFLOW_CALL: 'subworkflow call',
  STEP_CALL: 'call',
  STEP_SWITCH: 'switch',
  STEP_CONDITION: 'condition',
  STEP_FOR: 'for',
  STEP_FOR_ITERATION: 'iteration',
  STEP_PARALLEL_FOR: 'parallel for',
  STEP_PARALLEL_BRANCH: 'parallel',
  STEP_PARALLEL_BRANCH_ENTRY: 'branch',
  STEP_TRY_RETRY_EXCEPT: 'try',
  STEP_TRY: 'attempt',
  STEP_RETRY: 'retry',
  STEP_EXCEPT: 'except',
  STEP_RETURN: 'return',
  STEP_RAISE: 'raise',
  STEP_GOTO: 'next',
};

/** Parts of steps, which are called by what they are and not by the step. */
const parts: ReadonlySet<StepType> = new Set<StepType>(['STEP_CONDITION', 'STEP_FOR_ITERATION', 'STEP_PARALLEL_BRANCH_ENTRY', 'STEP_TRY', 'STEP_RETRY', 'STEP_EXCEPT']);

/** What an entry is called in a tree: a step by its name, a branch by its own in the executed source, another part as `iteration 3`. */
export function stepTitle(entry: StepEntry, script: string): string {
  const { type, step, progress } = entry;
  if (!parts.has(type)) return step;
  const name = type === 'STEP_PARALLEL_BRANCH_ENTRY' ? keyAt(script, entry.line, entry.column) : undefined;
  if (name !== undefined) return `${kinds[type]} ${name}`;
  return progress ? `${kinds[type]} ${progress.number}` : type === 'STEP_TRY' ? 'try' : kinds[type];
}

/** The key of a map at a place (both from 1) of YAML or JSON; undefined where none can be read on that line. */
function keyAt(text: string, line: number, column: number): string | undefined {
  let start = 0;
  for (let at = 1; at < line; at++) {
    start = text.indexOf('\n', start) + 1;
    if (start === 0) return undefined;
  }
  const end = text.indexOf('\n', start);
  const rest = text.slice(start + column - 1, end === -1 ? undefined : end);
  const [, double, single, plain] = /^(?:"((?:[^"\\]|\\.)*)"\s*:|'((?:[^']|'')*)'\s*:|([^\s"'#{}[\],][^#{}[\],]*?)\s*:(?:\s|$))/.exec(rest) ?? [];
  return double ?? single?.replaceAll("''", "'") ?? plain;
}

/** What kind of step it is and how much is in it: `for, 12 iterations`. Of a part there is nothing to add. */
export function stepKind({ type, childCount }: StepEntry): string {
  if (parts.has(type)) return '';
  const counted = type === 'STEP_FOR' || type === 'STEP_PARALLEL_FOR' ? 'iteration' : type === 'STEP_PARALLEL_BRANCH' ? 'branch' : undefined;
  return counted === undefined ? kinds[type] : `${kinds[type]}, ${childCount} ${counted}${childCount === 1 ? '' : counted === 'branch' ? 'es' : 's'}`;
}

/** The attempts of a try step that was tried more than once. */
export function attemptsOf(type: StepType, children: readonly StepEntry[]): number | undefined {
  const attempts = type === 'STEP_TRY_RETRY_EXCEPT' ? children.filter((child) => child.type === 'STEP_TRY').length : 0;
  return attempts > 1 ? attempts : undefined;
}

/** One line of an error: its message, or the value itself. */
export function exceptionLine({ exception }: StepEntry): string | undefined {
  if (exception === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(exception);
  } catch {
    return exception;
  }
  const message: unknown = typeof value === 'object' && value !== null && 'message' in value ? value.message : value;
  return (typeof message === 'string' ? message : exception).split('\n', 1)[0];
}
