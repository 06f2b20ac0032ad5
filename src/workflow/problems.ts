import { nearest } from '../execution/nearest.ts';
import type { Fix, Problem, Severity } from '../source/problem.ts';
import type { Range } from '../source/text.ts';

/** Names that a nearest one is looked for: each is compared with all others. */
const maxSuggestions = 100;

/** Collects the problems of one definition. What stands at an alias is read once per alias, but told once. */
export class Problems {
  readonly list: Problem[] = [];
  readonly #told = new Set<string>();
  readonly #broken = new Set<object>();
  #misspelt = 0;
  #quiet = false;

  /** Adds what is wrong with the text of an expression. */
  syntax(expression: object, problems: readonly Problem[]): void {
    this.list.push(...problems);
    if (problems.some((problem) => problem.code === 'expression/syntax')) this.#broken.add(expression);
  }

  /** Looks for what names and calls in an expression mean. One that could not be read to its end says that only: the rest follows from it. */
  within(expression: object, check: () => void): void {
    this.#quiet = this.#broken.has(expression);
    check();
    this.#quiet = false;
  }

  error(code: string, range: Range, message: string, fixes?: readonly Fix[]): void {
    this.#add('error', code, range, message, fixes);
  }

  /** An error about a name that does not exist: the message ends with the nearest one that does, and a fix writes it. */
  misspelt(code: string, range: Range, message: string, name: string, candidates: Iterable<string>): void {
    // Names of one or two letters resemble each other without being meant.
    const found = name.length < 3 || ++this.#misspelt > maxSuggestions ? undefined : nearest(name, candidates);
    if (found === undefined) this.error(code, range, message);
    else this.error(code, range, `${message} Did you mean "${found}"?`, [{ title: `Change to "${found}"`, edits: [{ range, newText: found }] }]);
  }

  warning(code: string, range: Range, message: string): void {
    this.#add('warning', code, range, message);
  }

  hint(code: string, range: Range, message: string): void {
    this.#add('hint', code, range, message);
  }

  #add(severity: Severity, code: string, range: Range, message: string, fixes?: readonly Fix[]): void {
    if (this.#quiet) return;
    const key = `${code} ${range.start} ${range.end} ${message}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.list.push({ code, severity, message, range, ...(fixes ? { fixes } : {}) });
  }
}
