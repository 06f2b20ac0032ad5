import { resolve } from 'node:path';
import { parseEnvironment } from '../engine/environmentFile.ts';
import { parseMocks } from '../engine/mocks.ts';
import { dataLimit, FileRefused, nodeFiles, readTextFile, workflowLimit } from '../engine/textFile.ts';
import { fileRole } from '../schema/association.ts';
import { checkFile as checkDataFile } from '../schema/checkFile.ts';
import { loadSchema } from '../schema/compile.ts';
import { nameOf } from '../schema/files.ts';
import { SchemaLookup } from '../schema/lookup.ts';
import { formatOf, parseSource } from '../source/parse.ts';
import { LineMap } from '../source/text.ts';
import { inferSchema } from '../workflow/inferInput.ts';
import { parseWorkflow } from '../workflow/parse.ts';
import { parseArguments } from './arguments.ts';
import { problemRecords, problemText, type FileProblems } from './problemText.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage.ts';

/** `stepthrough check`. */
export async function check(raw: readonly string[], terminal: Terminal): Promise<number> {
  const options = parseArguments(raw, { flags: ['json'] });
  if (options.positional.length === 0) throw new UsageError('check needs a FILE.');
  const results: FileProblems[] = [];
  for (const path of options.positional) results.push(...(await checkFile(resolve(path))));
  if (options.flag('json')) terminal.out(`${JSON.stringify(results.flatMap(problemRecords), undefined, 2)}\n`);
  else printProblems(results, options.positional.length, terminal);
  return results.some(({ problems }) => problems.some(({ severity }) => severity === 'error')) ? 1 : 0;
}

function printProblems(results: readonly FileProblems[], files: number, terminal: Terminal): void {
  for (const result of results) terminal.out(problemText(result, terminal));
  const all = results.flatMap(({ problems }) => problems);
  const errors = all.filter(({ severity }) => severity === 'error').length;
  const warnings = all.filter(({ severity }) => severity === 'warning').length;
  terminal.note(`${count(files, 'file')}, ${count(errors, 'error')}, ${count(warnings, 'warning')}\n`);
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

/** The problems of a file; of a schema also those of the files it refers to. */
async function checkFile(path: string): Promise<FileProblems[]> {
  const name = nameOf(path);
  const role = fileRole(name);
  const mocks = /\.mocks\.(ya?ml|json)$/i.test(name);
  const environment = /\.env\.(ya?ml|json)$/i.test(name);
  let text: string;
  try {
    text = await readTextFile(path, role || mocks || environment ? dataLimit : workflowLimit);
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    return [{ file: path, lines: new LineMap(''), problems: [error.problem] }];
  }
  const format = formatOf(path);
  if (mocks) return [{ file: path, lines: new LineMap(text), problems: parseMocks(text, format).problems }];
  if (environment) return [{ file: path, lines: new LineMap(text), problems: parseEnvironment(text, format).problems }];
  if (!role) {
    const { source, problems } = parseWorkflow(text, format);
    return [{ file: path, lines: source.lines, problems }];
  }
  const document = parseSource(text, format);
  const { lines } = document;
  if (role.kind === 'schema') {
    return (await loadSchema(nodeFiles, path, document)).files.map((file) => ({ file: file.path, lines: file.lines, problems: file.problems }));
  }
  const checked = await checkDataFile(path, document, format, nodeFiles, new SchemaLookup(nodeFiles, inferSchema));
  return [{ file: path, lines, problems: checked?.problems ?? [] }];
}
