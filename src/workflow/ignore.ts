import type { DataNode } from '../source/data.ts';
import type { SourceDocument, SourceFormat } from '../source/parse.ts';
import type { Fix, Problem } from '../source/problem.ts';
import { contains } from '../source/text.ts';

/** `# stepthrough-ignore code, code` at the end of a line, or on the line above; without codes it ignores all. */
const directive = /(?:^|\s)#\s*stepthrough-ignore(?:\s+([\w/-]+(?:\s*,\s*[\w/-]+)*))?\s*$/;

/**
 * Leaves out the warnings and hints that a comment in the text asks to ignore, and gives the others a fix that writes
 * such a comment (JSON has no comments). Errors stay: a definition with one does not run.
 */
export function withoutIgnored(problems: readonly Problem[], source: SourceDocument, format: SourceFormat): Problem[] {
  return problems
    .filter((problem) => problem.severity === 'error' || !isIgnored(problem, source))
    .map((problem) => (problem.severity === 'error' || format === 'json' ? problem : { ...problem, fixes: [...(problem.fixes ?? []), ignoreFix(problem, source)] }));
}

function isIgnored(problem: Problem, source: SourceDocument): boolean {
  const line = lineOf(problem, source);
  const above = lineText(source, line - 1);
  return ignores(lineText(source, line), problem.code) || (above.trimStart().startsWith('#') && ignores(above, problem.code));
}

function ignores(line: string, code: string): boolean {
  const match = directive.exec(line);
  if (!match) return false;
  return match[1] === undefined || match[1].split(',').some((name) => name.trim() === code);
}

function ignoreFix(problem: Problem, source: SourceDocument): Fix {
  const line = lineOf(problem, source);
  const { start } = source.lines.lineRange(line);
  const indent = /^\s*/.exec(lineText(source, line))![0];
  return { title: `Ignore ${problem.code} here`, edits: [{ range: { start, end: start }, newText: `${indent}# stepthrough-ignore ${problem.code}\n` }] };
}

/** The line of a problem; of one inside a value of several lines that value's first, because no comment can stand in it. */
function lineOf(problem: Problem, source: SourceDocument): number {
  const { start } = problem.range;
  return source.lines.position(source.root ? (scalarAround(source.root, start)?.range.start ?? start) : start).line;
}

function scalarAround(node: DataNode, offset: number): DataNode | undefined {
  if (!contains(node.range, offset)) return undefined;
  if (node.kind === 'scalar') return node;
  const parts = node.kind === 'list' ? node.items : node.entries.flatMap((entry) => [entry.keyNode, entry.value]);
  for (const part of parts) {
    const found = scalarAround(part, offset);
    if (found) return found;
  }
  return undefined;
}

function lineText(source: SourceDocument, line: number): string {
  if (line < 1) return '';
  const { start, end } = source.lines.lineRange(line);
  return source.text.slice(start, end);
}
