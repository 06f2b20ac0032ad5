import { typeName, type Value } from './value.ts';

/** What a value is called in messages: `an integer`, `a map`, `null`. */
export function withArticle(value: Value): string {
  const name = typeName(value);
  if (name === 'null' || name === 'bytes') return name;
  return name === 'integer' ? `an ${name}` : `a ${name}`;
}
