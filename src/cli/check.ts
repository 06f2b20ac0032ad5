import { resolve } from 'node:path';
import { dataLimit, FileRefused, nodeFiles, programLimit, readTextFile } from '../engine/textFile.ts';
import { Interpreters } from '../flow/host/interpreter.ts';
import { fileRole } from '../schema/association.ts';
import { checkFile as checkDataFile } from '../schema/checkFile.ts';
import { loadSchema } from '../schema/compile.ts';
import { nameOf } from '../schema/files.ts';
import { SchemaLookup } from '../schema/lookup.ts';
import { formatOf, parseSource } from '../source/parse.ts';
import type { Problem } from '../source/problem.ts';
import { LineMap } from '../source/text.ts';
import { inferSchema } from '../workflow/inferInput.ts';
import { parseWorkflow } from '../workflow/parse.ts';
import { parseArguments } from './arguments.ts';
import { pythonChoice } from './data.ts';
import { FlowChecks } from './flowChecks.ts';
import { problemRecords, problemText, type FileProblems } from './problemText.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage.ts';

/** `stepthrough check`. */
export async function check(raw: readonly string[], terminal: Terminal): Promise<number> {
  const options = parseArguments(raw, { flags: ['json'] });
  if (options.positional.length === 0) throw new UsageError('check needs a FILE.');
  const results: FileProblems[] = [];
  const flows = new FlowChecks(new Interpreters(() => pythonChoice()));
  for (const path of options.positional) results.push(...(await checkFile(resolve(path), flows)));
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

/** What a file that is none of ours is told. */
const unknownFile = 'This is no file that can be checked: workflows are YAML or JSON, flows are Python (.py), and so are named the files around them, such as NAME.input.yaml.';

/** The problems of a file; of a schema also those of the files it refers to. */
async function checkFile(path: string, flows: FlowChecks): Promise<FileProblems[]> {
  const name = nameOf(path);
  const role = fileRole(name);
  if (!/\.(ya?ml|json|py)$/i.test(name)) {
    // A folder, or a file that is not there, says so itself.
    const problem = (await readProblem(path)) ?? { code: 'file/unknown-kind', severity: 'error', message: unknownFile, range: { start: 0, end: 0 } };
    return [{ file: path, lines: new LineMap(''), problems: [problem] }];
  }
  let text: string;
  try {
    text = await readTextFile(path, role ? dataLimit : programLimit(path));
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    return [{ file: path, lines: new LineMap(''), problems: [error.problem] }];
  }
  if (/\.py$/i.test(name)) return [{ file: path, lines: new LineMap(text), problems: await flows.check(path, text) }];
  const format = formatOf(path);
  if (!role) {
    const { source, problems } = parseWorkflow(text, format);
    return [{ file: path, lines: source.lines, problems }];
  }
  const document = parseSource(text, format);
  const { lines } = document;
  const checked = await checkDataFile(path, document, format, nodeFiles, new SchemaLookup(nodeFiles, inferSchema));
  const own = { file: path, lines, problems: checked?.problems ?? [] };
  if (role.kind !== 'schema' || checked?.parts) return [own];
  return (await loadSchema(nodeFiles, path, document)).files.map((file) => ({ file: file.path, lines: file.lines, problems: file.problems }));
}

async function readProblem(path: string): Promise<Problem | undefined> {
  try {
    await readTextFile(path, dataLimit);
    return undefined;
  } catch (error) {
    return error instanceof FileRefused ? error.problem : undefined;
  }
}
