import type { DataNode, ScalarNode } from './data.ts';
import { parseSource, type SourceFormat } from './parse.ts';
import type { Problem } from './problem.ts';
import type { Range } from './text.ts';

/** One document of a YAML stream, or the whole of a JSON text. All places are those of the whole text. */
export interface DocumentPart {
  /** From behind its `---` to the next one. */
  readonly range: Range;
  /** Undefined where it holds no value. */
  readonly root: DataNode | undefined;
  readonly problems: readonly Problem[];
}

/** Documents of one text: nobody keeps more in a file. */
const documentLimit = 1000;

/** Reads a text that may hold several documents. Never throws. */
export function parseDocuments(text: string, format: SourceFormat): DocumentPart[] {
  const ranges = format === 'json' ? [{ start: 0, end: text.length }] : rangesOf(text);
  const parts = ranges.slice(0, documentLimit).map((range) => readPart(text, range, format));
  const next = ranges[documentLimit];
  if (!next) return parts;
  const problem: Problem = { code: 'source/too-many-documents', severity: 'error', message: `A file may hold at most ${documentLimit} documents; this one has ${ranges.length}.`, range: next };
  return [...parts, { range: next, root: undefined, problems: [problem] }];
}

function rangesOf(text: string): Range[] {
  const ranges: Range[] = [];
  let start = 0;
  // Three hyphens in the first column end a document, also inside a block text.
  for (const { index } of text.matchAll(/^---(?=\s|$)/gm)) {
    ranges.push({ start, end: index });
    start = index + 3;
  }
  return [...ranges, { start, end: text.length }];
}

function readPart(text: string, range: Range, format: SourceFormat): DocumentPart {
  const { root, problems } = parseSource(text.slice(range.start, range.end), format);
  const { start: by } = range;
  return { range, root: root && shifted(root, by), problems: problems.map((problem) => ({ ...problem, range: move(problem.range, by) })) };
}

function move({ start, end }: Range, by: number): Range {
  return { start: start + by, end: end + by };
}

function shifted(node: DataNode, by: number): DataNode {
  if (by === 0) return node;
  const range = move(node.range, by);
  if (node.kind === 'list') return { ...node, range, items: node.items.map((item) => shifted(item, by)) };
  if (node.kind === 'scalar') return shiftedScalar(node, by);
  return { ...node, range, entries: node.entries.map((entry) => ({ ...entry, range: move(entry.range, by), keyNode: shiftedScalar(entry.keyNode, by), value: shifted(entry.value, by) })) };
}

function shiftedScalar(node: ScalarNode, by: number): ScalarNode {
  return { ...node, range: move(node.range, by), offsets: node.offsets?.map((offset) => offset + by) };
}
