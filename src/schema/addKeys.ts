import type { MapNode } from '../source/data.ts';
import type { SourceDocument, SourceFormat } from '../source/parse.ts';
import type { Fix } from '../source/problem.ts';
import type { Template } from './placeholder.ts';
import { indentUnit, keyText, writeBlockEntry, writeFlow, writeInline, type Style } from './write.ts';

type Edit = Fix['edits'][number];
type Entries = readonly (readonly [key: string, value: Template])[];

/** The edit that adds keys at the end of a map, in the map's own style and indentation. */
export function addKeys(document: SourceDocument, format: SourceFormat, map: MapNode, entries: Entries): Edit {
  const unit = indentUnit(document.text);
  const style: Style = { format, unit: format === 'yaml' && unit === '\t' ? '  ' : unit };
  return map.flow ? inFlow(document, map, entries, style) : inBlock(document, map, entries, style);
}

/** The edit that writes a whole map into a document that has nothing yet but maybe comments. */
export function fillEmpty(document: SourceDocument, format: SourceFormat, entries: Entries): Edit {
  const style: Style = { format, unit: '  ' };
  const at = { start: document.text.length, end: document.text.length };
  const lead = document.text === '' || document.text.endsWith('\n') ? '' : '\n';
  if (format === 'json') return { range: at, newText: `${lead}${writeFlow({ kind: 'map', entries }, style, '')}\n` };
  return { range: at, newText: lead + entries.map(([key, value]) => `${writeBlockEntry(key, value, style, '')}\n`).join('') };
}

function inFlow(document: SourceDocument, map: MapNode, entries: Entries, style: Style): Edit {
  const { text } = document;
  const last = map.entries.at(-1);
  const several = text.slice(map.range.start, map.range.end).includes('\n');
  if (!last) {
    const template: Template = { kind: 'map', entries };
    // Brackets of nothing open up in JSON; in YAML they stay on their line, which suits block and flow around them.
    const newText = style.format === 'json' ? writeFlow(template, style, lineIndent(text, map.range.start)) : writeInline(template, style);
    return { range: map.range, newText };
  }
  const after = text.slice(last.range.end, map.range.end);
  const comma = /^\s*,/.exec(after)?.[0].length;
  const at = last.range.end + (comma ?? 0);
  const indent = lineIndent(text, last.range.start);
  const written = entries.map(([key, value]) => {
    const name = keyText(key, style, true);
    return several ? `\n${indent}${name}: ${writeFlow(value, style, indent)}` : ` ${name}: ${writeInline(value, style)}`;
  });
  const newText = (comma === undefined ? ',' : '') + written.join(',') + (comma === undefined ? '' : ',');
  return { range: { start: at, end: at }, newText };
}

function inBlock(document: SourceDocument, map: MapNode, entries: Entries, style: Style): Edit {
  const { text, lines } = document;
  const first = map.entries[0];
  const start = first?.range.start ?? map.range.start;
  const column = lines.position(start).column - 1;
  const indent = ' '.repeat(column);
  const written = entries.map(([key, value]) => indent + writeBlockEntry(key, value, style, indent));
  // The end of the last line that belongs to the map: a block text ends after its line breaks.
  let end = map.entries.at(-1)?.range.end ?? map.range.end;
  while (end > start && /\s/.test(text[end - 1]!)) end--;
  const at = lines.lineRange(lines.position(end).line).end;
  return { range: { start: at, end: at }, newText: `\n${written.join('\n')}` };
}

/** The white space that begins the line of an offset. */
function lineIndent(text: string, offset: number): string {
  const start = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))![0];
}
