import { describe, entry, type DataNode, type MapEntry, type MapNode } from '../source/data.ts';
import type { Problem } from '../source/problem.ts';
import { readDateTime } from './dateTime.ts';
import { relationProblems, type GivenField, type ProgramKind } from './fieldRules.ts';
import { describeType, fields, findField, labelKeyPattern, labelLength, labelLimit, labelValuePattern, launchKeys, settableFields, type Field, type FieldType } from './fields.ts';
import { jsonOf, treeOf } from './json.ts';
import { nearest } from './nearest.ts';
import type { ExecutionOptions, WrapperUse } from './record.ts';
import { slipOf } from './slip.ts';

export interface CheckedOptions {
  /** What was right, also where something else was not. */
  readonly options: ExecutionOptions;
  readonly problems: readonly Problem[];
}

/** Checks the options of a launch (a map of fields). Where the kind of program is not known, fields of either kind will do. */
export function checkOptions(data: DataNode, program?: ProgramKind): CheckedOptions {
  const { values, problems } = checkFields(data, 'anywhere');
  return { options: optionsOf(values), problems: [...problems, ...relationProblems(givenOf(values), program)] };
}

/** The same for plain data without places, such as a launch configuration; the problems' ranges say nothing. */
export function checkOptionValues(values: Readonly<Record<string, unknown>>, program?: ProgramKind): CheckedOptions {
  return checkOptions(treeOf(values), program);
}

/** What the rules between fields look at. */
export function givenOf(values: ReadonlyMap<string, CheckedField>): ReadonlyMap<string, GivenField> {
  return new Map([...values].map(([name, { entry, value }]) => [name, { key: entry.key, value, range: entry.keyNode.range }]));
}

/** Settable fields that say what runs, or what happens to the file, rather than how it runs. */
const noOptions: ReadonlySet<string> = new Set(['program', 'input_value', 'track_in_git', 'commit', 'commit_message']);

/** The options among checked fields. */
export function optionsOf(values: ReadonlyMap<string, CheckedField>): ExecutionOptions {
  const options = new Map<string, unknown>();
  for (const { name } of settableFields('file')) {
    const found = values.get(name);
    if (found && !noOptions.has(name)) options.set(name, found.value);
  }
  // Sound because the keys are the table's settable fields and each value was read by its field's type.
  return Object.fromEntries(options);
}

export interface CheckedField {
  readonly entry: MapEntry;
  /** In the record's form: trimmed text, number, boolean, line list, labels, or JSON text. */
  readonly value: unknown;
}

export interface CheckedFields {
  /** By the record's own name, whichever alias was written. */
  readonly values: ReadonlyMap<string, CheckedField>;
  readonly problems: readonly Problem[];
}

/** Checks a map of fields against the table: `file` also takes what only execution files say. */
export function checkFields(data: DataNode, where: 'anywhere' | 'file'): CheckedFields {
  const problems: Problem[] = [];
  const values = new Map<string, CheckedField>();
  if (data.kind !== 'map') {
    problems.push(error('execution/wrong-type', `Execution fields are a map of names and values; found ${describe(data)}.`, data));
    return { values, problems };
  }
  for (const entry of data.entries) checkEntry(entry, where, values, problems);
  return { values, problems };
}

function checkEntry(entry: MapEntry, where: 'anywhere' | 'file', values: Map<string, CheckedField>, problems: Problem[]): void {
  const field = findField(entry.key) ?? (where === 'file' ? launchKeys.find((key) => key.name === entry.key) : undefined);
  if (!field) {
    problems.push(unknownField(entry, where));
    return;
  }
  const { setting } = field;
  if (setting.by === 'engine') {
    problems.push(error('execution/output-only-field', `${entry.key} is set by the engine and cannot be given.`, entry.keyNode));
  } else if (setting.by === 'nobody') {
    problems.push(error('execution/field-not-allowed', `${entry.key} ${setting.reason}.`, entry.keyNode));
  } else if (setting.where === 'file' && where === 'anywhere') {
    problems.push(error('execution/field-not-allowed', `${entry.key} is no option of a launch: it belongs into an execution file.`, entry.keyNode));
  } else if (values.has(field.name)) {
    const other = values.get(field.name)!.entry.key;
    // The same key twice is the parser's to report.
    if (other !== entry.key) problems.push(error('execution/duplicate-field', `${entry.key} and ${other} are the same field; give one of them.`, entry.keyNode));
  } else {
    const before = problems.length;
    const value = readField(field, entry, problems);
    if (problems.length === before) values.set(field.name, { entry, value });
  }
}

/** Checks a map against a table of its own; `what` is what it describes, such as "a schedule". */
export function checkTable(data: MapNode, table: readonly Field[], what: string): CheckedFields {
  const problems: Problem[] = [];
  const values = new Map<string, CheckedField>();
  for (const entry of data.entries) {
    const field = table.find((candidate) => candidate.name === entry.key);
    if (!field) {
      const { hint, fixes } = slipOf(entry.key, entry.keyNode, table.map(({ name }) => name));
      const problem = error('execution/unknown-field', `${JSON.stringify(entry.key)} is not a key of ${what}${hint}`, entry.keyNode);
      problems.push(fixes.length === 0 ? problem : { ...problem, fixes });
      continue;
    }
    const before = problems.length;
    const value = readField(field, entry, problems);
    if (problems.length === before) values.set(field.name, { entry, value });
  }
  return { values, problems };
}

function unknownField(entry: MapEntry, where: 'anywhere' | 'file'): Problem {
  const known = [...settableFields(where), ...(where === 'file' ? launchKeys : [])].flatMap((field) => [field.name, ...field.aliases]);
  const meant = nearest(entry.key, known) ?? nearest(entry.key, fields.map((field) => field.name));
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  const problem = error('execution/unknown-field', `${JSON.stringify(entry.key)} is not a field of an execution${hint === '' ? '.' : hint}`, entry.keyNode);
  if (meant === undefined || entry.keyNode.range.end === 0) return problem;
  return { ...problem, fixes: [{ title: `Change to ${meant}`, edits: [{ range: entry.keyNode.range, newText: meant }] }] };
}

/** Reads a value in the record's form, or adds a problem. */
function readField(field: Field, entry: MapEntry, problems: Problem[]): unknown {
  const { type } = field;
  const node = entry.value;
  const refuse = (code = 'execution/wrong-type', at: DataNode = node): undefined => {
    problems.push(error(code, `${entry.key} takes ${describeType(type)}; got ${found(at)}.`, at));
    return undefined;
  };
  const scalar = node.kind === 'scalar' ? node.value : undefined;
  switch (type.kind) {
    case 'string': {
      if (typeof scalar !== 'string') return refuse();
      const trimmed = scalar.trim();
      const length = Array.from(trimmed).length;
      if (length < (type.minLength ?? 0) || length > (type.maxLength ?? Infinity) || /[\r\n]/.test(trimmed)) {
        problems.push(error('execution/bad-value', `${entry.key} takes ${describeType(type)}; got ${length} characters${/[\r\n]/.test(trimmed) ? ' in several lines' : ''}.`, node));
      }
      return trimmed;
    }
    case 'text':
    case 'path':
      return typeof scalar === 'string' ? scalar : refuse();
    case 'bool':
      return typeof scalar === 'boolean' ? scalar : refuse();
    case 'int':
      if (typeof scalar !== 'bigint') return refuse();
      return scalar < type.min || scalar > type.max ? refuse('execution/bad-value') : Number(scalar);
    case 'enum':
      if (typeof scalar !== 'string') return refuse();
      return type.values.includes(scalar) ? scalar : refuse('execution/bad-value');
    case 'json':
      return isJson(node) ? jsonOf(node) : refuse('execution/bad-value');
    case 'schema':
      return node.kind === 'map' || typeof scalar === 'boolean' ? jsonOf(node) : refuse();
    case 'lines':
      return node.kind === 'list' ? readLines(field.name, node.items, problems) : refuse();
    case 'labels':
      return node.kind === 'map' ? readLabels(type, node, problems) : refuse();
    case 'names':
      return node.kind === 'list' ? readNames(field.name, node.items, problems) : refuse();
    case 'wrappers':
      return node.kind === 'list' ? readWrappers(node.items, problems) : refuse();
    case 'datetime':
      if (typeof scalar !== 'string') return refuse();
      return readDateTime(scalar) ?? refuse('execution/bad-value');
    case 'uuid':
      if (typeof scalar !== 'string') return refuse();
      return uuidPattern.test(scalar) ? scalar.toLowerCase() : refuse('execution/bad-value');
    case 'duration':
    case 'structure':
      // The engine alone sets fields of these types.
      return refuse();
  }
}

const uuidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Characters of a name, and names of a list, that are kept. */
const nameLength = 128;
const nameLimit = 1000;

function readNames(name: string, items: readonly DataNode[], problems: Problem[]): string[] {
  const names = new Set<string>();
  if (items.length > nameLimit && items[0]) problems.push(error('execution/bad-value', `${name} takes at most ${nameLimit} names; got ${items.length}.`, items[0]));
  for (const item of items) {
    const text = item.kind === 'scalar' && typeof item.value === 'string' ? item.value.trim() : '';
    if (text === '' || Array.from(text).length > nameLength || /[\r\n]/.test(text)) {
      problems.push(error('execution/bad-value', `${name} takes names, each a line of text of 1 to ${nameLength} characters; got ${found(item)}.`, item));
    } else {
      names.add(text);
    }
  }
  return [...names];
}

function readWrappers(items: readonly DataNode[], problems: Problem[]): WrapperUse[] {
  return items.flatMap((item): WrapperUse[] => {
    const wrong = (message: string, at: DataNode = item): WrapperUse[] => {
      problems.push(error('execution/bad-value', message, at));
      return [];
    };
    if (item.kind !== 'map') return wrong(`wrappers takes a list of {wrapper_id, params}; got ${found(item)}.`);
    const other = item.entries.find(({ key }) => !['wrapper_id', 'wrapper_name', 'params'].includes(key));
    if (other) return wrong(`A wrapper has wrapper_id or wrapper_name, and params; got ${clip(JSON.stringify(other.key))}.`, other.keyNode);
    const [id, name, params] = ['wrapper_id', 'wrapper_name', 'params'].map((key) => entry(item, key)?.value);
    const text = (node: DataNode | undefined): string | undefined => (node?.kind === 'scalar' && typeof node.value === 'string' ? node.value.trim() : undefined);
    if ((id === undefined) === (name === undefined)) return wrong('A wrapper is named by wrapper_id or wrapper_name, one of them.');
    if (id && !uuidPattern.test(text(id) ?? '')) return wrong(`wrapper_id takes a UUID; got ${found(id)}.`, id);
    if (name && (text(name) ?? '') === '') return wrong(`wrapper_name takes a name; got ${found(name)}.`, name);
    if (params && (params.kind !== 'map' || !isJson(params))) return wrong(`params of a wrapper is a map; got ${found(params)}.`, params);
    return [{ ...(id && { wrapper_id: text(id)!.toLowerCase() }), ...(name && { wrapper_name: text(name)! }), params: params ? jsonOf(params) : '{}' }];
  });
}

/** YAML has infinities and not-a-number, JSON has not. */
function isJson(node: DataNode): boolean {
  if (node.kind === 'scalar') return typeof node.value !== 'number' || Number.isFinite(node.value);
  return node.kind === 'list' ? node.items.every(isJson) : node.entries.every((entry) => isJson(entry.value));
}

function readLines(name: string, items: readonly DataNode[], problems: Problem[]): number[] {
  const lines = new Set<number>();
  for (const item of items) {
    const value = item.kind === 'scalar' ? item.value : undefined;
    if (typeof value !== 'bigint' || value < 1n || value > 1_000_000n) {
      problems.push(error('execution/bad-value', `${name} takes line numbers, counted from 1; got ${found(item)}.`, item));
    } else {
      lines.add(Number(value));
    }
  }
  return [...lines].sort((left, right) => left - right);
}

function readLabels(type: FieldType, node: MapNode, problems: Problem[]): Readonly<Record<string, string>> {
  const labels = Object.create(null) as Record<string, string>;
  if (node.entries.length > labelLimit) problems.push(error('execution/bad-value', `labels takes ${describeType(type)}; got ${node.entries.length}.`, node));
  for (const { key, keyNode, value } of node.entries) {
    if (!labelKeyPattern.test(key) || Array.from(key).length > labelLength) {
      const allowed = `up to ${labelLength} lower-case letters, digits, _ and -, and begins with a letter`;
      problems.push(error('execution/bad-value', `labels: a label's key has ${allowed}; got ${clip(JSON.stringify(key))}.`, keyNode));
    }
    const text = value.kind === 'scalar' ? value.value : undefined;
    if (typeof text !== 'string' || !labelValuePattern.test(text) || Array.from(text).length > labelLength) {
      const allowed = `a string of up to ${labelLength} lower-case letters, digits, _ and -`;
      problems.push(error('execution/bad-value', `labels: the value of ${clip(JSON.stringify(key))} is ${allowed}; got ${found(value)}.`, value));
    } else {
      labels[key] = text;
    }
  }
  return labels;
}

function found(node: DataNode): string {
  return node.kind === 'scalar' ? clip(jsonOf(node)) : describe(node);
}

function clip(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}

function error(code: string, message: string, at: DataNode): Problem {
  return { code, severity: 'error', message, range: at.range };
}
