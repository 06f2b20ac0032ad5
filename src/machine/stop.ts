import type { Failure } from './failure.ts';
import type { Location } from './program.ts';
import type { Thread } from './state.ts';
import type { Value } from './value.ts';

/** Why `Machine.run` came back. */
export type MachineStop =
  /** The budget is used up; call `run` again. */
  | { readonly kind: 'budget' }
  /** Every thread waits for effects; resolve one and call `run` again. */
  | { readonly kind: 'waiting' }
  /** Before a location that is flagged in `stopAt`, or that `watch` asked for. */
  | { readonly kind: 'stopped'; readonly thread: Thread; readonly location: Location }
  /** An error was raised and `stopOnRaise` asked for it; `run` goes on with handling it. */
  | { readonly kind: 'raised'; readonly thread: Thread; readonly failure: Failure; readonly caught: boolean; /** Retries are used up: the error was reported before. */ readonly again: boolean }
  | { readonly kind: 'returned'; readonly value: Value }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Asks for a stop at every location for which it gives true; set it only while something is being stepped. */
export type Watch = (thread: Thread, location: Location) => boolean;
