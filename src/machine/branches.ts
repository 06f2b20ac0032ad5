import { Raised, raised } from './error.ts';
import { machineLimits } from './limits.ts';
import { Frame, type ParallelGroup, type Thread } from './state.ts';
import { namedBranchId } from './switches.ts';
import { isInteger, list, ListValue, map, MapValue, typeName, type Value } from './value.ts';

/** How many members of a parallel step may run at once by its `concurrency_limit`. Raises TypeError or ValueError. */
export function concurrencyLimit(value: Value): number {
  if (!isInteger(value)) throw raised('TypeError', `"concurrency_limit" must be an integer; got ${typeName(value)}`);
  if (value < 1) throw raised('ValueError', `"concurrency_limit" must be at least 1; got ${value}`);
  return Number(value);
}

/** Makes the thread of a branch or iteration; `member` is the branch's name or the iteration's number. */
type Start = (name: string, frame: Frame, group: ParallelGroup, member: string) => void;

/**
 * Starts what may start, oldest parallel steps first. Members that only wait for members of their own do not count
 * in the limit of the execution: else nested steps could wait for each other for ever.
 */
export function startMembers(threads: readonly Thread[], start: Start): void {
  let running = threads.filter((thread) => thread.group && thread.state !== 'joining').length;
  for (const { join } of [...threads]) if (join) running += startMembersOf(join, machineLimits.concurrency - running, start);
}

/** Starts at most so many; gives how many it started. */
function startMembersOf(group: ParallelGroup, most: number, start: Start): number {
  let started = 0;
  for (; group.active < group.limit && group.started < group.total && started < most; started++) {
    const i = group.started++;
    const { plan, items } = group;
    const branch = plan.branches[items ? 0 : i]!;
    const outer = group.owner.top;
    const frame = new Frame(outer.code, branch.slots(), branch.start.pc, outer);
    if (items && plan.iteration) {
      frame.slots[plan.iteration.items] = items;
      frame.slots[plan.iteration.at] = i;
    }
    const name = items ? `iteration ${i + 1} of "${plan.step}"` : `branch "${branch.name}" of "${plan.step}"`;
    start(name, frame, group, items || namedBranchId === 'position' ? String(i) : branch.name);
    group.active++;
  }
  return started;
}

/** The error of a parallel step: its members' errors together (google-workflows 1.9). */
export function unhandledBranches(group: ParallelGroup): Raised {
  const message = 'UnhandledBranchError: One or more branches or iterations encountered an unhandled runtime error';
  const tags = new Set<string>(['UnhandledBranchError', 'RuntimeError']);
  const branches = group.failures.map(({ member, failure }) => {
    const own = failure.value instanceof MapValue ? failure.value.entries.get('tags') : undefined;
    if (own instanceof ListValue) for (const tag of own.items) if (typeof tag === 'string') tags.add(tag);
    return map([['id', member], ['error', map([['context', failure.context], ['payload', failure.payload]])]]);
  });
  const truncated = group.failed > group.failures.length;
  return new Raised(map([['tags', list([...tags])], ['message', message], ['branches', list(branches)], ['truncated', truncated]]), message);
}
