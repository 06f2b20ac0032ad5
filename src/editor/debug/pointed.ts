import { contains, type Range } from '../../source/text.ts';
import { childrenOf, type Expression } from '../../workflow/expression/ast.ts';
import type { WorkflowDocument } from '../../workflow/parse.ts';
import { namesOf, namesOfRoutine } from './names.ts';

export interface PointedExpression {
  readonly range: Range;
  readonly text: string;
}

/**
 * The path that ends at the name an offset points to: in `order.items[0].price` that is `order`, `order.items`,
 * `order.items[0]` or all of it. Undefined for what has no value of its own, and for calls, which are never made to look.
 */
export function pointedExpression({ workflow, source }: WorkflowDocument, offset: number): PointedExpression | undefined {
  for (const place of namesOf(workflow)) {
    const range = place.kind === 'variable' ? (contains(place.range, offset) ? place.range : undefined) : pathAt(place.expression, offset);
    if (!range) continue;
    const text = source.text.slice(range.start, range.end);
    // Escapes and line breaks of the scalar around it are not the expression's own; such a path is left alone.
    return /[\\\n]/.test(text) ? undefined : { range, text };
  }
  return undefined;
}

export interface SetVariable {
  readonly name: string;
  readonly range: Range;
}

/** The variables that the routine around an offset sets anywhere: parameters, targets, results and loop variables. */
export function variablesAround({ workflow }: WorkflowDocument, offset: number): SetVariable[] {
  const routine = workflow.routines.find(({ range }) => contains(range, offset));
  return routine ? [...namesOfRoutine(routine)].filter((place) => place.kind === 'variable') : [];
}

function pathAt(expression: Expression, offset: number): Range | undefined {
  if (!contains(expression.range, offset)) return undefined;
  switch (expression.kind) {
    case 'name':
      return expression.range;
    case 'member':
      return contains(expression.nameRange, offset) ? withoutCalls(expression) : pathAt(expression.object, offset);
    case 'index':
      return pathAt(expression.object, offset) ?? pathAt(expression.index, offset) ?? withoutCalls(expression);
    default:
      for (const child of childrenOf(expression)) {
        const found = pathAt(child, offset);
        if (found) return found;
      }
      return undefined;
  }
}

function withoutCalls(expression: Expression): Range | undefined {
  return hasCall(expression) ? undefined : expression.range;
}

function hasCall(expression: Expression): boolean {
  return expression.kind === 'call' || childrenOf(expression).some(hasCall);
}
