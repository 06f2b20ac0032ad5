import type { ProgressType, StepType } from '../execution/stepEntry.ts';
import type { Scope } from '../workflow/scopes.ts';
import type { Routine, Step } from '../workflow/syntax.ts';
import type { Failure } from './failure.ts';
import type { Thread } from './state.ts';

/** A place in a program that the history of steps has entries for: a step, or a part of one such as an iteration. */
export interface EntryPoint {
  /** Its index in `Program.entryPoints`. */
  readonly id: number;
  readonly type: StepType;
  readonly step: Step;
  readonly routine: Routine;
  /** Where it is in the source. */
  readonly start: number;
  /** The variables that can be seen at its end. */
  readonly scope: Scope;
  /** The point around it, of the same routine or branch; -1 for none. */
  readonly within: number;
  /** What its number counts, where it has one. */
  readonly progress: ProgressType | undefined;
}

/**
 * Told which steps a machine runs (google-workflows 6.6). It must not change anything. What it hears depends on nothing
 * but the run, so that the same run tells the same. Most ends are not told: a step has ended when the next one begins
 * where neither is in the other.
 */
export interface StepObserver {
  /** The machine goes on after it has given others their turn or waited. */
  resumed(): void;
  /** A step or part begins in the innermost frame: of parts that repeat, which one and of how many; else 0. */
  began(thread: Thread, point: number, progress: number, expected: number): void;
  /** This part of the innermost frame is over, if it was open. Told where variables are about to be cleared. */
  over(thread: Thread, point: number): void;
  /** The innermost frame is that of a routine which was just called. */
  called(thread: Thread): void;
  /** The innermost frame is about to go, with a value. */
  left(thread: Thread): void;
  /**
   * An error goes outwards: through so many frames, then to the try that is the point; undefined where nothing
   * handles it. The frames are still there.
   */
  failed(thread: Thread, failure: Failure, frames: number, point: number | undefined): void;
  /** A thread of a parallel step begins. */
  branched(thread: Thread, owner: Thread): void;
  /** The thread has come to its end without an error. */
  ended(thread: Thread): void;
}
