import type { SourceFormat } from '../source/parse.ts';
import type { Template } from './placeholder.ts';

/** How a template is written into a place of a document. */
export interface Style {
  readonly format: SourceFormat;
  /** Indentation of one level. */
  readonly unit: string;
  /** Turns a scalar's text into what is inserted; completion makes tab stops of them. */
  readonly scalar?: (text: string) => string;
  /** Escapes keys and punctuation likewise. */
  readonly text?: (text: string) => string;
}

/** Indentation of one level in a text: its first indented line, else two spaces. */
export function indentUnit(text: string): string {
  const first = /(?:^|[\r\n])([ \t]+)[^\s#]/.exec(text)?.[1];
  if (first === undefined) return '  ';
  return first.startsWith('\t') ? '\t' : first.length <= 8 ? first : '  ';
}

/** JSON, or YAML's flow style, over several lines; `indent` is that of the line it begins on. */
export function writeFlow(template: Template, style: Style, indent: string): string {
  const inner = indent + style.unit;
  if (template.kind === 'scalar') return scalarText(template.json, style);
  if (template.kind === 'list') {
    if (template.items.length === 0) return '[]';
    return `[\n${template.items.map((item) => inner + writeFlow(item, style, inner)).join(',\n')}\n${indent}]`;
  }
  if (template.entries.length === 0) return plain('{}', style);
  return plain('{', style) + `\n${template.entries.map(([key, value]) => `${inner}${keyText(key, style, true)}: ${writeFlow(value, style, inner)}`).join(',\n')}\n${indent}` + plain('}', style);
}

/** On one line: JSON, or YAML's flow style. */
export function writeInline(template: Template, style: Style): string {
  if (template.kind === 'scalar') return scalarText(template.json, style);
  if (template.kind === 'list') return `[${template.items.map((item) => writeInline(item, style)).join(', ')}]`;
  const entries = template.entries.map(([key, value]) => `${keyText(key, style, true)}: ${writeInline(value, style)}`);
  return plain('{', style) + (entries.length > 0 ? ` ${entries.join(', ')} ` : '') + plain('}', style);
}

/** A key with its value in YAML's block style, without the first line's indentation. */
export function writeBlockEntry(key: string, value: Template, style: Style, indent: string): string {
  return `${keyText(key, style, false)}:${blockValue(value, style, indent)}`;
}

function blockValue(value: Template, style: Style, indent: string): string {
  const inner = indent + style.unit;
  if (value.kind === 'map' && value.entries.length > 0) {
    return value.entries.map(([key, part]) => `\n${inner}${writeBlockEntry(key, part, style, inner)}`).join('');
  }
  if (value.kind === 'list' && value.items.length > 0) {
    return value.items.map((item) => `\n${inner}-${blockItem(item, style, inner)}`).join('');
  }
  return ` ${writeInline(value, style)}`;
}

function blockItem(item: Template, style: Style, indent: string): string {
  const inner = `${indent}  `;
  if (item.kind === 'map' && item.entries.length > 0) {
    return ` ${item.entries.map(([key, part]) => writeBlockEntry(key, part, style, inner)).join(`\n${inner}`)}`;
  }
  return ` ${writeInline(item, style)}`;
}

/** A key as the format spells it: quoted in JSON, and in YAML only where it must be. */
export function keyText(key: string, style: Style, flow: boolean): string {
  return plain(style.format === 'json' || !isPlain(key, flow) ? JSON.stringify(key) : key, style);
}

function scalarText(json: string, style: Style): string {
  let text = json;
  if (style.format === 'yaml' && json.startsWith('"')) {
    const value = JSON.parse(json) as string;
    if (isPlain(value, true)) text = value;
  }
  return style.scalar ? style.scalar(text) : text;
}

function plain(text: string, style: Style): string {
  return style.text ? style.text(text) : text;
}

/** Words that YAML 1.1 or 1.2 reads as something else than a string. */
const notStrings = /^(?:null|true|false|yes|no|on|off|y|n)$/i;

/** Whether YAML reads the text back as the same string without quotes; cautious. */
function isPlain(text: string, flow: boolean): boolean {
  if (!/^[A-Za-z_$][\w$./@+ -]*$/.test(text) || text.endsWith(' ') || notStrings.test(text)) return false;
  return !flow || !/[,[\]{}]/.test(text);
}
