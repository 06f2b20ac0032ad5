import { typeName, type Value } from './value.ts';

/** What a value is called in messages: `an integer`, `a map`, `null`. */
export function withArticle(value: Value): string {
  const name = typeName(value);
  if (name === 'null' || name === 'bytes') return name;
  return name === 'integer' ? `an ${name}` : `a ${name}`;
}

/**
 * The message of a TypeError as the service words it, such as `unsupported operand type for string(): 'dict' (expecting
 * number, string, or boolean)`; seen for `string()` and for calling what is no function. Only maps have a name of their
 * own there.
 */
export function unsupportedOperand(operation: string, value: Value, expected: string): string {
  const name = typeName(value);
  return `unsupported operand type for ${operation}: '${name === 'map' ? 'dict' : name}' (expecting ${expected})`;
}
