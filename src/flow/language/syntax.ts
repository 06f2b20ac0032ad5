import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@lezer/python';
import type { Range } from '../../source/text.ts';

/** What of a Python text the language features read. The parser never fails: what it does not understand it steps over. */
export interface PythonText {
  readonly text: string;
  readonly tree: Tree;
}

/** A text longer than this is no flow that somebody wrote. In characters. */
export const flowLimit = 1024 * 1024;

export function parsePython(text: string): PythonText {
  return { text, tree: parser.parse(text.length > flowLimit ? '' : text) };
}

export interface PythonCall {
  readonly node: SyntaxNode;
  /** What stands before the dot: a name, another call, or something else. */
  readonly receiver: SyntaxNode;
  readonly method: string;
  readonly methodRange: Range;
  readonly positional: readonly SyntaxNode[];
  readonly named: ReadonlyMap<string, SyntaxNode>;
}

/** A call of a method, `receiver.method(…)`; undefined for any other node. */
export function methodCall({ text }: PythonText, node: SyntaxNode | null): PythonCall | undefined {
  const member = node?.name === 'CallExpression' ? node.getChild('MemberExpression') : null;
  const property = member?.getChild('PropertyName');
  const receiver = member?.firstChild;
  const list = node?.getChild('ArgList');
  if (!node || !property || !receiver || !list) return undefined;
  return { node, receiver, method: text.slice(property.from, property.to), methodRange: rangeOf(property), ...argumentsOf(text, list) };
}

function argumentsOf(text: string, list: SyntaxNode): Pick<PythonCall, 'positional' | 'named'> {
  const positional: SyntaxNode[] = [];
  const named = new Map<string, SyntaxNode>();
  for (let child = list.firstChild; child; child = child.nextSibling) {
    const value = child.nextSibling?.name === 'AssignOp' ? child.nextSibling.nextSibling : null;
    if (child.name === 'VariableName' && value) {
      named.set(text.slice(child.from, child.to), value);
      child = value;
    } else if (!/^[(),*]|^\*\*$|^Comment$|⚠/.test(child.name)) {
      positional.push(child);
    }
  }
  return { positional, named };
}

export interface PythonString {
  readonly value: string;
  /** Between the quotes. */
  readonly range: Range;
}

/** A plain string literal on one line; undefined for others, whose value or place is not so simple. */
export function plainString({ text }: PythonText, node: SyntaxNode | null | undefined): PythonString | undefined {
  if (node?.name !== 'String') return undefined;
  const found = /^[uUrR]?(['"])([^'"\\\n]*)(['"]?)$/.exec(text.slice(node.from, node.to));
  if (!found || (found[3] !== '' && found[3] !== found[1])) return undefined;
  const start = node.from + node.to - node.from - found[2]!.length - found[3]!.length;
  return { value: found[2]!, range: { start, end: start + found[2]!.length } };
}

export function rangeOf({ from, to }: { readonly from: number; readonly to: number }): Range {
  return { start: from, end: to };
}
