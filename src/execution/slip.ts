import type { DataNode } from '../source/data.ts';
import type { Fix } from '../source/problem.ts';
import { nearest } from './nearest.ts';

/** The end of a sentence about a name that is not known, and the fix where another one was likely meant. */
export interface Slip {
  readonly hint: string;
  readonly meant: string | undefined;
  readonly fixes: readonly Fix[];
}

/** Compares a name that somebody wrote with those there are. `otherwise` ends the sentence where none is near. */
export function slipOf(name: string, node: DataNode, known: Iterable<string>, otherwise = '.'): Slip {
  const meant = nearest(name, known);
  if (meant === undefined) return { hint: otherwise, meant, fixes: [] };
  // What was given as plain data has no place where it could be changed.
  const fixes = node.range.end === 0 ? [] : [{ title: `Change to ${meant}`, edits: [{ range: node.range, newText: quotedLike(node, meant) }] }];
  return { hint: `; did you mean ${meant}?`, meant, fixes };
}

function quotedLike(node: DataNode, text: string): string {
  if (node.kind !== 'scalar') return text;
  return node.style === 'double' ? JSON.stringify(text) : node.style === 'single' ? `'${text}'` : text;
}
