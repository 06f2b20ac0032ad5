import { Raised, raised } from './error.ts';
import type { ParallelGroup } from './state.ts';
import { isInteger, list, ListValue, map, MapValue, typeName, type Value } from './value.ts';

/** How many members of a parallel step may run at once by its `concurrency_limit`. Raises TypeError or ValueError. */
export function concurrencyLimit(value: Value): number {
  if (!isInteger(value)) throw raised('TypeError', `"concurrency_limit" must be an integer; got ${typeName(value)}`);
  if (value < 1) throw raised('ValueError', `"concurrency_limit" must be at least 1; got ${value}`);
  return Number(value);
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
