import { doubleText, jsonOf } from '../execution/json.ts';
import { nearest } from '../execution/nearest.ts';
import type { DataNode, MapEntry } from '../source/data.ts';
import type { SourceDocument, SourceFormat } from '../source/parse.ts';
import type { Fix, Problem } from '../source/problem.ts';
import type { Range } from '../source/text.ts';
import { addKeys, fillEmpty } from './addKeys.ts';
import { closestForm } from './closest.ts';
import { formatDescription } from './formats.ts';
import type { TypeName } from './keywords.ts';
import type { Numeric } from './numbers.ts';
import { mergedParts, placeholder, propertySchema, templateOf, type Template } from './placeholder.ts';
import type { Schema } from './schema.ts';
import { foundText } from './shapes.ts';
import type { Place, Violation } from './violation.ts';
import { writeInline } from './write.ts';

/** The code of the one problem whose fix adds an object's missing keys. */
export const missingKeysCode = 'input/required';

/** What people call the types, in both formats. */
const typeWords: Readonly<Record<TypeName, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'an integer',
  null: 'null',
  number: 'a number',
  object: 'a map',
  string: 'a string',
};

/** Turns violations into problems at the exact place, with what would be right and, where it is certain, a fix. */
export class Reporter {
  readonly #document: SourceDocument;
  readonly #format: SourceFormat;
  readonly #problems = new Map<string, Problem>();

  constructor(document: SourceDocument, format: SourceFormat) {
    this.#document = document;
    this.#format = format;
  }

  report(violations: readonly Violation[]): Problem[] {
    this.#several(violations);
    return [...this.#problems.values()].sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  }

  /** Keys missing by several keywords or parts of a schema become one problem of their object. */
  #several(violations: readonly Violation[]): void {
    const missing = new Map<DataNode, { place: Place; keys: Map<string, Schema> }>();
    for (const violation of violations) {
      if (violation.keyword !== 'required') {
        this.#one(violation);
        continue;
      }
      const known = missing.get(violation.place.node) ?? { place: violation.place, keys: new Map<string, Schema>() };
      for (const key of violation.missing!) if (!known.keys.has(key)) known.keys.set(key, violation.schema);
      missing.set(violation.place.node, known);
    }
    for (const { place, keys } of missing.values()) this.#missing(place, keys);
  }

  #one(violation: Violation): void {
    const { keyword, schema, place } = violation;
    const { node } = place;
    switch (keyword) {
      case 'type':
        return this.#wrongType(place, schema.types!, schema);
      case 'const':
        return this.#wrongValue(place, keyword, [schema.const!]);
      case 'enum':
        return this.#wrongValue(place, keyword, schema.enum!);
      case 'false':
        return this.#unexpected(keyword, place, valueRange(place), 'this value');
      case 'additionalProperties':
      case 'unevaluatedProperties':
      case 'properties':
      case 'patternProperties':
        return this.#unexpectedKey(keyword, violation.key!, violation);
      case 'propertyNames':
        return this.#wrongKey(violation.key!, violation.forms![0]!);
      case 'dependentRequired':
        return this.#missing(place, new Map(violation.missing!.map((key) => [key, schema])), violation.key);
      case 'anyOf':
      case 'oneOf':
        return this.#forms(violation);
      case 'not':
        return this.#add(keyword, valueRange(place), `Expected ${schema.not?.const ? `anything but ${foundText(schema.not.const)}` : 'a value that "not" does not exclude'}, found ${foundText(node)}.`);
      case 'items':
      case 'prefixItems':
      case 'unevaluatedItems':
        return this.#unexpected(keyword, place, lineOf(violation.item!.range, this.#document), 'this item');
      case 'maxItems':
        return this.#add(keyword, lineOf(violation.item!.range, this.#document), `Expected at most ${amount(schema.maxItems!, 'item')}, found ${itemCount(node)}.`);
      case 'uniqueItems':
        return this.#add(keyword, lineOf(violation.item!.range, this.#document), 'Expected every item only once; this one stands above already.');
      default:
        return this.#add(keyword, this.#openingOrValue(place), `Expected ${limit(violation)}, found ${foundAmount(keyword, node)}.`);
    }
  }

  #add(keyword: string, range: Range, message: string, fixes: readonly Fix[] = []): void {
    const problem: Problem = { code: `input/${keyword}`, severity: 'error', message, range: lineOf(range, this.#document), ...(fixes.length > 0 && { fixes }) };
    this.#problems.set(`${problem.code} ${problem.range.start} ${problem.range.end} ${message}`, problem);
  }

  #wrongType(place: Place, types: readonly TypeName[], schema?: Schema): void {
    const { node } = place;
    const message = `Expected ${words(types.map((type) => typeWords[type]))}, found ${typed(node)}.`;
    this.#add('type', valueRange(place), message, this.#typeFixes(place, types, schema));
  }

  /** Quotes around a number or boolean, or their lack, are the commonest wrong types. */
  #typeFixes(place: Place, types: readonly TypeName[], schema: Schema | undefined): Fix[] {
    const { node } = place;
    if (node.kind !== 'scalar' || node.style === 'literal' || node.style === 'folded') return [];
    if (node.style === 'missing') {
      return schema && types.includes('object') ? this.#emptyFix(place, schema) : [];
    }
    const source = this.#document.text.slice(node.range.start, node.range.end);
    if (typeof node.value === 'string' && (node.style === 'single' || node.style === 'double')) {
      const text = node.value.trim();
      const unquoted =
        (types.some((type) => type === 'integer' || type === 'number') && /^-?(0|[1-9]\d*)$/.test(text)) ||
        (types.includes('number') && /^-?(0|[1-9]\d*)\.\d+$/.test(text)) ||
        (types.includes('boolean') && /^(true|false)$/.test(text));
      return unquoted ? [{ title: `Change to ${text}`, edits: [{ range: node.range, newText: text }] }] : [];
    }
    if (typeof node.value !== 'string' && node.value !== null && types.includes('string')) {
      const newText = JSON.stringify(source);
      return [{ title: `Change to ${newText}`, edits: [{ range: node.range, newText }] }];
    }
    return [];
  }

  #wrongValue(place: Place, keyword: string, values: readonly DataNode[]): void {
    const { node } = place;
    const shown = values.slice(0, 8).map(valueText);
    const list = values.length > shown.length ? `${shown.join(', ')} or ${values.length - shown.length} more` : words(shown);
    const message = `Expected ${values.length > 1 ? 'one of ' : ''}${list}, found ${foundText(node)}.`;
    const scalars = values.filter((value) => value.kind === 'scalar');
    const meant = scalars.length === 1 ? scalars[0] : nearestValue(node, scalars);
    const fixes: Fix[] = [];
    if (meant && node.kind === 'scalar' && node.range.end > node.range.start) {
      fixes.push({ title: `Change to ${foundText(meant)}`, edits: [{ range: node.range, newText: this.#inline(templateOf(meant)) }] });
    }
    this.#add(keyword, valueRange(place), message, fixes);
  }

  #unexpected(keyword: string, place: Place, range: Range, what: string): void {
    this.#add(keyword === 'false' ? 'false' : keyword, range, `The schema allows no value here, found ${what === 'this value' ? foundText(place.node) : what}.`);
  }

  #unexpectedKey(keyword: string, key: MapEntry, violation: Violation): void {
    const parts = mergedParts(violation.schema);
    const known = new Set(parts.flatMap((part) => [...(part.properties?.keys() ?? [])]));
    const present = violation.place.node.kind === 'map' ? violation.place.node.entries.map((entry) => entry.key) : [];
    const free = [...known].filter((name) => !present.includes(name));
    const meant = nearest(key.key, free);
    const expected = meant !== undefined ? `; did you mean "${meant}"?` : free.length > 0 && free.length <= 8 ? `; expected ${words(free.map((name) => JSON.stringify(name)))}.` : '.';
    const fixes: Fix[] = [];
    if (meant !== undefined) fixes.push({ title: `Change to "${meant}"`, edits: [{ range: key.keyNode.range, newText: this.#key(key, meant) }] });
    this.#add(keyword, key.keyNode.range, `The key ${JSON.stringify(key.key)} is not expected here${expected}`, fixes);
  }

  #wrongKey(key: MapEntry, violations: readonly Violation[]): void {
    const violation = violations[0]!;
    const allowed = violation.schema.enum;
    const expected = allowed ? `one of ${words(allowed.slice(0, 8).map(foundText))}` : limit(violation);
    this.#add('propertyNames', key.keyNode.range, `Expected ${expected} as key, found ${JSON.stringify(key.key)}.`);
  }

  #missing(place: Place, keys: ReadonlyMap<string, Schema>, because?: MapEntry): void {
    if (place.node.kind !== 'map') return;
    const names = [...keys.keys()];
    const entries = names.map((key): [string, Template] => {
      const schema = propertySchema(mergedParts(keys.get(key)!), key);
      return [key, schema ? placeholder(schema) : { kind: 'scalar', json: '""' }];
    });
    const quoted = names.map((name) => JSON.stringify(name));
    const cause = because ? `, because ${JSON.stringify(because.key)} is given` : '';
    const message = `Expected the ${names.length === 1 ? 'key' : 'keys'} ${words(quoted, 'and')}${cause}, found ${place.node.entries.length === 0 ? 'an empty map' : `a map without ${names.length === 1 ? 'it' : 'them'}`}.`;
    const title = `Add the missing ${names.length === 1 ? `key ${quoted[0]!}` : `keys ${words(quoted, 'and')}`}`;
    this.#add(because ? 'dependentRequired' : 'required', because?.keyNode.range ?? this.#opening(place), message, [
      { title, edits: [addKeys(this.#document, this.#format, place.node, entries)] },
    ]);
  }

  /** A map that is expected where nothing stands: below the key, or the whole file. */
  #emptyFix(place: Place, schema: Schema): Fix[] {
    const template = placeholder(schema);
    if (template.kind !== 'map' || template.entries.length === 0) return [];
    const title = `Add the required keys ${words(template.entries.map(([key]) => JSON.stringify(key)), 'and')}`;
    // Only a file that holds nothing at all; a part of a file has a place that is not known here.
    if (!place.parent && this.#document.root) return [];
    if (!place.parent) return [{ title, edits: [fillEmpty(this.#document, this.#format, template.entries)] }];
    if (!place.entry) return [];
    const { end } = place.entry.keyNode.range;
    const colon = this.#document.text.indexOf(':', end);
    return colon < 0 ? [] : [{ title, edits: [{ range: { start: colon + 1, end: colon + 1 }, newText: ` ${this.#inline(template)}` }] }];
  }

  #forms(violation: Violation): void {
    const { keyword, place } = violation;
    const forms = violation.forms!;
    const fitting = forms.flatMap((form, index) => (form.length === 0 ? [index + 1] : []));
    if (fitting.length > 0) {
      this.#add(keyword, this.#openingOrValue(place), `Expected a value of exactly one of ${forms.length} forms, found one that fits ${fitting.length} (${words(fitting.map((number) => `number ${number}`), 'and')}).`);
      return;
    }
    const closest = closestForm(violation);
    switch (closest.kind) {
      case 'form':
        return this.#several(closest.violations);
      case 'types':
        return this.#wrongType(place, closest.types);
      case 'values':
        return this.#wrongValue(place, keyword, closest.violations.flatMap((part) => part.schema.enum ?? (part.schema.const ? [part.schema.const] : [])));
      case 'keys': {
        const choices = closest.violations.map((part) => words(part.missing!.map((key) => JSON.stringify(key)), 'and'));
        const fixes = place.node.kind === 'map' ? closest.violations.flatMap((part) => this.#missingFix(place, part)) : [];
        this.#add(keyword, this.#opening(place), `Expected the key ${words(choices)}, found a map without.`, fixes);
        return;
      }
      case 'unclear': {
        const reasons = new Set(closest.violations.slice(0, 3).map((part) => this.#reason(part)));
        this.#add(keyword, this.#openingOrValue(place), `Expected one of ${forms.length} forms, found ${foundText(place.node)} that fits none: ${[...reasons].join(' Or: ')}`);
      }
    }
  }

  #missingFix(place: Place, violation: Violation): Fix[] {
    const alone = new Reporter(this.#document, this.#format);
    alone.#missing(place, new Map(violation.missing!.map((key) => [key, violation.schema])));
    return [...alone.#problems.values()].flatMap((problem) => problem.fixes ?? []);
  }

  #reason(violation: Violation): string {
    const alone = new Reporter(this.#document, this.#format);
    alone.#several([violation]);
    return alone.#problems.values().next().value?.message ?? '';
  }

  /** Where an object is blamed as a whole: its key, else its opening bracket or first key. */
  #opening(place: Place): Range {
    if (place.entry) return place.entry.keyNode.range;
    const { node } = place;
    if (node.kind === 'scalar') return node.range;
    if (node.flow) return { start: node.range.start, end: Math.min(node.range.start + 1, node.range.end) };
    const first = node.kind === 'map' ? node.entries[0]?.keyNode.range : node.items[0]?.range;
    return first ?? node.range;
  }

  #openingOrValue(place: Place): Range {
    return place.node.kind === 'scalar' ? valueRange(place) : this.#opening(place);
  }

  #inline(template: Template): string {
    return writeInline(template, { format: this.#format, unit: '  ' });
  }

  #key(entry: MapEntry, name: string): string {
    const { style } = entry.keyNode;
    return this.#format === 'json' || style === 'double' || style === 'single' ? JSON.stringify(name) : this.#inline({ kind: 'scalar', json: JSON.stringify(name) });
  }
}

function valueRange(place: Place): Range {
  const { range } = place.node;
  return range.start === range.end && place.entry ? place.entry.keyNode.range : range;
}

/** The part of a range on its first line: marks of whole blocks hide what is wrong in them. */
function lineOf(range: Range, document: SourceDocument): Range {
  if (range.start >= document.text.length) return { start: Math.min(range.start, document.text.length), end: Math.min(range.start, document.text.length) };
  const line = document.lines.lineRange(document.lines.position(range.start).line);
  return { start: range.start, end: Math.max(Math.min(range.end, line.end), range.start) };
}

/** A value with its type, where the value alone would not tell: `the string "2"`. */
function typed(node: DataNode): string {
  if (node.kind !== 'scalar' || node.style === 'missing' || node.value === null || typeof node.value === 'boolean') return foundText(node);
  if (typeof node.value === 'string') return `the string ${foundText(node)}`;
  return typeof node.value === 'bigint' ? `the integer ${node.value}` : `the number ${doubleText(node.value)}`;
}

/** An allowed value: one with parts is written out where it is short. */
function valueText(node: DataNode): string {
  const json = node.kind === 'scalar' ? '' : jsonOf(node);
  return node.kind === 'scalar' || json.length > 60 ? foundText(node) : json;
}

function nearestValue(node: DataNode, values: readonly DataNode[]): DataNode | undefined {
  if (node.kind !== 'scalar' || node.value === null) return undefined;
  const texts = values.flatMap((value) => (value.kind === 'scalar' && value.value !== null ? [String(value.value)] : []));
  const meant = nearest(String(node.value), texts);
  return values.find((value) => value.kind === 'scalar' && value.value !== null && String(value.value) === meant);
}

function limit({ keyword, schema }: Violation): string {
  switch (keyword) {
    case 'maximum':
      return `${schema.maximum!} or less`;
    case 'exclusiveMaximum':
      return `less than ${schema.exclusiveMaximum!}`;
    case 'minimum':
      return `${schema.minimum!} or more`;
    case 'exclusiveMinimum':
      return `more than ${schema.exclusiveMinimum!}`;
    case 'multipleOf':
      return `a multiple of ${schema.multipleOf!}`;
    case 'maxLength':
      return `at most ${amount(schema.maxLength!, 'character')}`;
    case 'minLength':
      return `at least ${amount(schema.minLength!, 'character')}`;
    case 'pattern':
      return `a string that matches ${schema.pattern!.source}`;
    case 'format':
      return formatDescription(schema.format!)!;
    case 'minItems':
      return `at least ${amount(schema.minItems!, 'item')}`;
    case 'contains':
      return `at least ${amount(schema.minContains ?? 1, 'item')} ${described(schema.contains!)}`;
    case 'maxContains':
      return `at most ${amount(schema.maxContains!, 'item')} ${described(schema.contains!)}`;
    case 'minProperties':
      return `at least ${amount(schema.minProperties!, 'key')}`;
    case 'maxProperties':
      return `at most ${amount(schema.maxProperties!, 'key')}`;
    default:
      return `what "${keyword}" asks for`;
  }
}

function described(schema: Schema): string {
  if (schema.const) return `that is ${jsonOf(schema.const)}`;
  if (schema.title !== undefined) return `that is "${schema.title}"`;
  return schema.types ? `that is ${words(schema.types.map((type) => typeWords[type]))}` : 'that "contains" describes';
}

function foundAmount(keyword: string, node: DataNode): string {
  const empty = (node.kind === 'list' && node.items.length === 0) || (node.kind === 'map' && node.entries.length === 0) || (node.kind === 'scalar' && node.value === '');
  if (empty) return `an empty ${node.kind === 'scalar' ? 'string' : node.kind}`;
  if (keyword === 'contains' || keyword === 'maxContains' || keyword === 'minItems') return itemCount(node);
  if (keyword.endsWith('Properties') && node.kind === 'map') return amount(node.entries.length, 'key');
  if (keyword.endsWith('Length') && node.kind === 'scalar' && typeof node.value === 'string') return amount(Array.from(node.value).length, 'character');
  return foundText(node);
}

function itemCount(node: DataNode): string {
  return node.kind === 'list' ? amount(node.items.length, 'item') : foundText(node);
}

/** "1 item", "2 items". */
export function amount(count: Numeric, noun: string): string {
  return Number(count) === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

/** "a", "a or b", "a, b or c". */
export function words(items: readonly string[], conjunction = 'or'): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} ${conjunction} ${items.at(-1)!}`;
}
