import { resolve } from 'node:path';
import { matchesGlob } from '../engine/glob.ts';
import { dataLimit, FileRefused, readTextFile } from '../engine/textFile.ts';
import { checkAnswers, type WrittenAnswer } from '../execution/answerFile.ts';
import { LaunchRefused } from '../execution/launch.ts';
import type { Fields } from '../flow/flowCalls.ts';
import { formatOf, parseSource } from '../source/parse.ts';
import { LineMap } from '../source/text.ts';

/** One entry of an answer file, with its values as they are given to the engine. */
export interface PreparedAnswer extends Omit<WrittenAnswer, 'values'> {
  readonly values: Fields;
}

/** Reads an answer file. Rejects with `LaunchRefused` for one that cannot be read or has errors. */
export async function readAnswers(file: string): Promise<PreparedAnswer[]> {
  const path = resolve(file);
  let text: string;
  try {
    text = await readTextFile(path, dataLimit);
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    throw new LaunchRefused(`The answer file cannot be used: ${error.message}`, path, new LineMap(''), [error.problem]);
  }
  const { root, problems, lines } = parseSource(text, formatOf(path));
  const read = checkAnswers(root);
  const errors = [...problems, ...read.problems].filter(({ severity }) => severity === 'error');
  if (errors[0]) throw new LaunchRefused(`The answer file is not right: ${errors[0].message}`, path, lines, errors);
  return read.answers.map((answer) => ({ ...answer, values: JSON.parse(answer.values) as Fields }));
}

/** The first entry that fits a subject, and how many messages it has answered. */
export class PreparedAnswers {
  readonly #left: { readonly answer: PreparedAnswer; remaining: number }[];

  constructor(answers: readonly PreparedAnswer[]) {
    this.#left = answers.map((answer) => ({ answer, remaining: answer.times ?? Infinity }));
  }

  take(subject: string): PreparedAnswer | undefined {
    const found = this.#left.find(({ answer, remaining }) => remaining > 0 && matchesGlob(answer.subject, subject));
    if (found) found.remaining--;
    return found?.answer;
  }
}
