import type { SourceFormat } from '../source/parse.ts';
import { parseWorkflow } from '../workflow/parse.ts';

/** Errors told of one source: who has more has one that made the others. */
const errorLimit = 20;

/** Characters of a source line that are shown. */
const shownWidth = 160;

/**
 * Why a source cannot be deployed: `main.yaml:LINE:COLUMN: parse error: …` for each error, then the line and a caret
 * below it (google-workflows 1.1 and 1.15); undefined where it can be.
 */
export function sourceErrors(text: string, file = 'main.yaml', format: SourceFormat = 'yaml'): string | undefined {
  const { source, problems } = parseWorkflow(text, format);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return undefined;
  const told = errors.slice(0, errorLimit).map(({ message, range }) => {
    const { line, column } = source.lines.position(range.start);
    const { start, end } = source.lines.lineRange(line);
    const shown = source.lines.text.slice(start, end).slice(0, shownWidth);
    const caret = column <= shownWidth && shown.trim() !== '' ? `\n${shown}\n${' '.repeat(column - 1)}^` : '';
    return `${file}:${line}:${column}: parse error: ${message}${caret}`;
  });
  return told.join('\n');
}
