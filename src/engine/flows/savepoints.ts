import type { Execution } from '../../execution/record.ts';
import type { Savepoint } from '../../execution/savepoint.ts';
import type { Saved } from '../../flow/flowCalls.ts';
import { FlowError } from './calls.ts';
import type { RecordedCall, RecordedRun } from './flowJournal.ts';

/** The moment after a call that was answered. Only `save_dump` gives it a name. */
export interface FlowSavepoint extends Savepoint {
  /** How many calls are taken from the journal when the run goes back to it. */
  readonly calls: number;
  /** The id that `save_dump` told the flow. */
  readonly dump: string | undefined;
}

/** The savepoints of a run, oldest first; ids are numbers of journal entries. With `LAST` only the newest is kept. */
export function savepointsOf({ savepoint_retention, program }: Execution, { calls }: RecordedRun): FlowSavepoint[] {
  const answered = [...calls.values()].filter(({ outcome }) => outcome !== undefined).sort((a, b) => a.number - b.number);
  const kept = savepoint_retention === 'LAST' ? answered.slice(-1) : answered;
  return kept.map((call) => ({
    id: String(call.entry),
    ...dumpOf(call),
    calls: call.number,
    call: call.name,
    file: call.file === program ? undefined : call.file,
    line: call.line,
    routine: call.function,
    time: new Date(call.began).toISOString(),
  }));
}

/** The newest savepoint of an id or name. Throws `FlowError`. */
export function findSavepoint(savepoints: readonly FlowSavepoint[], select: string, by: 'id' | 'name'): FlowSavepoint {
  const found = savepoints.findLast((savepoint) => (by === 'name' ? savepoint.name === select : savepoint.id === select || savepoint.dump === select));
  if (found) return found;
  const names = [...new Set(savepoints.flatMap(({ name }) => (name === undefined ? [] : [JSON.stringify(name)])))];
  const known = names.length === 0 ? 'none of them has a name' : `those with names are ${names.join(', ')}`;
  throw new FlowError('ResourceNotFoundError', `There is no savepoint with the ${by} ${JSON.stringify(select)}; of ${savepoints.length} that are kept, ${known}.`);
}

function dumpOf({ name, outcome }: RecordedCall): Pick<FlowSavepoint, 'name' | 'dump'> {
  if (name !== 'this.save_dump' || outcome?.kind !== 'value') return { name: undefined, dump: undefined };
  const saved = JSON.parse(outcome.value) as Saved;
  return { name: saved.name, dump: saved.id };
}
