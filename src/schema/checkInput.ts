import { jsonOf } from '../execution/json.ts';
import type { JsonText } from '../execution/record.ts';
import type { DataNode } from '../source/data.ts';
import type { SourceDocument, SourceFormat } from '../source/parse.ts';
import type { Problem } from '../source/problem.ts';
import { withDefaults } from './defaults.ts';
import { Validator } from './validate.ts';
import { TooComplex } from './violation.ts';
import { Reporter } from './report.ts';
import type { SchemaSet } from './schema.ts';

export interface CheckedInput {
  /** Of the text and against the schema, by place. */
  readonly problems: readonly Problem[];
  /** The value to start with, defaults applied; undefined where a problem is an error. */
  readonly json: JsonText | undefined;
}

/**
 * Checks an input file's document. Its `$schema` key names the schema and is not a part of the input. Codes are
 * `input/<keyword>`, beside those of the parser.
 */
export function checkInput(document: SourceDocument, format: SourceFormat, schema: SchemaSet | undefined): CheckedInput {
  const problems = [...document.problems];
  const broken = problems.some((problem) => problem.severity === 'error');
  if (!document.root && !broken && format === 'json') {
    problems.push({ code: 'input/empty', severity: 'error', message: 'The file is empty; expected a JSON value, such as {}.', range: { start: 0, end: document.text.length }, fixes: [] });
  }
  let value = inputValue(document);
  // With broken text the tree is a guess; what is said about it would often be false.
  if (!broken) {
    problems.push(...withoutJson(value));
    if (schema) {
      const found = checkValue(value, document, format, schema);
      value = found.value;
      if (document.root ?? format === 'yaml') problems.push(...found.problems);
      else if (found.problems.length > 0) problems.splice(0, problems.length, ...found.problems);
    }
  }
  const refused = problems.some((problem) => problem.severity === 'error');
  return { problems, json: refused ? undefined : jsonOf(value) };
}

/** The value of a document without `$schema`; what is not there is null. */
function inputValue(document: SourceDocument): DataNode {
  const { root } = document;
  if (!root) return { kind: 'scalar', value: null, style: 'missing', range: { start: document.text.length, end: document.text.length } };
  return checkedValue(root);
}

/** A root as the schema sees it. */
export function checkedValue(root: DataNode): DataNode {
  return root.kind === 'map' ? { ...root, entries: root.entries.filter((entry) => entry.key !== '$schema') } : root;
}

function checkValue(given: DataNode, document: SourceDocument, format: SourceFormat, schema: SchemaSet): { value: DataNode; problems: readonly Problem[] } {
  try {
    const validator = new Validator(schema);
    const value = withDefaults([schema.root], { node: given }, validator);
    const violations = validator.check(schema.root, { node: value });
    return { value, problems: new Reporter(document, format).report(violations) };
  } catch (error) {
    if (!(error instanceof TooComplex)) throw error;
    const message = 'The schema is too complex to be checked in a reasonable time; nothing was checked against it.';
    return { value: given, problems: [{ code: 'input/too-complex', severity: 'warning', message, range: { start: 0, end: 0 } }] };
  }
}

/** YAML's infinities and not-a-number, which an input, being JSON, cannot have. */
function withoutJson(node: DataNode): Problem[] {
  if (node.kind === 'list') return node.items.flatMap(withoutJson);
  if (node.kind === 'map') return node.entries.flatMap((entry) => withoutJson(entry.value));
  if (typeof node.value !== 'number' || Number.isFinite(node.value)) return [];
  return [{ code: 'input/not-json', severity: 'error', message: `Expected a value that JSON has, found ${Number.isNaN(node.value) ? 'not-a-number' : 'infinity'}.`, range: node.range }];
}
