import type { Template } from '../../workflow/syntax.ts';
import { share } from '../assign.ts';
import { raised } from '../error.ts';
import { fromData } from '../json.ts';
import { ListValue, MapValue, typeName, type Value } from '../value.ts';
import type { Evaluate, ExpressionContext } from './context.ts';
import { compileExpression } from './expression.ts';

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
      const items = template.items.map((item) => compileTemplate(item, context));
      return (frame, machine) => new ListValue(items.map((item) => share(item(frame, machine))));
    }
    case 'map': {
      const entries = template.entries.map((entry) => ({
        key: typeof entry.key === 'string' ? entry.key : compileExpression(entry.key, context),
        value: compileTemplate(entry.value, context),
      }));
      return (frame, machine) => {
        const map = new Map<string, Value>();
        for (const { key, value } of entries) map.set(typeof key === 'string' ? key : keyText(key(frame, machine)), share(value(frame, machine)));
        return new MapValue(map);
      };
    }
  }
}

function keyText(key: Value): string {
  if (typeof key === 'string') return key;
  throw raised('TypeError', `a map key must be a string; got ${typeName(key)}`);
}
