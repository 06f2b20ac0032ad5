import { nearest } from '../execution/nearest.ts';
import type { Fix, Problem, Severity } from '../source/problem.ts';
import type { Range } from '../source/text.ts';

/** Collects the problems of one definition. What stands at an alias is read once per alias, but told once. */
export class Problems {
  readonly list: Problem[] = [];
  readonly #told = new Set<string>();

  error(code: string, range: Range, message: string, fixes?: readonly Fix[]): void {
    this.#add('error', code, range, message, fixes);
  }

  warning(code: string, range: Range, message: string, fixes?: readonly Fix[]): void {
    this.#add('warning', code, range, message, fixes);
  }

  information(code: string, range: Range, message: string, fixes?: readonly Fix[]): void {
    this.#add('information', code, range, message, fixes);
  }

  hint(code: string, range: Range, message: string): void {
    this.#add('hint', code, range, message, undefined);
  }

  #add(severity: Severity, code: string, range: Range, message: string, fixes: readonly Fix[] | undefined): void {
    const key = `${code} ${range.start} ${range.end} ${message}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.list.push({ code, severity, message, range, ...(fixes ? { fixes } : {}) });
  }
}

/** Names of one or two letters resemble each other without being meant. */
function meant(name: string, candidates: Iterable<string>): string | undefined {
  return name.length < 3 ? undefined : nearest(name, candidates);
}

/** " Did you mean …?" or nothing. */
export function suggestion(name: string, candidates: Iterable<string>): string {
  const found = meant(name, candidates);
  return found === undefined ? '' : ` Did you mean "${found}"?`;
}

/** A fix that writes the nearest name over a misspelt one. */
export function renameFix(name: string, range: Range, candidates: Iterable<string>): Fix[] {
  const found = meant(name, candidates);
  return found === undefined ? [] : [{ title: `Change to "${found}"`, edits: [{ range, newText: found }] }];
}
