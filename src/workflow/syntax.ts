import type { DataNode, ListNode, MapNode, ScalarNode } from '../source/data.ts';
import type { Range } from '../source/text.ts';
import type { Expression } from './expression/ast.ts';

/**
 * The tree of a Google Cloud Workflows definition (google-workflows 1). Every node knows its exact place; parts that
 * are missing or wrong are undefined or empty and have a problem.
 */
export interface Workflow {
  readonly routines: readonly Routine[];
}

export interface Routine {
  readonly name: string;
  /** Of the key; of the whole list for a `main` that is only a list of steps. */
  readonly nameRange: Range;
  readonly range: Range;
  readonly params: readonly Param[];
  readonly steps: readonly Step[];
}

export interface Param {
  readonly name: string;
  readonly range: Range;
  /** Undefined: required. */
  readonly defaultValue: Template | undefined;
}

export interface Step {
  readonly name: string;
  readonly nameRange: Range;
  /** From the name to the end of the body. */
  readonly range: Range;
  readonly body: Body;
}

/** What a step, a switch condition or a `try` does: at most one action, then perhaps a jump. */
export interface Body {
  readonly action: Action | undefined;
  readonly next: Jump | undefined;
  readonly range: Range;
  /** Where the service's traces point: the body's first key (google-workflows 4.6). */
  readonly firstKeyRange: Range;
}

export type Action = AssignAction | CallAction | SwitchAction | ForAction | ParallelAction | TryAction | RaiseAction | ReturnAction | StepsAction;

export interface AssignAction {
  readonly kind: 'assign';
  readonly items: readonly Assignment[];
}

export interface Assignment {
  readonly target: Target;
  readonly value: Template;
  readonly range: Range;
}

/** `name`, or a path into it: members and indexes, outermost last. */
export interface Target {
  readonly name: string;
  readonly nameRange: Range;
  readonly path: readonly Expression[];
  readonly range: Range;
}

export interface CallAction {
  readonly kind: 'call';
  readonly name: string;
  readonly nameRange: Range;
  readonly args: CallArguments | undefined;
  readonly result: VariableName | undefined;
}

export type CallArguments =
  | { readonly kind: 'named'; readonly entries: readonly { readonly name: string; readonly nameRange: Range; readonly value: Template }[]; readonly range: Range }
  | { readonly kind: 'positional'; readonly items: readonly Template[]; readonly range: Range };

export interface VariableName {
  readonly name: string;
  readonly range: Range;
}

export interface SwitchAction {
  readonly kind: 'switch';
  readonly conditions: readonly Condition[];
}

export interface Condition {
  readonly condition: Template;
  /** Of the key `condition`. */
  readonly keyRange: Range;
  readonly body: Body;
  readonly range: Range;
}

export interface ForAction {
  readonly kind: 'for';
  readonly loop: Loop;
}

export interface Loop {
  readonly value: VariableName | undefined;
  readonly index: VariableName | undefined;
  readonly source: { readonly kind: 'in' | 'range'; readonly template: Template } | undefined;
  readonly steps: readonly Step[];
  readonly range: Range;
}

export interface ParallelAction {
  readonly kind: 'parallel';
  readonly shared: readonly VariableName[];
  readonly concurrencyLimit: Template | undefined;
  readonly work: { readonly kind: 'branches'; readonly branches: readonly Branch[] } | { readonly kind: 'for'; readonly loop: Loop } | undefined;
}

export interface Branch {
  readonly name: string;
  readonly nameRange: Range;
  readonly range: Range;
  readonly body: Body;
}

export interface TryAction {
  readonly kind: 'try';
  readonly body: Body;
  readonly retry: Retry | undefined;
  readonly except: Except | undefined;
}

export interface Retry {
  /** The whole policy as one value; maps may hold expressions. */
  readonly policy: Template;
  readonly range: Range;
}

export interface Except {
  readonly as: VariableName | undefined;
  readonly steps: readonly Step[];
  readonly range: Range;
}

export interface RaiseAction {
  readonly kind: 'raise';
  readonly value: Template;
}

export interface ReturnAction {
  readonly kind: 'return';
  readonly value: Template;
}

export interface StepsAction {
  readonly kind: 'steps';
  readonly steps: readonly Step[];
}

export interface Jump {
  readonly target: string;
  readonly range: Range;
}

/** Data in which strings of the form `${…}` are expressions. */
export type Template = ConstantTemplate | ExpressionTemplate | ListTemplate | MapTemplate;

/** Data without any expression. */
export interface ConstantTemplate {
  readonly kind: 'constant';
  readonly node: DataNode;
}

export interface ExpressionTemplate {
  readonly kind: 'expression';
  readonly node: ScalarNode;
  readonly expression: Expression;
}

export interface ListTemplate {
  readonly kind: 'list';
  readonly node: ListNode;
  readonly items: readonly Template[];
}

export interface MapTemplate {
  readonly kind: 'map';
  readonly node: MapNode;
  readonly entries: readonly { readonly key: string | Expression; readonly keyRange: Range; readonly value: Template }[];
}

/** The bodies directly inside a body's action, with the step lists among them. */
function nestedSteps(body: Body): readonly (readonly Step[])[] {
  const { action } = body;
  switch (action?.kind) {
    case 'switch':
      return action.conditions.flatMap((condition) => nestedSteps(condition.body));
    case 'for':
      return [action.loop.steps];
    case 'parallel':
      if (action.work?.kind === 'for') return [action.work.loop.steps];
      return action.work?.branches.flatMap((branch) => nestedSteps(branch.body)) ?? [];
    case 'try':
      return [...nestedSteps(action.body), ...(action.except ? [action.except.steps] : [])];
    case 'steps':
      return [action.steps];
    default:
      return [];
  }
}

/** Visits every step of a routine, outer before inner, in the order of the text. */
export function forEachStep(steps: readonly Step[], visit: (step: Step) => void): void {
  for (const step of steps) {
    visit(step);
    for (const list of nestedSteps(step.body)) forEachStep(list, visit);
  }
}

/** The step of a name as records and logs tell it; the first one where a name repeats in nested blocks. */
export function findStep(workflow: Workflow, routine: string, name: string): Step | undefined {
  let found: Step | undefined;
  forEachStep(workflow.routines.find((candidate) => candidate.name === routine)?.steps ?? [], (step) => {
    if (step.name === name) found ??= step;
  });
  return found;
}
