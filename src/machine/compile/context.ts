import type { Expression } from '../../workflow/expression/ast.ts';
import type { Reference, Scope, Variable } from '../../workflow/scopes.ts';
import type { Machine } from '../machine.ts';
import type { Frame } from '../state.ts';
import type { Value } from '../value.ts';

/** A compiled expression: reads the frame and computes; never changes anything. Raises `Raised`. */
export type Evaluate = (frame: Frame, machine: Machine) => Value;

/** What the expression compiler knows of the place an expression stands at. */
export interface ExpressionContext {
  readonly scope: Scope;
  /** Names of the program's routines: they hide library functions of the same name. */
  readonly routines: { has(name: string): boolean };
  reference(expression: Expression): Reference | undefined;
  /** The value of a variable that lives in no frame. */
  constantOf?(variable: Variable): Value | undefined;
  /**
   * Has a subworkflow or a function with an effect called before the expression goes on, and gives what reads its
   * result. Raises where calls are not allowed, as in a debugger's watch.
   */
  call(name: string, args: readonly Evaluate[]): Evaluate;
  /** Computes now and keeps the value, because a call comes in between. */
  keep(evaluate: Evaluate): Evaluate;
  /** Goes on with `then` only where `condition` is `when`; the result is `condition` otherwise. */
  branch(condition: Evaluate, when: boolean, then: () => Evaluate): Evaluate;
}

/** How many frames outwards a variable lives: 0 in the own frame, 1 in the one around a parallel branch … */
export function frameDistance(scope: Scope, variable: Variable): number {
  let distance = 0;
  for (let at: Scope | undefined = scope.owner; at && at !== variable.scope.owner; at = at.parent?.owner) distance++;
  return distance;
}
