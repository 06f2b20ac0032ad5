import type { Execution } from './record.ts';
import { executionStates } from './state.ts';

/** What a list of executions can be divided by. A day is one of this machine's calendar. */
export type Grouping = { readonly by: (typeof groupings)[number] } | { readonly by: 'label'; readonly key: string };

export const groupings = ['program', 'state', 'place', 'type', 'day'] as const;

/** One group of a list; `key` is undefined for those that have nothing to be grouped by. */
export interface ExecutionGroup {
  readonly key: string | undefined;
  readonly count: number;
}

/** Which group of a list is meant. */
export interface GroupChoice {
  readonly grouping: Grouping;
  readonly key: string | undefined;
}

/** The most groups that are told: a label may have another value in each execution. */
export const groupLimit = 1000;

/** The group that an execution belongs to. The store says the same in SQL (`engine/sqliteGroups.ts`). */
export function groupKey(execution: Execution, grouping: Grouping): string | undefined {
  switch (grouping.by) {
    case 'program':
      return execution.program === '' ? undefined : execution.program;
    case 'state':
      return execution.state;
    case 'place':
      return placeKey(execution);
    case 'type':
      return execution.type;
    case 'day':
      return dayOf(new Date(execution.create_time));
    case 'label':
      return Object.hasOwn(execution.labels, grouping.key) ? execution.labels[grouping.key] : undefined;
  }
}

function placeKey({ project_name, project_id, bundle_name, bundle_id }: Execution): string | undefined {
  const project = project_name ?? project_id;
  if (project !== undefined) return `project ${project}`;
  const bundle = bundle_name ?? bundle_id;
  return bundle === undefined ? undefined : `bundle ${bundle}`;
}

/** `2026-01-31`, as this machine's calendar has it. */
export function dayOf(date: Date): string {
  const [month, day] = [date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${date.getFullYear()}-${month}-${day}`;
}

/** Groups in an order that new executions do not change: states as they follow each other, days newest first, others by name; what has no key comes last. */
export function compareGroups({ by }: Grouping): (left: string | undefined, right: string | undefined) => number {
  return (left, right) => {
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
    if (by === 'state') return statePlace(left) - statePlace(right);
    const direction = by === 'day' ? -1 : 1;
    return left === right ? 0 : left < right ? -direction : direction;
  };
}

function statePlace(state: string): number {
  return (executionStates as readonly string[]).indexOf(state);
}
