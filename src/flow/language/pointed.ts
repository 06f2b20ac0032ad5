import type { SyntaxNode } from '@lezer/common';
import type { Range } from '../../source/text.ts';
import { parsePython, rangeOf } from './syntax.ts';

export interface NamedPlace {
  readonly name: string;
  readonly range: Range;
}

/** What a debugger's hover evaluates: a name, or the names up to the one pointed at in `a.b.c`. Nothing that would call. */
export function pointedExpression(text: string, offset: number): { readonly text: string; readonly range: Range } | undefined {
  const { tree } = parsePython(text);
  for (const side of [1, -1] as const) {
    const node = tree.resolveInner(offset, side);
    const target = node.name === 'PropertyName' ? node.parent : node;
    if (!target || !isPath(target)) continue;
    return { text: text.slice(target.from, target.to), range: rangeOf(target) };
  }
  return undefined;
}

function isPath(node: SyntaxNode): boolean {
  if (node.name === 'VariableName') return true;
  const receiver = node.name === 'MemberExpression' && node.getChild('PropertyName') ? node.firstChild : null;
  return receiver !== null && isPath(receiver);
}

const scopes = new Set(['FunctionDefinition', 'LambdaExpression', 'ClassDefinition']);

/** The names used or set in the function around an offset (or in the module), without those of functions inside it. */
export function variablesAround(text: string, offset: number): NamedPlace[] {
  const { tree } = parsePython(text);
  let scope = tree.resolveInner(offset, 1);
  while (scope.parent && !scopes.has(scope.name)) scope = scope.parent;
  const found: NamedPlace[] = [];
  scope.cursor().iterate(({ name, node }) => {
    if (scopes.has(name) && node.from !== scope.from) return false;
    if (name === 'VariableName' && !isOther(node)) found.push({ name: text.slice(node.from, node.to), range: rangeOf(node) });
    return undefined;
  });
  return found;
}

/** Names that are no variables: of the function itself, of what is called, of keywords and in annotations and imports. */
function isOther(node: SyntaxNode): boolean {
  const { parent } = node;
  switch (parent?.name) {
    case 'FunctionDefinition':
    case 'CallExpression':
      return parent.firstChild?.from === node.from || parent.name === 'FunctionDefinition';
    case 'ArgList':
      return node.nextSibling?.name === 'AssignOp';
    case 'ImportStatement':
      return true;
    default:
      return hasAncestor(node, 'TypeDef');
  }
}

function hasAncestor(node: SyntaxNode, name: string): boolean {
  for (let at = node.parent; at; at = at.parent) if (at.name === name) return true;
  return false;
}
