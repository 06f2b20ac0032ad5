import { describe, type DataNode } from '../source/data.ts';
import type { Problem } from '../source/problem.ts';
import { nearest } from '../execution/nearest.ts';
import { isTypeName, typeNames, type Draft, type Keyword, type KeywordShape } from './keywords.ts';
import { numeric } from './numbers.ts';
import { compilePattern } from './patterns.ts';

const expected: Readonly<Record<KeywordShape, string>> = {
  schema: 'a schema (a map, true or false)',
  schemas: 'a list of schemas, not empty',
  schemaMap: 'a map of schemas',
  schemaOrSchemas: 'a schema (a map, true or false)',
  dependencies: 'a map of schemas or lists of keys',
  count: 'a whole number, 0 or more',
  number: 'a number',
  positiveNumber: 'a number above 0',
  exclusiveBound: 'a number',
  string: 'a string',
  reference: 'a string',
  pattern: 'a regular expression',
  boolean: 'true or false',
  strings: 'a list of strings',
  stringsMap: 'a map of lists of strings',
  type: `one of ${typeNames.join(', ')}, or a list of these`,
  list: 'a list',
  any: 'any value',
};

/**
 * What is wrong with a keyword's own value; the schemas inside it are checked on their own.
 * Codes are `schema/<keyword>`.
 */
export function checkShape(known: Keyword, value: DataNode, draft: Draft | undefined): Problem[] {
  const wrong = misfits(known.shape, value, draft);
  return wrong.map(({ node, message, fix }) => ({
    code: `schema/${known.name}`,
    severity: message?.severity ?? 'error',
    message: message?.text ?? `Expected ${expected[known.shape]} as ${known.name}, found ${foundText(node)}.`,
    range: node.range,
    ...(fix !== undefined && { fixes: [{ title: `Change to "${fix}"`, edits: [{ range: node.range, newText: quoteLike(node, fix) }] }] }),
  }));
}

interface Misfit {
  readonly node: DataNode;
  readonly message?: { readonly text: string; readonly severity: 'error' | 'warning' | 'information' };
  /** The string that was likely meant. */
  readonly fix?: string;
}

function misfits(shape: KeywordShape, value: DataNode, draft: Draft | undefined): Misfit[] {
  const scalar = value.kind === 'scalar' ? value.value : undefined;
  const unless = (fits: boolean, node: DataNode = value): Misfit[] => (fits ? [] : [{ node }]);
  switch (shape) {
    case 'any':
    case 'schema': // Reported where the schema itself is read.
      return [];
    case 'schemas':
      return unless(value.kind === 'list' && value.items.length > 0);
    case 'schemaMap':
      return unless(value.kind === 'map');
    case 'schemaOrSchemas':
      return unless(value.kind !== 'list' || draft !== '2020-12').map((misfit) => ({
        ...misfit,
        message: { severity: 'warning', text: 'In draft 2020-12 "items" is one schema; schemas for single places are "prefixItems".' },
      }));
    case 'dependencies':
      return value.kind === 'map' ? value.entries.flatMap((entry) => (entry.value.kind === 'list' ? misfits('strings', entry.value, draft) : [])) : [{ node: value }];
    case 'count':
      return unless((typeof scalar === 'bigint' || (typeof scalar === 'number' && Number.isInteger(scalar))) && scalar >= 0);
    case 'number':
      return unless(numeric(value) !== undefined);
    case 'positiveNumber':
      return unless((numeric(value) ?? 0) > 0);
    case 'exclusiveBound':
      return unless(draft === 'draft-04' ? typeof scalar === 'boolean' : numeric(value) !== undefined).map((misfit) =>
        typeof scalar === 'boolean' ? { ...misfit, message: { severity: 'error', text: 'Only draft-04 has true and false here; later drafts take the bound itself.' } } : misfit,
      );
    case 'string':
    case 'reference':
      return unless(typeof scalar === 'string');
    case 'boolean':
      return unless(typeof scalar === 'boolean');
    case 'pattern': {
      if (typeof scalar !== 'string') return [{ node: value }];
      return patternMisfit(value, scalar);
    }
    case 'strings':
      return value.kind === 'list' ? value.items.flatMap((item) => unless(item.kind === 'scalar' && typeof item.value === 'string', item)) : [{ node: value }];
    case 'stringsMap':
      return value.kind === 'map' ? value.entries.flatMap((entry) => misfits('strings', entry.value, draft)) : [{ node: value }];
    case 'list':
      return unless(value.kind === 'list');
    case 'type': {
      const names = value.kind === 'list' ? value.items : [value];
      return names.filter((name) => !(name.kind === 'scalar' && isTypeName(name.value))).map((node) => {
        const meant = node.kind === 'scalar' && typeof node.value === 'string' ? meantType(node.value) : undefined;
        return { node, ...(meant !== undefined && { fix: meant }) };
      });
    }
  }
}

/** A pattern that is no regular expression is an error; one that is only beyond us is not the author's fault. */
export function patternMisfit(node: DataNode, source: string): Misfit[] {
  const pattern = compilePattern(source);
  if ('matches' in pattern) return [];
  const text = `This pattern is not checked: ${pattern.unsupported}.`;
  return [{ node, message: pattern.unsupported === 'it is not a regular expression' ? { severity: 'error', text: 'Expected a regular expression as pattern.' } : { severity: 'information', text } }];
}

/** Names other languages use for the same types. */
const otherNames = new Map([['map', 'object'], ['dict', 'object'], ['list', 'array'], ['int', 'integer'], ['float', 'number'], ['double', 'number'], ['bool', 'boolean'], ['str', 'string'], ['text', 'string'], ['none', 'null']]);

function meantType(name: string): string | undefined {
  return otherNames.get(name.toLowerCase()) ?? nearest(name, typeNames);
}

export function foundText(node: DataNode): string {
  if (node.kind !== 'scalar') return describe(node);
  if (node.style === 'missing') return 'nothing';
  if (typeof node.value === 'string') return JSON.stringify(clip(node.value));
  return node.value === null ? 'null' : String(node.value);
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function quoteLike(node: DataNode, text: string): string {
  if (node.kind !== 'scalar') return text;
  return node.style === 'double' ? JSON.stringify(text) : node.style === 'single' ? `'${text}'` : text;
}
