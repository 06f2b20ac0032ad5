import type { Relaunch, StartRequest } from '../execution/launch.ts';
import type { Execution, ExecutionOptions, JsonText } from '../execution/record.ts';

/** What a start asked for beside the program and the input, for another one like it; kept beside the record. */
export interface Asked {
  /** Absolute path of the mock file that was named. */
  readonly mocks?: string;
  /** Names of the options that were given; the record has their values. */
  readonly options?: readonly string[];
}

/** Options that are an execution's own, or say what runs: that is the program. */
const ownOptions: ReadonlySet<string> = new Set(['name', 'scheduled_for', 'orphan', 'type', 'flow_id', 'flow_name', 'connector_id', 'connector_name', 'connector_type', 'wrapper_id', 'wrapper_name']);

/** Undefined where nothing was asked for. */
export function askedOf({ mocks, options }: Pick<StartRequest, 'mocks' | 'options'>): Asked | undefined {
  const given = Object.entries(options).flatMap(([name, value]) => (value === undefined || ownOptions.has(name) ? [] : [name]));
  if (mocks === undefined && given.length === 0) return undefined;
  return { ...(mocks !== undefined && { mocks }), ...(given.length > 0 && { options: given }) };
}

/** The same launch once more, by the record and what was kept beside it. */
export function relaunchOf(execution: Execution, kept: JsonText): Relaunch {
  const asked = (JSON.parse(kept) as { readonly asked?: Asked } | null)?.asked;
  const names = new Set(asked?.options);
  // Sound because the names are those of options that were given.
  const options: ExecutionOptions = Object.fromEntries(Object.entries(execution).filter(([name, value]) => names.has(name) && value !== undefined));
  return { mocks: asked?.mocks, options };
}
