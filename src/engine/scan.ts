import type { Criterion } from '../execution/criterion.ts';
import type { OrderBy } from '../execution/ordering.ts';
import type { Execution } from '../execution/record.ts';

/** Looks through a program's executions for those that a criterion asks for, part by part: a part is short, however many there are. */
export interface ScanQuery {
  readonly program: string;
  readonly criterion?: Criterion | undefined;
  /** Empty for the order of creation, newest first if not `oldestFirst`. Equal ones come newest first. */
  readonly order: readonly OrderBy[];
  readonly oldestFirst?: boolean | undefined;
  /** In an order: only what comes after it. */
  readonly after?: ScanPlace | undefined;
  /** Found ones that are wanted, at most; there may be more where the store cannot tell what holds. */
  readonly limit: number;
}

/** Where an execution stands in an order. `row` grows with each that is made. */
export interface ScanPlace {
  readonly row: number;
  /** Its values for the fields of the order; null where it has none. */
  readonly keys: readonly (string | number | null)[];
}

export interface ScanPart {
  /** In their order. Of an order the first of this part only: others may lie in other parts. */
  readonly found: readonly ScanPlace[];
  /** False where some are not what the criterion asks for: who reads them has to look. */
  readonly certain: boolean;
  /** Where the next part begins: after this row. Undefined where everything has been looked at. */
  readonly next: number | undefined;
}

export interface ExecutionScanner {
  /** The part that begins after a row, undefined for the first, and has so many executions. */
  scan(query: ScanQuery, from: number | undefined, size: number): ScanPart;
  /** The execution of a row, unless it is deleted. */
  at(row: number): Execution | undefined;
}
