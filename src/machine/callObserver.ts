import type { Failure } from './failure.ts';
import type { Frame, Thread } from './state.ts';
import type { Value } from './value.ts';

/**
 * Told about the calls that call steps make (google-workflows 6.8). It must not change anything. Of a call in the midst
 * of an expression it hears only the end, which it knows by the frame's position: no call began there.
 */
export interface CallObserver {
  /** The step at the frame's position calls a subworkflow or function. */
  began(frame: Frame, name: string, positional: readonly Value[] | undefined, named: ReadonlyMap<string, Value> | undefined): void;
  /** What the frame called at its position has given a value. */
  returned(frame: Frame, value: Value): void;
  /** An error comes out of the frame's position. */
  raised(frame: Frame, failure: Failure): void;
  /** The innermost frame of the thread handles an error. */
  handled(thread: Thread, failure: Failure): void;
}
