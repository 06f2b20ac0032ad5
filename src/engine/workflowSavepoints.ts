import type { Execution } from '../execution/record.ts';
import type { Savepoint } from '../execution/savepoint.ts';
import type { Program } from '../machine/program.ts';
import type { JournalEntry } from './journal.ts';
import { dataOf } from './workflowJournal.ts';

/**
 * What a workflow can go back to, oldest first: after each effect that was answered. With `LAST` only the newest. A
 * savepoint's id is the number of its journal entry.
 */
export function workflowSavepoints(entries: readonly JournalEntry[], program: Program, { savepoint_retention }: Pick<Execution, 'savepoint_retention'>): Savepoint[] {
  const answers = entries.filter(({ kind }) => kind === 'answer');
  const kept = savepoint_retention === 'LAST' ? answers.slice(-1) : answers;
  return kept.map((entry) => {
    const { routine, step, what } = dataOf(entry, 'answer')!;
    const location = program.locations.find((candidate) => candidate.kind === 'step' && candidate.step.name === step && candidate.routine.name === routine);
    const line = program.source.lines.position(location?.range.start ?? 0).line;
    return { id: String(entry.number), name: undefined, call: what, line, file: undefined, routine: routine === 'main' ? step : `${routine}.${step}`, time: entry.time };
  });
}
