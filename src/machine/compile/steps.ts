import type { ProgressType, StepType } from '../../execution/stepEntry.ts';
import type { Range } from '../../source/text.ts';
import type { Scope, Variable } from '../../workflow/scopes.ts';
import type { Body, Step, Template } from '../../workflow/syntax.ts';
import type { Label } from '../program.ts';
import type { Evaluate } from './context.ts';
import type { Emitter } from './emitter.ts';

/** What a jump may mean at a place. */
export interface JumpTargets {
  readonly steps: Map<Step, Label>;
  readonly continueLabel: Label | undefined;
  readonly breakLabel: Label | undefined;
  /** Where `next: end` goes: the instruction that ends the routine or the branch. */
  readonly end: Label;
}

/** What the compilers of loops, tries and parallel steps need of the routine around them. */
export interface StepCompiler {
  readonly out: Emitter;
  /** The step being compiled. */
  readonly step: Step;
  /** Whether a name is one of the program's routines. */
  isRoutine(name: string): boolean;
  /** The variable that a target, `result`, `value`, `index` or `as` names. */
  declared(node: object): Variable;
  /** The scope that a loop, an except or a branch opens. */
  inner(node: object): Scope;
  template(template: Template, scope: Scope): Evaluate;
  /** A part of the step that the history has entries for, inside of the entry point at hand. Shown at the step's name, or at `start`. */
  entryPoint(type: StepType, scope: Scope, progress?: ProgressType, start?: number): number;
  /** The next instruction begins a part of the step at which execution can stop. */
  item(range: Range): void;
  steps(steps: readonly Step[], scope: Scope, targets: JumpTargets): void;
  body(body: Body, scope: Scope, targets: JumpTargets): void;
  branch(body: Body, scope: Scope, targets: JumpTargets): void;
}

/** Names first assigned in a block: they are new each time it is entered. */
export function localSlots(scope: Scope): number[] {
  return [...scope.variables.values()].filter((variable) => variable.kind === 'variable').map((variable) => variable.slot);
}
