import type { StepEntry } from './stepEntry.ts';
import type { Navigation } from './stepIndex.ts';

/**
 * A step entry as Google's API gives it (google-workflows 6.6): int64 as strings. `name` is its resource name. The view
 * BASIC leaves the variables out.
 */
export function stepEntryResource(entry: StepEntry, name: string, { parent, children, previous, next }: Navigation, view: 'BASIC' | 'DETAILED'): object {
  const { progress, thread, exception, variables } = entry;
  return {
    name,
    entryId: String(entry.id),
    createTime: timeText(entry.created),
    updateTime: timeText(entry.updated),
    routine: entry.routine,
    step: entry.step,
    stepType: entry.type,
    state: entry.state,
    exception: exception === undefined ? undefined : { payload: exception },
    navigationInfo: { parent: int64(parent), children: children.length === 0 ? undefined : children.map(String), previous: int64(previous), next: int64(next) },
    stepEntryMetadata:
      progress || thread !== undefined
        ? { progressType: progress?.type, progressNumber: int64(progress?.number), expectedIteration: int64(progress?.expected), threadId: int64(thread) }
        : undefined,
    variableData: variables === undefined || view === 'BASIC' ? undefined : { variables: JSON.parse(variables) as unknown },
  };
}

function int64(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

/** Milliseconds since the epoch as RFC 3339. */
export function timeText(time: number): string {
  return new Date(time).toISOString();
}

/** A step entry with the record's names, as the command line prints it; values in it are written as they are. */
export function stepEntryJson(entry: StepEntry): string {
  const { progress } = entry;
  const fields: [string, unknown][] = [
    ['entry_id', entry.id],
    ['routine', entry.routine],
    ['step', entry.step],
    ['line', entry.line],
    ['step_type', entry.type],
    ['state', entry.state],
    ['create_time', timeText(entry.created)],
    ['update_time', timeText(entry.updated)],
    ['parent', entry.parent],
    ['child_count', entry.childCount],
    ['progress_type', progress?.type],
    ['progress_number', progress?.number],
    ['expected_iteration', progress?.expected],
    ['thread_id', entry.thread],
  ];
  const parts = fields.filter(([, value]) => value !== undefined).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  if (entry.exception !== undefined) parts.push(`"exception":${entry.exception}`);
  if (entry.variables !== undefined) parts.push(`"variables":${entry.variables}`);
  return `{${parts.join(',')}}`;
}
