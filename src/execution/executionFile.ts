import type { DataNode } from '../source/data.ts';
import type { Problem } from '../source/problem.ts';
import type { Range } from '../source/text.ts';
import { checkFields, optionsOf, type CheckedField } from './options.ts';
import type { ExecutionOptions, JsonText } from './record.ts';

/** A saved launch (`*.execution.yaml`): paths as written, relative to the file. */
export interface ExecutionFile {
  readonly program: PathField | undefined;
  /** The input as written in the file, or the path of an input file. */
  readonly input: { readonly json: JsonText; readonly key: string; readonly node: DataNode } | PathField | undefined;
  readonly mocks: PathField | undefined;
  readonly options: ExecutionOptions;
  readonly problems: readonly Problem[];
}

export interface PathField {
  readonly path: string;
  readonly range: Range;
}

/** Reads and checks the content of an execution file. Whether its paths exist is the caller's to see. */
export function checkExecutionFile(root: DataNode | undefined): ExecutionFile {
  const place = root?.range ?? { start: 0, end: 0 };
  const { values, problems } = root ? checkFields(root, 'file') : { values: new Map<string, CheckedField>(), problems: [] };
  const found = [...problems];
  const program = pathField(values.get('program'));
  if (!program && (root === undefined || (root.kind === 'map' && !root.entries.some((entry) => entry.key === 'program')))) {
    found.push({ code: 'execution/missing-program', severity: 'error', message: 'An execution file names the workflow to run: add program with its path.', range: place });
  }
  const value = values.get('input_value');
  const file = values.get('input');
  if (value && file) {
    found.push({
      code: 'execution/duplicate-field',
      severity: 'error',
      message: `The input is given twice: ${value.entry.key} holds it, and input names a file. Give one of them.`,
      range: file.entry.keyNode.range,
    });
  }
  return {
    program,
    input: value ? { json: value.value as JsonText, key: value.entry.key, node: value.entry.value } : pathField(file),
    mocks: pathField(values.get('mocks')),
    options: optionsOf(values),
    problems: found,
  };
}

function pathField(field: CheckedField | undefined): PathField | undefined {
  return field && { path: field.value as string, range: field.entry.value.range };
}
