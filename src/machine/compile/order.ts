import { childrenOf, type Expression } from '../../workflow/expression/ast.ts';
import { functions } from '../../workflow/library/index.ts';
import type { Template } from '../../workflow/syntax.ts';
import type { Evaluate, ExpressionContext } from './context.ts';

/** One of several values that are computed one after the other. */
export interface Part {
  readonly compile: () => Evaluate;
  readonly callsOut: boolean;
  /** The value is the same at any time. */
  readonly constant: boolean;
}

/** Compiles values that are computed from left to right; one that stands before a call is computed and kept before it. */
export function inOrder(parts: readonly Part[], context: ExpressionContext): Evaluate[] {
  const lastCall = parts.findLastIndex((part) => part.callsOut);
  return parts.map((part, i) => {
    const evaluate = part.compile();
    return i < lastCall && !part.constant ? context.keep(evaluate) : evaluate;
  });
}

/** Whether a part of the expression has to be called by the machine rather than computed. */
export function callsOut(expression: Expression, context: ExpressionContext): boolean {
  if (expression.kind === 'call' && isCallOut(expression.name, context)) return true;
  return childrenOf(expression).some((child) => callsOut(child, context));
}

/** Subworkflows, functions with an effect and connectors. */
export function isCallOut(name: string, context: ExpressionContext): boolean {
  return context.routines.has(name) || (functions.get(name)?.effect ?? true);
}

export function templateCallsOut(template: Template, context: ExpressionContext): boolean {
  switch (template.kind) {
    case 'constant':
      return false;
    case 'expression':
      return callsOut(template.expression, context);
    case 'list':
      return template.items.some((item) => templateCallsOut(item, context));
    case 'map':
      return template.entries.some((entry) => (typeof entry.key !== 'string' && callsOut(entry.key, context)) || templateCallsOut(entry.value, context));
  }
}
