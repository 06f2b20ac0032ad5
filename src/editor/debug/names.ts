import type { Range } from '../../source/text.ts';
import type { Expression } from '../../workflow/expression/ast.ts';
import { forEachStep, type Body, type Loop, type Retry, type Routine, type Step, type Template, type VariableName, type Workflow } from '../../workflow/syntax.ts';

/** A place that speaks of values: the name of a variable that is set there, or an expression that reads some. */
export type NamedPlace =
  | { readonly kind: 'variable'; readonly name: string; readonly range: Range }
  | { readonly kind: 'expression'; readonly expression: Expression };

/** Every such place of a workflow, in the order of the text within a step. */
export function* namesOf(workflow: Workflow): Generator<NamedPlace> {
  for (const routine of workflow.routines) yield* namesOfRoutine(routine);
}

export function* namesOfRoutine(routine: Routine): Generator<NamedPlace> {
  for (const param of routine.params) {
    yield { kind: 'variable', name: param.name, range: param.range };
    if (param.defaultValue) yield* inTemplate(param.defaultValue);
  }
  const steps: Step[] = [];
  forEachStep(routine.steps, (step) => steps.push(step));
  for (const step of steps) yield* namesOfBody(step.body);
}

/** The places of one body, without those of the steps nested in it. */
function* namesOfBody(body: Body): Generator<NamedPlace> {
  const { action } = body;
  switch (action?.kind) {
    case 'assign':
      for (const { target, value } of action.items) {
        // The whole target first: a hover on a part of `order.items[0]` means that part.
        const last = target.path.at(-1);
        if (last) yield { kind: 'expression', expression: last };
        else yield { kind: 'variable', name: target.name, range: target.nameRange };
        yield* inTemplate(value);
      }
      break;
    case 'call':
      if (action.args?.kind === 'named') for (const { value } of action.args.entries) yield* inTemplate(value);
      if (action.args?.kind === 'positional') for (const item of action.args.items) yield* inTemplate(item);
      yield* variables(action.result);
      break;
    case 'switch':
      for (const { condition, body: arm } of action.conditions) {
        yield* inTemplate(condition);
        yield* namesOfBody(arm);
      }
      break;
    case 'for':
      yield* inLoop(action.loop);
      break;
    case 'parallel':
      yield* variables(...action.shared);
      if (action.concurrencyLimit) yield* inTemplate(action.concurrencyLimit);
      if (action.work?.kind === 'for') yield* inLoop(action.work.loop);
      if (action.work?.kind === 'branches') for (const branch of action.work.branches) yield* namesOfBody(branch.body);
      break;
    case 'try':
      yield* namesOfBody(action.body);
      yield* inRetry(action.retry);
      yield* variables(action.except?.as);
      break;
    case 'raise':
    case 'return':
      yield* inTemplate(action.value);
      break;
    case 'steps':
    case undefined:
  }
}

function* inLoop(loop: Loop): Generator<NamedPlace> {
  yield* variables(loop.value, loop.index);
  if (loop.source) yield* inTemplate(loop.source.template);
}

function* inRetry(retry: Retry | undefined): Generator<NamedPlace> {
  if (retry) yield* inTemplate(retry.policy);
}

function* variables(...names: (VariableName | undefined)[]): Generator<NamedPlace> {
  for (const name of names) if (name) yield { kind: 'variable', name: name.name, range: name.range };
}

function* inTemplate(template: Template): Generator<NamedPlace> {
  switch (template.kind) {
    case 'expression':
      yield { kind: 'expression', expression: template.expression };
      break;
    case 'list':
      for (const item of template.items) yield* inTemplate(item);
      break;
    case 'map':
      for (const { key, value } of template.entries) {
        if (typeof key !== 'string') yield { kind: 'expression', expression: key };
        yield* inTemplate(value);
      }
      break;
    case 'constant':
  }
}
