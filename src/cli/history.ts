import { durationText } from '../execution/duration.ts';
import type { StepEntry, StepHistory, StepState } from '../execution/stepEntry.ts';
import { StepIndex } from '../execution/stepIndex.ts';
import { stepEntryJson } from '../execution/stepEntryJson.ts';
import { attemptsOf, exceptionLine, stepKind, stepTitle } from '../execution/stepWords.ts';
import { printable, type Color, type Terminal } from './terminal.ts';

const states: Readonly<Record<StepState, readonly [string, Color] | undefined>> = {
  STATE_SUCCEEDED: undefined,
  STATE_IN_PROGRESS: ['running', 'yellow'],
  STATE_FAILED: ['FAILED', 'red'],
  STATE_CANCELLED: ['cancelled', 'yellow'],
};

/** Characters of titles that durations stand behind in one column. */
const widestTitle = 60;

/** Prints the steps of an execution as a tree, one a line. What is in a step follows it, whatever ran beside it meanwhile. */
export function printHistory(history: StepHistory, script: string, terminal: Terminal): void {
  const index = new StepIndex(history);
  const rows = rowsOf(index, script, undefined, '');
  const width = Math.min(widestTitle, Math.max(4, ...rows.map(({ title }) => title.length)));
  terminal.out(`${'STEP'.padEnd(width)}  ${'DURATION'.padStart(9)}\n`);
  for (const { entry, title } of rows) terminal.out(`${title.padEnd(width)}  ${durationText(entry.updated - entry.created).padStart(9)}${remarks(entry, index, terminal)}\n`);
  const missing = history.count - history.entries.length;
  if (missing > 0) terminal.note(`${missing} of ${history.count} entries were not kept, but the first and the last ones.\n`);
}

interface Row {
  readonly entry: StepEntry;
  readonly title: string;
}

function rowsOf(index: StepIndex, script: string, parent: number | undefined, indent: string): Row[] {
  return index.children(parent).flatMap((entry) => [{ entry, title: indent + printable(stepTitle(entry, script)).replaceAll('\n', ' ') }, ...rowsOf(index, script, entry.id, `${indent}  `)]);
}

function remarks(entry: StepEntry, index: StepIndex, terminal: Terminal): string {
  const state = states[entry.state];
  const attempts = attemptsOf(entry.type, index.children(entry.id));
  const parts = [
    ...(state ? [terminal.paint(...state)] : []),
    stepKind(entry),
    ...(attempts === undefined ? [] : [`${attempts} attempts`]),
    printable(exceptionLine(entry) ?? '').slice(0, 160),
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `  ${parts.join(', ')}`;
}

/** The steps as JSON: how many there were, and those that were kept. */
export function printHistoryJson({ entries, count }: StepHistory, terminal: Terminal): void {
  terminal.out(`{"count":${count},"entries":[${entries.length === 0 ? '' : `\n${entries.map((entry) => stepEntryJson(entry)).join(',\n')}\n`}]}\n`);
}
