import type { SourceFormat } from '../source/parse.ts';
import { mergedParts, placeholder, propertySchema, type FilledKeys, type Template } from './placeholder.ts';
import type { Schema } from './schema.ts';
import { writeBlockEntry, writeFlow, writeInline, type Style } from './write.ts';

/** Characters of a description that fit beside each other in a comment. */
const commentLength = 100;

/**
 * The text of a new input file: what the schema asks for, to be filled in. In YAML each key has the first line of its
 * description above it; JSON has no comments.
 */
export function newInputText(schema: Schema | undefined, format: SourceFormat, filled: FilledKeys): string {
  const template: Template = schema ? placeholder(schema, 0, filled) : { kind: 'map', entries: [] };
  const style: Style = { format, unit: '  ' };
  if (format === 'json') return `${writeFlow(template, style, '')}\n`;
  if (template.kind !== 'map' || template.entries.length === 0) return `${writeInline(template, style)}\n`;
  const parts = schema ? mergedParts(schema) : [];
  return template.entries.map(([key, value]) => `${commentOf(parts, key)}${writeBlockEntry(key, value, style, '')}\n`).join('');
}

function commentOf(parts: readonly Schema[], key: string): string {
  const property = propertySchema(parts, key);
  const described = property && mergedParts(property).find(({ description }) => description !== undefined);
  const line = described?.description?.trim().split(/[\r\n]/, 1)[0] ?? '';
  if (line === '') return '';
  return `# ${line.length > commentLength ? `${line.slice(0, commentLength - 1)}…` : line}\n`;
}
