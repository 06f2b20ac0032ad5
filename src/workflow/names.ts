import { parseExpression } from './expression/parse.ts';
import type { Problems } from './problems.ts';
import type { Target } from './syntax.ts';

export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

export function invalidName(name: string): string {
  return `"${name}" is not a variable name: names begin with a letter or "_", then letters, digits or "_".`;
}

/** Reads an assignment target such as `order.items[i].price`, or undefined with a problem. */
export function parseTarget(text: string, place: (offset: number) => number, problems: Problems): Target | undefined {
  const range = { start: place(0), end: place(text.length) };
  if (text.includes('${')) {
    problems.error('assign/target', range, 'The name on the left side of an assignment stands without ${}.');
    return undefined;
  }
  const parsed = parseExpression(text, place);
  const path: Target['path'][number][] = [];
  let node = parsed.expression;
  while (node.kind === 'member' || node.kind === 'index') {
    path.unshift(node);
    node = node.object;
  }
  if (node.kind !== 'name' || parsed.problems.length > 0) {
    const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    problems.error('assign/target', range, `"${shown}" cannot be assigned to: a target is a variable, or a path into one such as order.items[0].`);
    return undefined;
  }
  return { name: node.name, nameRange: node.range, path, range };
}
