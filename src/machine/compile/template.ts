import type { Template } from '../../workflow/syntax.ts';
import { mapKey } from '../access.ts';
import { share } from '../assign.ts';
import { fromData } from '../json.ts';
import { ListValue, MapValue, type Value } from '../value.ts';
import type { Evaluate, ExpressionContext } from './context.ts';
import { compileExpression, expressionPart } from './expression.ts';
import { inOrder, templateCallsOut, type Part } from './order.ts';

/** Compiles data with embedded expressions; constant parts are made once and shared. */
export function compileTemplate(template: Template, context: ExpressionContext): Evaluate {
  switch (template.kind) {
    case 'constant': {
      const value = fromData(template.node);
      return () => value;
    }
    case 'expression':
      return compileExpression(template.expression, context);
    case 'list': {
      const items = inOrder(template.items.map((item) => templatePart(item, context)), context);
      return (frame, machine) => new ListValue(items.map((item) => share(item(frame, machine))));
    }
    case 'map':
      return compileMap(template.entries, context);
  }
}

function compileMap(source: Extract<Template, { kind: 'map' }>['entries'], context: ExpressionContext): Evaluate {
  // Keys and values in turn, as they stand in the text.
  const parts = source.flatMap(({ key, value }): Part[] => {
    const keyPart = typeof key === 'string' ? { compile: () => () => key, callsOut: false, constant: true } : expressionPart(key, context);
    return [keyPart, templatePart(value, context)];
  });
  const evaluates = inOrder(parts, context);
  return (frame, machine) => {
    const map = new Map<string, Value>();
    for (let i = 0; i < evaluates.length; i += 2) {
      const key = mapKey(evaluates[i]!(frame, machine));
      map.set(key, share(evaluates[i + 1]!(frame, machine)));
    }
    return new MapValue(map);
  };
}

export function templatePart(template: Template, context: ExpressionContext): Part {
  return { compile: () => compileTemplate(template, context), callsOut: templateCallsOut(template, context), constant: template.kind === 'constant' };
}
