import { relative } from 'node:path';
import type { Problem } from '../source/problem.ts';
import type { LineMap } from '../source/text.ts';
import { printable, type Color, type Terminal } from './terminal.ts';

/** The problems of one file. */
export interface FileProblems {
  readonly file: string;
  readonly lines: LineMap;
  readonly problems: readonly Problem[];
}

const colors: Record<Problem['severity'], Color> = { error: 'red', warning: 'yellow', information: 'gray', hint: 'gray' };

/** Columns of source shown around the place of a problem. */
const shownWidth = 100;

/** `file:line:col: severity: message [code]`, then the source line and a caret line below it. */
export function problemText({ file, lines, problems }: FileProblems, terminal: Terminal): string {
  return problems
    .map((problem) => {
      const hasPlace = lines.text !== '';
      // An input that came from no file is shown as if it were one of this name.
      const name = file === '' ? (hasPlace ? 'input' : '') : printable(shownPath(file));
      const { line, column } = lines.position(problem.range.start);
      const head = `${name === '' ? '' : `${name}:`}${hasPlace ? `${line}:${column}:` : ''}${name === '' ? '' : ' '}`;
      const first = `${head}${terminal.paint(`${problem.severity}:`, colors[problem.severity])} ${printable(problem.message)} [${problem.code}]\n`;
      return hasPlace ? first + sourceExcerpt(lines, problem) : first;
    })
    .join('');
}

function sourceExcerpt(lines: LineMap, problem: Problem): string {
  const { line } = lines.position(problem.range.start);
  const whole = lines.lineRange(line);
  // Of a line as long as a whole file only the part around the problem is of use.
  const from = Math.max(whole.start, Math.min(problem.range.start - shownWidth / 2, whole.end - shownWidth));
  const to = Math.min(whole.end, from + shownWidth);
  const text = lines.text.slice(from, to);
  if (text.trim() === '') return '';
  const start = Math.min(problem.range.start, to);
  const end = Math.max(Math.min(problem.range.end, to), start + 1);
  const indent = lines.text.slice(from, start).replace(/[^\t]/g, ' ');
  return `    ${printable(text)}\n    ${indent}${'^'.repeat(end - start)}\n`;
}

/** The problems as data, as `check --json` prints them. */
export function problemRecords({ file, lines, problems }: FileProblems): object[] {
  return problems.map(({ range, severity, code, message }) => {
    const start = lines.position(range.start);
    const end = lines.position(Math.max(range.start, range.end));
    return { file, line: start.line, column: start.column, endLine: end.line, endColumn: end.column, severity, code, message };
  });
}

/** Relative where that is shorter. */
export function shownPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near !== '' && near.length < path.length ? near : path;
}
