import type { Range } from './text.ts';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** A change that mends a problem; offsets refer to the text the problem was found in. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly { readonly range: Range; readonly newText: string }[];
}

/** Something wrong at a place in a text. The code is stable: people suppress and search by it. */
export interface Problem {
  readonly code: string;
  readonly severity: Severity;
  /** One sentence: what was found and what would be right. */
  readonly message: string;
  readonly range: Range;
  readonly fixes?: readonly Fix[];
}
