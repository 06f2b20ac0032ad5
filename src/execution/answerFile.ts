import { describe, entry, type DataNode } from '../source/data.ts';
import type { Problem } from '../source/problem.ts';
import { field, startInFile, type Field } from './fields.ts';
import { jsonOf } from './json.ts';
import type { JsonText } from './record.ts';
import { slipOf } from './slip.ts';

/** One entry of an answer file: what is answered to messages whose subject fits. */
export interface WrittenAnswer {
  /** `*` stands for anything. */
  readonly subject: string;
  /** A JSON object, by the names of the form's fields. */
  readonly values: JsonText;
  readonly button: string | undefined;
  /** How many messages it answers; undefined: all. */
  readonly times: number | undefined;
}

export const answerKeys: readonly Field[] = [
  field('subject', { kind: 'text' }, startInFile, 'The subject of the messages that it answers; `*` stands for anything.'),
  field('values', { kind: 'json' }, startInFile, "What is filled in, by the names of the form's fields."),
  field('button', { kind: 'text' }, startInFile, 'The name of the button, where the form has several.'),
  field('times', { kind: 'int', min: 1, max: 1_000_000 }, startInFile, 'So many messages it answers, then it no longer fits. Without it all of them.'),
];

/**
 * Reads an answer file: a list of entries, the first that fits a message answers it:
 *
 *     - subject: Your name        # * stands for anything
 *       values: {string: Ada}     # by the names of the form's fields
 *       button: ok                # where the form has several
 *       times: 1                  # then it no longer fits
 *
 * Entries without a subject are left out.
 */
export function checkAnswers(root: DataNode | undefined): { readonly answers: readonly WrittenAnswer[]; readonly problems: readonly Problem[] } {
  // An empty file is a list that nobody has begun.
  if (!root || isNull(root)) return { answers: [], problems: [] };
  if (root.kind !== 'list') return { answers: [], problems: [problem(`An answer file is a list of entries; found ${describe(root)}.`, root)] };
  const problems: Problem[] = [];
  const answers = root.items.map((item) => readAnswer(item, problems));
  return { answers: answers.filter((answer) => answer !== undefined), problems };
}

function readAnswer(node: DataNode, problems: Problem[]): WrittenAnswer | undefined {
  if (node.kind !== 'map') {
    problems.push(problem(`An answer is a map with subject and values; found ${describe(node)}.`, node));
    return undefined;
  }
  const keys = answerKeys.map(({ name }) => name);
  for (const { key, keyNode } of node.entries) {
    if (keys.includes(key)) continue;
    const { hint, fixes } = slipOf(key, keyNode, keys, `; there are ${keys.join(', ')}.`);
    problems.push({ ...problem(`${JSON.stringify(key)} is no key of an answer${hint}`, keyNode), fixes });
  }
  const subject = textOf(node, 'subject', problems);
  if (subject === undefined && !entry(node, 'subject')) problems.push(problem('An answer names the message that it is for: add subject.', node));
  const values = entry(node, 'values')?.value;
  if (values && values.kind !== 'map') problems.push(problem(`values is a map of the form's fields; found ${describe(values)}.`, values));
  const times = entry(node, 'times')?.value;
  const count = times?.kind === 'scalar' && typeof times.value === 'bigint' && times.value > 0n ? Number(times.value) : undefined;
  if (times && count === undefined) problems.push(problem('times is an integer of at least 1.', times));
  const button = textOf(node, 'button', problems);
  return subject === undefined ? undefined : { subject, values: values?.kind === 'map' ? jsonOf(values) : '{}', button, times: count };
}

function textOf(node: DataNode, key: string, problems: Problem[]): string | undefined {
  const value = entry(node, key)?.value;
  if (!value) return undefined;
  if (value.kind === 'scalar' && typeof value.value === 'string' && value.value !== '') return value.value;
  problems.push(problem(`${key} is a text; found ${describe(value)}.`, value));
  return undefined;
}

function isNull(node: DataNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function problem(message: string, { range }: DataNode): Problem {
  return { code: 'answers/not-right', severity: 'error', message, range };
}
