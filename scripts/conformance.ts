/**
 * Writes docs/conformance.md: every documented function, step key, operator, error tag, limit and problem of Google
 * Cloud Workflows with the tests that hold it. A unit test keeps the page up to date and every row covered.
 *
 * node scripts/conformance.ts
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { argumentLimit } from '../src/engine/launchChecks.ts';
import { errorTags } from '../src/machine/error.ts';
import { responseLimit, stringLimit } from '../src/machine/limits.ts';
import { machineLimits } from '../src/machine/limits.ts';
import { memoryLimit } from '../src/machine/memory.ts';
import { binaryOperators } from '../src/workflow/expression/ast.ts';
import { functions, libraryValues } from '../src/workflow/library/index.ts';
import { backoffKeys, exceptKeys, limits, loopKeys, parallelKeys, retryKeys, routineKeys, stepKinds, stepModifiers, type KeyDescription } from '../src/workflow/stepKinds.ts';
import { root } from './process.ts';

export const pagePath = path.join(root, 'docs', 'conformance.md');

interface Case {
  readonly name: string;
  readonly source?: string;
  readonly json?: string;
  readonly problems?: readonly { readonly code: string }[];
}

interface TestFile {
  /** From the project root, with slashes. */
  readonly name: string;
  readonly text: string;
  /** Of a conformance file. */
  readonly cases: readonly Case[];
}

interface Row {
  readonly cells: readonly string[];
  readonly tests: readonly string[];
}

function testFiles(): TestFile[] {
  const patterns = ['test/fixtures/conformance/*.yaml', 'test/unit/machine/**/*.test.ts', 'test/unit/workflow/**/*.test.ts', 'test/unit/engine/**/*.test.ts', 'test/unit/source/**/*.test.ts'];
  return globSync(patterns, { cwd: root })
    .map((name) => {
      const text = readFileSync(path.join(root, name), 'utf8');
      return { name: name.replaceAll('\\', '/'), text, cases: name.endsWith('.yaml') ? (parse(text) as Case[]) : [] };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** Every documented thing with the files that test it. */
export function conformance(): { readonly title: string; readonly head: readonly string[]; readonly rows: readonly Row[] }[] {
  const files = testFiles();
  const mentioning = (pattern: RegExp): string[] => files.filter((file) => pattern.test(file.text)).map((file) => file.name);
  const inCases = (pattern: RegExp): string[] =>
    files.flatMap((file) => {
      const count = file.cases.filter((test) => pattern.test(test.source ?? test.json ?? '')).length;
      return count === 0 ? [] : [`${file.name} (${count})`];
    });
  const keyRow = ({ name, documentation }: KeyDescription): Row => ({ cells: [`\`${name}\``, documentation], tests: inCases(new RegExp(`(?:^|[\\s{,"-])${name}"?:`, 'm')) });
  const keys = new Map([...routineKeys, ...stepKinds, ...stepModifiers, ...loopKeys, ...parallelKeys, ...exceptKeys, ...retryKeys, ...backoffKeys].map((key) => [key.name, key]));
  const codes = [...new Set(files.flatMap((file) => file.cases.flatMap((test) => test.problems?.map((problem) => problem.code) ?? [])))].sort();
  return [
    { title: 'Keys', head: ['key', 'meaning'], rows: [...keys.values()].map(keyRow) },
    {
      title: 'Operators',
      head: ['operator'],
      rows: [...binaryOperators, 'not'].map((operator) => ({ cells: [`\`${operator}\``], tests: [...inCases(new RegExp(`\\$\\{[^}]*[\\s(]${escapeRegExp(operator)}[\\s(]`)), ...mentioning(new RegExp(`'${escapeRegExp(operator)}'`))] })),
    },
    {
      title: 'Functions',
      head: ['function', 'takes', 'gives'],
      rows: [...functions.values()].map(({ name, page, parameters, returns, blocking }) => ({
        cells: [`[\`${name}\`](${page})${blocking ? ' (call step only)' : ''}`, parameters.map((parameter) => `${parameter.name}${parameter.optional ? '?' : ''}`).join(', '), returns],
        tests: mentioning(new RegExp(`['"\`\\s{(]${escapeRegExp(name)}['"\`\\s(,}]`)).filter((file) => file !== 'test/unit/workflow/library/library.test.ts'),
      })),
    },
    {
      title: 'Values of the library',
      head: ['name', 'meaning'],
      rows: [...libraryValues.values()].map(({ name, documentation, page }) => ({ cells: [`[\`${name}\`](${page})`, documentation], tests: mentioning(new RegExp(`${escapeRegExp(name)}\\b`)) })),
    },
    { title: 'Error tags', head: ['tag'], rows: errorTags.map((tag) => ({ cells: [`\`${tag}\``], tests: mentioning(new RegExp(`\\b${tag}\\b`)) })) },
    { title: 'Limits', head: ['limit', 'value'], rows: limitRows(mentioning) },
    {
      title: 'Problems told before a run',
      head: ['code'],
      rows: codes.map((code) => ({ cells: [`\`${code}\``], tests: files.filter((file) => file.cases.some((test) => test.problems?.some((problem) => problem.code === code))).map((file) => file.name) })),
    },
  ];
}

/** Each limit with what its tests say. */
function limitRows(mentioning: (pattern: RegExp) => string[]): Row[] {
  const kilobytes = (bytes: number): string => `${bytes / 1024} KB`;
  const rows: readonly (readonly [string, string, RegExp])[] = [
    ['source of a workflow', kilobytes(limits.sourceBytes), /workflow\/too-large/],
    ['argument', kilobytes(argumentLimit), /32 KB/],
    ['steps of an execution', String(machineLimits.steps), /100000 steps|100_001|hundred thousand steps/],
    ['assignments of a step', String(limits.assignments), /assign\/too-many/],
    ['conditions of a switch', String(limits.conditions), /switch\/too-many/],
    ['branches of a parallel step', String(limits.branches), /parallel\/too-many-branches/],
    ['characters of an expression', String(limits.expressionCharacters), /expression\/too-long/],
    ['depth of calls', String(machineLimits.callDepth), /RecursionError/],
    ['depth of parallel steps', String(machineLimits.parallelNesting), /ParallelNestingError/],
    ['branches and iterations at once', String(machineLimits.concurrency), /concurren|at once/],
    ['errors of branches that are kept', String(machineLimits.recordedFailures), /truncated/],
    ['memory of all variables', kilobytes(memoryLimit), /512 KB/],
    ['a string', kilobytes(stringLimit), /262144 bytes/],
    ['a response', kilobytes(responseLimit), /2097152|2 MB|responseLimit/],
    ['timeout of a request', '1800 s', /\b1801\b|\b1800\b/],
    ['a sleep', '31,536,000 s', /31536000|31_536_000|31_536_001|31536001/],
  ];
  return rows.map(([name, value, pattern]) => ({ cells: [name, value], tests: mentioning(pattern) }));
}

/** The page as it should be. */
export function page(): string {
  const sections = conformance().map(({ title, head, rows }) => {
    const table = [[...head, 'held by'], [...head, ''].map(() => '---'), ...rows.map(({ cells, tests }) => [...cells.map((cell) => cell.replaceAll('|', '\\|')), tests.map(shortName).join(', ')])];
    return `## ${title}\n\n${table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
  });
  return `# Conformance\n\nWhat Google documents of Workflows, and the tests that hold it. Cases with definitions are in \`test/fixtures/conformance\` (a number in brackets counts them), the library's in \`test/unit/machine/library\`. What the documents leave open is decided in \`src/machine/switches.ts\` and \`src/engine/switches.ts\`. Made by \`node scripts/conformance.ts\`.\n\n${sections.join('\n')}`;
}

function shortName(file: string): string {
  return file.replace('test/fixtures/conformance/', '').replace('test/unit/', '');
}

if (import.meta.main) writeFileSync(pagePath, page());
