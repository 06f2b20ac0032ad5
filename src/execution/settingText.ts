import type { DataNode, MapEntry, ScalarNode } from '../source/data.ts';
import { parseSource } from '../source/parse.ts';
import type { Problem } from '../source/problem.ts';
import { relationProblems, type ProgramKind } from './fieldRules.ts';
import { findField } from './fields.ts';
import { checkFields, givenOf, optionsOf } from './options.ts';
import type { ExecutionOptions, JsonText } from './record.ts';

const range = { start: 0, end: 0 };

function scalar(value: string): ScalarNode {
  return { kind: 'scalar', value, style: 'plain', range };
}

/** A field as somebody typed it: texts as they are, anything else as YAML. */
export function settingEntry(name: string, text: string): MapEntry {
  const kind = findField(name)?.type.kind;
  const asItIs = kind === 'string' || kind === 'text' || kind === 'uuid' || kind === 'datetime';
  const value: DataNode = asItIs ? scalar(kind === 'text' ? text : text.trim()) : (rightYaml(text) ?? scalar(text));
  return { key: name, keyNode: scalar(name), value, range };
}

/** Undefined for a text that is not right: what the parser makes of it all the same was not meant. */
function rightYaml(text: string): DataNode | undefined {
  const { root, problems } = parseSource(text, 'yaml');
  return problems.some(({ severity }) => severity === 'error') ? undefined : root;
}

export interface CheckedTexts {
  readonly options: ExecutionOptions;
  readonly problems: readonly Problem[];
}

/** Checks fields that were typed, by their names, as an execution file would be. */
export function checkTexts(texts: ReadonlyMap<string, string>, program: ProgramKind): CheckedTexts {
  const { values, problems } = checkFields({ kind: 'map', entries: [...texts].map(([name, text]) => settingEntry(name, text)), range, flow: true }, 'file');
  return { options: optionsOf(values), problems: [...problems, ...relationProblems(givenOf(values), program)] };
}

/** What is wrong with one field that was typed; undefined where nothing is. */
export function textProblem(name: string, text: string): string | undefined {
  return checkFields({ kind: 'map', entries: [settingEntry(name, text)], range, flow: true }, 'file').problems[0]?.message;
}

/** A field's value as one would type it. */
export function textOf(name: string, value: unknown): string {
  const kind = findField(name)?.type.kind;
  // Schemas are kept as JSON text.
  if (kind === 'schema' || typeof value === 'string') return value as string;
  return JSON.stringify(value);
}

/** A new execution file as YAML; paths are those that it is to have. JSON is YAML, so values are written as JSON. */
export function executionFileText(program: string, input: { readonly path: string } | { readonly json: JsonText } | undefined, texts: ReadonlyMap<string, string>): string {
  const lines = [`program: ${yamlText(program)}`];
  if (input) lines.push('path' in input ? `input: ${yamlText(input.path)}` : `input_value: ${input.json}`);
  for (const [name, text] of texts) {
    const kind = findField(name)?.type.kind;
    const quoted = kind === 'string' || kind === 'text' || kind === 'uuid' || kind === 'datetime' || kind === 'enum';
    lines.push(`${name}: ${quoted ? yamlText(text) : text.replace(/\s*\n\s*/g, ' ').trim()}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Quotes where the text alone could be something else in YAML. */
function yamlText(text: string): string {
  return /^[A-Za-z_./][\w ./-]*$/.test(text) && !text.endsWith(' ') && !/^(?:true|false|null|yes|no|on|off)$/i.test(text) ? text : JSON.stringify(text);
}
