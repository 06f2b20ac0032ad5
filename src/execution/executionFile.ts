import { entry, type DataNode, type MapEntry } from '../source/data.ts';
import type { Problem } from '../source/problem.ts';
import type { Range } from '../source/text.ts';
import { relationProblems, type ProgramKind } from './fieldRules.ts';
import { checkFields, givenOf, optionsOf, type CheckedField } from './options.ts';
import type { ExecutionOptions, JsonText } from './record.ts';

/** A saved launch (`*.execution.yaml`): paths as written, relative to the file. */
export interface ExecutionFile {
  readonly program: PathField | undefined;
  /** The input as written in the file, or the path of an input file. */
  readonly input: { readonly json: JsonText; readonly key: string; readonly node: DataNode } | PathField | undefined;
  readonly mocks: PathField | undefined;
  /** What happens to the file itself when it is saved in the editor. */
  readonly git: { readonly track: boolean; readonly commit: boolean; readonly message: string | undefined };
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
  const written = (name: string): MapEntry | undefined => entry(root, name);
  const [other, another] = programNames.flatMap((names) => names.map(written).find((named) => named !== undefined) ?? []);
  if (root === undefined || (root.kind === 'map' && !written('program') && !other)) {
    found.push({ code: 'execution/missing-program', severity: 'error', message: 'An execution file names the workflow or flow to run: add program with its path.', range: place });
  } else if (other && (program ? !/^wrapper_/.test(other.key) : another)) {
    const [first, second] = another && !program ? [other.key, another] : ['program', other];
    found.push({ code: 'execution/duplicate-field', severity: 'error', message: `What runs is named twice: by ${first} and by ${second.key}. Give one of them.`, range: second.keyNode.range });
  }
  found.push(...relationProblems(givenOf(values), programKind(program)));
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
    git: { track: values.get('track_in_git')?.value === true, commit: values.get('commit')?.value === true, message: values.get('commit_message')?.value as string | undefined },
    options: optionsOf(values),
    problems: found,
  };
}

/** Fields that name what runs where no file does: each list one thing. */
const programNames = [
  ['flow_name', 'flow_id'],
  ['connector_name', 'connector_id', 'connector_type'],
  ['wrapper_name', 'wrapper_id'],
];

/** A program in Python is a flow; without a file it is one too, since workflows are files. */
function programKind(program: PathField | undefined): ProgramKind {
  return program === undefined || program.path.endsWith('.py') ? 'flow' : 'workflow';
}

function pathField(field: CheckedField | undefined): PathField | undefined {
  return field && { path: field.value as string, range: field.entry.value.range };
}
