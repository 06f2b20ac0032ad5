import { raised } from './error.ts';
import type { RoutineCode } from './program.ts';
import { Frame, type Thread } from './state.ts';
import type { Value } from './value.ts';

/** A frame at the beginning of a routine, without values. */
export function newFrame(code: RoutineCode): Frame {
  return new Frame(code, code.slots, 0, undefined);
}

/** Calls that one is inside of, through the parallel steps around: a branch is no call. */
export function callDepth(thread: Thread): number {
  let depth = 0;
  for (let at: Thread | undefined = thread; at; at = at.group?.owner) depth += at.frames.length - 1;
  return depth;
}

/**
 * The values of a routine's parameters; undefined where an optional one is left to its default. Raises TypeError for
 * a missing argument and for too many.
 */
export function bindParameters(code: RoutineCode, positional: readonly Value[] | undefined, named: ReadonlyMap<string, Value> | undefined): (Value | undefined)[] {
  const { params, name } = code.routine;
  // Null is an argument; only what is not there is omitted.
  const values = params.map((param, i) => (positional ? positional[i] : named?.get(param.name)));
  const missing = params.filter((param, i) => values[i] === undefined && param.defaultValue === undefined);
  if (missing.length > 0) throw raised('TypeError', `the subworkflow "${name}" needs ${missing.map((param) => `"${param.name}"`).join(', ')}`);
  if ((positional?.length ?? 0) > params.length) throw raised('TypeError', `the subworkflow "${name}" takes ${params.length} arguments; got ${positional!.length}`);
  return values;
}
